"""The frontier of one source: what has been asked in this crawl, and what is worth asking next.

It knows canonical addresses, the archive's known pages and earlier failures; it sends nothing and
writes nothing. Priorities are Scrapy's: higher goes first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from crawler.addresses import canonical_url, host_key
from crawler.context import CrawlContext
from crawler.sources import Source
from crawler.spiders.errand import (
    Errand,
    changed_entries,
    is_file,
    new_entries,
    own_entries,
    unfinished,
)
from crawler.spiders.sheet import Sheet
from store import pages, visits
from store.records import Entry, KnownPage, Listing, Target, Visit

LISTING_PRIORITY = 1000
NEW_PRIORITY = 100
"""Plus the page of the list: as long as its first page still has a row nobody has fetched, a crawl
that was killed goes on where it stopped, so the first page's rows come last."""
CHANGED_PRIORITY = 50
FILE_PRIORITY = 40
UNFINISHED_PRIORITY = 20
STALE_PRIORITY = 0

FEWEST_SWEEPS = 5
"""So many sweeps must have been read before a number of rows is called usual."""

MEMORY = timedelta(days=30)
"""How far back a failed visit is remembered, and how long a fetched file counts as current."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be: the address to fetch, what for, how soon.

    was_sound: its latest visit brought the page itself, so that a 304 needs no second look.
    """

    url: str
    errand: Errand
    priority: int
    was_sound: bool = False


class Frontier:
    """One crawl's view of one source. Every address is asked at most once."""

    def __init__(self, source: Source, context: CrawlContext) -> None:
        self._source = source
        self._context = context
        self._asked: set[str] = set()
        self._tried: dict[str, Visit] = {}
        self._earlier_rows: dict[str, list[int]] = {}

    def columns(self) -> list[Ask]:
        """Return the first address of every column, and recall what was tried before."""
        after = self._context.clock() - MEMORY
        with self._context.database.reading() as session:
            earlier = visits.outcomes(session, self._source.id, after)
        self._tried = {v.url: v for v in earlier if v.target != "listing"}
        for visit in earlier:
            if visit.listing and visit.listing.entries:
                self._earlier_rows.setdefault(visit.url, []).append(len(visit.listing.entries))
        errands = (Errand("listing", self.canonical(c.url), c) for c in self._source.columns)
        return [self._ask(e.column.url, e, LISTING_PRIORITY) for e in errands if e.column]

    def usual_rows(self, errand: Errand) -> int | None:
        """Return how many rows this answer of a column usually has, None while that is unknown."""
        earlier = self._earlier_rows.get(errand.url, [])
        return int(median(earlier)) if len(earlier) >= FEWEST_SWEEPS else None

    def rows(
        self, listing: Listing, fetch: dict[str, str], errand: Errand
    ) -> tuple[list[Ask], bool]:
        """Return the pages of a listing to ask for, and whether it shows anything unknown.

        fetch: the address to ask by canonical one. A listing without rows of its own site shows
        nothing that could be known, so the way beyond it stays open.
        """
        own = own_entries(listing, self._source)
        known = self._known(entry.url for entry in own)
        new = new_entries(own, known, self._tried, self._context.clock())
        asks = [*self._pages(new, fetch, errand, NEW_PRIORITY + errand.number)]
        asks += self._pages(changed_entries(own, known), fetch, errand, CHANGED_PRIORITY)
        return asks, bool(new) or not own

    def next_listing(self, sheet: Sheet, errand: Errand, *, anything_new: bool) -> Ask | str:
        """Return the next page of the column, or why the sweep ends here.

        A list is read until one whole page of it is known: pinned rows come first on many.
        """
        assert errand.column is not None
        if sheet.next_url is None:
            return "end of the column"
        if errand.number >= errand.column.max_pages:
            return "page limit"
        if self.canonical(sheet.next_url) in self._asked:
            return "the pager leads back"
        if not anything_new:
            return "all known from here"
        return self.listing(sheet.next_url, errand, number=errand.number + 1)

    def listing(self, url: str, errand: Errand, *, number: int) -> Ask:
        """Return a further answer of the errand's column."""
        following = Errand("listing", self.canonical(url), errand.column, number=number)
        return self._ask(url, following, LISTING_PRIORITY)

    def files(self, links: Iterable[str], errand: Errand) -> Iterator[Ask]:
        """Yield the files that are not in the archive, or have not been looked at for long."""
        for link in links:
            url = self.canonical(link)
            if url in self._asked or url in self._tried:
                continue
            capture = self._context.latest_capture(link)
            if capture is None or self._context.clock() - capture.fetched_at > MEMORY:
                target = Errand("attachment", url, errand.column, number=errand.number)
                yield self._ask(link, target, FILE_PRIORITY)

    def leftovers(self) -> Iterator[Ask]:
        """Yield what failed in earlier runs and no list brought up again, then what is due."""
        left = {url: visit for url, visit in self._tried.items() if url not in self._asked}
        for visit in unfinished(left, self._known(left), self._context.clock()):
            column = next((c for c in self._source.columns if c.id == visit.column_id), None)
            errand = Errand(visit.target, visit.url, column, visit.entry)
            yield self._ask(visit.url, errand, UNFINISHED_PRIORITY)
        for page in self._stale():
            if page.url not in self._asked:
                yield self._ask(page.url, Errand("page", page.url), STALE_PRIORITY)

    def canonical(self, url: str) -> str:
        """Return the one address under which this source's page is known."""
        return canonical_url(url, self._source)

    def _pages(
        self, entries: Iterable[Entry], fetch: dict[str, str], errand: Errand, priority: int
    ) -> Iterator[Ask]:
        for entry in entries:
            if entry.url not in self._asked:
                target: Target = "attachment" if is_file(entry.url) else "page"
                following = Errand(target, entry.url, errand.column, entry, errand.number)
                yield self._ask(fetch[entry.url], following, priority)

    def _ask(self, url: str, errand: Errand, priority: int) -> Ask:
        self._asked.add(errand.url)
        before = self._tried.get(errand.url)
        sound = before is not None and before.outcome in {"ok", "unchanged"}
        return Ask(url, errand, priority, was_sound=sound)

    def _stale(self) -> list[KnownPage]:
        left = self._context.budgets.left(host_key(self._source.base_url))
        limit = self._source.daily_budget if left is None else left
        with self._context.database.reading() as session:
            return pages.stale(session, self._source.id, self._context.clock(), limit)

    def _known(self, urls: Iterable[str]) -> dict[str, KnownPage]:
        with self._context.database.reading() as session:
            return pages.known(session, urls)
