"""Body text for matching and body HTML for showing."""

from pipelines.extract import extract

HTML = """<html><head><title>行政许可公示</title></head><body>
<h1>行政许可公示</h1><p>发布时间：2024-01-02</p><div class="content">
<p class="x" onclick="evil()">现将结果公示如下，请监督。</p><h2>一、许可名单</h2>
<table style="color:red"><tr><td><p>单位</p></td><td>事项</td></tr>
<tr><td>甲&amp;乙中心</td><td>登记</td></tr></table><p><img src="../a.jpg" alt="公示图"></p>
<ul><li>联系人：李明</li></ul><p>2<sup>3</sup> &lt; 10，完。</p></div></body></html>"""


def read() -> tuple[str, str]:
    (document,) = extract(HTML, "http://www.example.gov.cn/b/c.html")
    return document.body_text, document.body_html


def test_text_has_a_line_per_paragraph_and_row() -> None:
    text, _ = read()
    assert text.split("\n") == [
        "现将结果公示如下，请监督。",
        "一、许可名单",
        "单位\t事项",
        "甲&乙中心\t登记",
        "联系人：李明",
        "23 < 10，完。",
    ]


def test_html_keeps_structure_and_nothing_else() -> None:
    _, html = read()
    assert html.split("\n") == [
        "<p>现将结果公示如下，请监督。</p>",
        "<h3>一、许可名单</h3>",
        "<table><tr><td>单位</td><td>事项</td></tr>"
        "<tr><td>甲&amp;乙中心</td><td>登记</td></tr></table>",
        '<p><img src="http://www.example.gov.cn/a.jpg" alt="公示图"></p>',
        "<li>联系人：李明</li>",
        "<p>23 &lt; 10，完。</p>",
    ]
