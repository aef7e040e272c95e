"""Small real files for tests: made by libraries, or by hand where they must lie."""

import io
import struct
import zipfile
import zlib

from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter

from samplesites.uploads import docx, pdf

POLICY = (
    "云民发〔2026〕12号",
    "云江省社会工作服务站管理办法",
    "第一条 为规范社会工作服务站管理，根据《志愿服务条例》，制定本办法。",
    "第二条 社会工作服务站配备不少于3名社会工作者，每站每年补助10万元。",
    "第三条 本办法自2026年7月1日起施行，有效期5年。",
    "云江省民政厅",
    "2026年5月25日",
)
RAISED = tuple(line.replace("10万元", "15万元") for line in POLICY)


def policy_pdf(lines: tuple[str, ...] = POLICY) -> bytes:
    return pdf(lines)


def policy_docx(lines: tuple[str, ...] = POLICY) -> bytes:
    return docx(lines)


def restamped(body: bytes) -> bytes:
    """The same Word document saved again: other bytes, the same words."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2026, 6, 9, 1, 2, 4)), old.read(name))
    return held.getvalue()


def locked_pdf(password: str) -> bytes:
    """A PDF whose reader needs the password; with "" it only forbids printing."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(policy_pdf())))
    writer.encrypt(user_password=password, owner_password="主人", algorithm="RC4-128")
    return written(writer)


def scanned_pdf(pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def sheet(*rows: tuple[object, ...], hidden: tuple[object, ...] = ()) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    if hidden:
        secret = book.create_sheet("备份")
        secret.append(hidden)
        secret.sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def word(xml: str) -> bytes:
    """A Word document with this body, as a package that Word would open."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    root = (
        f'<w:document xmlns:w="{main}" xmlns:mc="{compatible}"><w:body>{xml}</w:body></w:document>'
    )
    return package({"word/document.xml": root.encode()})


def zip_bomb(megabytes: int = 300) -> bytes:
    """A package whose only part unpacks a thousand times: zeros, packed without making them all."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block, check = bytes(1024 * 1024), 0
    packed = b""
    for _ in range(megabytes):
        packed += squeeze.compress(block)
        check = zlib.crc32(block, check)
    packed += squeeze.flush()
    size, name = megabytes * len(block), b"word/document.xml"
    fixed = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + fixed + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fixed + struct.pack("<HHHII", 0, 0, 0, 0, 0)
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central) + len(name), len(local), 0)
    return local + central + name + b"PK\x05\x06" + end


def compound(stream: str) -> bytes:
    """The head of a compound file with a directory entry of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(64)
