"""The frontier of one source: what has been asked in this crawl, and what is worth asking next.

It knows canonical addresses, the archive's known pages and earlier failures; it sends nothing and
writes nothing. Priorities are Scrapy's: higher goes first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from crawler.addresses import canonical_url, host_key
from crawler.backfill import Backfill
from crawler.context import CrawlContext
from crawler.outcomes import Usual, usual_of
from crawler.sources import Column, Source
from crawler.spiders.errand import (
    GONE_PAUSE,
    Errand,
    changed_entries,
    is_file,
    is_older,
    new_entries,
    own_entries,
    unfinished,
)
from crawler.spiders.sheet import Sheet
from store import columns, pages, revisits, visits
from store.records import Entry, KnownPage, Listing, Target, Visit

LISTING_PRIORITY = 1000
NEW_PRIORITY = 100
"""Plus the page of the list: as long as its first page still has a row nobody has fetched, a crawl
that was killed goes on where it stopped, so the first page's rows come last."""
CHANGED_PRIORITY = 50
FILE_PRIORITY = 40
UNFINISHED_PRIORITY = 20
STALE_PRIORITY = 0

END = "栏目到此为止"
SPENT = "今天的请求次数已用完"
"""Why a sweep ends."""

MEMORY = timedelta(days=30)
"""How far back a visit is remembered."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be: the address to fetch, what for, how soon.

    was_sound: its latest visit brought the page itself, so that a 304 needs no second look.
    files: how many the page was found to link to, None where that was not looked up.
    """

    url: str
    errand: Errand
    priority: int
    was_sound: bool = False
    files: int | None = None

    @property
    def leads_nowhere(self) -> bool:
        """Whether a 304 says all there is to know: nothing in the page would be asked for."""
        return self.was_sound and self.files == 0


