"""A page beside its reading: all there, nothing runs, nothing loads."""

from pathlib import Path

from lxml import html
from typer.testing import CliRunner

import cli
from crawler.page import read_page
from feeds.beside import beside

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>云江省民政厅</title>
<script>alert("页面脚本")</script></head><body onload="alert(1)">
<h1>关于"加强"社会工作督导的通知</h1>
<div>发布时间：2026-05-20 来源：云江省民政厅</div><div>发布时间：2026-05-22</div>
<div class="TRS_Editor"><p>云民发〔2026〕5号</p><p>各市民政局：</p>
<p>为推动社会工作督导制度建设，&lt;img src=x onerror=alert(2)&gt;提升社工站服务质量。</p>
<p>附件：<a href="/a.pdf">督导人员名单.pdf</a></p></div></body></html>"""


def shown(page: str = PAGE) -> str:
    reading = read_page(page.encode(), "text/html", "https://mzt.example.gov.cn/1.html")
    return beside(reading)


def test_the_page_stands_whole_in_a_frame_that_runs_nothing() -> None:
    tree = html.fromstring(shown().encode())
    (frame,) = tree.findall(".//iframe")
    assert frame.get("srcdoc").replace("\r\n", "\n") == PAGE
    assert frame.get("sandbox") == ""
    (policy,) = [m for m in tree.findall(".//meta") if m.get("http-equiv")]
    assert policy.get("content").startswith("default-src 'none'")


def test_no_script_and_no_markup_of_the_page_is_outside_its_frame() -> None:
    text = shown()
    assert "<script" not in text
    tree = html.fromstring(text.encode())
    assert tree.findall(".//img") == []
    assert [e.tag for e in tree.iter() if any(a.startswith("on") for a in e.attrib)] == []
    assert "<img src=x onerror=alert(2)>" in tree.text_content()


def test_every_field_stands_with_its_evidence_and_what_is_doubtful_is_marked() -> None:
    tree = html.fromstring(shown().encode())
    rows = {row.findtext("th"): row for row in tree.findall(".//tr")}
    assert "2026-05-20" in rows["发布日期"].text_content()
    assert "不相上下：2026-05-22" in rows["发布日期"].text_content()
    assert rows["发布日期"].get("class") == "doubt"
    assert "云民发〔2026〕5号" in rows["文号"].text_content()
    assert rows["文号"].get("class") is None
    assert "https://mzt.example.gov.cn/a.pdf" in rows["附件"].text_content()


def test_genre_and_relevance_stand_in_a_readers_words() -> None:
    tree = html.fromstring(shown().encode())
    words = [p.text_content() for p in tree.findall(".//p")]
    assert any(line.startswith("政策 · 相关 · ") for line in words), words


def test_a_page_without_a_document_says_what_it_is() -> None:
    text = shown("<html><body><p>稍候</p></body></html>")
    assert "类别 stub" in text


def test_inspect_writes_the_file(tmp_path: Path) -> None:
    page, out = tmp_path / "p.html", tmp_path / "out.html"
    page.write_text(PAGE, encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["inspect", str(page), "--html", str(out)])
    assert done.exit_code == 0
    assert "读出的内容" in out.read_text(encoding="utf-8")
    refused = CliRunner().invoke(
        cli.app, ["inspect", str(page), "--html", str(tmp_path / "no" / "x")]
    )
    assert refused.exit_code == 2
