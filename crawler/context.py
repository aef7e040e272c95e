"""What one crawl of one child process shares: database, archive, clock, breakers, budgets.

Handed to every spider; the spiders' middlewares read it from there. It decides nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.archive import ArchiveWriter
from crawler.backfill import Backfill
from crawler.breaker import Breakers
from crawler.budget import Budgets
from crawler.pending import PendingVisits
from crawler.pulse import Pulse
from crawler.sources import Column, Source
from store import captures, faults
from store.database import Database
from store.records import Capture, Visit

faults.register(page_in_hand="an answer has arrived and its reading begins")


@dataclass(frozen=True)
class CrawlContext:
    """clock: returns the aware UTC instant that counts as now (tests and the demo shift it).

    resting: `source/column` of the columns that this crawl leaves alone.
    backfill: how far back to walk; None for an ordinary crawl, which ends where all is known.
    pulse: where it is said what is being read; None where nobody watches.
    """

    run_id: int
    database: Database
    archive_folder: Path
    archive: ArchiveWriter
    clock: Callable[[], datetime]
    user_agent: str
    breakers: Breakers = field(default_factory=Breakers)
    budgets: Budgets = field(default_factory=Budgets)
    backfill: Backfill | None = None
    pulse: Pulse | None = None
    resting: frozenset[str] = frozenset()
    pending: PendingVisits = field(init=False)
    _expected: dict[str, Capture | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pending", PendingVisits(self.database, self.archive.sync))

    def asked(self, source: Source) -> tuple[Column, ...]:
        """Return the columns of a source that this crawl asks."""
        return tuple(c for c in source.columns if f"{source.id}/{c.id}" not in self.resting)

    def take_in_hand(self, source_id: str, column_id: str | None, url: str) -> None:
        """Say that this answer is read next, so that a reader that hangs or dies is found out."""
        if self.pulse is not None:
            self.pulse.take(source_id, column_id, url)
        faults.reach("page_in_hand")

    def expect(self, urls: Iterable[str]) -> None:
        """Look up at once what `latest_capture` will be asked of these URLs, once of each."""
        asked = [url for url in dict.fromkeys(urls) if not self.pending.brought(url)]
        with self.database.reading() as session:
            found = captures.latest_of(session, asked)
        self._expected.update((url, found.get(url)) for url in asked)

    def latest_capture(self, url: str) -> Capture | None:
        """Return the newest successful capture of this URL that has a body, or None."""
        if url in self._expected:
            return self._expected.pop(url)
        if self.pending.brought(url):
            self.pending.flush()
        with self.database.reading() as session:
            return captures.latest(session, url)

    def record(self, visit: Visit, capture: Capture | None) -> None:
        """Write the visit and, if it is new, its capture, within a second or with the next ones."""
        if capture is not None:
            self._expected.pop(capture.url, None)  # it is no longer the latest
        self.pending.add(visit, capture)

    def flush(self) -> None:
        """Write what waits now: before what is written elsewhere may rest on it, and at the end."""
        self.pending.flush()
