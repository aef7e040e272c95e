"""Which text is the title, on pages that name it well, badly or not at all."""

import pytest

from pipelines.extract import extract

BODY = (
    "<p>发布时间：2024-01-02　来源：市民政局</p>"
    "<div class='content'><p>各市民政局：</p><p>现将有关事项通知如下，请认真执行。</p></div>"
)


def title(head: str, body: str) -> str | None:
    html = f"<html><head>{head}</head><body>{body}{BODY}</body></html>"
    (document,) = extract(html, "http://www.example.gov.cn/a.html")
    return document.title


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (
            "<meta name='ArticleTitle' content='关于<br/>做好救助工作的通知'><title>x</title>",
            "<h1>通知公告</h1>",
            "关于做好救助工作的通知",
        ),
        (
            '<meta name="ArticleTitle" content="关于印发"十四五"规划的通知">'
            '<title>关于印发"十四五"规划的通知_市民政局</title>',
            "",
            '关于印发"十四五"规划的通知',
        ),
        ("<title>关于做好救助工作的通知-市民政局</title>", "", "关于做好救助工作的通知"),
        ("<title>市民政局 关于做好救助工作的通知</title>", "<h2>关于做好救助工作的通知</h2>", None),
        ("<title>市民政局</title>", "<p>关于做好救助工作的通知</p>", "关于做好救助工作的通知"),
        ("", "<h1>南河市民政局</h1><h2>关于做好救助工作的通知</h2>", "关于做好救助工作的通知"),
        ("<title>关于做好救助工作的通知</title>", "<p>关于做好</p><p>救助工作的通知</p>", None),
        ("<title>新闻详情</title>", "<h3>关于做好救助工作的通知</h3>", "关于做好救助工作的通知"),
    ],
)
def test_title_is_found(head: str, body: str, expected: str | None) -> None:
    assert title(head, body) == (expected or "关于做好救助工作的通知")


def test_a_title_broken_over_lines_is_no_part_of_the_body() -> None:
    html = (
        "<html><head><title>关于做好救助工作的通知</title></head><body>"
        f"<p>关于做好</p><p>救助工作的通知</p>{BODY}</body></html>"
    )
    (document,) = extract(html, "http://www.example.gov.cn/a.html")
    assert document.body_text.startswith("各市民政局：")


def test_evidence_names_the_titles_that_lost() -> None:
    html = (
        "<html><head><meta name='ArticleTitle' content='关于做好救助工作的通知'>"
        f"<title>关于救助工作的若干通知</title></head><body>{BODY}</body></html>"
    )
    (document,) = extract(html, "http://www.example.gov.cn/a.html")
    assert document.evidence["title"].rule == "meta ArticleTitle"
    assert "关于救助工作的若干通知" in document.evidence["title"].others


PROSE = "<p>为加强社工站建设，现将有关事项通知如下，请各站结合实际认真执行，做好各项服务。</p>"


@pytest.mark.parametrize(
    "body",
    [
        # the title shares its line with the date
        "<div class='title_box'><b>关于开展社工骨干培训的通知</b><i>时间：2026-05-20</i></div>",
        # a `<title>` that is the template's
        "<h3 class='sp_title'>关于开展社工骨干培训的通知</h3>"
        "<div><span>投稿部门：社工科</span><span>发布时间：2026-05-20 08:35</span></div>",
        # nothing but lines: a bare date with a time of day
        "<p>关于开展社工骨干培训的通知</p><p>2026-05-20 08:35:09</p>",
        "<p>关于开展社工骨干培训的通知</p><p>20.05.2026 08:35</p><p>来源：市社工协会</p>",
    ],
)
@pytest.mark.parametrize("head", ["<title>工作专栏内页</title>", "<title>栏目页</title>"])
def test_a_templates_name_loses_to_the_line_over_the_date(head: str, body: str) -> None:
    (document,) = extract(
        f"<html><head>{head}</head><body>{body}<div class='main'>{PROSE}{PROSE}</div></body>",
        "http://www.example.gov.cn/a.html",
    )
    assert document.title == "关于开展社工骨干培训的通知"
    assert document.published_on == "2026-05-20"


def test_an_organ_beside_the_date_is_no_title() -> None:
    (document,) = extract(
        "<html><head><title>江口市民政局</title></head><body><h2>社工站开张</h2>"
        "<div class='sub-title'><b>江口市融媒体中心</b><i>时间：2026-05-20</i></div>"
        f"{PROSE}</body></html>",
        "http://www.example.gov.cn/a.html",
    )
    assert document.title == "社工站开张"


def test_a_letters_title_in_two_lines_is_whole() -> None:
    (document,) = extract(
        "<html><head><title>江口市民政局</title></head><body><p>江口市民政局关于加强</p>"
        f"<p>社工站督导工作的通知</p><p>各区民政局：</p>{PROSE}</body></html>",
        "http://www.example.gov.cn/a.html",
    )
    assert document.title == "江口市民政局关于加强社工站督导工作的通知"


def test_the_sites_name_as_first_heading_loses_to_the_title() -> None:
    (document,) = extract(
        "<html><head><title>江口市人民政府门户网站</title></head><body>"
        "<h1><a href='/'>江口市</a>人民政府</h1><p>2026-05-21 10:00</p>"
        f"<h2>关于社工站建设情况的说明</h2><p>2026-05-20 08:30</p>{PROSE}{PROSE}</body></html>",
        "http://www.example.gov.cn/a.html",
    )
    assert document.title == "关于社工站建设情况的说明"
