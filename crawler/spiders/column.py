"""The spider: sweeps the columns of one source, follows what is new, and names every outcome.

It reads lists and links, writes one visit per request, and judges nothing about documents. A
family's spider overrides `read_listing` only.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse
from twisted.python.failure import Failure

from crawler.addresses import canonical_url, host_key
from crawler.archive import joined_headers
from crawler.body import MAX_FILE_BYTES, MAX_PAGE_BYTES
from crawler.cache import header_pairs
from crawler.context import CrawlContext
from crawler.outcomes import Judgement, judge_answer, judge_listing
from crawler.refusals import outcome_of
from crawler.sources import Column, Source
from crawler.spiders.errand import (
    Errand,
    canonical_listing,
    changed_entries,
    file_links,
    is_file,
    new_entries,
    own_entries,
    unfinished,
)
from crawler.spiders.sheet import Sheet, SheetError, read_rows
from store import pages, visits
from store.records import SHANGHAI, Capture, Entry, KnownPage, Listing, Visit

LISTING_PRIORITY = 1000
NEW_PRIORITY = 100
"""Rows of later pages of a list come first (+ page number): as long as the first page still has a
row nobody has fetched, a crawl that was killed goes on where it stopped."""
CHANGED_PRIORITY = 50
FILE_PRIORITY = 40
UNFINISHED_PRIORITY = 20
STALE_PRIORITY = 0

MEMORY = timedelta(days=30)
"""How far back a failed visit is remembered."""

MAX_SIGNPOSTS = 3

_log = logging.getLogger(__name__)


class ColumnSpider(scrapy.Spider):
    """Sweeps plain HTML lists (TRS, UCAP, CMSTOP, …); other families override `read_listing`."""

    name = "generic"

    def __init__(self, source: Source, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.context = context
        self.delay_floors: dict[str, float] = {}
        self.crashed: Failure | None = None
        self._open_sweeps = len(source.columns)
        self._swept = asyncio.Event()
        self._anything_read = False
        self._asked: set[str] = set()
        self._tried: dict[str, Visit] = {}
        self._first_rows: dict[tuple[str, ...], str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ColumnSpider":
        """Build it as Scrapy does, and hear of what it could not bear."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._on_crash, signal=signals.spider_error)
        return spider

    def read_listing(self, text: str, url: str, column: Column) -> Sheet:
        """Return the rows of one answer and where the column goes on."""
        listing = read_rows(text, url, column)
        return Sheet(listing, listing.next_page)

    async def start(self) -> AsyncIterator[Request]:
        """Yield the columns, and when they are swept what is unfinished or due for a revisit."""
        self._remember()
        for column in self.source.columns:
            yield self._request(column.url, self._errand_of(column), priority=LISTING_PRIORITY)
        await self._swept.wait()
        if not self._anything_read:
            return  # the site is out of reach today; asking for every page would not change that
        for request in [*self._unfinished(), *self._stale()]:
            yield request

    def on_listing(self, response: Response) -> Iterator[Request]:
        """Take in one answer of a column: write the visit, follow its rows and its next page."""
        errand: Errand = response.meta["errand"]
        assert errand.column is not None
        bad = self._judge(response, errand)
        sheet = Sheet(None)
        if bad is None:
            self._anything_read = True
            try:
                sheet = self.read_listing(_text(response), response.url, errand.column)
            except SheetError as error:
                bad = "drifted", str(error)
            except Exception as error:  # the boundary: one list fails alone, counted and visible
                _log.exception("the reader failed on %s", response.url)
                bad = "drifted", f"our reader failed: {type(error).__name__}: {error}"
        if bad is not None:
            self._write(errand, bad, response=response)
            self._end_sweep()
        elif sheet.listing is None:
            yield from self._follow_signpost(response, errand, sheet)
        else:
            yield from self._take_rows(response, errand, sheet)

    def on_page(self, response: Response) -> Iterator[Request]:
        """Take in a page: write the visit, ask for the files it links to."""
        errand: Errand = response.meta["errand"]
        bad = self._judge(response, errand)
        self._write(errand, bad or _good(response), response=response)
        if bad is None and errand.target == "page":
            yield from self._files(file_links(_text(response), response.url), errand)

    def on_failure(self, failure: Failure) -> None:
        """Take in a request that brought no answer: its outcome says why."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        outcome, detail = outcome_of(error, request.meta.get("redirect_times", 0))
        self._write(request.meta["errand"], (outcome, detail), request=request)
        if request.meta["errand"].target == "listing":
            self._end_sweep()

    def _judge(self, response: Response, errand: Errand) -> Judgement | None:
        return judge_answer(
            response.status,
            joined_headers(header_pairs(response.headers)),
            _text(response),
            asked=errand.url,
            final=response.url,
            body_bytes=len(response.body),
        )

    def _follow_signpost(
        self, response: Response, errand: Errand, sheet: Sheet
    ) -> Iterator[Request]:
        hops = response.meta.get("signposts", 0) + 1
        if sheet.next_url is None or hops > MAX_SIGNPOSTS:
            self._write(errand, ("drifted", "leads to no list"), response=response)
            self._end_sweep()
            return
        outcome, _ = _good(response)
        self._write(errand, (outcome, f"signpost to {sheet.next_url}"), response=response)
        yield self._next_listing(sheet.next_url, errand, number=errand.number, signposts=hops)

    def _take_rows(self, response: Response, errand: Errand, sheet: Sheet) -> Iterator[Request]:
        assert errand.column is not None
        assert sheet.listing is not None
        listing, fetch = canonical_listing(sheet.listing, self.source)
        judgement = self._judge_rows(listing, errand, sheet)
        if judgement[0] == "ok":
            judgement = (_good(response)[0], judgement[1])
        own = own_entries(listing, self.source)
        known = self._known(entry.url for entry in own)
        new = new_entries(own, known, self._tried, self.context.clock())
        going_on = self._going_on(errand, sheet, anything_new=bool(new) or not own)
        end = "goes on" if going_on else self._why_it_ends(errand, sheet)
        self._write(
            errand,
            (judgement[0], f"{judgement[1]}; page {errand.number}, {end}"),
            response=response,
            listing=listing,
            complete=sheet.next_url is None
            and judgement[0] in {"ok", "unchanged", "empty_declared"},
        )
        yield from self._pages(new, fetch, errand, priority=NEW_PRIORITY + errand.number)
        yield from self._pages(
            changed_entries(own, known), fetch, errand, priority=CHANGED_PRIORITY
        )
        if going_on and sheet.next_url is not None:
            yield self._next_listing(sheet.next_url, errand, number=errand.number + 1)
        else:
            self._end_sweep()

    def _judge_rows(self, listing: Listing, errand: Errand, sheet: Sheet) -> Judgement:
        assert errand.column is not None
        if sheet.may_be_bare and not listing.entries:
            return "ok", "no rows"
        judgement = judge_listing(
            listing,
            errand.column,
            page_number=errand.number,
            today=self.context.clock().astimezone(SHANGHAI).date(),
        )
        rows = tuple(entry.url for entry in listing.entries)
        if judgement[0] == "ok" and errand.number == 1 and len(rows) > 2:
            twin = self._first_rows.setdefault(rows, errand.column.id)
            if twin != errand.column.id:
                return "drifted", f"the same {len(rows)} rows as column {twin}"
        return judgement

    def _going_on(self, errand: Errand, sheet: Sheet, *, anything_new: bool) -> bool:
        """Return whether the next page is read: until one whole page of it is known."""
        assert errand.column is not None
        return (
            anything_new
            and sheet.next_url is not None
            and errand.number < errand.column.max_pages
            and self._canonical(sheet.next_url) not in self._asked
        )

    def _why_it_ends(self, errand: Errand, sheet: Sheet) -> str:
        assert errand.column is not None
        if sheet.next_url is None:
            return "end of the column"
        if errand.number >= errand.column.max_pages:
            return "page limit"
        if self._canonical(sheet.next_url) in self._asked:
            return "the pager leads back"
        return "all known from here"

    def _pages(
        self, entries: Iterable[Entry], fetch: dict[str, str], errand: Errand, *, priority: int
    ) -> Iterator[Request]:
        for entry in entries:
            if entry.url not in self._asked:
                target = Errand(
                    "attachment" if is_file(entry.url) else "page",
                    entry.url,
                    errand.column,
                    entry,
                    errand.number,
                )
                yield self._request(fetch[entry.url], target, priority=priority)

    def _files(self, links: list[str], errand: Errand) -> Iterator[Request]:
        for link in links:
            url = self._canonical(link)
            seen = url in self._asked or url in self._tried
            if not seen and self.context.latest_capture(link) is None:
                target = Errand("attachment", url, errand.column, number=errand.number)
                yield self._request(link, target, priority=FILE_PRIORITY)

    def _unfinished(self) -> Iterator[Request]:
        """Yield what failed in earlier runs and no list brought up again."""
        left = {url: visit for url, visit in self._tried.items() if url not in self._asked}
        for visit in unfinished(left, self._known(left)):
            column = next((c for c in self.source.columns if c.id == visit.column_id), None)
            errand = Errand(visit.target, visit.url, column, visit.entry)
            yield self._request(visit.url, errand, priority=UNFINISHED_PRIORITY)

    def _stale(self) -> Iterator[Request]:
        """Yield known pages that are due for a revisit, as far as the day's budget goes."""
        left = self.context.budgets.left(host_key(self.source.base_url))
        with self.context.database.reading() as session:
            due = pages.stale(
                session,
                self.source.id,
                self.context.clock(),
                self.source.daily_budget if left is None else left,
            )
        for page in due:
            if page.url not in self._asked:
                yield self._request(page.url, Errand("page", page.url), priority=STALE_PRIORITY)

    def _errand_of(self, column: Column) -> Errand:
        return Errand("listing", self._canonical(column.url), column)

    def _next_listing(
        self, url: str, errand: Errand, *, number: int, signposts: int = 0
    ) -> Request:
        following = Errand("listing", self._canonical(url), errand.column, number=number)
        request = self._request(url, following, priority=LISTING_PRIORITY)
        request.meta["signposts"] = signposts
        return request

    def _request(self, url: str, errand: Errand, *, priority: int) -> Request:
        self._asked.add(errand.url)
        meta: dict[str, Any] = {
            "errand": errand,
            "target": errand.target,
            "download_maxsize": MAX_FILE_BYTES if errand.target == "attachment" else MAX_PAGE_BYTES,
        }
        if self.source.proxy:
            meta["proxy"] = self.source.proxy
        return Request(
            url,
            callback=self.on_listing if errand.target == "listing" else self.on_page,
            errback=self.on_failure,
            meta=meta,
            priority=priority,
            dont_filter=True,  # `_asked` knows pages by canonical address, Scrapy would not
        )

    def _write(
        self,
        errand: Errand,
        judgement: Judgement,
        *,
        response: Response | None = None,
        request: Request | None = None,
        listing: Listing | None = None,
        complete: bool = False,
    ) -> None:
        meta = (response or request).meta  # type: ignore[union-attr]
        capture: Capture | None = meta.get("capture")
        outcome, detail = judgement
        if redirects := meta.get("redirect_urls"):
            detail = f"{detail}; {len(redirects)} redirects to {response.url if response else '?'}"
        visit = Visit(
            run_id=self.context.run_id,
            source_id=self.source.id,
            column_id=errand.column.id if errand.column else None,
            url=errand.url,
            target=errand.target,
            outcome=outcome,
            visited_at=self.context.clock(),
            status=response.status if response else (capture.status if capture else None),
            detail=detail[:500],
            entry=errand.entry,
            listing=listing,
            complete=complete,
        )
        self.context.record(visit, capture)
        _log.info("visit", extra={"source": self.source.id, "url": visit.url, "outcome": outcome})

    def _remember(self) -> None:
        now = self.context.clock()
        with self.context.database.reading() as session:
            earlier = visits.outcomes(session, self.source.id, now - MEMORY)
        self._tried = {v.url: v for v in earlier if v.target != "listing"}

    def _known(self, urls: Iterable[str]) -> dict[str, KnownPage]:
        with self.context.database.reading() as session:
            return pages.known(session, urls)

    def _canonical(self, url: str) -> str:
        return canonical_url(url, self.source)

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


def _good(response: Response) -> Judgement:
    """Return the outcome of an answer that is what was asked for."""
    if "cached" in response.flags:
        return "unchanged", "HTTP 304"
    return "ok", f"HTTP {response.status}"
