"""One page cannot stop a run: how long it may take, and what if the process dies of it.

A page that takes too long is broken off by an alarm signal and fails alone, by name. One that
takes the process with it (a crash in a parser, the machine's memory) is noticed by who comes next:
a small file says which page is in hand, and after two deaths the page is given up.
"""

import json
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from store.records import Visit

PAGE_S = 120.0
"""Longer than any page takes, files read in their own child included."""

DEATHS = 2
"""One death may be the machine's doing; a page that saw two is not tried a third time."""


class PageRefused(Exception):
    """A page takes too long, or processes die of it; it fails alone."""


class PageGuard:
    """Guards pages one after the other; `path` outlives the process."""

    def __init__(self, path: Path, limit_s: float = PAGE_S) -> None:
        self._path = path
        self._limit_s = limit_s
        self._deaths = _read(path)

    @contextmanager
    def __call__(self, visit: Visit) -> Iterator[None]:
        """Guard the block that takes one visit in; raises PageRefused for its page."""
        key = str(visit.id)
        deaths = self._deaths.get(key, 0)
        if deaths >= DEATHS:
            raise PageRefused(f"the program died {deaths} times at it; please report the page")
        self._note({**self._deaths, key: deaths + 1})
        try:
            with _time_limit(self._limit_s):
                yield
        finally:
            self._deaths.pop(key, None)
            self._note(self._deaths)

    def _note(self, deaths: Mapping[str, int]) -> None:
        """Write how many have died of each page: of all, as their refusals may be taken back."""
        self._path.write_text(json.dumps(deaths), encoding="utf-8")


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise PageRefused in the block when its time is over.

    Only the main thread can be interrupted; in another one the block takes its time.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise PageRefused(f"not read within {seconds:g} s; please report the page")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _read(path: Path) -> dict[str, int]:
    """Return the visits that a dead process had in hand, with how many have died of each."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {str(visit_id): int(deaths) for visit_id, deaths in said.items()}
    except (OSError, ValueError, AttributeError):
        return {}
