"""Writes publications whole or not at all: a temporary file, then one rename.

A reader that polls while we publish sees the old bytes or the new ones, never half of them, and a
file whose bytes did not change keeps its modification time, so that HTTP 304 works.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from store import faults

faults.register(
    feeds_rename_before="a publication is whole beside its place, not yet renamed",
    feeds_rename_after="a publication has just been renamed into place",
)


@dataclass(slots=True)
class Written:
    """The files of one publication that were replaced, and how many were left alone."""

    replaced: list[Path] = field(default_factory=list)
    unchanged: int = 0

    def put(self, path: Path, content: bytes) -> None:
        """Make the file at `path` hold `content`, touching it only if it does not already."""
        if put_whole(path, content, public=True):
            self.replaced.append(path)
        else:
            self.unchanged += 1


def put_whole(path: Path, content: bytes, *, public: bool = False) -> bool:
    """Make the file at `path` hold `content`; return False when it already did.

    The temporary file is hidden (leading dot) and has a fixed name, so that one left behind by a
    kill is overwritten by the next run and is never served under a feed's ending. No fsync: all
    of it can be rendered again from the ledger, and the next run compares bytes. New bytes are
    at least a whole second younger than the old ones: HTTP dates know no less, and a reader that
    keeps only Last-Modified (newsboat's first visit) would be told 304. public: a web server of
    another user may read it, whatever our umask keeps to ourselves.
    """
    stands = path.is_file()
    if stands and path.read_bytes() == content:
        return False
    if not path.parent.is_dir():
        _make_folder(path.parent, public=public)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    if public:
        beside.chmod(0o644)
    if stands and int(beside.stat().st_mtime) <= (before_s := int(path.stat().st_mtime)):
        os.utime(beside, (before_s + 1, before_s + 1))
    faults.reach("feeds_rename_before")
    beside.replace(path)
    faults.reach("feeds_rename_after")
    return True


def let_through(public: Path) -> None:
    """Let other users pass through the folder that holds `public`, and list nothing in it."""
    folder = public.parent
    mode = folder.stat().st_mode
    if mode & 0o011 != 0o011:
        folder.chmod(stat.S_IMODE(mode) | 0o011)


def _make_folder(folder: Path, *, public: bool) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing if public else ():
        each.chmod(0o755)
