"""Settling what brought no news: most visits of a watched site, many in one transaction.

It writes nothing to the ledger: a page whose files have moved on, or that was missing, is left to
the settling that reads pages.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from crawler.attached import files_moved_on
from store import quiet
from store.database import Database
from store.records import Visit

VISITS_PER_TRANSACTION = 200
"""Few enough that nobody else waits for the write lock longer than some milliseconds."""


def settle_quiet(
    database: Database, on_pages: Sequence[Visit], tick: Callable[[int], None]
) -> frozenset[int]:
    """Settle the visits that found their page as it was; return their ids.

    tick is called after each transaction with how many visits are settled. A page that was visited
    more than once is left alone: what it was in between may be news.
    """
    settled: list[int] = []
    for some in _batches(_visited_once(on_pages)):
        with database.writing() as session:
            found = [
                visit
                for visit in quiet.among(session, some)
                if not (visit.links_files and files_moved_on(session, visit.url))
            ]
            quiet.settle(session, found)
        settled += (visit.visit_id for visit in found)
        tick(len(settled))
    return frozenset(settled)


def _visited_once(on_pages: Sequence[Visit]) -> list[Visit]:
    times = Counter(visit.url for visit in on_pages)
    return [visit for visit in on_pages if times[visit.url] == 1]


def _batches(queue: Sequence[Visit]) -> Iterator[Sequence[Visit]]:
    for start in range(0, len(queue), VISITS_PER_TRANSACTION):
        yield queue[start : start + VISITS_PER_TRANSACTION]
