"""One run's crawl: as many children as it takes, so that a source that kills one costs only itself.

A child that hangs, crashes or is killed is started again for the sources it was not through with.
The source it was reading is left out when it hung there or died there twice; that is written down
as a visit of that source, with what happened, so that readers and operators see it was not looked
at. What the dead child had captured stays.
"""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from crawler.pulse import InHand
from crawler.run import LOG_NAME, CrawlPlan, CrawlResult, crawl
from crawler.sources import Source
from store import visits
from store.database import Database
from store.records import Visit

log = structlog.get_logger()

DIED_LOG_NAME = "crawl.died.log"
"""The log of the last child that died, beside that of the one started in its place."""

DEATHS_AT_ONE_PLACE = 2
"""One death may be the machine's doing (memory, a reboot); a second at the same source is its."""


@dataclass
class Crawling:
    """Crawls by one plan; `lost` says which sources had to be left out, and why."""

    plan: CrawlPlan
    watch: Callable[[], None]
    lost: dict[str, tuple[InHand | None, str]] = field(default_factory=dict)
    _deaths: Counter[str | None] = field(default_factory=Counter)

    def run(self) -> CrawlResult:
        """Crawl to the end, or to the plan's time limit; return how the last child ended."""
        began = time.monotonic()
        waiting = list(self.plan.source_ids)
        while True:
            left_s = self.plan.timeout_s - (time.monotonic() - began)
            plan = replace(self.plan, source_ids=waiting, timeout_s=max(1.0, left_s))
            result = crawl(plan, self.watch)
            self._note_failures(result)
            waiting = [source_id for source_id in waiting if source_id not in result.done]
            if not result.died:
                break
            shutil.copyfile(plan.data / LOG_NAME, plan.data / DIED_LOG_NAME)
            if not self._may_go_on(result, waiting):
                break
            log.warning("crawl_restarted", run=plan.run_id, why=result.detail, left=len(waiting))
        seconds = time.monotonic() - began
        return replace(result, seconds=seconds, completed=result.completed or not waiting)

    def _note_failures(self, result: CrawlResult) -> None:
        for source_id, why in result.done.items():
            if why:
                self.lost[source_id] = (None, why)

    def _may_go_on(self, result: CrawlResult, waiting: list[str]) -> bool:
        """Decide who is left out; return whether another child has anything to do."""
        suspect = result.hand.source_id if result.hand else None
        self._deaths[suspect] += 1
        if result.stalled or self._deaths[suspect] >= DEATHS_AT_ONE_PLACE:
            if suspect is None:
                return False  # it dies of nothing that leaving out a source would help
            self.lost[suspect] = (result.hand, result.detail)
            if suspect in waiting:
                waiting.remove(suspect)
        return bool(waiting)


def record_losses(
    database: Database,
    run_id: int,
    sources: Mapping[str, Source],
    lost: Mapping[str, tuple[InHand | None, str]],
    now: datetime,
) -> None:
    """Write down what the child could not: the sources it was lost on were not looked at.

    The page in hand drifted from what we can read: it is left alone for a day. So did each column
    without a visit in this run, and the one in hand.
    """
    with database.writing() as session:
        seen = [v for v in visits.unsettled(session) if v.run_id == run_id]
        for source_id, (hand, why) in lost.items():
            swept = {v.column_id for v in seen if v.source_id == source_id}
            for visit in _visits_of_loss(sources[source_id], run_id, hand, why, swept, now):
                visits.add(session, visit)


def _visits_of_loss(
    source: Source,
    run_id: int,
    hand: InHand | None,
    why: str,
    swept: set[str | None],
    now: datetime,
) -> list[Visit]:
    place = f" while reading {hand.url}" if hand else ""
    base = Visit(
        run_id=run_id,
        source_id=source.id,
        column_id=None,
        url=hand.url if hand else source.base_url,
        target="page",
        outcome="drifted",
        visited_at=now,
        status=None,
        detail=f"left out of this run{place}: {why}",
        capture_id=None,
    )
    listings = {column.url for column in source.columns}
    lost = [base] if hand and hand.url not in listings else []
    for column in source.columns:
        if column.id not in swept or (hand and hand.column_id == column.id):
            lost.append(replace(base, url=column.url, column_id=column.id, target="listing"))
    return lost
