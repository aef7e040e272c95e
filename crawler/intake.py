"""What a visit brought of one page: read, and what will write it into the ledger.

Reading asks the archive and needs no lock; what it returns writes, inside a write transaction that
others' pages may share. Which pages are taken in together, and what becomes of one that fails, is
`crawler.settle`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from crawler import absence
from crawler.attached import file_addresses, files_moved_on, read_captured
from crawler.filing import Filing
from crawler.page import READER_VERSION
from crawler.recording import Circumstances, record_page
from crawler.rereading import circumstances_of
from crawler.sources import Source
from crawler.standing import Settled
from crawler.withdrawal import tell_absence, tell_return
from store import candidates, captures, columns, health, pages, runs
from store.pages import PageState
from store.records import SHANGHAI, Capture, PageFacts, Reading, Visit

Taking = Callable[[Session], list[str]]
"""Writes what was read of one page; returns the ids of the changes it became."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stays as it is while pages are taken in.

    backfills: runs that were. baselined: columns, as (source id, column id), whose first sweep was
    done before.
    """

    backfills: frozenset[int] = frozenset()
    baselined: frozenset[tuple[str, str]] = frozenset()


def look_around(session: Session) -> Surroundings:
    """Return how columns and runs stand now."""
    return Surroundings(runs.backfills(session), columns.baselined(session))


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive and the ledger hold of some pages: captures by id, states by URL."""

    captures: Mapping[int, Capture]
    states: Mapping[str, PageState]


def known_of(session: Session, some: Sequence[Visit]) -> Known:
    """Return what is known of the pages that these visits brought."""
    return Known(
        captures.of_ids(session, [visit.capture_id for visit in some if visit.capture_id]),
        pages.states(session, [visit.url for visit in some]),
    )


@dataclass
class Intake:
    """Reads visited pages and notes in `result` what they were."""

    archive: Path
    sources: Mapping[str, Source]
    clock: Callable[[], datetime]
    filing: Filing
    result: Settled
    around: Surroundings = field(default_factory=Surroundings)

    def read(self, session: Session, known: Known, visit: Visit) -> Taking:
        """Read one page and return what will write it."""
        self.result.pages += visit.target == "page"
        capture = known.captures.get(visit.capture_id or 0)
        state = known.states.get(visit.url)
        if visit.outcome == "gone":
            return partial(self._miss, visit)
        if visit.outcome not in {"ok", "unchanged"} or capture is None:
            return lambda _: []
        if state is not None and state.body_sha256 == capture.body_sha256:
            self.result.unchanged += 1
            return partial(self._note_present, visit, state)
        # read as of the column that first listed it, whichever list or none led here now
        visit = replace(visit, column_id=(state and state.column_id) or visit.column_id)
        facts, reading = self._reading(session, visit, capture)
        return partial(self._record, visit, facts, reading, state is None)

    def _reading(
        self, session: Session, visit: Visit, capture: Capture
    ) -> tuple[PageFacts, Reading]:
        source = self.sources.get(visit.source_id)
        reading = read_captured(
            session,
            self.archive,
            visit.url,
            capture,
            source,
            column_id=visit.column_id,
            entry=visit.entry,
        )
        facts = _facts(visit, capture, reading, source)
        self.result.repaired += bool(reading.decoded.repairs)
        return facts, reading

    def _record(
        self, visit: Visit, facts: PageFacts, reading: Reading, new: bool, session: Session
    ) -> list[str]:
        changes = [] if new else self._reread_outdated(session, visit.url)
        circumstances = self._circumstances(session, visit)
        return changes + record_page(session, facts, reading, circumstances, self.clock())

    def _reread_outdated(self, session: Session, url: str) -> list[str]:
        """Read the page's last bytes as today before it is compared: our progress is no edit."""
        outdated = candidates.reader_version(session, url) not in {None, READER_VERSION}
        return self.filing.record_anew(session, url) if outdated else []

    def _circumstances(self, session: Session, visit: Visit) -> Circumstances:
        status = health.status(session, visit.source_id)  # a page before this may close the gate
        return circumstances_of(
            self.sources.get(visit.source_id),
            baseline=(visit.source_id, visit.column_id or "") not in self.around.baselined
            or visit.run_id in self.around.backfills
            or pages.listed_as_baseline(session, visit.source_id, visit.url),
            held=status is not None and status.held,
        )

    def _note_present(self, visit: Visit, state: PageState, session: Session) -> list[str]:
        facts = PageFacts(
            url=visit.url,
            kind=state.kind,  # type: ignore[arg-type]
            source_id=visit.source_id,
            column_id=visit.column_id,
            visited_at=visit.visited_at,
            capture_id=visit.capture_id,
            body_sha256=state.body_sha256,
            entry=visit.entry,
        )
        changes: list[str] = []
        if files_moved_on(session, visit.url):
            changes += self.filing.record_anew(session, visit.url)
        pages.touch(session, facts)
        if state.withdrawn:
            changes += tell_return(session, visit.url, self.clock())
        return changes

    def _miss(self, visit: Visit, session: Session) -> list[str]:
        why = f"页面返回 {visit.status}"
        return self.mark_missing(session, visit.url, visit.visited_at, why, asked=True)

    def mark_missing(
        self, session: Session, url: str, at: datetime, why: str, *, asked: bool
    ) -> list[str]:
        """Note that a page was missing at that instant; return the changes of one withdrawn by it.

        why: what showed it, for readers. asked: the page itself was asked for.
        """
        state = pages.state(session, url)
        if state is None or state.withdrawn:
            return []
        days = absence.missing_days(state.missing_days, _day(at))
        withdrawn = absence.is_withdrawn(days)
        pages.mark_missing(
            session, url, days, withdrawn=withdrawn, visited_at=at if asked else None
        )
        if not withdrawn:
            return []
        changes = self._reread_outdated(session, url)
        evidence = f"{why}；已于{'、'.join(days)}确认"
        return changes + tell_absence(session, url, "withdrawn", evidence, self.clock())


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()


def _facts(visit: Visit, capture: Capture, reading: Reading, source: Source | None) -> PageFacts:
    return PageFacts(
        url=visit.url,
        kind=reading.kind,
        source_id=visit.source_id,
        column_id=visit.column_id,
        visited_at=visit.visited_at,
        capture_id=capture.id,
        body_sha256=capture.body_sha256,
        entry=visit.entry,
        files=tuple(file_addresses(reading, source).values()),
    )
