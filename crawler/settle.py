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
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from crawler import filing
from crawler.attached import FileReader
from crawler.files import read_limited
from crawler.filing import Filing
from crawler.intake import Intake, Taking, known_of, look_around
from crawler.quiet import settle_quiet
from crawler.sources import Source
from crawler.standing import Settled, Standing
from pipelines import announce
from store import candidates, columns, dossiers, faults, ledger, lifecycle, pages, runs, visits
from store.database import Database
from store.records import Visit

log = structlog.get_logger()
Clock = Callable[[], datetime]
Progress = Callable[[str, int, int], None]
Guard = Callable[[Visit], AbstractContextManager[None]]
"""Taken around each page: what it raises is that page's failure."""

T = TypeVar("T")

PAGES_PER_TRANSACTION = 20
"""Read first, then written together: the write lock is held for some tenths of a second."""

faults.register(settle_page_taken="a page is taken in, its transaction not yet committed")


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
        self.intake = Intake(archive, sources, clock, self.filing, self.result)
        self.standing = Standing(database, sources, clock, advice)
        self._rank = {source_id: place for place, source_id in enumerate(_by_authority(sources))}

    def settle(self, progress: Progress = lambda stage, done, total: None) -> Settled:
        """Settle everything that waits; return what that did."""
        with self.database.reading() as session:
            queue = visits.unsettled(session)
            backfills = runs.backfills(session)
            on_pages = sorted(filing.on_pages(session, queue), key=self._place)
        self.standing.close_gates(v for v in on_pages if v.run_id not in backfills)
        with self.database.reading() as session:
            self.intake.around = look_around(session)
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
            known = known_of(session, some)
            for visit in some:
                if taking := self._alone(visit, partial(self.intake.read, session, known)):
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

    def _take(self, session: Session, taking: Taking, visit: Visit) -> None:
        with session.begin_nested():
            changes = taking(session)
        self.result.changes += changes
        log.debug("settled", **_place_of(visit), outcome=visit.outcome)
        faults.reach("settle_page_taken")

    # --- listings -------------------------------------------------------------------------------

    def _settle_sweep(self, session: Session, sweep: Sequence[Visit]) -> None:
        """Take in one column's listing pages of one run together: absence needs them all.

        A backfill may have begun in the middle: it shows no row to be absent.
        """
        last = sweep[-1]
        backfill = last.run_id in self.intake.around.backfills
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
            missed = partial(self._miss_unlisted, session)
            self.result.changes += self._alone(replace(last, url=url), missed) or []
        columns.visited(session, last.source_id, column_id, last.visited_at, swept=read)
        visits.settle(session, [v.id or 0 for v in sweep])

    def _miss_unlisted(self, session: Session, sweep: Visit) -> list[str]:
        """Note that the page at the sweep's `url` was not listed; one withdrawn is read anew."""
        with session.begin_nested():
            return self.intake.mark_missing(
                session, sweep.url, sweep.visited_at, "列表中不再出现", asked=False
            )

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
