"""Retention: captures nobody needs any more leave the archive; what readers were shown stays.

Visits nobody asks about any more leave the database with them. Several captures may lie in one
record, the same answer served again: it stays as long as one of them does. An archive file is never
written into: its records that stay are copied byte for byte into a new file, the rows follow in one
transaction, and only then the old file goes. Killed anywhere, every capture that has a row is still
readable. Hold the run lock: no crawl may be writing.
"""

import os
import re
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.warc import warcinfo_bytes
from store import faults, retention, visits
from store.database import Database
from store.records import Capture

faults.register(
    prune_rename_before="the captures that stay are in a new file, not yet renamed",
    prune_rename_after="the captures that stay are in a new file that no row names yet",
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What left, or would: captures, of so many archive files, with so many bytes; visits."""

    captures: int
    files: int
    freed_bytes: int
    visits: int


def prune(
    database: Database,
    archive: Path,
    before: datetime,
    now: datetime,
    *,
    preview: bool = False,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Pruned:
    """Drop captures and visits older than `before` that nothing needs; return what that freed.

    Visits stay as long as the doctor remembers them, however young a capture may go.
    """
    with database.reading() as session:
        found = retention.prunable(session, before)
        seen = retention.old_visits(session, min(before, now - visits.REMEMBERED))
    by_file = [(name, list(old)) for name, old in groupby(found, lambda c: c.warc_file)]
    freed = 0
    for done, (name, old) in enumerate(by_file):
        ids = {capture.id for capture in old}
        with database.reading() as session:
            stay = [c for c in retention.in_file(session, name) if c.id not in ids]
        free = {c.warc_offset for c in old} - {c.warc_offset for c in stay}
        if preview:
            freed += sum(len(_member(archive / name, offset)) for offset in free)
        elif free:
            freed += _rewrite(database, archive, name, stay, ids, now)
        else:
            _forget(database, ids)
        progress("archive", done + 1, len(by_file))
    if not preview:
        with database.writing() as session:
            retention.forget_visits(session, seen)
        _remove_strays(database, archive, before)
    return Pruned(len(found), len(by_file), freed, len(seen))


def _forget(database: Database, dropped: Collection[int | None]) -> None:
    """Drop captures whose records others still lie in."""
    with database.writing() as session:
        retention.drop(session, [capture_id for capture_id in dropped if capture_id])


def _rewrite(
    database: Database,
    archive: Path,
    name: str,
    stay: Sequence[Capture],
    dropped: Collection[int | None],
    now: datetime,
) -> int:
    """Keep only these captures of one file; return how many bytes smaller the archive is."""
    old = archive / name
    size = old.stat().st_size
    new = archive / _next_name(archive, name)
    places = _copy_records(old, new, stay, now) if stay else {}
    with database.writing() as session:
        retention.move(session, places, new.name)
        retention.drop(session, [capture_id for capture_id in dropped if capture_id])
    old.unlink()
    return size - (new.stat().st_size if stay else 0)


def _copy_records(old: Path, new: Path, stay: Sequence[Capture], now: datetime) -> dict[int, int]:
    """Write the records that stay to a new file; return where in it each capture lies, by id."""
    places: dict[int, int] = {}
    part = new.with_name(f".{new.name}.part")
    with part.open("wb") as file:
        file.write(warcinfo_bytes(new.name, now))
        for offset, captures in groupby(stay, lambda capture: capture.warc_offset):
            places |= dict.fromkeys((capture.id or 0 for capture in captures), file.tell())
            file.write(_member(old, offset))
        file.flush()
        os.fsync(file.fileno())
    faults.reach("prune_rename_before")
    part.rename(new)
    faults.reach("prune_rename_after")
    return places


def _member(path: Path, offset: int) -> bytes:
    """Return one record as it lies in the file: the gzip member that begins at `offset`."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as file:
        file.seek(offset)
        whole = bytearray()
        while chunk := file.read(1 << 20):
            try:
                unpacker.decompress(chunk)
            except zlib.error as error:
                raise ArchiveError(f"{path} at byte {offset}: damaged: {error}") from error
            whole += chunk[: len(chunk) - len(unpacker.unused_data)]
            if unpacker.eof:
                return bytes(whole)
    raise ArchiveError(f"{path} at byte {offset}: no whole record; restore it from a backup")


def _next_name(archive: Path, name: str) -> str:
    """Return the file's next name: `run000012-01.warc.gz` → `run000012-01-p1.warc.gz`."""
    stem, number = name.removesuffix(".warc.gz"), 1
    if found := re.fullmatch(r"(.+)-p(\d+)", stem):
        stem, number = found[1], int(found[2]) + 1
    while (archive / f"{stem}-p{number}.warc.gz").exists():
        number += 1  # left by a kill; no row names it, the next pruning removes it
    return f"{stem}-p{number}.warc.gz"


def _remove_strays(database: Database, archive: Path, before: datetime) -> None:
    """Remove old files that no row names: what a killed crawl or pruning left behind."""
    with database.reading() as session:
        named = retention.archive_files(session)
    for path in archive.glob("*.warc.gz"):
        if path.name not in named and path.stat().st_mtime < before.timestamp():
            path.unlink()
