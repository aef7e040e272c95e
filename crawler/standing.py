"""Where each source stands after a run: enrolled, its health, whether the flood gate holds it.

Health changes are written as events, once per change of state (DESIGN invariant 8); the words
come from `crawler.health`, the publishing from whoever reads the events.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from crawler import flood, health
from crawler.sources import Source
from store import columns, ledger, pages, visits
from store import health as store_health
from store.database import Database
from store.records import HealthEvent, SourceStatus, Visit, day_of

LOOKED = frozenset({"ok", "unchanged", "empty_declared"})
"""Outcomes after which "no news" may be said."""

SOURCES_PER_TRANSACTION = 20


@dataclass
class Settled:
    """What one settling did, for the summary a person reads."""

    pages: int = 0
    unchanged: int = 0
    repaired: int = 0
    changes: list[str] = field(default_factory=list)
    outcomes: dict[str, dict[str, int]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """URL → why its page could not be taken in."""
    failed: dict[str, str] = field(default_factory=dict)
    """Source id → why it could not be read; a silent source was read, its event speaks for it."""


class Standing:
    """Keeps the state of every source that was visited."""

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime],
        advice: Mapping[str, str] | None = None,
    ) -> None:
        """advice: by source id, what the run found out about why it is sick."""
        self.database = database
        self.sources = sources
        self.clock = clock
        self.advice = advice or {}

    def close_gates(self, on_pages: Iterable[Visit]) -> None:
        """Hold a source that brings far more new pages than it ever did (DESIGN rule 12)."""
        fresh: Counter[str] = Counter()
        with self.database.reading() as session:
            baselined = columns.baselined(session)
            for visit in on_pages:
                of_column = (visit.source_id, visit.column_id or "")
                if of_column in baselined and _is_fresh(session, visit):
                    fresh[visit.source_id] += 1
            busiest = {source_id: ledger.busiest_day(session, source_id) for source_id in fresh}
        for source_id, count in sorted(fresh.items()):
            reason = flood.reason_to_hold(count, busiest[source_id])
            if reason:
                with self.database.writing() as session:
                    self._enrol(session, source_id)
                    store_health.hold(session, source_id, reason, self.clock())

    def _enrol(self, session: Session, source_id: str) -> SourceStatus:
        known = store_health.status(session, source_id)
        if known is not None:
            return known
        source = self.sources.get(source_id)
        new = SourceStatus(
            source_id=source_id,
            name=source.name if source else source_id,
            region=source.region if source else None,
            health=None,
            since=None,
            last_visit_at=None,
            last_success_at=None,
            last_outcome=None,
            detail="",
        )
        store_health.put(session, new)
        session.flush()
        return new

    def judge(self, result: Settled) -> None:
        """Store the health of each source visited since it was last judged; tally into `result`.

        Asked of the database, not of this run's memory: a run killed before it judged is judged
        by the next one.
        """
        waiting = list(self.sources)
        for start in range(0, len(waiting), SOURCES_PER_TRANSACTION):
            with self.database.writing() as session:
                for source_id in waiting[start : start + SOURCES_PER_TRANSACTION]:
                    self._judge_source(session, source_id, result)

    def _judge_source(self, session: Session, source_id: str, result: Settled) -> None:
        was = self._enrol(session, source_id)
        since = was.last_visit_at or datetime.min.replace(tzinfo=UTC)
        if since > self.clock():  # the clock was wrong then: nothing can be after it
            since = self.clock() - timedelta(days=1)
        seen = visits.outcomes(session, source_id, after=since)
        if seen:
            self._put_health(session, was, seen, result)

    def _put_health(
        self, session: Session, was: SourceStatus, seen: Sequence[Visit], result: Settled
    ) -> None:
        now = self.clock()
        result.outcomes[was.source_id] = dict(Counter(visit.outcome for visit in seen))
        verdict = health.judge(
            was,
            [*sweeps_at_rest(session, self.sources[was.source_id], seen), *seen],
            columns=self.sources[was.source_id].columns,
            dates=_days(pages.listed_dates(session, was.source_id)),
        )
        succeeded = [v for v in seen if v.outcome in LOOKED]
        advice = self.advice.get(was.source_id, "") if verdict.health == "sick" else ""
        store_health.put(
            session,
            SourceStatus(
                source_id=was.source_id,
                name=was.name,
                region=was.region,
                health=verdict.health,
                since=was.since if was.health == verdict.health else now,
                last_visit_at=seen[-1].visited_at,
                last_success_at=succeeded[-1].visited_at if succeeded else was.last_success_at,
                last_outcome=seen[-1].outcome,
                detail=f"{verdict.reason}。{advice}" if advice else verdict.reason,
            ),
        )
        if verdict.health == "sick":
            result.failed[was.source_id] = verdict.reason
        if verdict.health != (was.health or "healthy"):
            event = HealthEvent(
                id=0,
                source_id=was.source_id,
                source_name=was.name,
                happened_at=now,
                was=was.health or "healthy",
                now=verdict.health,
                reason=verdict.reason,
                remedy=verdict.remedy + advice,
            )
            store_health.add_event(session, event)


def sweeps_at_rest(session: Session, source: Source, seen: Sequence[Visit]) -> list[Visit]:
    """Return the last sweeps of the columns that rested while others of their source were read.

    Or a column that failed would be healthy as soon as another one is visited.
    """
    swept = {visit.column_id for visit in seen if visit.target == "listing"}
    found: list[Visit] = []
    for column in source.columns if swept else ():
        at = columns.state(session, source.id, column.id).visited_at
        if column.id not in swept and at is not None:
            found += visits.last_sweep(session, source.id, column.id, at)
    return sorted(found, key=lambda visit: visit.id or 0)


def _is_fresh(session: Session, visit: Visit) -> bool:
    """Return whether a visit brought a page that nobody had seen or listed before."""
    if visit.target == "listing" or visit.outcome != "ok":
        return False
    known = pages.state(session, visit.url) is not None
    return not known and not pages.listed_as_baseline(session, visit.source_id, visit.url)


def _days(listed: Mapping[str, Iterable[str]]) -> dict[str, list[date]]:
    """Return the whole dates among what a source's columns listed; a month alone is none."""
    return {
        column: [day for on in dates if (day := day_of(on)) is not None]
        for column, dates in listed.items()
    }
