"""What files add to a document: kinds, and the body where the page only points to them."""

import pytest

from pipelines.attached import FROM_FILE, ReadFile, file_document, is_pointer, with_files
from pipelines.extract import extract
from store.records import Document, Entry, FileText

TITLE = "云江省民政厅关于印发《云江省社会工作服务站管理办法》的通知"
URL = "https://mzt.example.gov.cn/zcwj/202605/t20260528_1.html"
TEXT = """云江省民政厅文件
云民发〔2026〕12号
云江省社会工作服务站管理办法
第一条 为规范社会工作服务站管理，根据《志愿服务条例》，制定本办法。
第二条 本办法自2026年7月1日起施行，有效期5年。
云江省民政厅
2026年5月25日"""


def document(body: str) -> Document:
    """The document of a page as a site would serve it, with this body."""
    (read,) = extract(
        f"""<!DOCTYPE html><html><head><title>云江省民政厅</title></head><body>
        <div class="nav"><a href="/">首页</a> &gt; <a href="/zcwj/">政策文件</a></div>
        <h1>{TITLE}</h1><div>发布时间：2026-05-28 来源：云江省民政厅</div>
        <div class="TRS_Editor">{body}</div>
        <div class="footer">版权所有：云江省民政厅 网站标识码：3200000007</div></body></html>""",
        URL,
    )
    return read


def files(read: Document, text: str = TEXT) -> dict[str, ReadFile]:
    return {a.url: ReadFile("a" * 64, FileText("pdf", text)) for a in read.attachments}


POINTERS = [
    f'<p><a href="./P020260528.pdf">{TITLE}.pdf</a></p>',
    '<p>附件：<a href="./P020260528.docx">云江省社会工作服务站管理办法.docx</a></p>',
    '<p>点击下载：<a href="/files/a.pdf">附件</a></p>',
    '<p>全文详见附件。</p><p>附件：1.<a href="/files/a.docx">云江省社会工作服务站管理办法</a></p>'
    '<p>2.<a href="/files/b.xlsx">申报表</a></p>',
    '<iframe src="/files/a.pdf" width="800" height="900"></iframe>',
    '<embed src="/files/a.pdf">',
]


@pytest.mark.parametrize("body", POINTERS)
def test_a_page_that_only_points_to_a_file_is_read_from_it(body: str) -> None:
    page = document(body)
    read = with_files(page, files(page))
    assert is_pointer(page)
    assert (read.title, read.published_on, read.body_text) == (TITLE, "2026-05-28", TEXT)
    assert (read.document_number, read.written_on) == ("云民发〔2026〕12号", "2026-05-25")
    assert (read.effective_on, read.expires_on) == ("2026-07-01", "2031-07-01")
    assert [cited.title for cited in read.policies_cited] == ["志愿服务条例"]
    why = read.evidence["body_text"]
    assert (why.rule, why.certainty) == (FROM_FILE, "inferred")
    assert why.where == f"附件：{page.attachments[0].name}"


def test_a_covering_notice_keeps_its_own_words() -> None:
    page = document(
        "<p>各市民政局：</p><p>现将《云江省社会工作服务站管理办法》印发给你们，请认真贯彻执行。</p>"
        '<p>附件：<a href="/files/a.docx">云江省社会工作服务站管理办法</a></p>'
        "<p>云江省民政厅</p><p>2026年5月25日</p>"
    )
    read = with_files(page, files(page))
    assert read.body_text == page.body_text
    assert [(a.kind, a.sha256) for a in read.attachments] == [("pdf", "a" * 64)]
    assert "body_text" not in read.evidence


def test_the_file_named_like_the_page_is_the_document_not_the_first() -> None:
    page = document(
        '<p>附件：1.<a href="/files/b.xlsx">申报表.xlsx</a></p>'
        '<p>2.<a href="/files/a.pdf">云江省社会工作服务站管理办法.pdf</a></p>'
    )
    form, plan = page.attachments
    read = with_files(
        page,
        {
            form.url: ReadFile("b" * 64, FileText("xlsx", "机构名称\t负责人")),
            plan.url: ReadFile("a" * 64, FileText("pdf", TEXT)),
        },
    )
    assert read.body_text == TEXT


def test_what_the_page_states_wins_over_the_file() -> None:
    page = document('<p>附件：<a href="/a.pdf">云江省社会工作服务站管理办法.pdf</a></p>')
    other = TEXT.replace("云江省民政厅\n2026", "临海省民政厅\n2026")
    assert with_files(page, files(page, other)).issuers == page.issuers == ("云江省民政厅",)


def test_a_scan_gives_its_kind_and_no_text() -> None:
    page = document('<p><a href="/a.pdf">云江省社会工作服务站管理办法.pdf</a></p>')
    scan = ReadFile("c" * 64, FileText("scanned", detail="3 pages"))
    read = with_files(page, {page.attachments[0].url: scan})
    assert (read.body_text, read.attachments[0].kind) == ("", "scanned")


def test_a_file_that_was_not_fetched_changes_nothing() -> None:
    page = document(POINTERS[0])
    assert with_files(page, {}) == page


def test_markup_in_a_file_is_text() -> None:
    page = document(POINTERS[0])
    read = with_files(page, files(page, "第一条 <script>alert(1)</script>"))
    assert read.body_html == "<p>第一条 &lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_a_row_that_leads_to_a_file_is_a_document() -> None:
    url = "https://mzt.example.gov.cn/files/P020260528.pdf"
    read = file_document(url, Entry(url, TITLE, "2026-05"), ReadFile("d", FileText("pdf", TEXT)))
    assert (read.title, read.published_on, read.body_text) == (TITLE, "2026-05", TEXT)
    assert read.document_number == "云民发〔2026〕12号"
    assert read.evidence["title"].where == "listing"
