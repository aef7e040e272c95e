"""The archive: every response body as served, in WARC files (ISO 28500), before anything reads it.

One file per run and process, `run000012-01.warc.gz`, never appended to by a later one, so that a
torn tail can only be the end of a file. A record is on disk before its capture row is committed;
a record without a row is ignored garbage. This module knows no database and judges no page.
"""

import hashlib
import io
import logging
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawler.body import MAX_FILE_BYTES, unpack
from crawler.errors import ArchiveError, BodyError
from crawler.warc import resource_bytes, response_bytes, warcinfo_bytes
from store import faults
from store.records import Capture

ROTATE_BYTES = 512 * 1024 * 1024
"""A run goes on in a new file beyond this size."""

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""The largest payload that is read back; ours end at half of it. A foreign one has videos."""

_READ = {"response", "resource"}
# What warcio raises on a record cut short; AttributeError is its stumble over a missing header.
_TORN = (ArchiveLoadFailed, EOFError, AttributeError, ValueError, OverflowError)
_NEVER = datetime.fromtimestamp(0, UTC)
"""Stands where a record's date cannot be read; such a record is a defect and used for nothing."""

_log = logging.getLogger(__name__)

faults.register(
    archive_write_before="a response has arrived and is not in the archive",
    archive_write_half="half of a response is in the archive",
    archive_write_after="a response is in the archive and has no row",
)


class ArchivedResponse(NamedTuple):
    """A response read back from a WARC file.

    headers: names in lower case, several values joined by `, ` (`set-cookie`: by a newline).
    body: content codings undone. defect: why the body is not what was served, or None.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    defect: str | None = None


class ArchiveWriter:
    """Writes the responses of one process of one run. Not for two threads at once."""

    def __init__(self, folder: Path, run_id: int = 0, *, label: str | None = None) -> None:
        """label: what the files are called after instead of their run, where there is none."""
        self._folder = folder
        self._label = label or f"run{run_id:06d}"
        self._file: BinaryIO | None = None
        self._name = ""

    def write(
        self,
        url: str,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        *,
        fetched_at: datetime,
    ) -> Capture:
        """Return where the response now lies; it is on disk when this returns.

        headers: as served, in order. body: as served, content codings and all, transfer coding
        undone by the client. The capture's hash is of the body with its content codings undone.
        """
        served = [*headers]
        offset = self._put(response_bytes(url, status, served, body, fetched_at), fetched_at)
        names = joined_headers(served)
        return Capture(
            url=url,
            fetched_at=fetched_at,
            status=status,
            content_type=names.get("content-type"),
            body_sha256=hashlib.sha256(_unpacked(body, names)).hexdigest(),
            body_bytes=len(body),
            etag=names.get("etag"),
            last_modified=names.get("last-modified"),
            warc_file=self._name,
            warc_offset=offset,
        )

    def write_resource(
        self, url: str, content_type: str, body: bytes, *, fetched_at: datetime
    ) -> Capture:
        """Return where a page now lies that came without an answer of its own, status 200.

        A `resource` record (ISO 28500 §6.4): it holds no protocol, so nothing in it can be taken
        for what a server said about this address.
        """
        offset = self._put(resource_bytes(url, content_type, body, fetched_at), fetched_at)
        return Capture(
            url=url,
            fetched_at=fetched_at,
            status=200,
            content_type=content_type,
            body_sha256=hashlib.sha256(body).hexdigest(),
            body_bytes=len(body),
            etag=None,
            last_modified=None,
            warc_file=self._name,
            warc_offset=offset,
        )

    def close(self) -> None:
        """Close the file; writing again opens the next one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _put(self, record: bytes, now: datetime) -> int:
        """Append the record, wait until it is on disk, return where it begins."""
        faults.reach("archive_write_before")
        file = self._opened(now)
        offset = file.tell()
        middle = len(record) // 2
        try:
            _write(file, record[:middle])
            faults.reach("archive_write_half")
            _write(file, record[middle:])
            os.fsync(file.fileno())
        except OSError:
            self._leave_no_half(offset)
            raise
        faults.reach("archive_write_after")
        return offset

    def _leave_no_half(self, offset: int) -> None:
        """Cut off what a full disk left of a record: what follows it would not be readable."""
        assert self._file is not None
        self._file.truncate(offset)
        self.close()

    def _opened(self, now: datetime) -> BinaryIO:
        if self._file is not None and self._file.tell() > ROTATE_BYTES:
            self.close()
        if self._file is None:
            self._name, self._file = self._next_file()
            _write(self._file, warcinfo_bytes(self._name, now))
        return self._file

    def _next_file(self) -> tuple[str, BinaryIO]:
        """Create the first file name of this run that nobody has used."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            name = f"{self._label}-{number:02d}.warc.gz"
            try:
                return name, (self._folder / name).open("xb", buffering=0)
            except FileExistsError:
                continue
        raise ArchiveError(f"{self._folder}: {self._label} already has 999 files; clean up")


def _write(file: BinaryIO, record: bytes) -> None:
    """Write all of it or raise: an unbuffered file may take less, and keeps nothing back."""
    rest = memoryview(record)
    while rest:
        rest = rest[file.write(rest) :]


def _unpacked(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return what the hash is taken of: gzip stamps its time into bytes that say the same."""
    try:
        return unpack(body, headers.get("content-encoding"))
    except BodyError:
        return body


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

    `resource` records come as status 200. What follows the last whole record, the torn tail of a
    killed writer, is ignored. Raises ArchiveError for a file that is no WARC at all.
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
        except _TORN as error:
            _refuse_all_but_a_torn_tail(path, records.offset, first=records.offset == begin)
            _log.info("torn tail of %s ignored, from byte %d: %s", path.name, records.offset, error)
            return
        if record.rec_type in _READ:
            yield _archived(record, payload)


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
    return ArchivedResponse(url, status, headers, body, fetched_at, defect)


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
