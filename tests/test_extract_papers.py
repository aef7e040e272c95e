"""Pages of papers and portals whose skeletons are their own: fields in parts, bylines, tails."""

import pytest

from pipelines.extract import extract
from store.records import Document

TITLE = "各地加强社工站建设"
TEXT = (
    "<p>本社江口5月20日电（记者 吴大山）江口市民政局印发通知，要求加强社工站建设，提升服务。</p>"
    "<p>通知指出，社工站要配备专业社会工作者，每月走访不少于两次。</p>"
    "<p>下一步，各区将加大投入，力争实现全覆盖。</p>"
)
END = "力争实现全覆盖。"


def read(body: str, title: str = f"{TITLE}-江口网", head: str = "") -> Document:
    (document,) = extract(
        f"<html><head><title>{title}</title></head><body>"
        "<div class='nav'><a href='/'>首页</a></div>"
        f"{body}<div class='foot'>版权所有 江口日报社</div>{head}</body></html>",
        "http://news.example.cn/n/123.html",
    )
    return document


def test_a_day_in_three_elements_over_the_title() -> None:
    document = read(
        "<div class='header'><div class='left'><span class='year'><em>2026</em></span>"
        "<span class='day'><em>05</em>/<em>20</em></span><span>10:20:33</span></div>"
        f"<div class='source'>来源：江口网</div><h1>{TITLE}</h1></div><div id='detail'>{TEXT}</div>"
    )
    assert (document.published_on, document.source_name) == ("2026-05-20", "江口网")


def test_a_link_beside_the_source_is_not_its_name() -> None:
    document = read(
        f"<h1>{TITLE}</h1><div class='left-t'>2026年05月20日 10:20　来源："
        f"<a href='/'>江口新闻网</a> <a href='#'>参与互动</a></div><div class='zw'>{TEXT}</div>"
    )
    assert document.source_name == "江口新闻网"


def test_two_links_without_a_blank_are_one_name() -> None:
    document = read(
        f"<h1>{TITLE}</h1><div>2026年05月20日10:20 来源：<a href='/'>江口网－江口日报</a></div>"
        f"<div class='zw'>{TEXT}</div>"
    )
    assert document.source_name == "江口网－江口日报"


def test_a_byline_names_the_source_after_a_stroke() -> None:
    document = read(
        f"<h1>{TITLE}</h1><h4>文 / <a>吴小青</a></h4><h4>发布 / 2026年5月20日 10:20 AM</h4>"
        f"<h4>来源 / <a>江口早报</a></h4><div class='article-content'>{TEXT}</div>"
    )
    assert (document.published_on, document.source_name) == ("2026-05-20", "江口早报")


@pytest.mark.parametrize(
    "tail",
    [
        "<p><a href='//www.example.com/'><span>返回江口网，查看更多</span></a></p>"
        "<p>责任编辑：</p>",
        "<p>现在用APP看新闻，天天有奖</p>",
    ],
)
def test_a_portals_own_last_lines_are_no_text(tail: str) -> None:
    document = read(f"<h1>{TITLE}</h1><p>2026-05-20 10:20</p><article>{TEXT}{tail}</article>")
    assert document.body_text.endswith(END)


@pytest.mark.parametrize(
    "script",
    [
        'var ct = "1779243600";',
        "var createTime = '2026-05-20 10:20';",
        'var publish_time = "2026-05-20" || "";',
    ],
)
def test_an_accounts_article_is_dated_by_its_script(script: str) -> None:
    document = read(
        f"<h1 class='rich_media_title'>{TITLE}</h1><span><a id='js_name'>江口民政</a></span>"
        f"<em id='publish_time'></em><div class='rich_media_content'>{TEXT}</div>",
        "",
        f"<script>{script}</script>",
    )
    assert (document.published_on, document.source_name) == ("2026-05-20", "江口民政")


def test_the_line_between_a_papers_day_and_its_text_is_the_title() -> None:
    document = read(
        "<table><tr><td>第03版：民生</td></tr><tr><td><b>2026年05月20日 星期三</b></td></tr>"
        f"<tr><td>民生实事</td></tr><tr><td><p class='STYLE1'>{TITLE}</p></td></tr>"
        f"<tr><td><div id='ozoom'>{TEXT}</div></td></tr></table>",
        "江口日报",
    )
    assert document.title == TITLE
    assert document.published_on == "2026-05-20"


def test_a_summary_over_its_text_is_read_once() -> None:
    document = read(
        f"<h1>{TITLE}</h1><p>2026-05-20 10:20 江口社工</p>"
        "<div class='summary'>社工站要配备专业社会工作者，每月走访不少于两次。</div>"
        f"<div class='article-content'>{TEXT}</div>"
    )
    assert document.body_text.startswith("本社江口5月20日电")
    assert document.body_text.count("每月走访") == 1


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        (
            "<small>时间:</small>2026-05-20 16:05<small>来源:</small>未知 "
            "<small>作者:</small>admin",
            None,
        ),
        ("2026-5-20 16:05 | 发布者: <a>小王</a> | 查看: 11 | 来自: 江口社会报", "江口社会报"),
    ],
)
def test_a_source_nobody_knows_is_none(info: str, expected: str | None) -> None:
    document = read(f"<h1>{TITLE}</h1><p>{info}</p><div class='content'>{TEXT}</div>")
    assert (document.published_on, document.source_name) == ("2026-05-20", expected)


@pytest.mark.parametrize(
    "line",
    [
        "一审：王小 二审：李四 三审：赵五",
        "监制丨王小",
        "长按二维码关注我们",
        "看都看完了，点【在看】试试",
        "凡本网注明“来源：江口网”的所有作品，版权均属于江口网。",
        "违法和不良信息举报电话：010-12345678",
        "您访问的链接即将离开“江口网”，是否继续？",
        "您觉得本页面内容是否有用？ 有用 没用",
        "[我要纠错]",
        "1 <a href='/2'>2</a> <a href='/2'>下一页</a>",
    ],
)
def test_what_papers_print_under_a_text_is_none_of_it(line: str) -> None:
    document = read(f"<h1>{TITLE}</h1><p>2026-05-20</p><div class='c'>{TEXT}<p>{line}</p></div>")
    assert document.body_text.endswith(END)


@pytest.mark.parametrize("line", ["原标题：社工站来了", "您的浏览器不支持video标签"])
def test_what_papers_print_over_a_text_is_none_of_it(line: str) -> None:
    document = read(f"<h1>{TITLE}</h1><p>2026-05-20</p><div class='c'><p>{line}</p>{TEXT}</div>")
    assert document.body_text.startswith("本社江口5月20日电")


@pytest.mark.parametrize(
    "line", ["一审判决后，当事人可以上诉。", "这一点正在看到成效。", "监制品牌须经备案。"]
)
def test_a_last_sentence_of_such_words_stays(line: str) -> None:
    document = read(f"<h1>{TITLE}</h1><p>2026-05-20</p><div class='c'>{TEXT}<p>{line}</p></div>")
    assert document.body_text.endswith(line)
