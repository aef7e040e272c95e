"""How late an edit in place is noticed: what a host's requests of the day buy. Pure.

Pages already known are visited again at intervals by age (`store.revisits`). Where the day's
requests do not suffice, the intervals of one rank stretch alike; pages in force and still listed
are served before the rest. An edit falls anywhere in an interval, so it is seen half of it later.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from crawler.budget import groups_by_host
from crawler.sources import Source
from store.revisits import Delay, Stock

HOURS = 24.0


def delays_of(
    sources: Mapping[str, Source], stocks: Iterable[Stock]
) -> dict[str, tuple[Delay, ...]]:
    """Return what to expect of every source, in order of age; sources on one host share its day."""
    by_source: dict[str, list[Stock]] = {}
    for stock in stocks:
        by_source.setdefault(stock.source_id, []).append(stock)
    found: dict[str, tuple[Delay, ...]] = {}
    for group in groups_by_host(sources.values()):
        shared = [stock for source in group for stock in by_source.get(source.id, ())]
        stretch = _stretches(shared, requests_for_pages(group))
        for source in group:
            own = by_source.get(source.id, ())
            found[source.id] = tuple(_delay(stock, stretch[stock.first], source) for stock in own)
    return found


def requests_for_pages(group: Sequence[Source]) -> float:
    """Return how many requests a day the sources of one host leave for pages already known.

    A calm day needs one listing page for each sweep of a column.
    """
    budget = min(source.daily_budget for source in group)
    sweeps = sum(HOURS / c.rhythm_h for s in group for c in s.columns if c.rhythm_h > 0)
    return max(budget - sweeps, 0.0)


def demand(stocks: Iterable[Stock]) -> float:
    """Return how many requests a day it takes to visit the pages as often as wished."""
    return sum(stock.requests * HOURS / stock.age.every_h for stock in stocks)


def _stretches(stocks: Sequence[Stock], requests: float) -> dict[bool, float]:
    """Return by rank the factor by which its intervals are longer than wished, inf for never."""
    left, found = requests, {}
    for first in (True, False):
        wanted = demand(stock for stock in stocks if stock.first is first)
        found[first] = max(1.0, wanted / left) if left > 0 else math.inf
        left = max(left - wanted, 0.0)
    return found


def _delay(stock: Stock, stretch: float, source: Source) -> Delay:
    """Return the delay of one stock; a page is only looked at when its source is."""
    every_h = stock.age.every_h * stretch
    if source.rhythm_h > 0 and not math.isinf(every_h):
        every_h = math.ceil(every_h / source.rhythm_h) * source.rhythm_h
    reached = None if math.isinf(every_h) else every_h
    return Delay(stock.age.name, stock.first, stock.pages, reached, stock.longest_unvisited_at)
