"""Rhythm: what is due now, the run that does it, the daemon that asks again, catch-up.

A run is: lock → crawl the due sources in a child process → settle → publish → digests → alerts.
`policywatch run` does it once for cron, `policywatch daemon` from APScheduler; the code is the
same. What is due is always asked of the database, never remembered, so that a machine that slept
through a day does that day's work when it wakes. Knows nothing of how a page is read.
"""

import email
import email.policy
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from config import Config, ConfigError, mail_settings
from crawler import reclassifying
from crawler.backfill import Backfill
from crawler.budget import groups_by_host
from crawler.errors import SourceError
from crawler.reclassifying import Reclassified
from crawler.rereading import Reread, reread_all
from crawler.run import CrawlPlan, CrawlResult, crawl
from crawler.settle import Progress, Settlement
from crawler.sources import BASES, Source, load_sources
from crawler.standing import Settled
from feeds.alerts import notifier, send_alarms
from feeds.conditions import troubles
from feeds.digest import compose_alerts, compose_day, preview
from feeds.errors import AlertFailed
from feeds.filters import matches
from feeds.heartbeat import beat
from feeds.lookout import look_out
from feeds.mail import Delivered, deliver
from feeds.publish import Published, publish
from feeds.receipts import standing
from feeds.settings import MailSettings, PublishSettings, Watched
from feeds.transport import transport
from pipelines.classify import ClassifyError, RuleSet, adopt, load_rules
from store import columns, digests, health, ledger, runs, subscribers, visits
from store.alarms import Alarm
from store.database import Database
from store.digests import DigestRhythm
from store.errors import LockHeld
from store.lock import lock
from store.records import SHANGHAI

if TYPE_CHECKING:
    from crawler.proposals import Bureau

log = structlog.get_logger()
Clock = Callable[[], datetime]

CATCH_UP_DAYS = 7
"""Missed digest days that are still made up for (DESIGN rule 15)."""

RHYTHM_SLACK = 0.9
"""A column is due a little before its rhythm is over, or cron at the same minute every day would
find it not quite due every other day."""

RHYTHMS: tuple[DigestRhythm, ...] = ("daily", "weekly")

CRAWL_EVERY = timedelta(minutes=10)


