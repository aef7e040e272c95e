"""Zip packages (DOCX, XLSX) before they are opened: locked, broken, or a bomb."""

import io
import zipfile

from store.records import FileText

MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 200
"""How often larger than packed an honest package may be: sheets of blanks reach a hundred."""

RATIO_FROM = 16 * 1024 * 1024
"""Below this unpacked size a ratio threatens nobody."""

MAX_PARTS = 20_000
_LOCKED = 0x1


def unpackable(body: bytes) -> FileText | None:
    """Return why the package must not or cannot be unpacked, None if it may be.

    The sizes are those its directory states; `zipfile` never unpacks more than them, so a lie
    shows as a broken checksum.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = package.infolist()
    if any(part.flag_bits & _LOCKED for part in parts):
        return FileText("encrypted", detail="its parts need a password")
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(1, len(body))
    if len(parts) > MAX_PARTS:
        return FileText("bomb", detail=f"{len(parts)} parts, more than {MAX_PARTS}")
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and ratio > MAX_RATIO):
        detail = f"{len(body)} bytes unpack to {unpacked}, {ratio:.0f} times as much"
        return FileText("bomb", detail=detail)
    return None
