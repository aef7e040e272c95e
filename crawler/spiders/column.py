"""The spider: sweeps the columns of one source, follows what is new, and names every outcome.

It reads lists and links, writes one visit per request, and judges nothing about documents. How a
list is read is its family's (`crawler.spiders.families`).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse
from twisted.python.failure import Failure

from crawler.addresses import FORM
from crawler.archived import joined_headers
from crawler.body import MAX_FILE_BYTES, MAX_PAGE_BYTES
from crawler.cache import header_pairs
from crawler.context import CrawlContext
from crawler.outcomes import Judgement, judge_answer, judge_listing
from crawler.refusals import outcome_of
from crawler.sources import Source
from crawler.spiders.doorstep import Doorstep
from crawler.spiders.errand import Errand, canonical_listing, file_links, linked_files
from crawler.spiders.families import reader_for
from crawler.spiders.frontier import END, LISTING_PRIORITY, Ask, Frontier
from crawler.spiders.logbook import Logbook
from crawler.spiders.paging import form_of
from crawler.spiders.sheet import Sheet, SheetError
from store.records import SHANGHAI, Listing

HOME_PRIORITY = LISTING_PRIORITY + 1
MAX_SIGNPOSTS = 3
"""How many answers may point on before one must be the list."""

GOOD_LISTING = frozenset({"ok", "unchanged", "empty_declared"})

_log = logging.getLogger(__name__)


class ColumnSpider(scrapy.Spider):
    """Sweeps one source's columns, whatever its family."""

    name = "column"

    def __init__(self, source: Source, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.context = context
        self.delay_floors: dict[str, float] = {}
        self.traffic: Counter[str] = Counter()
        self.crashed: Failure | None = None
        self._read_answer = reader_for(source.family)
        self._frontier = Frontier(source, context)
        self._logbook = Logbook(source, context)
        self._open_sweeps = len(context.asked(source))
        self._swept = asyncio.Event()
        self._anything_read = False
        self._doorstep = Doorstep(source, context.asked(source))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ColumnSpider":
        """Build it as Scrapy does, and hear of what it could not bear."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._on_crash, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield the columns that are asked; once swept, what is unfinished or due for a revisit."""
        for ask in self._frontier.columns():
            yield self._request(ask)
        await self._swept.wait()
        if not self._anything_read:
            return  # the site is out of reach or not itself today: its pages would be neither
        for ask in self._frontier.leftovers():
            yield self._request(ask)

    def on_listing(self, response: Response) -> Iterator[Request]:
        """Take in one answer of a column: write the visit, follow its rows and its next page."""
        errand: Errand = response.meta["errand"]
        self._take_in_hand(errand)
        read = self._judge(response, errand) or self._read(response, errand)
        if not isinstance(read, Sheet):
            self._logbook.write(errand, _past_the_end(errand, read), response)
            self._end_sweep()
        else:
            yield from self._take(response, errand, read)
        if self._doorstep.is_watched_by(errand):
            yield from self._on_home(_text(response) if isinstance(read, Sheet) else "")

    def _take(self, response: Response, errand: Errand, read: Sheet) -> Iterator[Request]:
        """Take in what was read: the way on, rows, or rows that must wait for the home page."""
        if read.listing is None:
            yield from self._follow_signpost(response, errand, read)
        elif self._doorstep.text is None and self._may_be_home(response, read.listing, errand):
            if self._doorstep.wait((response, errand, read)):
                yield self._ask_home()
        else:
            yield from self._take_rows(response, errand, read)

    def _may_be_home(self, response: Response, listing: Listing, errand: Errand) -> bool:
        """Return whether a column's page is HTML and shows little of what it showed before.

        Never in a backfill: it may begin in the middle, and the home page would not come by itself.
        """
        assert errand.column is not None
        asked = errand.url == self._frontier.canonical(errand.column.url)
        if not asked or self._doorstep.is_watched_by(errand) or self.context.backfill is not None:
            return False
        if not _text(response).lstrip("\ufeff \t\r\n").startswith("<"):
            return False
        return self._frontier.is_unfamiliar(canonical_listing(listing, self.source), errand)

    def on_home(self, response: Response) -> Iterator[Request]:
        """Take in the home page that was asked for to compare with it."""
        yield from self._on_home(_text(response))

    def on_no_home(self, failure: Failure) -> Iterator[Request]:
        """Go on without the home page: what waited for it is judged by its rows."""
        yield from self._on_home("")

    def _on_home(self, text: str) -> Iterator[Request]:
        for waiting in self._doorstep.come(text):
            yield from self._take_rows(*waiting)

    def on_page(self, response: Response) -> Iterator[Request]:
        """Take in a page: write the visit, ask for the files it links to."""
        errand: Errand = response.meta["errand"]
        self._take_in_hand(errand)
        bad = self._judge(response, errand)
        self._logbook.write(errand, bad or _good(response), response)
        if bad is None and errand.target == "page":
            fresh = "cached" not in response.flags
            yield from self._ask_files(_text(response), response.url, errand, fresh=fresh)

    def on_failure(self, failure: Failure) -> Iterator[Request]:
        """Take in a request that brought no answer: its outcome says why."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        judgement = outcome_of(error, request.meta.get("redirect_times", 0))
        self._logbook.write(request.meta["errand"], judgement, request)
        if request.meta["errand"].target == "listing":
            self._end_sweep()
        if self._doorstep.is_watched_by(request.meta["errand"]):
            yield from self._on_home("")

    def _take_in_hand(self, errand: Errand) -> None:
        column_id = errand.column.id if errand.column else None
        self.context.take_in_hand(self.source.id, column_id, errand.url)

    def _judge(self, response: Response, errand: Errand) -> Judgement | None:
        unread = "cached" in response.flags and response.meta["leads_nowhere"]
        return judge_answer(
            response.status,
            joined_headers(header_pairs(response.headers)),
            _text(response),
            asked=errand.url,
            final=response.url,
            body_bytes=None if unread else len(response.body),
        )

    def _read(self, response: Response, errand: Errand) -> Sheet | Judgement:
        assert errand.column is not None
        try:
            return self._read_answer(_text(response), response.url, errand.column)
        except SheetError as error:
            return "drifted", str(error)
        except Exception as error:  # the boundary: one list fails alone, counted and visible
            _log.exception("the reader failed on %s", response.url)
            return "drifted", f"程序读取时出错：{type(error).__name__}: {error}"

    def _follow_signpost(
        self, response: Response, errand: Errand, sheet: Sheet
    ) -> Iterator[Request]:
        hops = response.meta.get("signposts", 0) + 1
        ask = self._frontier.way_on(sheet, errand) if hops <= MAX_SIGNPOSTS else None
        if ask is None:
            self._logbook.write(errand, ("drifted", "没有通向列表"), response)
            self._end_sweep()
            return
        outcome, _ = _good(response)
        self._logbook.write(errand, (outcome, f"列表在 {ask.url}"), response)
        yield self._request(ask, signposts=hops)

    def _take_rows(self, response: Response, errand: Errand, sheet: Sheet) -> Iterator[Request]:
        assert sheet.listing is not None
        listing = canonical_listing(sheet.listing, self.source)
        doubted = self._may_be_home(response, sheet.listing, errand)
        if other := self._doorstep.other(_text(response), listing, errand, doubted=doubted):
            self._logbook.write(errand, ("drifted", other), response)
            self._end_sweep()
            return
        outcome, detail = self._judge_rows(listing, errand, sheet)
        # A notice of maintenance stands under every address: pages would read as rewritten.
        self._anything_read |= outcome != "empty_unexpected"
        if outcome == "ok":
            outcome, _ = _good(response)
        carried = list(self._take_carried(response, errand, sheet, listing))
        asks, anything_new = self._frontier.rows(listing, errand)
        following = self._frontier.next_listing(sheet, errand, anything_new=anything_new)
        how = following if isinstance(following, str) else "还有下一页"
        self._logbook.write(
            errand,
            (outcome, f"{detail}；第 {errand.number} 页，{how}"),
            response,
            listing=listing,
            complete=following == END and outcome in GOOD_LISTING,
        )
        if self.context.backfill is not None:
            self._frontier.remember(errand, response.url, following)
        yield from carried
        for ask in asks:
            yield self._request(ask)
        if isinstance(following, str):
            self._end_sweep()
        else:
            yield self._request(following)

    def _take_carried(
        self, response: Response, errand: Errand, sheet: Sheet, listing: Listing
    ) -> Iterator[Request]:
        """Write a visit for every row whose page the answer holds; ask for the files it names."""
        for entry in listing.entries:
            page = sheet.pages.get(entry.link)
            if page is not None:
                own = self._frontier.carried(entry, errand)
                self._logbook.write_carried(own, page, response)
                yield from self._ask_files(page, entry.link, own, fresh=True)

    def _ask_files(self, text: str, url: str, errand: Errand, *, fresh: bool) -> Iterator[Request]:
        """Ask for the files of a page; one read before needs no second look at its documents."""
        try:
            links = linked_files(text, url) if fresh else file_links(text, url)
        except Exception:  # the boundary: a page that trips a rule loses its files, not the run
            _log.exception("the files of %s could not be read", url)
            return
        for ask in self._frontier.files(links, errand):
            yield self._request(ask)

    def _judge_rows(self, listing: Listing, errand: Errand, sheet: Sheet) -> Judgement:
        assert errand.column is not None
        if (sheet.may_be_bare or errand.counted) and not listing.entries:
            return "ok", "没有条目"
        return judge_listing(
            listing,
            errand.column,
            page_number=errand.number,
            today=self.context.clock().astimezone(SHANGHAI).date(),
            usual=self._frontier.usual(errand),
        )

    def _ask_home(self) -> Request:
        """Return the request for the home page; like a robots.txt, it is no visit of its own."""
        return Request(
            self._doorstep.url,
            callback=self.on_home,
            errback=self.on_no_home,
            meta={"proxy": self.source.proxy} if self.source.proxy else {},
            priority=HOME_PRIORITY,
            dont_filter=True,
        )

    def _request(self, ask: Ask, *, signposts: int = 0) -> Request:
        on_listing, on_file = ask.errand.target == "listing", ask.errand.target == "attachment"
        meta: dict[str, Any] = {
            "errand": ask.errand,
            "signposts": signposts,
            "links_only": ask.was_sound and ask.errand.target == "page",
            "leads_nowhere": ask.leads_nowhere,
            "download_maxsize": MAX_FILE_BYTES if on_file else MAX_PAGE_BYTES,
        }
        if self.source.proxy:
            meta["proxy"] = self.source.proxy
        column = ask.errand.column
        form = form_of(ask.url, column) if on_listing and column is not None else None
        return Request(
            ask.url,
            method="POST" if form else "GET",
            body=form or "",
            headers={"Content-Type": FORM} if form else None,
            callback=self.on_listing if on_listing else self.on_page,
            errback=self.on_failure,
            meta=meta,
            priority=ask.priority,
            dont_filter=True,  # the frontier knows pages by canonical address, Scrapy would not
        )

    def _end_sweep(self) -> None:
        self._open_sweeps -= 1
        if self._open_sweeps <= 0:
            self._swept.set()

    def _on_crash(self, failure: Failure, response: Response, spider: scrapy.Spider) -> None:
        """Remember an error that is not a page's fault; the child ends with it."""
        self.crashed = failure
        self._swept.set()


def _text(response: Response) -> str:
    return response.text if isinstance(response, TextResponse) else ""


def _past_the_end(errand: Errand, judgement: Judgement) -> Judgement:
    """Return the judgement of an answer that is no list; a counted page may just not exist.

    The column is not thereby read whole: some sites refuse every page but the first.
    """
    if errand.counted and judgement[0] in {"gone", "drifted"}:
        return "empty_declared", f"第 {errand.number} 页不存在（{judgement[1]}）"
    return judgement


def _good(response: Response) -> Judgement:
    """Return the outcome of an answer that is what was asked for."""
    if "cached" in response.flags:
        return "unchanged", "HTTP 304"
    return "ok", f"HTTP {response.status}"
