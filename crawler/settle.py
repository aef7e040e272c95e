"""From visits to the ledger: settling = replaying what the crawl captured, in a fixed order.

The crawl leaves captures and unsettled visits. Settling takes them in: files first, so that what
they say is there when their pages are recorded, then pages by the date and place of the row that
led to them (whatever order they arrived in over the network), then listings, then each source's
health, then the steps whose day has come. A kill at any point loses nothing: a visit is settled in
the very transaction that records what it brought, the rest still waits, and the next settling goes
on in the same order. Pages are taken in some at a time, each in a savepoint of its own: half a page
is never kept, and the disk is waited for once, not for every page.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from crawler import absence, filing
from crawler.attached import FileReader, file_addresses, files_moved_on, read_captured
from crawler.files import read_limited
from crawler.filing import Filing
from crawler.page import READER_VERSION
from crawler.quiet import settle_quiet
from crawler.recording import Circumstances, record_page, tell_absence, tell_return
from crawler.rereading import circumstances_of
from crawler.sources import Source
from crawler.standing import Settled, Standing
from pipelines import announce
from store import (
    candidates,
    captures,
    columns,
    dossiers,
    faults,
    ledger,
    lifecycle,
    pages,
    runs,
    visits,
)
from store import health as store_health
from store.database import Database
from store.records import (
    SHANGHAI,
    Capture,
    PageFacts,
    Reading,
    Visit,
)

log = structlog.get_logger()
Clock = Callable[[], datetime]
Progress = Callable[[str, int, int], None]
Guard = Callable[[Visit], AbstractContextManager[None]]
"""Taken around each page: what it raises is that page's failure."""

Taking = Callable[[Session], list[str]]
"""Writes what was read of one page; returns the ids of the changes it became."""

T = TypeVar("T")

PAGES_PER_TRANSACTION = 20
"""Read first, then written together: the write lock is held for some tenths of a second."""

