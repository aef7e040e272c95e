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