def utc_now() -> datetime:
    """Return the present instant, aware and in UTC: the only clock of the product."""
    return datetime.now(UTC)


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
    """The product's work on one data folder with one clock."""

    config: Config
    clock: Clock = utc_now
    progress: Progress = lambda stage, done, total: None
    sources: Mapping[str, Source] = field(init=False)

    def __post_init__(self) -> None:
        self.sources = load_sources(self.config.sources)
        self.database = open_database(self.config)
        adopt(rules_of(self.config))

    def run(
        self, source_ids: Sequence[str] | None = None, backfill: Backfill | None = None
    ) -> RunReport:
        """Do everything that is due, or crawl exactly these sources and then the rest.

        backfill: walk these sources' lists back so far; None for an ordinary crawl.
        Raises LockHeld when another run is at work on this data folder.
        """
        with lock(self.config.data, "run", self.clock()):
            wanted = self.due() if source_ids is None else list(source_ids)
            result, settled = self._crawl(wanted, backfill)
            published = publish(self.database, self.config.public, publish_settings(self.config))
        delivered, problems = self._tell()
        if published.problem:
            problems = (published.problem, *problems)
        if result is not None and not result.completed:
            problems = (result.detail, *problems)
        if settled is not None:
            broken = (f"{url}: {why}" for url, why in sorted(settled.broken.items()))
            problems = (*broken, *problems)
        return RunReport(tuple(wanted), result, settled, published, delivered, problems)

    def due(self) -> list[str]:
        """Return the enabled sources one of whose columns is due, by id."""
        now = self.clock()
        with self.database.reading() as session:
            states = columns.states(session)
        return [
            source_id
            for source_id, source in self.sources.items()
            if source.enabled
            and any(
                _is_due(states.get((source_id, column.id)), column.rhythm_h, now)
                for column in source.columns
            )
        ]

    def mail(self, on: str | None = None) -> tuple[Delivered | None, tuple[str, ...]]:
        """Compose every digest whose hour has come, or that of one day, and send what is due.

        Immediate alerts that wait are composed and sent too.

        Returns what was delivered (None while another process is at it) and what went wrong.
        """
        settings = self._mail_settings()
        try:
            with lock(self.config.data, "mail", self.clock()):
                for rhythm in RHYTHMS:
                    for day in [on] if on and rhythm == "daily" else self.digests_due(rhythm):
                        compose_day(self.database, day, self._cut(day), settings, rhythm=rhythm)
                compose_alerts(self.database, settings, self.clock())
                return deliver(self.database, transport(settings), settings, self.clock()), ()
        except LockHeld as held:
            return None, (str(held),)

    def digests_due(self, rhythm: DigestRhythm = "daily") -> list[str]:
        """Return the days whose digest hour has come and that have none yet, oldest first.

        Weekly digests are Monday's. The first ever is the latest whose hour has come since somebody
        subscribed: no days before are made up for, and a cron that only ever runs before the hour
        sends yesterday's.
        """
        now = self.clock().astimezone(SHANGHAI)
        with self.database.reading() as session:
            began = subscribers.first_at(session, rhythm)
            last = digests.last_run(session, rhythm)
        if began is None:
            return []
        today = now.date() if now.time() >= self._digest_time() else now.date() - timedelta(1)
        began_on = began.astimezone(SHANGHAI).date()
        first = date.fromisoformat(last.on) + timedelta(1) if last else max(began_on, today)
        first = max(first, today - timedelta(CATCH_UP_DAYS - 1))
        days = (first + timedelta(n) for n in range((today - first).days + 1))
        return [day.isoformat() for day in days if rhythm == "daily" or day.isoweekday() == 1]

    def preview(self, on: str | None, address: str | None) -> list[str]:
        """Return the digests of a day (today) as they would be sent; stores and sends nothing."""
        day = on or self.clock().astimezone(SHANGHAI).date().isoformat()
        mails = preview(self.database, day, self._cut(day), self._mail_settings())
        return [
            email.message_from_bytes(mail, policy=email.policy.default).as_string()
            for to, mail in mails
            if address in (None, to)
        ]

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
        with self.database.reading() as session:
            sources = health.statuses(session)
            ended = runs.last_finished_at(session)
            digest = digests.last_run(session, "daily")
            mail = standing(session)
        age = (self.clock() - ended).total_seconds() / 3600 if ended else None
        return {
            "last_run_at": ended.isoformat() if ended else None,
            "age_h": age,
            "due": self.due(),
            "last_digest_on": digest.on if digest else None,
            **mail,
            "mail": "smtp" if mail_settings(self.config).smtp else "maildir",
            "sources": [
                {
                    "id": s.source_id,
                    "name": s.name,
                    "health": s.health,
                    "since": s.since.isoformat() if s.since else None,
                    "last_success_at": s.last_success_at.isoformat() if s.last_success_at else None,
                    "held": s.held_reason if s.held else "",
                    "detail": s.detail,
                }
                for s in sources
            ],
        }

    def _advise(self) -> dict[str, str]:
        """Look where columns that went missing are now; return what to tell, by source."""
        from crawler.proposals import propose_moved  # loads Scrapy: only runs and tools wait

        with self.database.reading() as session:
            seen = visits.unsettled(session)
        return propose_moved(self.bureau(), seen)

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
        self, wanted: Sequence[str], backfill: Backfill | None
    ) -> tuple[CrawlResult | None, Settled | None]:
        """Crawl and settle; what an interrupted run left unsettled is settled with it."""
        result = None
        if wanted:
            with self.database.writing() as session:
                run_id = runs.begin(session, wanted, self.clock(), backfill=backfill is not None)
            plan = replace(self._plan(run_id, wanted), backfill=backfill)
            result = self._crawl_twice_at_most(plan)
        advice = self._advise() if wanted else {}
        settled = Settlement(
            self.database, self.config.archive, self.sources, self.clock, advice
        ).settle(self.progress)
        if wanted:
            with self.database.writing() as session:
                runs.finish(session, run_id, self.clock())
        return result, settled

    def _crawl_twice_at_most(self, plan: CrawlPlan) -> CrawlResult:
        """Crawl; a child that was killed is started once more before its half is settled.

        What it had captured is answered 304 and handed on from the archive.
        """
        result = crawl(plan, lambda: self._show(plan))
        if result.completed or result.exit_code >= 0:
            return result
        log.warning("crawl_restarted", run=plan.run_id, why=result.detail)
        return crawl(plan, lambda: self._show(plan))

    def _show(self, plan: CrawlPlan) -> None:
        """Show a backfill's requests against those of the day: it may take hours and days."""
        if plan.backfill is None:
            return
        hosts = groups_by_host(self.sources[source_id] for source_id in plan.source_ids)
        most = sum(min(source.daily_budget for source in host) for host in hosts)
        with self.database.reading() as session:
            self.progress("requests", visits.count(session, plan.run_id), most)

    def _plan(self, run_id: int, wanted: Sequence[str]) -> CrawlPlan:
        return CrawlPlan(
            run_id=run_id,
            source_ids=tuple(wanted),
            data=self.config.data,
            database_url=self.config.database,
            sources=self.config.sources,
            contact=self.config.contact,
            now=self.clock(),
            timeout_s=self.config.crawl_timeout_s,
            memory_mb=self.config.crawl_memory_mb,
        )

    def _tell(self) -> tuple[Delivered | None, tuple[str, ...]]:
        delivered, problems = self.mail()
        try:
            urls = [url.get_secret_value() for url in self.config.alert_urls]
            send_alarms(self.database, notifier(urls), self.troubles(), self.clock())
        except AlertFailed as error:
            problems = (*problems, str(error))
        if self.config.heartbeat_url is not None:
            silence = beat(self.config.heartbeat_url.get_secret_value(), self.config.user_agent)
            problems = (*problems, silence) if silence else problems
        return delivered, problems

    def troubles(self) -> list[Alarm]:
        """Return what an operator must know of the product as it stands now."""
        now = self.clock()
        outlook = look_out(
            self.database,
            now,
            enabled=self._enabled(),
            digest_at=self._cut(now.astimezone(SHANGHAI).date().isoformat()),
            free_bytes=shutil.disk_usage(self.config.data).free,
            least_free_bytes=self.config.disk_free_mb * 1_000_000,
        )
        return troubles(outlook)

    def _enabled(self) -> frozenset[str]:
        return frozenset(source_id for source_id, s in self.sources.items() if s.enabled)

    def _mail_settings(self) -> MailSettings:
        return replace(mail_settings(self.config), watched=self._enabled())

    def _digest_time(self) -> time:
        return time.fromisoformat(self.config.digest_at)

    def _cut(self, on: str) -> datetime:
        cut = datetime.combine(date.fromisoformat(on), self._digest_time(), SHANGHAI)
        return cut.astimezone(UTC)


