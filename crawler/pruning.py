"""Retention: captures nobody needs any more leave the archive; what readers were shown stays.

An archive file is never written into: its records that stay are copied byte for byte into a new
file, the rows follow in one transaction, and only then the old file goes. Killed anywhere, every
capture that has a row is still readable. Hold the run lock: no crawl may be writing.
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
from store import faults, retention
from store.database import Database
from store.records import Capture

faults.register(
    prune_rename_before="the captures that stay are in a new file, not yet renamed",
    prune_rename_after="the captures that stay are in a new file that no row names yet",
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What left the archive, or would."""

    captures: int
    files: int
    freed_bytes: int


def prune(
    database: Database,
    archive: Path,
    before: datetime,
    now: datetime,
    *,
    preview: bool = False,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Pruned:
    """Drop the captures older than `before` that nothing needs; return what that freed."""
    with database.reading() as session:
        found = retention.prunable(session, before)
    by_file = [(name, list(old)) for name, old in groupby(found, lambda c: c.warc_file)]
    freed = 0
    for done, (name, old) in enumerate(by_file):
        if preview:
            freed += sum(len(_member(archive / name, c.warc_offset)) for c in old)
        else:
            freed += _rewrite(database, archive, name, {c.id for c in old}, now)
        progress("archive", done + 1, len(by_file))
    if not preview:
        _remove_strays(database, archive, before)
    return Pruned(len(found), len(by_file), freed)


def _rewrite(
    database: Database, archive: Path, name: str, dropped: Collection[int | None], now: datetime
) -> int:
    """Leave these captures out of one file; return how many bytes smaller the archive is."""
    with database.reading() as session:
        stay = [c for c in retention.in_file(session, name) if c.id not in dropped]
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
    """Write the records that stay to a new file; return each one's place in it by capture id."""
    places = {}
    part = new.with_name(f".{new.name}.part")
    with part.open("wb") as file:
        file.write(warcinfo_bytes(new.name, now))
        for capture in stay:
            places[capture.id or 0] = file.tell()
            file.write(_member(old, capture.warc_offset))
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
