"""What a file is, by its first bytes and the names inside it; a wrong ending deceives nobody."""

import io
import re
import zipfile

from store.records import FileKind

_PDF_WITHIN = 1024
"""Readers accept a PDF header that does not stand at the very start (ISO 32000-1 annex H.3.4.1)."""

_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The compound file of Word 97, Excel 97 and Kingsoft's WPS ([MS-CFB] §2.2)."""

_STREAMS: tuple[tuple[str, FileKind], ...] = (
    ("EncryptedPackage", "encrypted"),  # an OOXML file with a password ([MS-OFFCRYPTO] §2.3.4.4)
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
)
_ENDINGS: dict[str, FileKind] = {
    "doc": "doc",
    "xls": "xls",
    "ppt": "ppt",
    "wps": "wps",
    "et": "et",
}
_PARTS: tuple[tuple[str, FileKind], ...] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),  # GB/T 33190-2016 §7.1
)
_HTML = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body|script|meta|div|table)\b", re.I)
_TEXT_ENDINGS = frozenset({"txt", "csv"})


def kind_of(body: bytes, name: str) -> FileKind:
    """Return what the file is; `truncated` for a package that breaks off, `other` if unknown.

    name decides only where bytes cannot: Kingsoft's WPS writes the same compound files as Word.
    """
    if b"%PDF-" in body[:_PDF_WITHIN]:
        return "pdf"
    if body.startswith(_COMPOUND):
        return _compound(body, _ending(name))
    if body.startswith(b"PK\x03\x04"):
        return _package(body)
    for start, kind in _STARTS:
        if body.startswith(start):
            return kind
    if _HTML.match(body[:_PDF_WITHIN].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return "txt" if _ending(name) in _TEXT_ENDINGS and b"\x00" not in body else "other"


def _ending(name: str) -> str:
    return name.partition("?")[0].rpartition(".")[2].strip().lower()


def _compound(body: bytes, ending: str) -> FileKind:
    """Return the kind of a compound file: its stream names are stored in UTF-16."""
    if ending in {"wps", "et"}:
        return _ENDINGS[ending]
    for stream, kind in _STREAMS:
        if stream.encode("utf-16-le") in body:
            return kind
    return _ENDINGS.get(ending, "other")


def _package(body: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            names = set(package.namelist())
    except zipfile.BadZipFile:
        return "truncated"  # the directory stands at the end: without it, the end is missing
    return next((kind for part, kind in _PARTS if part in names), "archive")
