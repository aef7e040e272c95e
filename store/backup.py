"""Backups: the database by SQLite's online backup, then each file the data folder cannot remake.

Consistent while the product runs: a response is in the archive before its row is committed, so an
archive copied after the database holds all that the database names. Each backup is a folder of its
own with a manifest of hashes; what has not changed since the one before is hard-linked, so that an
archive of years is stored once. It becomes visible, whole, by one rename.
"""

import hashlib
import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from store import faults
from store.errors import BackupError
from store.lock import lock
from store.migrations import schema_of

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "policywatch.db"
DATA, CONFIG = "data", "config"

REMADE = (
    "public",
    "restoring",
    "triage",
    "crawl.log",
    "crawl.died.log",
    "crawl.pulse",
    "settle.pulse",
)
"""Top-level names of the data folder that are rendered anew, or mean nothing elsewhere."""

faults.register(
    backup_rename_before="a backup is whole beside its place, not yet renamed",
    backup_rename_after="a backup has just been renamed into place",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a backup. path: below the backup's folder, with `/`."""

    path: str
    bytes: int
    sha256: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup. linked: how many of its files are the ones of the backup before."""

    folder: Path
    made_at: datetime
    schema: str
    items: tuple[Item, ...]
    linked: int = 0


def back_up(
    database_url: str,
    data: Path,
    destination: Path,
    now: datetime,
    *,
    config: Mapping[str, Path] | None = None,
    keep: int | None = None,
) -> Backup:
    """Make a backup below `destination`, named by the second, and return it.

    config: files outside the data folder by their name in the backup. keep: how many backups stay;
    None: all. Raises BackupError where nothing can be backed up or the copy is not sound, LockHeld
    while another backup is made in that folder.
    """
    source = sqlite_path(database_url)
    if not source.is_file():
        raise BackupError(f"{source}: no database to back up; run `policywatch run` first")
    with lock(destination, "backup", now):
        for left in destination.glob(".*.part"):
            shutil.rmtree(left)
        backup, linked = _made(source, data, destination, now, config or {})
        _forget(destination, keep)
    return replace(backup, linked=linked)


def _made(
    source: Path, data: Path, destination: Path, now: datetime, config: Mapping[str, Path]
) -> tuple[Backup, int]:
    """Make the backup and return it, with how many of its files are those of the one before."""
    name = free_name(destination, now)
    part = destination / f".{name}.part"
    part.mkdir(mode=0o700)
    copy = _Copy(part, latest(destination))
    copy.database(source)
    for file in _lasting(data, source):
        copy.file(file, f"{DATA}/{file.relative_to(data).as_posix()}")
    for inside, file in sorted(config.items()):
        copy.file(file, f"{CONFIG}/{inside}")
    backup = Backup(destination / name, now, schema_of(part / DATABASE), tuple(copy.items))
    _write_manifest(part, backup)
    faults.reach("backup_rename_before")
    part.rename(backup.folder)
    faults.reach("backup_rename_after")
    return backup, copy.linked


def free_name(folder: Path, now: datetime, prefix: str = "") -> str:
    """Return the second's name that nothing in the folder has; `-02`, `-03`… sort after it."""
    second = f"{prefix}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    again = (f"{second}-{number:02}" for number in itertools.count(2))
    return next(n for n in itertools.chain((second,), again) if not (folder / n).exists())


def sqlite_path(database_url: str) -> Path:
    """Return the database's file; BackupError for a database that is none."""
    parsed = make_url(database_url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BackupError(
            f"{parsed.render_as_string()}: not an SQLite file; back it up with its own tools "
            "(pg_dump), and the data folder as files"
        )
    return Path(parsed.database)


def latest(destination: Path) -> Path | None:
    """Return the newest backup in the folder, or None."""
    return next(reversed(_found(destination)), None)


def read_manifest(folder: Path) -> Backup:
    """Return what the manifest says; BackupError if this is no backup or a later program's."""
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        items = tuple(Item(**item) for item in raw["items"])
        made_at, schema = datetime.fromisoformat(raw["made_at"]), str(raw["schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path}: not a backup's manifest ({error}); name its folder") from error
    if raw["format"] != FORMAT:
        raise BackupError(f"{path}: format {raw['format']} is of a later program: use that one")
    return Backup(folder, made_at, schema, items)


def defects(backup: Backup) -> Iterator[str]:
    """Yield one line for each file that is not what the manifest says."""
    for item in backup.items:
        path = backup.folder / item.path
        if not path.is_file():
            yield f"{path}: missing"
        elif path.stat().st_size != item.bytes or _sha256(path) != item.sha256:
            yield f"{path}: not the bytes that were backed up"


class _Copy:
    """Copies files into a backup, or links them to the one before where nothing changed."""

    def __init__(self, part: Path, before: Path | None) -> None:
        self.items: list[Item] = []
        self.linked = 0
        self._part = part
        self._before = before
        known = read_manifest(before).items if before else ()
        self._known = {item.path: item for item in known}

    def database(self, source: Path) -> None:
        """Snapshot the database (sqlite.org/backup.html) and check the copy before trusting it."""
        target = self._part / DATABASE
        with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            said = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
        live.close()
        copy.close()
        if said != ["ok"]:
            raise BackupError(f"{source}: damaged: {'; '.join(said)}; run `policywatch verify`")
        self._note(target, DATABASE, _sha256(target))

    def file(self, source: Path, name: str) -> None:
        """Copy one file; one that vanished meanwhile was not meant to last."""
        target = self._part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            seen = source.stat()
            item = self._known.get(name)
            if self._before and item and (item.bytes, item.mtime_ns) == _state(seen):
                os.link(self._before / name, target)
                self.items.append(item)
                self.linked += 1
                return
            shutil.copy2(source, target)
        except FileNotFoundError:
            return
        self._note(target, name, _sha256(target))

    def _note(self, target: Path, name: str, digest: str) -> None:
        size, mtime_ns = _state(target.stat())
        self.items.append(Item(name, size, digest, mtime_ns))


def _lasting(data: Path, database: Path) -> Iterator[Path]:
    """Yield the data folder's files that cannot be made anew, in order."""
    for path in sorted(data.rglob("*")):
        top = path.relative_to(data).parts[0]
        if not path.is_file() or top in REMADE or top.startswith(("replaced-", ".")):
            continue
        if path.suffix == ".lock":
            continue
        own = path.parent.resolve() == database.parent.resolve()
        if not (own and path.name.startswith(database.name)):  # its -wal, -shm, .schema-0005 too
            yield path


def _write_manifest(part: Path, backup: Backup) -> None:
    said = {
        "format": FORMAT,
        "made_at": backup.made_at.isoformat(),
        "schema": backup.schema,
        "items": [asdict(item) for item in backup.items],
    }
    (part / MANIFEST).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    os.sync()  # before the rename says that all of it is there


def _forget(destination: Path, keep: int | None) -> None:
    """Remove all but the newest backups."""
    for old in _found(destination)[: -keep if keep else 0]:
        shutil.rmtree(old)


def _found(destination: Path) -> list[Path]:
    """Return the folders of finished backups, oldest first."""
    return sorted(path.parent for path in destination.glob(f"[0-9]*Z*/{MANIFEST}"))


def _state(seen: os.stat_result) -> tuple[int, int]:
    return seen.st_size, seen.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