faults.register(settle_page_taken="a page is taken in, its transaction not yet committed")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the archive and the ledger hold of some pages: captures by id, states by URL."""

    captures: Mapping[int, Capture]
    states: Mapping[str, pages.PageState]


class Settlement:
    """Takes every unsettled visit into the ledger: whole pages, some in one write transaction."""

    def __init__(
        self,
        database: Database,
        archive: Path,
        sources: Mapping[str, Source],
        clock: Clock,
        advice: Mapping[str, str] | None = None,
        read_file: FileReader = read_limited,
    ) -> None:
        """advice: by source id, what the run found out about why it is sick."""
        self.database = database
        self.archive = archive
        self.sources = sources
        self.clock = clock
        self.guard: Guard = lambda visit: nullcontext()
        self.result = Settled()
        self.filing = Filing(database, archive, sources, clock, read_file)
        self._backfills: frozenset[int] = frozenset()
        self._baselined: frozenset[tuple[str, str]] = frozenset()
        self._held: frozenset[str] = frozenset()
        self.standing = Standing(database, sources, clock, advice)
        self._rank = {source_id: place for place, source_id in enumerate(_by_authority(sources))}

    def settle(self, progress: Progress = lambda stage, done, total: None) -> Settled:
        """Settle everything that waits; return what that did."""
        with self.database.reading() as session:
            queue = visits.unsettled(session)
            self._backfills = runs.backfills(session)
            on_pages = sorted(filing.on_pages(session, queue), key=self._place)
        self.standing.close_gates(v for v in on_pages if v.run_id not in self._backfills)
        self._look_around()
        awaited = {visit.url for visit in on_pages}
        on_files = filing.on_files(queue)
        for done, visit in enumerate(on_files):
            self._settle_file(visit, awaited)
            progress("files", done + 1, len(on_files))
        self._settle_pages(on_pages, progress)
        listings = sorted((v for v in queue if v.target == "listing"), key=_column)
        for _, of_source in groupby(listings, key=lambda visit: _column(visit)[:2]):
            with self.database.writing() as session:
                for _, sweep in groupby(of_source, key=_column):
                    self._settle_sweep(session, list(sweep))
        self.standing.judge(self.result)
        self._tell_steps_due()
        return self.result

    def _look_around(self) -> None:
        """Note which columns had a baseline before this settling, and which sources are held."""
        with self.database.reading() as session:
            self._baselined = columns.baselined(session)
            statuses = store_health.statuses(session)
        self._held = frozenset(status.source_id for status in statuses if status.held)

    def _place(self, visit: Visit) -> tuple[str, int, str, int]:
        """Originals before reprints as far as rows tell: by date, then by authority of source."""
        on = visit.entry.on if visit.entry and visit.entry.on else "9999"
        return (on, self._rank.get(visit.source_id, len(self._rank)), visit.url, visit.id or 0)

    # --- pages ----------------------------------------------------------------------------------

    def _settle_pages(self, on_pages: Sequence[Visit], progress: Progress) -> None:
        """Settle what brought no news, many at a time, then the others, in order."""
        whole = [visit for visit in on_pages if visit.url not in self.result.broken]
        quiet = settle_quiet(
            self.database, whole, lambda done: progress("pages", done, len(on_pages))
        )
        self.result.unchanged += len(quiet)
        self.result.pages += sum(v.target == "page" for v in whole if v.id in quiet)
        done = len(quiet)
        for some in _batches(visit for visit in on_pages if visit.id not in quiet):
            unbroken = [visit for visit in some if visit.url not in self.result.broken]
            self._settle_together(unbroken, partial(progress, "pages", done, len(on_pages)))
            done += len(some)
            progress("pages", done, len(on_pages))

    def _settle_together(self, some: Sequence[Visit], beat: Callable[[], None]) -> None:
        """Read these pages, then take them in, in this order and in one transaction.

        beat: called after each page read; what it raises leaves all of them waiting.
        """
        read: list[tuple[Visit, Taking]] = []
        with self.database.reading() as session:
            known = _Known(
                captures.of_ids(session, [v.capture_id for v in some if v.capture_id]),
                pages.states(session, [v.url for v in some]),
            )
            for visit in some:
                if taking := self._alone(visit, partial(self._read, session, known)):
                    read.append((visit, taking))
                beat()
        with self.database.writing() as session:
            for visit, taking in read:
                self._alone(visit, partial(self._take, session, taking))
            visits.settle(session, [v.id or 0 for v in some if v.url not in self.result.broken])
            for visit in some:
                self._close_broken(session, visit)

    def _alone(self, visit: Visit, work: Callable[[Visit], T]) -> T | None:
        """Return what became of one page or file, None when it went wrong.

        That is its own failure, named and counted. The next crawl finds the page still unknown and
        asks for it again: that is the retry.
        """
        try:
            with self.guard(visit):
                return work(visit)
        except SQLAlchemyError:
            raise  # the database is everybody's: a full disk is no page's fault
        except Exception as error:
            log.exception("page_failed", **_place_of(visit))
            self.result.broken[visit.url] = f"{type(error).__name__}: {error}"
            return None

    def _close_broken(self, session: Session, visit: Visit) -> None:
        if why := self.result.broken.get(visit.url):
            visits.fail(session, visit.id or 0, f"没能收录：{why}")

    def _settle_file(self, visit: Visit, awaited: Collection[str]) -> None:
        changes = self._alone(visit, partial(self.filing.take, awaited=awaited))
        if changes is None:
            with self.database.writing() as session:
                self._close_broken(session, visit)
        self.result.changes += changes or []

    def _read(self, session: Session, known: _Known, visit: Visit) -> Taking:
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

    def _take(self, session: Session, taking: Taking, visit: Visit) -> None:
        with session.begin_nested():
            changes = taking(session)
        self.result.changes += changes
        log.debug("settled", **_place_of(visit), outcome=visit.outcome)
        faults.reach("settle_page_taken")

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
        version = None if new else candidates.reader_version(session, visit.url)
        outdated = version not in {None, READER_VERSION}
        changes = self.filing.record_anew(session, visit.url) if outdated else []
        circumstances = self._circumstances(session, visit)
        return changes + record_page(session, facts, reading, circumstances, self.clock())

    def _circumstances(self, session: Session, visit: Visit) -> Circumstances:
        return circumstances_of(
            self.sources.get(visit.source_id),
            baseline=(visit.source_id, visit.column_id or "") not in self._baselined
            or visit.run_id in self._backfills
            or pages.listed_as_baseline(session, visit.source_id, visit.url),
            held=visit.source_id in self._held,
        )

    def _note_present(self, visit: Visit, state: pages.PageState, session: Session) -> list[str]:
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

    # --- absence --------------------------------------------------------------------------------

    def _miss(self, visit: Visit, session: Session) -> list[str]:
        why = f"页面返回 {visit.status}"
        return self._mark_missing(session, visit.url, visit.visited_at, why, asked=True)

    def _mark_missing(
        self, session: Session, url: str, at: datetime, why: str, *, asked: bool
    ) -> list[str]:
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
        evidence = f"{why}；已于{'、'.join(days)}确认"
        return tell_absence(session, url, "withdrawn", evidence, self.clock())

    # --- listings -------------------------------------------------------------------------------

    def _settle_sweep(self, session: Session, sweep: Sequence[Visit]) -> None:
        """Take in one column's listing pages of one run together: absence needs them all.

        A backfill may have begun in the middle: it shows no row to be absent.
        """
        last = sweep[-1]
        backfill = last.run_id in self._backfills
        column_id = last.column_id or ""
        read = all(v.outcome in {"ok", "unchanged", "empty_declared"} for v in sweep)
        complete = read and last.complete
        first = columns.state(session, last.source_id, column_id).baseline_at is None
        rows = pages.Sweep(
            source_id=last.source_id,
            column_id=column_id,
            entries=tuple(e for v in sweep if v.listing for e in v.listing.entries),
            swept_at=last.visited_at,
            complete=complete,
            baseline=first or backfill,
        )
        pages.list_entries(session, rows)
        for url in pages.absent(session, rows) if read and not backfill else ():
            self.result.changes += self._mark_missing(
                session, url, last.visited_at, "列表中不再出现", asked=False
            )
        columns.visited(session, last.source_id, column_id, last.visited_at, swept=read)
        visits.settle(session, [v.id or 0 for v in sweep])

    # --- the calendar ---------------------------------------------------------------------------

    def _tell_steps_due(self) -> None:
        with self.database.writing() as session:
            now = self.clock()
            for policy_id, url, part, step in lifecycle.due(session, now):
                if lifecycle.once(step) not in lifecycle.told_steps(session, policy_id):
                    classification = candidates.classification(session, url, part)
                    draft = announce.step_draft(step, classification, announced=True)
                    self.result.changes.append(
                        ledger.append(session, url, part, draft, policy_id=policy_id, now=now)
                    )
                lifecycle.mark_happened(session, policy_id, step)
                dossiers.refresh(session, policy_id, now)


def _by_authority(sources: Mapping[str, Source]) -> list[str]:
    """Return source ids, departments before associations before newspapers before clones."""
    kinds = ("government", "association", "newspaper")
    return sorted(
        sources, key=lambda i: (bool(sources[i].clone_of), kinds.index(sources[i].kind), i)
    )


def _batches(queue: Iterable[Visit]) -> Iterator[list[Visit]]:
    """Yield the visits in order, some at a time and no page twice among them."""
    some: dict[str, Visit] = {}
    for visit in queue:
        if visit.url in some or len(some) == PAGES_PER_TRANSACTION:
            yield [*some.values()]
            some = {}
        some[visit.url] = visit
    if some:
        yield [*some.values()]


def _place_of(visit: Visit) -> dict[str, object]:
    """Return what every log line about a visit carries."""
    return {"run": visit.run_id, "source": visit.source_id, "url": visit.url}


def _column(visit: Visit) -> tuple[int, str, str]:
    return (visit.run_id, visit.source_id, visit.column_id or "")


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
