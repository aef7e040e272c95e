"""Attached files: what is read, what is only named, and what a hostile file ends as."""

import io

import pytest
from attached_files import (
    POLICY,
    compound,
    locked_pdf,
    package,
    policy_docx,
    policy_pdf,
    restamped,
    scanned_pdf,
    sheet,
    word,
    written,
    zip_bomb,
)
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from crawler.files import read_limited
from pipelines.files import MAX_BYTES, read_file
from pipelines.files.pdf import _is_language
from pipelines.files.texts import unwrapped

WORDS = "\n".join(POLICY)


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [("a.pdf", policy_pdf(), "pdf"), ("b.docx", policy_docx(), "docx")],
)
def test_every_line_of_a_pdf_and_a_word_document_is_read(name: str, body: bytes, kind: str) -> None:
    read = read_file(body, name)
    assert (read.kind, read.text, read.detail) == (kind, WORDS, "")


def test_a_wrong_ending_deceives_nobody() -> None:
    assert read_file(policy_docx(), "通知.doc").kind == "docx"
    assert read_file(policy_pdf(), "download.jsp?id=7").text == WORDS
    assert read_file(b"<!DOCTYPE html><html><body>404</body></html>", "a.pdf").kind == "html"


def test_cells_of_visible_sheets_are_read_row_by_row() -> None:
    body = sheet(("序号", "机构名称", "金额"), (1, "云江社工服务中心", 12.0), hidden=("底稿",))
    read = read_file(body, "名单.xlsx")
    assert (read.kind, read.text) == ("xlsx", "序号\t机构名称\t金额\n1\t云江社工服务中心\t12")


def test_plain_text_is_decoded_as_a_page_is() -> None:
    read = read_file("社会工作者职业资格考试大纲\r\n\r\n第一部分".encode("gb18030"), "大纲.txt")
    assert (read.kind, read.text) == ("txt", "社会工作者职业资格考试大纲\n第一部分")


def test_a_word_document_reads_tables_in_place_and_no_deleted_text() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    cells = "".join(f"<w:tc><w:p>{run.format(w)}</w:p></w:tc>" for w in ("补助标准", "10万元"))
    box = f"<w:txbxContent><w:p>{run.format('框内')}</w:p></w:txbxContent>"
    body = word(
        f"<w:p>{run.format('第一条')}<w:r><w:tab/></w:r>{run.format('标题')}</w:p>"
        f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        f"<w:p><w:ins>{run.format('新增')}</w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>"
        f"<w:p>{run.format('图')}<mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert read_file(body, "a.docx").text == "第一条\t标题\n补助标准\t10万元\n新增\n图\n框内"


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.doc", compound("WordDocument"), "doc"),
        ("a.wps", compound("WordDocument"), "wps"),
        ("a.xls", compound("Workbook"), "xls"),
        ("download?id=3", compound("WordDocument"), "doc"),
        ("a.ofd", package({"OFD.xml": b"<x/>", "Doc_0/Document.xml": b"<x/>"}), "ofd"),
        ("a.zip", package({"通知.txt": b"x"}), "archive"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(64), "image"),
        ("a.rtf", b"{\\rtf1\\ansi x}", "rtf"),
        ("a.pdf", scanned_pdf(), "scanned"),
        ("a.bin", bytes(range(1, 60)), "other"),
    ],
)
def test_what_is_not_read_is_named_and_has_no_text(name: str, body: bytes, kind: str) -> None:
    read = read_file(body, name)
    assert (read.kind, read.text) == (kind, "")


def test_a_password_is_not_guessed_but_an_empty_one_is_no_password() -> None:
    assert read_file(locked_pdf("机密"), "a.pdf").kind == "encrypted"
    assert read_file(locked_pdf(""), "a.pdf").text == WORDS
    assert read_file(compound("EncryptedPackage"), "a.docx").kind == "encrypted"


