"""The archive: every response body as served, in WARC files (ISO 28500), before anything reads it.

One file per run and process, `run000012-01.warc.gz`, never appended to by a later one, so that a
torn tail can only be the end of a file. A record is on disk before its capture row is committed;
a record without a row is ignored garbage. Written here, read in `crawler.archived`. This module
knows no database and judges no page.
"""

import hashlib
import logging
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crawler.archived import joined_headers, read_response
from crawler.body import unpack
from crawler.errors import ArchiveError, BodyError
from crawler.warc import resource_bytes, response_bytes, revisit_bytes, warcinfo_bytes
from store import faults
from store.records import Capture

ROTATE_BYTES = 512 * 1024 * 1024
"""A run goes on in a new file beyond this size."""

_READ_BY = ("content-type", "content-encoding")
"""Headers without which the same bytes are not the same page."""

_log = logging.getLogger(__name__)

faults.register(
    archive_write_before="a response has arrived and is not in the archive",
    archive_write_half="half of a response is in the archive",
    archive_write_after="a response is in the archive and has no row",
    archive_sync_before="responses are in the archive and not yet on disk",
    archive_sync_after="responses are on disk and have no rows",
)


class ArchiveWriter:
    """Writes the responses of one process of one run. Not for two threads at once."""

    def __init__(self, folder: Path, run_id: int = 0, *, label: str | None = None) -> None:
        """label: what the files are called after instead of their run, where there is none."""
        self._folder = folder
        self._label = label or f"run{run_id:06d}"
        self._file: BinaryIO | None = None
        self._unsynced = False
        self._refused: OSError | None = None
        self._name = ""

    def write(
        self,
        url: str,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        *,
        fetched_at: datetime,
        earlier: Capture | None = None,
    ) -> Capture:
        """Return where the response now lies; it is on disk after `sync`.

        headers: as served, in order. body: as served, content codings and all, transfer coding
        undone by the client. The capture's hash is of the body with its content codings undone.
        earlier: the last capture of this address; the same answer again costs no second body: the
        capture lies where the first one does, and a revisit record says when it was seen again.
        """
        served = [*headers]
        names = joined_headers(served)
        again = self._revisit(earlier, status, served, body, fetched_at)
        record = again or response_bytes(url, status, served, body, fetched_at)
        offset = self._put(record, fetched_at)
        place = (self._name, offset)
        if again is not None and earlier is not None:
            place = (earlier.warc_file, earlier.warc_offset)
        return Capture(
            url=url,
            fetched_at=fetched_at,
            status=status,
            content_type=names.get("content-type"),
            body_sha256=hashlib.sha256(_unpacked(body, names)).hexdigest(),
            body_bytes=len(body),
            etag=names.get("etag"),
            last_modified=names.get("last-modified"),
            warc_file=place[0],
            warc_offset=place[1],
        )

    def _revisit(
        self,
        earlier: Capture | None,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
        fetched_at: datetime,
    ) -> bytes | None:
        """Return the record that says an answer is the earlier one again, None if it is not.

        Every byte must be the same, and what they are read by. A record that is lost or damaged
        holds nothing: the body is then written anew.
        """
        if earlier is None or (earlier.status, earlier.body_bytes) != (status, len(body)):
            return None
        try:
            original = read_response(self._folder, earlier)
        except ArchiveError as error:
            _log.warning("%s is archived anew: %s", earlier.url, error)
            return None
        names = joined_headers(headers)
        read_alike = all(original.headers.get(name) == names.get(name) for name in _READ_BY)
        if not read_alike or original.payload != body:
            return None
        return revisit_bytes(
            earlier.url,
            status,
            headers,
            body,
            fetched_at,
            original_at=original.fetched_at,
            original_file=earlier.warc_file,
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

    def sync(self) -> None:
        """Wait until all that was written is on disk: before the first row that says where it is.

        Once for many records: waiting for each was most of the time of a crawl of new pages. A disk
        that refused once is asked no more, the error stands: Linux drops what it could not write
        and calls the next wait a success (fsync(2), EIO). The rows that waited are never written.
        """
        if self._refused is not None:
            raise self._refused
        if self._file is not None and self._unsynced:
            faults.reach("archive_sync_before")
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self._refused = error
                raise
            self._unsynced = False
            faults.reach("archive_sync_after")

    def close(self) -> None:
        """Close the file, all of it on disk; writing again opens the next one."""
        if self._file is None:
            return
        try:
            self.sync()
        finally:
            self._file.close()
            self._file = None

    def _put(self, record: bytes, now: datetime) -> int:
        """Append the record and return where it begins."""
        faults.reach("archive_write_before")
        file = self._opened(now)
        offset = file.tell()
        self._unsynced = True
        middle = len(record) // 2
        try:
            _write(file, record[:middle])
            faults.reach("archive_write_half")
            _write(file, record[middle:])
        except OSError:
            self._leave_no_half(offset)
            raise
        faults.reach("archive_write_after")
        return offset

    def _leave_no_half(self, offset: int) -> None:
        """Cut off what a full disk left of a record: what follows it would not be readable."""
        assert self._file is not None
        self._file.truncate(offset)
        self._file.seek(offset)
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
