"""Reads the archive back: the responses of WARC files (ISO 28500), ours and other programs'.

A file is read up to its last whole record: a torn tail is a killed writer's. This module writes
nothing, knows no database and judges no page.
"""

import io
import logging
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawler.body import MAX_FILE_BYTES, unpack
from crawler.errors import ArchiveError, BodyError
from crawler.warc import ORIGINAL_FILE
from store.records import Capture

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""The largest payload that is read back; ours end at half of it. A foreign one has videos."""

_READ = {"response", "resource"}
_GZIP = b"\x1f\x8b\x08"
# What warcio raises on a record cut short; AttributeError is its stumble over a missing header.
_TORN = (ArchiveLoadFailed, EOFError, AttributeError, ValueError, OverflowError)
_NEVER = datetime.fromtimestamp(0, UTC)
"""Stands where a record's date cannot be read; such a record is a defect and used for nothing."""

_log = logging.getLogger(__name__)


class ArchivedResponse(NamedTuple):
    """A response read back from a WARC file.

    headers: names in lower case, several values joined by `, ` (`set-cookie`: by a newline).
    body: content codings undone. defect: why the body is not what was served, or None.
    payload: the body as served.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    defect: str | None = None
    payload: bytes = b""


def joined_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name, repeated ones joined (RFC 9110 §5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        separator = "\n" if key == "set-cookie" else ", "
        joined[key] = f"{joined[key]}{separator}{value}" if key in joined else value
    return joined


def read_response(folder: Path, capture: Capture) -> ArchivedResponse:
    """Return the archived response of a capture row; ArchiveError if it is not there whole."""
    path = folder / capture.warc_file
    where = f"{path} at byte {capture.warc_offset}"
    try:
        with path.open("rb") as file:
            file.seek(capture.warc_offset)
            response = next(_responses(file, path), None)
    except OSError as error:
        raise ArchiveError(
            f"{where}: {error.strerror}; restore the archive from a backup"
        ) from error
    if response is None or response.url != capture.url:
        raise ArchiveError(f"{where}: no whole record of {capture.url}; restore from a backup")
    return response


def lies_there(folder: Path, capture: Capture) -> bool:
    """Return whether a record begins where the capture row says; reading tells if it is whole."""
    try:
        with (folder / capture.warc_file).open("rb") as file:
            file.seek(capture.warc_offset)
            return file.read(len(_GZIP)) == _GZIP
    except OSError:
        return False


def read_body(folder: Path, capture: Capture) -> bytes:
    """Return the body of a capture with content codings undone.

    Raises ArchiveError if the record is not there whole, BodyError if the body as served cannot
    be unpacked.
    """
    response = read_response(folder, capture)
    if response.defect is not None:
        raise BodyError(response.defect)
    return response.body


def iter_responses(path: Path) -> Iterator[ArchivedResponse]:
    """Yield the responses of a WARC file in order, ours or foreign, packed or not.

    `resource` records come as status 200; `revisit` records of ours with the body that they refer
    to, in this file or one beside it, those of others are left out. What follows the last whole
    record, the torn tail of a killed writer, is ignored. Raises ArchiveError for a file that is no
    WARC at all.
    """
    try:
        with path.open("rb") as file:
            yield from _responses(file, path)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error


def _responses(file: BinaryIO, path: Path) -> Iterator[ArchivedResponse]:
    begin = file.tell()
    records = ArchiveIterator(file)
    while True:
        try:
            record = next(records, None)
            if record is None:
                return
            payload = _payload(record) if record.rec_type in _READ else b""
            again = record.rec_headers.get_header(ORIGINAL_FILE)
        except _TORN as error:
            _refuse_all_but_a_torn_tail(path, records.offset, first=records.offset == begin)
            _log.info("torn tail of %s ignored, from byte %d: %s", path.name, records.offset, error)
            return
        if record.rec_type in _READ:
            yield _archived(record, payload)
        elif record.rec_type == "revisit" and again is not None:
            yield _came_again(record, path.parent, Path(again).name)


def _came_again(record: ArcWarcRecord, folder: Path, name: str) -> ArchivedResponse:
    """Return the answer that a revisit record tells of, with the body from where it lies."""
    told = _archived(record, b"")
    wanted = record.rec_headers.get_header("WARC-Refers-To")
    for path in _descendants(folder, name):
        if (offset := _places(path, path.stat().st_size).get(wanted)) is not None:
            with path.open("rb") as file:
                file.seek(offset)
                first = next(_responses(file, path), None)
            if first is not None and first.url == told.url:
                return first._replace(headers=told.headers, fetched_at=told.fetched_at)
    return told._replace(defect=f"正文与从前相同，但 {name} 里已没有那条记录")


def _descendants(folder: Path, name: str) -> list[Path]:
    """Return the archive file of that name and what pruning made of it, as far as they exist."""
    stem = re.sub(r"(-p\d+)?\.warc\.gz$", "", name)
    pattern = re.compile(rf"{re.escape(stem)}(-p\d+)?\.warc\.gz")
    return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name))


@lru_cache(maxsize=16)
def _places(path: Path, size: int) -> dict[str, int]:
    """Return where each record with a body of its own begins, by its id.

    size: a file that grew is read anew.
    """
    places: dict[str, int] = {}
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        try:
            for record in records:
                name, kind = record.rec_headers.get_header("WARC-Record-ID"), record.rec_type
                where = records.get_record_offset()  # reads on to the next record
                if kind in _READ:
                    places[name or ""] = where
        except _TORN as error:
            _log.info("torn tail of %s ignored: %s", path.name, error)
    return places


def _payload(record: ArcWarcRecord) -> bytes:
    """Return the payload with its transfer coding undone, the start of one beyond the bound.

    EOFError when the record is torn.
    """
    raw: bytes = record.raw_stream.read(MAX_RECORD_BYTES + 1)
    if len(raw) > MAX_RECORD_BYTES:
        return raw
    if record.raw_stream.limit > 0:  # what the record's Content-Length still promised
        raise EOFError(f"{record.raw_stream.limit} bytes of the body are missing")
    served = record.http_headers
    if served and "chunked" in (served.get_header("Transfer-Encoding") or "").lower():
        return bytes(ChunkedDataReader(io.BytesIO(raw)).read())
    return raw


def _refuse_all_but_a_torn_tail(path: Path, offset: int, *, first: bool) -> None:
    """Return if nothing readable follows the broken record at offset; else raise ArchiveError."""
    rest = path.read_bytes()[offset + 1 :] if not first else b""
    packed = (m.start() for m in re.finditer(rb"\x1f\x8b\x08", rest))
    if first and offset == 0:
        raise ArchiveError(f"{path}: not a WARC file, or nothing whole in it; check the file")
    if b"\nWARC/1" in rest or any(_begins_record(rest[start:]) for start in packed):
        raise ArchiveError(
            f"{path}: damaged at byte {offset} with records after it; restore it from a backup"
        )


def _begins_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, 5) == b"WARC/"
    except zlib.error:
        return False


def _archived(record: ArcWarcRecord, payload: bytes) -> ArchivedResponse:
    """Return the record; one that does not say what it is, only other programs' do, as a defect."""
    url = record.rec_headers.get_header("WARC-Target-URI")
    status = _status(record)
    fetched_at = _instant(record.rec_headers.get_header("WARC-Date"))
    if url is None or status is None or fetched_at is None:
        why = "记录没有可读的地址、状态码或时间"
        return ArchivedResponse(url or "", status or 0, {}, b"", fetched_at or _NEVER, why)
    served = record.http_headers
    stated = {"content-type": record.content_type or ""}
    headers = joined_headers(served.headers) if served is not None else stated
    body, defect = _readable(payload, headers)
    return ArchivedResponse(url, status, headers, body, fetched_at, defect, payload)


def _readable(payload: bytes, headers: Mapping[str, str]) -> tuple[bytes, str | None]:
    """Return the body with its content codings undone, and why that failed or None."""
    try:
        if len(payload) > MAX_RECORD_BYTES:
            raise BodyError(f"记录超过 {MAX_RECORD_BYTES} 字节")
        return unpack(payload, headers.get("content-encoding")), None
    except BodyError as error:
        return payload[:MAX_FILE_BYTES], str(error)


def _status(record: ArcWarcRecord) -> int | None:
    """Return the status code of the answer, 200 for a resource, None if it cannot be read."""
    if record.http_headers is None:
        return 200
    code = str(record.http_headers.get_statuscode())
    return int(code) if re.fullmatch(r"[1-9]\d\d", code, re.ASCII) else None


def _instant(date: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat((date or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
