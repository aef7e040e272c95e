"""One run at a time on one data folder: an advisory lock that any death gives back.

The lock itself is `flock`, so a killed run leaves nothing to clean up and no stale lock can keep
the next one out. The file says who holds it, since when, and when it last gave a sign of life: an
owner on this machine that began to give them and has given none for long hangs, and is ended by who
comes next. One that never gave any (a long replay) is left in peace.
"""

import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from store.errors import LockHeld

TAKEOVER_AFTER = timedelta(minutes=30)
"""An owner without a sign of life for so long hangs. Every step of a run gives one far sooner."""

DEATH_S = 30.0
"""How long an owner that was told to end may take before it is killed."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock. alive_s: the machine's monotonic clock at its last sign of life, if any."""

    pid: int
    host: str
    purpose: str
    since: str
    alive_s: float | None = None

    def silence(self) -> timedelta | None:
        """Return how long ago the last sign of life was; None where nobody here can know."""
        if self.alive_s is None or self.host != socket.gethostname():
            return None
        return timedelta(seconds=max(0.0, time.monotonic() - self.alive_s))


class Held:
    """A lock that is held; `beat` is its owner's sign of life."""

    def __init__(self, file: BinaryIO, owner: Owner) -> None:
        self._file = file
        self._owner = owner
        self._say(None)

    def beat(self) -> None:
        """Say that the owner lives and its work moves; from now on silence means that it hangs."""
        self._say(time.monotonic())

    def _say(self, alive_s: float | None) -> None:
        said = json.dumps({**asdict(self._owner), "alive_s": alive_s})
        os.pwrite(self._file.fileno(), said.encode().ljust(_LENGTH), 0)


_LENGTH = 512
"""The file is as long whatever it says, so that a reader never sees the end of an older owner."""


@contextmanager
def lock(
    folder: Path, purpose: str, now: datetime, *, takeover_after: timedelta = TAKEOVER_AFTER
) -> Iterator[Held]:
    """Hold the folder's lock for this purpose (`run`, `mail`) during the block.

    An owner on this machine that has been silent for longer than `takeover_after` is ended and its
    lock taken over. Raises LockHeld naming owner, age and last sign of life.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{purpose}.lock"
    # Not "a": on Linux a file opened for appending ignores where a write is to go.
    path.touch()
    with path.open("r+b") as file:
        if not _grasp(file) and not _take_over(file, path, takeover_after):
            raise LockHeld(_refusal(path, now))
        _tell_of_the_dead(path)
        owner = Owner(os.getpid(), socket.gethostname(), purpose, now.isoformat("T", "seconds"))
        held = Held(file, owner)
        yield held
        file.truncate(0)  # only an end like this one leaves an empty file


def owner_of(path: Path) -> Owner | None:
    """Return who wrote the lock file last; None where it ended well or the file says nothing."""
    try:
        said = json.loads(path.read_text(encoding="utf-8") or "{}")
        return Owner(**said) if said else None
    except (OSError, ValueError, TypeError):
        return None


def _grasp(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_over(file: BinaryIO, path: Path, after: timedelta) -> bool:
    """End an owner that hangs; return whether its lock is ours now."""
    owner = owner_of(path)
    silence = owner.silence() if owner else None
    if owner is None or silence is None or silence <= after or owner.pid == os.getpid():
        return False
    log.warning("lock_taken_over", lock=str(path), owner=owner.pid, silent_s=silence.seconds)
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(owner.pid, number)
        except (ProcessLookupError, PermissionError):
            return _grasp(file)
        if _grasp_within(file, DEATH_S):
            return True
    return False


def _grasp_within(file: BinaryIO, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (held := _grasp(file)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


def _tell_of_the_dead(path: Path) -> None:
    """Log whose lock this was if its owner never gave it back: it was killed at its work."""
    owner = owner_of(path)
    if owner is not None:
        log.info("lock_left_by_the_dead", lock=str(path), owner=owner.pid, since=owner.since)


def _refusal(path: Path, now: datetime) -> str:
    owner = owner_of(path)
    if owner is None:
        return f"{path}: held by another run; wait for it to end, or stop that process"
    age = now - datetime.fromisoformat(owner.since)
    silence = owner.silence()
    sign = "" if silence is None else f", last sign of life {silence.total_seconds():.0f} s ago"
    return (
        f"{path}: held by pid {owner.pid} on {owner.host}, purpose {owner.purpose}, since "
        f"{owner.since} ({age.total_seconds() / 60:.0f} min){sign}; "
        "wait for it to end, or stop that process"
    )