@pytest.mark.parametrize("body", [policy_pdf(), policy_docx()])
def test_a_file_that_breaks_off_is_truncated(body: bytes) -> None:
    read = read_file(body[: len(body) * 2 // 3], "a")
    assert (read.kind, read.text) == ("truncated", "")


def test_letters_without_characters_are_garbled_not_invented() -> None:
    """Glyph numbers without /ToUnicode: reading them as characters would make up a text."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(policy_pdf())))
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"]  # type: ignore[index]
    font[NameObject("/Encoding")] = NameObject("/Identity-H")
    read = read_file(written(writer), "a.pdf")
    assert (read.kind, read.text) == ("garbled", "")


def test_characters_that_make_no_chinese_are_garbled() -> None:
    """A wrong /ToUnicode gives characters nobody wrote; GBK in a Latin font gives letters."""
    shifted = tuple("".join(chr(0x4E00 + ord(c) * 7919 % 20000) for c in line) for line in POLICY)
    read = read_file(policy_pdf(shifted), "a.pdf")
    assert (read.kind, read.text) == ("garbled", "")
    latin = "".join(POLICY).encode("gb18030").decode("latin-1")
    assert not _is_language(latin)
    assert _is_language("Annual report 2026: no Chinese in it, nor is any asked for.")
    assert _is_language(
        "序号 姓名 单位 张三丰 李四光 欧阳修 司马光 诸葛亮 上官婉儿 东方朔 公孙策 令狐冲"
    )


def test_a_package_that_unpacks_a_thousand_times_is_a_bomb() -> None:
    body = zip_bomb()
    assert len(body) < 1024 * 1024
    read = read_file(body, "a.docx")
    assert read.kind == "bomb"
    assert "unpack to 314572800" in read.detail


def test_a_pdf_stream_that_unpacks_without_end_is_a_bomb() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(policy_pdf())))
    stream = DecodedStreamObject()
    stream.set_data(bytes(100_000_000))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    assert read_limited(written(writer), "a.pdf").kind == "bomb"


def test_a_damaged_part_is_damaged() -> None:
    assert read_file(word("<w:p><w:r>"), "a.docx").kind == "damaged"
    assert read_file(package({"xl/workbook.xml": b"<x/>"}), "a.xlsx").kind == "damaged"


def test_a_hundred_megabytes_are_not_looked_into() -> None:
    read = read_limited(bytes(100 * 1024 * 1024), "a.pdf")
    assert (read.kind, read.detail) == ("too_big", f"104857600 bytes, more than {MAX_BYTES}")


def test_a_child_reads_what_the_parent_would() -> None:
    assert read_limited(policy_pdf(), "-a.pdf") == read_file(policy_pdf(), "-a.pdf")


def test_a_file_that_is_not_read_in_time_is_too_slow() -> None:
    read = read_limited(policy_pdf(), "a.pdf", timeout_s=0.01)
    assert (read.kind, read.detail) == ("too_slow", "not read within 0.01 s")


def test_a_file_that_needs_more_memory_than_allowed_ends_alone() -> None:
    many = "".join(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>" for n in range(300_000))
    read = read_limited(word(many), "a.docx", memory_mb=160)
    assert (read.kind, read.detail) == ("bomb", "needs more than 160 MB of memory to be read")
    assert read_limited(policy_docx(), "a.docx").text == WORDS


def test_a_file_saved_again_reads_the_same() -> None:
    again = restamped(policy_docx())
    assert again != policy_docx()
    assert read_file(again, "a.docx") == read_file(policy_docx(), "a.docx")


def test_lines_broken_by_the_margin_are_paragraphs_again() -> None:
    lines = [
        "第一条 为了规范社会工作服务站的建设和管理，充分发挥社会工作专业人才的作",
        "用，制定本办法。",
        "第二条 本办法所称社会工作服务站，是指在乡镇（街道）设立的、由社会工作者",
        "第三条 省民政厅负责指导。",
    ]
    assert unwrapped(lines) == [lines[0] + lines[1], lines[2], lines[3]]


@given(st.lists(st.text(min_size=1, max_size=60), max_size=20))
def test_joining_lines_loses_and_invents_no_character(lines: list[str]) -> None:
    joined = "".join(unwrapped(lines))
    assert joined.replace(" ", "") == "".join(lines).replace(" ", "")


@given(st.binary(max_size=400), st.sampled_from(["", "a.pdf", "a.docx", "a.txt", "a.wps"]))
def test_no_bytes_make_the_reader_fail(body: bytes, name: str) -> None:
    assert read_file(body, name).kind
