"""Text captures: which line is the title when no markup says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import policy_text

from pipelines.extract import extract, read_article

PARAGRAPHS = (
    "根据《云江省社会工作服务站管理办法》，结合我市实际，经研究，决定在全市乡镇（街道）社工站开展"
    "督导工作，现将有关事项通知如下。\n"
    "各县（市、区）民政局要落实督导经费，选派有经验的社会工作者担任督导，每月到站不少于两次，并做好"
    "记录。"
)
URL = "http://www.second.example/2026/0520/7.txt"


def title(text: str) -> str | None:
    (document,) = extract(text, URL)
    return document.title


def test_a_line_printed_twice_in_a_row_is_the_title() -> None:
    text = (
        "分享到：微信 微博 QQ空间\n当前位置：首页 > 政务公开 > 正文\n"
        "来源：江州日报　发布时间：2026-05-20\n"
        f"关于开展社工站督导工作的通知\n关于开展社工站督导工作的通知\n江州市各民政局：\n{PARAGRAPHS}"
    )
    assert title(text) == "关于开展社工站督导工作的通知"


def test_an_issuer_that_signs_twice_is_no_title() -> None:
    text = (
        f"关于开展社工站督导工作的通知\n{PARAGRAPHS}\n江州市民政局\n江州市民政局\n2026年5月20日\n"
    )
    assert title(text) == "关于开展社工站督导工作的通知"


def test_a_breadcrumb_above_the_info_line_is_no_title() -> None:
    text = (
        "关于开展社工站督导工作的通知\n当前位置：首页 > 新闻中心 > 工作动态 > 正文\n"
        f"来源：江州日报　发布时间：2026-05-20 04:38　浏览次数：62\n{PARAGRAPHS}"
    )
    assert title(text) == "关于开展社工站督导工作的通知"


def test_a_source_that_follows_the_text_makes_no_title_of_the_editors() -> None:
    text = (
        f"江州市各民政局：\n{PARAGRAPHS}\n编辑：吴小青　责任编辑：吴大山\n（来源：江州日报）\n"
        "版权所有：江州日报　主办：江州日报办公室　网站标识码：5346344471\n"
    )
    (document,) = extract(text, URL)
    assert "编辑" not in (document.title or "")
    assert "每月到站不少于两次" in document.body_text


def test_a_numbered_item_is_no_title() -> None:
    text = (
        "江州市民政局政府购买社会工作服务项目成交公告\n一、项目编号：江州2026-12\n"
        f"二、项目名称：江州市社工站运营项目\n{PARAGRAPHS}"
    )
    assert title(text) == "江州市民政局政府购买社会工作服务项目成交公告"


LEAD = (
    "云江省民政厅近日联合印发通知，明确到2030年全省社会工作专业人才总量达到10万人，各地要抓好落实。"
)
REST = (
    "<p>每个乡镇（街道）社工站至少配备2名持证社会工作者，培养省级督导人才600名。</p>"
    "<p>省民政厅有关处室负责人表示，每名一线社会工作者每年接受督导不少于40小时。</p>"
)


def body(html: str) -> str:
    (document,) = extract(html, "http://trends.example.org/trends/2026/0529/1.shtml")
    return document.body_text


def test_a_lead_printed_above_its_text_is_read_once_and_the_text_whole() -> None:
    text = body(
        f"<html><title>省民政厅印发通知_社工网</title><body><h1>省民政厅印发通知</h1>"
        f"<div class='info'>2026-05-29 17:08 社工网</div><div class='summary'>{LEAD}</div>"
        f"<div class='content'><p>{LEAD}</p>{REST}</div></body></html>"
    )
    assert text.count("10万人") == 1
    assert "不少于40小时" in text


def test_a_body_printed_twice_is_read_once() -> None:
    whole = f"<p>{LEAD}</p>{REST}"
    text = body(
        f"<html><title>省民政厅印发通知</title><body><h1>省民政厅印发通知</h1>"
        f"<div class='pc'>{whole}</div><div class='phone'>{whole}</div></body></html>"
    )
    assert text.count("10万人") == 1
    assert text.count("不少于40小时") == 1


def test_a_short_piece_between_an_e_papers_page_names_is_an_article() -> None:
    pages = "".join(f"<li>第0{n}版：社会工作</li>" for n in range(1, 5))
    (document,) = extract(
        "<!--enpproperty <articleid>9</articleid><date>2026-05-26 00:00:00.0</date>"
        "<title>社工站里过端午</title>/enpproperty--><html><title>社会工作报</title><body>"
        f"<a href='node_1.htm'>版面导航</a><a href='n.htm'>上一期</a><ul>{pages}</ul>"
        "<h1>社工站里过端午</h1><!--enpcontent--><p>社工带着老人包粽子，热热闹闹过了节。</p>"
        "<!--/enpcontent--></body></html>",
        "http://paper.example.cn/html/2026-05/26/content_9.htm",
    )
    assert document.title == "社工站里过端午"
    assert document.body_text == "社工带着老人包粽子，热热闹闹过了节。"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "关于公布社会工作师名单的通知\n张三\n李四\n王五\n赵六\n孙七\n周八",
            "关于公布社会工作师名单的通知",
        ),
        ("关于放假的通知\n各科室\n定于10月1日至7日放假\n请做好值班", "关于放假的通知"),
        ("# 社会工作要点\n- 加强队伍建设\n- 推进社工站建设\n", "社会工作要点"),
        (
            "江口市民政局文件\n江民发〔2021〕3号\n关于加强社会工作的通知\n各区民政局：\n请遵照执行。",
            "关于加强社会工作的通知",
        ),
        (
            "江口市社工站开张\n昨日，首家社工站开张，居民点赞。（来源：江口日报）",
            "江口市社工站开张",
        ),
        ("\ufeff关于加强社会工作的通知\n各区要加强建设，请遵照执行。", "关于加强社会工作的通知"),
        (
            "当前位置：首页 > 政策文件2021年3月4日江民发〔2021〕3号督导人员应当加强学习。",
            None,
        ),
    ],
)
def test_a_short_text_is_a_document_with_its_title(text: str, title: str | None) -> None:
    documents = read_article(text, "http://www.example.gov.cn/1.txt").documents
    assert [document.title for document in documents] == [title]
    assert documents[0].body_text


@pytest.mark.parametrize(
    "text",
    ['{"code":0,"msg":"ok","data":[]}', "404 Not Found\nnginx/1.18", "User-agent: *\nDisallow: /"],
)
def test_what_a_machine_wrote_is_no_document(text: str) -> None:
    assert read_article(text, "http://www.example.gov.cn/1.txt").documents == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(), st.integers(1, 12), st.sampled_from(["\n", "\n\n", "\r\n", "\n　　", ""]))
def test_every_policy_as_plain_text_is_one_document(seed: int, count: int, gap: str) -> None:
    lines = ["关于印发《社工站管理办法》的通知", *policy_text(seed, count).split("\n")]
    for content_type in (None, "text/plain"):
        page = read_article(gap.join(lines), "http://www.example.gov.cn/1.txt", content_type)
        assert len(page.documents) == 1


LETTER = """江州市民政局关于印发《江州市社会工作督导管理办法》的通知
江民发〔2024〕12号
各区县民政局：
现将《江州市社会工作督导管理办法》印发给你们，请认真贯彻执行。
江州市民政局
2024年5月6日
江州市社会工作督导管理办法
第一条 为规范社会工作督导，提高专业服务水平，根据有关规定，制定本办法。
第二条 本办法适用于本市行政区域内的督导活动，督导人员应当具备五年以上实务经验。
第三条 本办法自2024年6月1日起施行，有效期五年。"""


@pytest.mark.parametrize("without", ["", "江民发〔2024〕12号\n"])
def test_a_letter_keeps_its_title_before_what_it_sends(without: str) -> None:
    (document,) = extract(LETTER.replace(without, ""), "https://mzj.example.gov.cn/a.txt")
    assert document.title == "江州市民政局关于印发《江州市社会工作督导管理办法》的通知"
    assert document.document_number == (None if without else "江民发〔2024〕12号")
    assert "印发给你们" in document.body_text
    assert "有效期五年" in document.body_text


def test_a_byline_under_the_info_line_is_no_title() -> None:
    text = (
        "江州市民政局到山前街道看社工站\n2026-05-20 14:08:31 来源：江州在线 作者：吴小青\n"
        f"江州在线记者 吴小青 江州报道\n{PARAGRAPHS}"
    )
    assert title(text) == "江州市民政局到山前街道看社工站"


def test_what_a_law_was_adopted_by_is_no_title() -> None:
    text = (
        "您的位置：首页 » 法规库 »\n云江省社会工作促进条例\n"
        "时间：2026-05-20 15:54:27 来源：法规库 阅读：92\n"
        "下载地址：点击此处下载\n云江省社会工作促进条例\n云江省人大常委会\n"
        "（2025年11月23日云江省第十四届人民代表大会常务委员会会议通过 自2026年3月5日起施行）\n"
        f"第一章 总则\n{PARAGRAPHS}"
    )
    assert title(text) == "云江省社会工作促进条例"


def test_an_issues_day_stands_over_its_title() -> None:
    text = f"新闻内容\n2026年05月19日 星期二\n社工站里过端午\n{PARAGRAPHS}"
    assert title(text) == "社工站里过端午"


def test_a_title_in_two_lines_over_its_number_is_whole() -> None:
    text = (
        "市政府办公厅关于推进社工站和\n养老驿站“同心工程”建设的实施意见\n江政办规字〔2026〕2号\n"
        f"各区人民政府，市府各委办局：\n{PARAGRAPHS}"
    )
    (document,) = extract(text, URL)
    assert document.title == "市政府办公厅关于推进社工站和养老驿站“同心工程”建设的实施意见"
    assert document.document_number == "江政办规字〔2026〕2号"


def test_a_title_printed_again_in_two_lines_is_whole() -> None:
    text = (
        "归档时间：2026-06-15\n江州市社工站2025年度运行 绩效评价报告\n详细信息\n"
        f"江州市社工站2025年度运行\n绩效评价报告\n{PARAGRAPHS}"
    )
    (document,) = extract(text, "http://www.example.gov.cn/content_16.html")
    assert document.title == "江州市社工站2025年度运行 绩效评价报告"
    assert document.published_on is None


def test_values_of_a_header_list_are_no_title() -> None:
    text = (
        "返回顶部\n江山县人民政府工作规则\n索引号：\n6107280000/2026-001005\n发文机构：\n县政府网站\n"
        "发文字号：\n江政发〔2026〕7号\n发文日期：\n2026年04月06日 16:40\n"
        "发布日期：\n2026年04月06日 16:34\n"
        f"江山县人民政府工作规则\n第一章 总则\n{PARAGRAPHS}"
    )
    (document,) = extract(text, URL)
    assert document.title == "江山县人民政府工作规则"
    assert document.document_number == "江政发〔2026〕7号"
    assert document.published_on == "2026-04-06"


def test_a_title_that_begins_with_its_day_is_a_title() -> None:
    text = (
        "您好，欢迎访问江州市同心社会工作服务中心\n中心动态\n【20260520】清江镇入户走访活动\n"
        f"* 来源 : * 作者 : admin * 发表时间 : 2026-05-21 * 浏览 : 114\n{PARAGRAPHS}"
    )
    (document,) = extract(text, URL)
    assert document.title == "【20260520】清江镇入户走访活动"
    assert document.published_on == "2026-05-21"


def test_the_line_a_breadcrumb_ends_with_is_the_title() -> None:
    text = (
        "江州市民政局一行到同心社工站参观交流\n"
        "江州同心社会工作发展中心 > 江州市民政局一行到同心社工站参观交流\n"
        f"社会组织培育重点\n{PARAGRAPHS}"
    )
    assert title(text) == "江州市民政局一行到同心社工站参观交流"


def test_an_author_glued_to_the_day_is_the_line_of_the_date() -> None:
    text = f"APP下载\n社工站督导的三种做法\n2026-05-20吴小青\n江州党校学报 2026年2期\n{PARAGRAPHS}"
    (document,) = extract(text, URL)
    assert (document.title, document.published_on) == ("社工站督导的三种做法", "2026-05-20")


def test_the_headers_own_title_is_the_title_without_its_label() -> None:
    text = (
        "索引号: 115003/2026-00021\n发文字号: 江委发〔2026〕68号\n发布机构: 江口镇\n"
        "发布日期: 2026-03-15\n标题: 江口镇人民政府关于印发《社工室管理方案》的通知\n"
        "主题分类: 人事工作\n有效性:\n江委发〔2026〕68号\n中共江口镇委员会\n江口镇人民政府\n"
        f"关于印发《社工室管理方案》的通知\n各村党总支、村委会:\n{PARAGRAPHS}"
    )
    (document,) = extract(text, URL)
    assert document.title == "江口镇人民政府关于印发《社工室管理方案》的通知"
    assert document.document_number == "江委发〔2026〕68号"
