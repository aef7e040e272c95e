"""Files that belong to a document, and files that belong to the site."""

from pathlib import Path

import pytest

from pipelines.extract import extract, may_name_files

PAGE = """<html><head><title>关于申报项目的通知</title></head><body>
<div><a href="/guide.pdf">指南</a></div><h1>关于申报项目的通知</h1><p>发布时间：2024-01-02</p>
<div class="content"><p>现将有关事项通知如下，请认真执行。</p>%s</div>%s
<div class="footer">版权所有 南河市民政局</div><a href="/app.zip">客户端</a></body></html>"""


def urls(inside: str = "", after: str = "") -> list[str]:
    (document,) = extract(PAGE % (inside, after), "http://www.example.gov.cn/a/b.html")
    return [attachment.url for attachment in document.attachments]


@pytest.mark.parametrize(
    ("href", "text", "url"),
    [
        ("./P0202401.docx", "附件1", "http://www.example.gov.cn/a/P0202401.docx"),
        ("https://oss.example.com/x.PDF?sign=1", "附件", "https://oss.example.com/x.PDF?sign=1"),
        (
            "/down.jsp?id=1&filename=a.xls",
            "表",
            "http://www.example.gov.cn/down.jsp?id=1&filename=a.xls",
        ),
        ("/attach/88", "申报表.wps", "http://www.example.gov.cn/attach/88"),
    ],
)
def test_file_is_found_by_path_query_or_name(href: str, text: str, url: str) -> None:
    assert urls(f'<p><a href="{href}">{text}</a></p>') == [url]


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("/b.html", "政策原文.pdf"),
        ("javascript:void(0)", "申报表.doc"),
        ("#top", "附件.doc"),
        ("/news/doc/", "新闻"),
        ("http://[bad", "坏链接"),
    ],
)
def test_what_is_no_file_is_not_invented(href: str, text: str) -> None:
    assert urls(f'<p><a href="{href}">{text}</a></p>') == []


def test_files_under_the_body_count_and_those_of_the_site_do_not() -> None:
    after = (
        '<div>附件：<a href="a.doc">申报表</a></div><p>相关链接</p><a href="/other.doc">别的</a>'
    )
    assert urls(after=after) == ["http://www.example.gov.cn/a/a.doc"]


def test_each_file_is_named_once_with_its_type() -> None:
    link = '<a href="a.docx" title="t">申报表.docx</a>'
    (document,) = extract(PAGE % (link + link, ""), "http://www.example.gov.cn/a/b.html")
    (attachment,) = document.attachments
    assert attachment.name == "申报表.docx"
    assert attachment.media_type is not None
    assert attachment.media_type.endswith("wordprocessingml.document")


PAGES = sorted(path for path in (Path(__file__).parent / "pages").rglob("*") if path.is_file())


def test_no_page_that_has_attachments_is_said_to_name_no_file() -> None:
    having = 0
    for path in PAGES:
        text = path.read_text(encoding="utf-8", errors="replace")
        documents = extract(text, "https://mzt.yunjiang.gov.cn/art/2026/1/1/art_1.html")
        if any(document.attachments for document in documents):
            having += 1
            assert may_name_files(text), path.name
    assert having > 10


@pytest.mark.parametrize(
    ("markup", "may"),
    [
        ('<a href="/upload/a.pdf">方案</a>', True),
        ('<a href="/down.jsp?id=7">方案.DOCX</a>', True),
        ('<a href="/down.jsp?id=7">方案.<b>doc</b>x</a>', True),
        ('<a href="/down.jsp?f=a%2Exls">表</a>', True),
        ('<a href="/down.jsp?id=7" title="表&#46;xls">表</a>', True),
        ('<a href="#" onclick="down(\'/upload/a.wps\')">表</a>', True),
        ('<a href="/upload/1.jpg">附件</a>', True),
        ('<a href="/down.jsp?id=7">1.png</a>', True),
        ("正文\n1.jpg 2.jpg", True),
        ('<img src="/upload/1.jpg">正文', False),
        ("<script>document.write(window.document.docs)</script>", False),
    ],
)
def test_a_page_may_name_a_file_however_its_ending_is_written(markup: str, may: bool) -> None:
    assert may_name_files(markup) is may


@pytest.mark.parametrize(
    "offered",
    [
        "<p>政府文件全真版：</p><p>温馨提示：请使用OFD阅读软件浏览源文件，如未安装"
        "<a href='/tools/sw.zip'>点击下载</a></p>",
        "<p><a href='http://get.example.com/AdbeRdr.zip'>PDF阅读器下载</a></p>",
        "<p><a href='/plugin/Reader_setup.rar'>安装</a></p>",
        "<div class='right'><h3>常用下载</h3><p><a href='/f/1.doc'>低保申请表</a></p></div>",
    ],
)
def test_what_a_site_offers_beside_a_document_is_no_attachment(offered: str) -> None:
    file = "<div>附件：<a href='P0520.ofd'>通知.ofd</a></div>"
    assert urls(after=file + offered) == ["http://www.example.gov.cn/a/P0520.ofd"]


def test_the_note_on_how_to_read_a_file_is_no_text() -> None:
    note = "<p>政府文件全真版：</p><p>温馨提示：请使用OFD阅读软件浏览源文件</p>"
    (document,) = extract(PAGE % ("", note), "http://www.example.gov.cn/a/b.html")
    assert document.body_text == "现将有关事项通知如下，请认真执行。"


def test_a_packed_annex_is_an_attachment() -> None:
    assert urls("<p>附件：<a href='b.zip'>申报系统操作手册</a></p>") == [
        "http://www.example.gov.cn/a/b.zip"
    ]


def test_a_file_that_a_program_hands_out_is_told_by_the_words_beside_it() -> None:
    handler = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid="
    inside = f"<p>附件：1.<a href='{handler}7'>评估表</a></p>"
    inside += f"<p>2.<a href='{handler}8'>社工站台账</a></p>"
    site = "http://www.example.gov.cn"
    assert urls(inside) == [f"{site}{handler}7", f"{site}{handler}8"]
    assert may_name_files(inside)
    guid = "/attach/downloadztbattach?attachGuid=a-b"
    opened = f"<a href='javascript:void(0)' onclick=\"window.open('{guid}')\">1.评估表.xlsx</a>"
    assert urls(after=f"<div>附件：{opened}</div>") == [site + guid]
    kept = "<a href='javascript:;' data-url='/f/1.doc'>评估表.doc</a>"
    assert urls(inside=f"<p>附件：{kept}</p>") == [f"{site}/f/1.doc"]


@pytest.mark.parametrize(
    "line",
    [
        "<p>请到<a href='/download.jsp?id=7'>系统</a>填写附件中的表。</p>",
        "<p>附件：评估表</p><p><a href='/download.do?id=7'>下载本文</a></p>",
        "<p>附件：评估表，请到<a href='/download/'>下载中心</a>领取</p>",
        "<p>附件请用阅读器打开：<a href='/download.do?id=7'>OFD阅读器</a></p>",
        "<p>附件：<a href='file:///C:/temp/1.doc'>评估表.doc</a></p>",
    ],
)
def test_a_download_that_is_no_annex_is_none(line: str) -> None:
    assert urls(inside=line) == []


def test_what_a_site_says_of_itself_under_every_page_is_no_attachment() -> None:
    guide = "<div><a href='/xxgk/zn.pdf'>信息公开指南</a></div>"
    assert urls(after=guide) == []
    assert urls(inside=guide) == ["http://www.example.gov.cn/xxgk/zn.pdf"]