class Frontier:
    """One crawl's view of one source. Every address is asked at most once."""

    def __init__(self, source: Source, context: CrawlContext) -> None:
        self._source = source
        self._context = context
        self._asked: set[str] = set()
        self._tried: dict[str, Visit] = {}
        self._earlier: dict[str, list[Listing]] = {}
        self._listed: dict[str, set[str]] = {}
        self._seen_rows: dict[str, set[tuple[str, ...]]] = {}
        self._links: dict[str, str] = {}
        self._budget = context.budgets.left(host_key(source.base_url))

    def columns(self) -> list[Ask]:
        """Return the first address of every column that is asked, and recall what was tried before.

        A backfill goes on where the one before stopped.
        """
        after = self._context.clock() - MEMORY
        with self._context.database.reading() as session:
            earlier = visits.outcomes(session, self._source.id, after)
        self._tried = {v.url: v for v in earlier if v.target != "listing"}
        for visit in earlier:
            if visit.listing and visit.listing.entries:
                listed = self._listed.setdefault(visit.url, set())
                listed.update(entry.url for entry in visit.listing.entries)
                self._earlier.setdefault(visit.url, []).append(visit.listing)
        return [self._first(column) for column in self._context.asked(self._source)]

    def usual(self, errand: Errand) -> Usual | None:
        """Return what this answer of a column usually is like, None while that is unknown."""
        return usual_of(self._earlier.get(errand.url, []))

    def is_unfamiliar(self, listing: Listing, errand: Errand) -> bool:
        """Return whether fewer than half of its rows were ever listed under this address."""
        rows = {entry.url for entry in listing.entries}
        return 2 * len(rows & self._listed.get(errand.url, set())) < len(rows)

    def rows(self, listing: Listing, errand: Errand) -> tuple[list[Ask], bool]:
        """Return the pages of a listing to ask for, and whether it shows anything unknown.

        A listing without rows of its own site shows nothing that could be known, so the way
        beyond it stays open.
        """
        own = own_entries(listing, self._source)
        for entry in own:
            self._links.setdefault(entry.url, entry.link)
        known = self._known(entry.url for entry in own)
        untried = new_entries(own, known, self._tried, self._context.clock())
        new = [entry for entry in untried if not is_older(entry.on, self._since(errand))]
        changed = changed_entries(own, known)
        if self._backfill is not None and (room := self._room()) is not None:
            new, changed = new[: max(room, 0)], []
        asks = [*self._pages(new, errand, NEW_PRIORITY + errand.number)]
        asks += self._pages(changed, errand, CHANGED_PRIORITY)
        return self._expected(asks), bool(new) or not own

    def next_listing(self, sheet: Sheet, errand: Errand, *, anything_new: bool) -> Ask | str:
        """Return the next page of the column, or why the sweep ends here.

        A list is read until one whole page of it is known: pinned rows come first on many. One
        that carries the pages of its rows is their only source and read to its page limit.
        """
        assert errand.column is not None
        url, ahead = _way_on(sheet, errand)
        backfill = self._backfill
        rows = sheet.listing.entries if sheet.listing else ()
        if url is None:
            return END
        if errand.number >= (backfill.most_pages if backfill else errand.column.max_pages):
            return "已到页数上限"
        if self.canonical(url) in self._asked:
            return "翻页又回到前面"
        if self._repeats(errand.column, rows):
            return "与前面一页重复"
        if rows and all(is_older(row.on, self._since(errand)) for row in rows):
            return f"都早于 {self._since(errand)}"
        if backfill is None and not anything_new and not sheet.pages:
            return "往后都已读过"
        if backfill is not None and (room := self._room()) is not None and room <= 0:
            return SPENT
        counted = sheet.counted and url == sheet.next_url
        return self.listing(url, errand, number=errand.number + 1, counted=counted, ahead=ahead)

    def remember(self, errand: Errand, url: str, following: Ask | str) -> None:
        """Note where a backfill goes on if it is cut off here. url: the list page just read."""
        assert errand.column is not None
        cursor = None
        if isinstance(following, Ask):
            onward = following.errand
            cursor = columns.Cursor(following.url, onward.number, onward.ahead)
        elif following == SPENT:
            cursor = columns.Cursor(url, errand.number, errand.ahead)
        self._context.flush()  # the rows of the page: a cursor beyond them would leave them out
        with self._context.database.writing() as session:
            columns.move(session, self._source.id, errand.column.id, cursor)

    def way_on(self, sheet: Sheet, errand: Errand) -> Ask | None:
        """Return where a signpost leads, None if it leads nowhere."""
        url, ahead = _way_on(sheet, errand)
        return self.listing(url, errand, number=errand.number, ahead=ahead) if url else None

    def carried(self, entry: Entry, errand: Errand) -> Errand:
        """Return the errand to a page that came with its list, which is then not asked for."""
        self._asked.add(entry.url)
        return Errand("page", entry.url, errand.column, entry, errand.number)

    def listing(
        self,
        url: str,
        errand: Errand,
        *,
        number: int,
        counted: bool = False,
        ahead: tuple[str, ...] = (),
    ) -> Ask:
        """Return a further answer of the errand's column."""
        where = self.canonical(url)
        following = Errand("listing", where, errand.column, None, number, counted, ahead)
        return self._ask(url, following, LISTING_PRIORITY)

    def files(self, links: Iterable[str], errand: Errand) -> Iterator[Ask]:
        """Yield the files that are not in the archive, and those whose time has come again.

        A file is edited like its page: it is asked for as often as a page of that age.
        """
        age: revisits.Age | None = None
        for link in links:
            age = age or self._age(errand.url)  # most pages link to none
            try:
                url = self.canonical(link)
            except ValueError:
                continue  # what a page calls a file need not be an address
            if url not in self._asked and self._file_is_due(
                link, url, timedelta(hours=age.every_h)
            ):
                target = Errand("attachment", url, errand.column, number=errand.number)
                yield self._ask(link, target, FILE_PRIORITY)

    def _age(self, url: str) -> revisits.Age:
        page, now = self._known([url]).get(url), self._context.clock()
        return revisits.age_of(page.last_changed_at if page else now, now)

    def _file_is_due(self, link: str, url: str, every: timedelta) -> bool:
        tried, capture = self._tried.get(url), self._context.latest_capture(link)
        if tried is None and capture is None:
            return True
        if tried is not None and tried.outcome in {"gone", "robots_denied"}:
            every = max(every, GONE_PAUSE)
        looks = [tried and tried.visited_at, capture and capture.fetched_at]
        waited = self._context.clock() - max(look for look in looks if look)
        room = self._room()
        return waited >= every and (room is None or room > 0)

    def leftovers(self) -> list[Ask]:
        """Return what failed in earlier runs and no list brought up again, then what is due."""
        return self._expected(self._leftovers())

    def _leftovers(self) -> Iterator[Ask]:
        left = {url: visit for url, visit in self._tried.items() if url not in self._asked}
        for visit in unfinished(left, self._known(left), self._context.clock()):
            column = next((c for c in self._source.columns if c.id == visit.column_id), None)
            errand = Errand(visit.target, visit.url, column, visit.entry)
            link = visit.entry.link if visit.entry else visit.url
            yield self._ask(link, errand, UNFINISHED_PRIORITY)
        for page in self._stale():
            if page.url not in self._asked:
                link = self._links.get(page.url) or page.address or page.url
                target: Target = "attachment" if is_file(page.url) else "page"
                ask = self._ask(link, Errand(target, page.url), STALE_PRIORITY)
                yield replace(ask, files=page.files)

    def canonical(self, url: str) -> str:
        """Return the one address under which this source's page is known."""
        return canonical_url(url, self._source)

    @property
    def _backfill(self) -> Backfill | None:
        return self._context.backfill

    def _since(self, errand: Errand) -> str | None:
        asked = self._backfill.since if self._backfill else None
        return asked or (errand.column.since if errand.column else None)

    def _room(self) -> int | None:
        """Return how many requests the day still has for this source, None without a budget."""
        return None if self._budget is None else self._budget - len(self._asked)

    def _repeats(self, column: Column, rows: Sequence[Entry]) -> bool:
        """Return whether this sweep of the column has seen these very rows: its pager is stuck."""
        addresses = tuple(row.url for row in rows)
        seen = self._seen_rows.setdefault(column.id, set())
        known = bool(addresses) and addresses in seen
        seen.add(addresses)
        return known

    def _first(self, column: Column) -> Ask:
        cursor = None
        if self._backfill is not None:
            with self._context.database.reading() as session:
                cursor = columns.cursor(session, self._source.id, column.id)
        if cursor is None:
            errand = Errand("listing", self.canonical(column.url), column)
            return self._ask(column.url, errand, LISTING_PRIORITY)
        where = self.canonical(cursor.url)
        errand = Errand("listing", where, column, None, cursor.number, False, cursor.ahead)
        return self._ask(cursor.url, errand, LISTING_PRIORITY)

    def _pages(self, entries: Iterable[Entry], errand: Errand, priority: int) -> Iterator[Ask]:
        for entry in entries:
            if entry.url not in self._asked:
                target: Target = "attachment" if is_file(entry.url) else "page"
                following = Errand(target, entry.url, errand.column, entry, errand.number)
                yield self._ask(entry.link, following, priority)

    def _ask(self, url: str, errand: Errand, priority: int) -> Ask:
        self._asked.add(errand.url)
        before = self._tried.get(errand.url)
        sound = before is not None and before.outcome in {"ok", "unchanged"}
        return Ask(url, errand, priority, was_sound=sound)

    def _expected(self, asks: Iterable[Ask]) -> list[Ask]:
        """Return the asks; what the archive holds of them is looked up now, with one question."""
        asks = list(asks)
        self._context.expect(ask.url for ask in asks)
        return asks

    def _stale(self) -> list[KnownPage]:
        room = self._room()
        limit = self._source.daily_budget if room is None else max(room, 0)
        carried = [column.id for column in self._source.columns if column.carries_pages]
        with self._context.database.reading() as session:
            now = self._context.clock()
            return revisits.due(session, self._source.id, now, limit, without=carried)

    def _known(self, urls: Iterable[str]) -> dict[str, KnownPage]:
        with self._context.database.reading() as session:
            return pages.known(session, urls)


def _way_on(sheet: Sheet, errand: Errand) -> tuple[str | None, tuple[str, ...]]:
    """Return the column's next address and what lies beyond it; (None, ()) at its end."""
    beyond = (*sheet.ahead, *errand.ahead)
    if sheet.next_url is not None:
        return sheet.next_url, beyond
    return (beyond[0], beyond[1:]) if beyond else (None, ())
