"""One job: the product's work on one data folder with one clock, each verb a method.

A run is: lock → crawl the due sources in a child process → settle → publish → digests → alerts.
What an interrupted run left is taken up by the next one. Knows nothing of how a page is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import structlog
from sqlmodel import Session

from config import Config
from crawler import reclassifying
from crawler.backfill import Backfill
from crawler.budget import groups_by_host
from crawler.errors import SourceError
from crawler.reclassifying import Reclassified
from crawler.rereading import Reread, reread_all
from crawler.run import CrawlPlan, CrawlResult
from crawler.settle import Progress, Settlement
from crawler.sources import Source, load_sources
from crawler.standing import Settled, sweeps_at_rest
from feeds.mail import Delivered
from feeds.publish import Published, publish
from jobs import rhythm as rhythms
from jobs.crawling import Crawling, record_losses
from jobs.guard import PageGuard
from jobs.rhythm import Clock, utc_now
from jobs.settings import open_database, publish_settings, rules_of
from jobs.status import status
from jobs.stopping import StopFlag
from jobs.telling import Telling
from pipelines.classify import adopt
from store import columns, health, ledger, runs, visits
from store.alarms import Alarm
from store.digests import DigestRhythm
from store.lock import Held, lock
from store.records import Visit
from store.restore import refuse_half_restored

if TYPE_CHECKING:
    from crawler.proposals import Bureau

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run did; `settled` is None when nothing was due."""

    crawled: tuple[str, ...]
    crawl: CrawlResult | None = None
    settled: Settled | None = None
    published: Published | None = None
    delivered: Delivered | None = None
    problems: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all healthy or nothing due, 1 some source failed (DESIGN §5)."""
        failed = self.problems or (self.settled is not None and self.settled.failed)
        return 1 if failed else 0


@dataclass
class Job:
    """The product's work on one data folder with one clock; `stop` ends a run between pages."""

    config: Config
    clock: Clock = utc_now
    progress: Progress = lambda stage, done, total: None
    stop: StopFlag = field(default_factory=StopFlag)
    sources: Mapping[str, Source] = field(init=False)

    def __post_init__(self) -> None:
        refuse_half_restored(self.config.data)
        self.sources = load_sources(self.config.sources)
        self.database = open_database(self.config)
        adopt(rules_of(self.config))

    def run(
        self, source_ids: Sequence[str] | None = None, backfill: Backfill | None = None
    ) -> RunReport:
        """Do all that is due, or crawl exactly these sources, all their columns, and then the rest.

        backfill: walk these sources' lists back so far; None for an ordinary crawl.
        Raises LockHeld when another run is at work on this data folder, Stopped when `stop` was
        asked for: the next run goes on where this one ended.
        """
        with lock(self.config.data, "run", self.clock()) as held:
            held.beat()
            clock = self._clock_trouble()
            wanted = self.due() if source_ids is None else list(source_ids)
            resting = self._resting(wanted) if source_ids is None else {}
            result, settled = self._crawl(wanted, backfill, held, resting)
            self.stop.check()
            published = publish(self.database, self.config.public, publish_settings(self.config))
        self.stop.check()
        delivered, problems = self._telling().tell()
        if clock:
            problems = (clock, *problems)
        if published.problem:
            problems = (published.problem, *problems)
        if result is not None and not result.completed:
            problems = (result.detail, *problems)
        if settled is not None:
            broken = (f"{url}: {why}" for url, why in sorted(settled.broken.items()))
            problems = (*broken, *problems)
        return RunReport(tuple(wanted), result, settled, published, delivered, problems)

    def _clock_trouble(self) -> str | None:
        with self.database.reading() as session:
            return rhythms.clock_trouble(runs.newest_at(session), self.clock())

    def due(self) -> list[str]:
        """Return the enabled sources one of whose columns is due, by id; none in quiet hours."""
        if rhythms.is_quiet(self.config.quiet_hours, self.clock()):
            return []
        with self.database.reading() as session:
            states = columns.states(session)
        return rhythms.due_sources(self.sources.values(), states, self.clock())

    def _resting(self, wanted: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return the columns whose own time has not come, by source."""
        with self.database.reading() as session:
            states, now = columns.states(session), self.clock()
        return {i: rhythms.resting(self.sources[i], states, now) for i in wanted}

    def mail(self, on: str | None = None) -> tuple[Delivered | None, tuple[str, ...]]:
        """Compose and send the digests and alerts that are due, or the digest of one day."""
        return self._telling().mail(on)

    def digests_due(self, rhythm: DigestRhythm = "daily") -> list[str]:
        """Return the days whose digest hour has come and that have none yet, oldest first."""
        return self._telling().digests_due(rhythm)

    def preview(self, on: str | None, address: str | None) -> list[str]:
        """Return the digests of a day (today) as they would be sent; stores and sends nothing."""
        return self._telling().preview(on, address)

    def troubles(self) -> list[Alarm]:
        """Return what an operator must know of the product as it stands now."""
        return self._telling().troubles()

    def _telling(self) -> Telling:
        return Telling(self.config, self.database, self.sources, self.clock)

    def release(self, source_id: str) -> int:
        """Open a source's flood gate and announce what it held; return how many changes.

        Raises SourceError for a source nobody knows.
        """
        if source_id not in self.sources:
            raise SourceError(f"source {source_id}: unknown; see `policywatch sources`")
        with lock(self.config.data, "run", self.clock()):
            with self.database.writing() as session:
                released = ledger.release(session, source_id, self.clock())
                health.open_gate(session, source_id)
            publish(self.database, self.config.public, publish_settings(self.config))
        return released

    def redecode(self) -> Reread:
        """Read every archived page anew and publish what reads differently."""
        with lock(self.config.data, "run", self.clock()):
            read = reread_all(
                self.database, self.config.archive, self.sources, self.clock, self.progress
            )
            publish(self.database, self.config.public, publish_settings(self.config))
        return read

    def reclassify(self, *, preview: bool) -> tuple[Reclassified, ...]:
        """Return what the rules see differently now; recorded and published unless `preview`."""
        rules = rules_of(self.config)
        if preview:
            return reclassifying.preview(self.database, self.sources, rules)
        with lock(self.config.data, "run", self.clock()):
            found = reclassifying.reclassify(
                self.database, self.sources, rules, self.clock, self.progress
            )
            publish(self.database, self.config.public, publish_settings(self.config))
        return found

    def status(self) -> dict[str, Any]:
        """Return the state of the product as plain values, for a person or a monitor."""
        return status(self.database, self.config, self.sources, self.clock())

    def _advise(self) -> dict[str, str]:
        """Look where columns that went missing are now; return what to tell, by source."""
        from crawler.proposals import propose_moved  # loads Scrapy: only runs and tools wait

        with self.database.reading() as session:
            seen = visits.unsettled(session)
            known = self._at_rest(session, seen)
        return propose_moved(self.bureau(), [*known, *seen])

    def _at_rest(self, session: Session, seen: Sequence[Visit]) -> list[Visit]:
        """Return how the columns were read last that rested in what was just seen."""
        by_source: dict[str, list[Visit]] = {}
        for visit in seen:
            by_source.setdefault(visit.source_id, []).append(visit)
        watched = [
            (self.sources[i], theirs) for i, theirs in by_source.items() if i in self.sources
        ]
        return [v for source, theirs in watched for v in sweeps_at_rest(session, source, theirs)]

    def bureau(self) -> "Bureau":
        """Return what proposals are made with; they lie in the data folder and are never read."""
        from crawler.proposals import FOLDER, Bureau  # loads Scrapy: only runs and tools wait

        return Bureau(
            sources=self.sources,
            definitions=self.config.sources,
            folder=self.config.data / FOLDER,
            agent=self.config.user_agent,
            clock=self.clock,
        )

    def _crawl(
        self,
        wanted: Sequence[str],
        backfill: Backfill | None,
        held: Held,
        resting: Mapping[str, frozenset[str]],
    ) -> tuple[CrawlResult | None, Settled | None]:
        """Crawl and settle; what an interrupted run left unsettled is settled with it."""
        result, lost = None, {}
        if wanted:
            with self.database.writing() as session:
                run_id = runs.begin(session, wanted, self.clock(), backfill=backfill is not None)
            plan = replace(self._plan(run_id, wanted, backfill), resting=resting)
            crawling = Crawling(plan, lambda: self._watch(plan, held))
            result = crawling.run()
            asked = {i: plan.asked(self.sources[i]) for i in wanted}
            record_losses(self.database, run_id, asked, crawling.lost, self.clock())
            lost = {source_id: why for source_id, (_, why) in crawling.lost.items()}
            self.stop.check()
        advice = self._advise() if wanted else {}
        settlement = Settlement(
            self.database, self.config.archive, self.sources, self.clock, advice
        )
        settlement.guard = PageGuard(self.config.data / "settle.pulse")
        settled = settlement.settle(lambda *place: self._tick(held, *place))
        settled.failed = {**lost, **settled.failed}  # its lists may have been read before that
        if wanted:
            with self.database.writing() as session:
                runs.finish(session, run_id, self.clock())
        return result, settled

    def _watch(self, plan: CrawlPlan, held: Held) -> None:
        """Give a sign of life while the child crawls; Stopped raised here ends it gently."""
        held.beat()
        self.stop.check()
        self._show(plan)

    def _tick(self, held: Held, stage: str, done: int, total: int) -> None:
        """Between two pages: give a sign of life, end if asked to, show how far the work is."""
        held.beat()
        self.stop.check()
        self.progress(stage, done, total)

    def _show(self, plan: CrawlPlan) -> None:
        """Show a backfill's requests against those of the day: it may take hours and days."""
        if plan.backfill is None:
            return
        hosts = groups_by_host(self.sources[source_id] for source_id in plan.source_ids)
        most = sum(min(source.daily_budget for source in host) for host in hosts)
        with self.database.reading() as session:
            self.progress("requests", visits.count(session, plan.run_id), most)

    def _plan(self, run_id: int, wanted: Sequence[str], backfill: Backfill | None) -> CrawlPlan:
        return CrawlPlan(
            run_id=run_id,
            source_ids=tuple(wanted),
            data=self.config.data,
            database_url=self.config.database,
            sources=self.config.sources,
            contact=self.config.contact,
            now=self.clock(),
            timeout_s=self.config.crawl_timeout_s,
            source_timeout_s=None if backfill else self.config.crawl_source_timeout_s,
            backfill=backfill,
            memory_mb=self.config.crawl_memory_mb,
        )
