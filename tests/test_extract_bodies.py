"""Where the body lies when it is a table, or not on the page at all."""

from pipelines.extract import extract
from store.records import Document

HEADER = (
    "<div class='detail_top'><table>"
    "<tr><td>标题</td><td>江口市社工站运行评估报告</td><td>索引号</td><td>3E01/2026-1</td></tr>"
    "<tr><td>发文字号</td><td>江民〔2026〕1号</td><td>成文日期</td><td>2026年05月20日</td></tr>"
    "<tr><td>发布日期</td><td>2026年05月22日</td><td>发文单位</td><td>江口市民政局</td></tr>"
    "</table></div>"
)
TITLE = "<title>江口市社工站运行评估报告_江口市民政局</title>"


def read(html: str) -> Document:
    (document,) = extract(
        f"<html><head>{TITLE}</head><body>{html}</body></html>",
        "http://www.example.gov.cn/a/1.html",
    )
    return document


def test_a_header_table_that_holds_the_title_is_no_body() -> None:
    document = read(
        f"{HEADER}<div class='detail_bottom'><a href='W0202605.pdf'>下载原文（W0202605）</a>"
        "<a href='P0202605.pdf'>附件（P0202605）</a></div>"
    )
    assert document.body_text == ""
    assert document.document_number == "江民〔2026〕1号"
    assert document.published_on == "2026-05-22"
    assert [a.url.rsplit("/", 1)[-1] for a in document.attachments] == [
        "W0202605.pdf",
        "P0202605.pdf",
    ]


def test_the_text_under_a_header_table_that_holds_the_title_is_whole() -> None:
    document = read(
        f"{HEADER}<div class='cont'><p>各社工站：</p><p>现将评估报告印发，请认真学习。</p></div>"
    )
    assert document.body_text == "各社工站：\n现将评估报告印发，请认真学习。"


def test_a_table_of_numbers_in_the_bodys_box_is_the_body() -> None:
    document = read(
        "<h1>江口市社工站运行评估报告</h1><p>2026-05-22 08:30</p><div id='zoom'>"
        "<table><tr><th>站点</th><th>得分</th></tr><tr><td>山前</td><td>92</td></tr></table></div>"
        "<div class='foot'>版权所有 江口市民政局</div>"
    )
    assert document.body_text == "站点\t得分\n山前\t92"


def test_a_page_with_a_frame_for_a_body_has_none() -> None:
    document = read(
        "<h1>江口市社工站运行评估报告</h1><p>2026-05-22 08:30　来源：江口市民政局</p>"
        "<div id='zoom'><iframe src='x.html'></iframe></div>"
        "<table><tr><td>首页</td><td>动态</td></tr><tr><td>公告</td><td>互动</td></tr></table>"
    )
    assert document.body_text == ""
