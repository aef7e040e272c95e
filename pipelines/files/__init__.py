"""Attached files as text: PDF, DOCX, XLSX and plain text are read, the rest is named.

Pure: bytes in, a `FileText` out, never an invented word. It trusts no file: sizes are checked
before anything is unpacked. What it cannot bound itself (time, memory) bounds the process in
which the crawler runs it, so it must not be called on foreign bytes anywhere else.
"""

from pipelines.files.packages import unpackable
from pipelines.files.signs import kind_of
from store.records import FileText

FILES_VERSION: int = 2
"""Raised whenever a file may read differently: changes it alone causes are `corrected`."""

MAX_BYTES = 32 * 1024 * 1024
"""A larger file is not looked into."""

MAX_CHARS = 1_000_000
"""More text than this is no policy; the rest is left out, and `detail` says so."""

__all__ = ["FILES_VERSION", "MAX_BYTES", "MAX_CHARS", "read_file"]


def read_file(body: bytes, name: str) -> FileText:
    """Return what the file says. Its bytes decide what it is; the name only between look-alikes.

    name: the file's name or address. Raises whatever a broken file makes a parser raise beyond
    what is foreseen here: the caller's child process ends with it, and the file is `damaged`.
    """
    if len(body) > MAX_BYTES:
        return FileText("too_big", detail=f"{len(body)} bytes, more than {MAX_BYTES}")
    kind = kind_of(body, name)
    if kind in {"docx", "xlsx"} and (why := unpackable(body)):
        return why
    return _capped(_READERS[kind](body) if kind in _READERS else FileText(kind))


# Each reader's library is loaded for its own files only: a child process reads a single file.


def _pdf(body: bytes) -> FileText:
    from pipelines.files.pdf import read_pdf

    return read_pdf(body)


def _docx(body: bytes) -> FileText:
    from pipelines.files.docx import read_docx

    return read_docx(body)


def _xlsx(body: bytes) -> FileText:
    from pipelines.files.xlsx import read_xlsx

    return read_xlsx(body)


def _plain(body: bytes) -> FileText:
    from pipelines.files.plain import read_plain

    return read_plain(body)


_READERS = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "txt": _plain}


def _capped(read: FileText) -> FileText:
    if len(read.text) <= MAX_CHARS:
        return read
    detail = f"the first {MAX_CHARS} of {len(read.text)} characters"
    return FileText(read.kind, read.text[:MAX_CHARS], detail)