def serve_forever(job: Job, scheduler: BaseScheduler | None = None) -> None:
    """Run the daemon until it is told to stop: due sources every ten minutes, digests on time.

    misfire_grace_time is None: APScheduler's default of one second drops a job that a busy or
    sleeping machine starts late, and a digest would be missing that day.
    """
    scheduler = scheduler or BlockingScheduler(timezone=SHANGHAI)
    hour, minute = job.config.digest_at.split(":")
    always = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler.add_job(
        _run_quietly,
        IntervalTrigger(seconds=int(CRAWL_EVERY.total_seconds())),
        [job],
        id="crawl",
        next_run_time=job.clock(),
        **always,
    )
    scheduler.add_job(
        job.mail, CronTrigger(hour=hour, minute=minute, timezone=SHANGHAI), id="digest", **always
    )
    scheduler.start()


def _run_quietly(job: Job) -> None:
    try:
        report = job.run()
    except LockHeld as held:
        log.info("run_skipped", why=str(held))
        return
    if report.crawled:
        log.info("run_done", sources=len(report.crawled), exit_code=report.exit_code)


def _is_due(state: columns.ColumnState | None, rhythm_h: float, now: datetime) -> bool:
    if state is None or state.visited_at is None:
        return True
    return now - state.visited_at >= timedelta(hours=rhythm_h * RHYTHM_SLACK)


def publish_settings(config: Config) -> PublishSettings:
    """Return how publications look, from the configuration."""
    return PublishSettings(
        title=config.site_title,
        author=config.site_title,
        contact=config.contact,
        public_url=config.public_url,
        feed_items=config.feed_limit,
        configured=tuple(map(_watched, load_sources(config.sources).values())),
        after_publish=tuple(config.after_publish),
    )


def _watched(source: Source) -> Watched:
    """Return what readers are told of a source's configuration."""
    return Watched(
        source_id=source.id,
        name=source.name,
        region=source.region,
        kind=source.kind,
        home=source.base_url,
        basis=min((column.basis for column in source.columns), key=BASES.index),
        rhythm_h=min(column.rhythm_h for column in source.columns),
        columns=len(source.columns),
        enabled=source.enabled,
    )


def open_database(config: Config) -> Database:
    """Return the database, with the filter grammar that immediate alerts are matched by."""
    return Database(config.database, wants=matches)


def rules_of(config: Config) -> RuleSet:
    """Return the rules of classification with the operator's own; raises ConfigError."""
    try:
        return load_rules([config.classify_rules] if config.classify_rules else [])
    except ClassifyError as error:
        raise ConfigError(f"classify_rules: {error}") from error
