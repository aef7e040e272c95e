"""Visits on their way to the database: a few are written together, soon after they were made.

A commit for each would be half of the cost of a visit. A kill loses at most those that wait: their
pages are not known to have been visited and are asked for again. It decides nothing.
"""

from collections.abc import Callable
from dataclasses import replace

from store import captures, faults, visits
from store.database import Database
from store.records import Capture, Visit

MOST_WAITING = 64
"""Visits that wait at most; the crawl writes them every second besides."""

faults.register(
    visit_commit_before="a visit is decided and not written",
    visit_commit_after="some visits and their captures have just been committed",
)


class PendingVisits:
    """Takes visits in order and writes them in that order. One thread."""

    def __init__(self, database: Database, put_on_disk: Callable[[], None] = lambda: None) -> None:
        """put_on_disk: returns when the archive holds for good what the captures speak of."""
        self._database = database
        self._put_on_disk = put_on_disk
        self._waiting: list[tuple[Visit, Capture | None]] = []

    def add(self, visit: Visit, capture: Capture | None) -> None:
        """Take a visit with its capture, which is new where it has no id; write if many wait.

        Raises UnicodeEncodeError for text that no database takes: it would hold up all the others.
        """
        f"{visit.url}{visit.detail}{capture.url if capture else ''}".encode()
        self._waiting.append((visit, capture))
        faults.reach("visit_commit_before")
        if len(self._waiting) >= MOST_WAITING:
            self.flush()

    def brought(self, url: str) -> bool:
        """Return whether a visit that waits captured this address."""
        return any(capture is not None and capture.url == url for _, capture in self._waiting)

    def flush(self) -> None:
        """Write all that wait, with the captures that are new, in one transaction."""
        if not self._waiting:
            return
        self._put_on_disk()
        new = [capture for _, capture in self._waiting if capture is not None and not capture.id]
        with self._database.writing() as session:
            ids = iter(captures.add_all(session, new))
            visits.add_all(
                session,
                [
                    replace(visit, capture_id=capture.id or next(ids)) if capture else visit
                    for visit, capture in self._waiting
                ],
            )
        self._waiting.clear()
        faults.reach("visit_commit_after")
