"""The clock and the loop: starts a job again and again until it is told to stop.

`policywatch run` does the work once for cron, `policywatch daemon` from APScheduler; the work
(`jobs`) is the same.
"""

from datetime import timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from jobs.job import Job, RunReport
from jobs.rhythm import utc_now
from jobs.settings import open_database, publish_settings, rules_of
from store.errors import LockHeld
from store.records import SHANGHAI

__all__ = [
    "Job",
    "RunReport",
    "open_database",
    "publish_settings",
    "rules_of",
    "serve_forever",
    "utc_now",
]

log = structlog.get_logger()

CRAWL_EVERY = timedelta(minutes=10)


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
