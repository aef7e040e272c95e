"""Conditional requests over the archive: Scrapy's HTTP cache with our storage and our policy.

Every page is asked for, every time: a stored page only supplies the ETag and Last-Modified of the
question, and its body only when the server answers 304. Nothing is served stale, and an error is
never answered with the stored page: both would hide changes and failures from a monitor
(which is what Scrapy's RFC2616Policy does).
"""

import logging
from collections import Counter

from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.http import Headers, Request, Response
from scrapy.settings import BaseSettings
from scrapy.spiders import Spider

from crawler.archived import lies_there, read_body
from crawler.context import CrawlContext
from crawler.errors import ArchiveError, BodyError
from store.records import Capture

_KNOWN_OF_PAGE = ("links_only", "leads_nowhere")
"""What a spider says of a page that it need not read again when it still stands."""

_log = logging.getLogger(__name__)


class ArchiveStorage:
    """HTTPCACHE_STORAGE: writes every response to the archive, offers the latest for validation."""

    def __init__(self, settings: BaseSettings) -> None:
        self._context: CrawlContext | None = None

    def open_spider(self, spider: Spider) -> None:
        """Take the crawl's context from the spider."""
        self._context = spider.context  # type: ignore[attr-defined]

    def close_spider(self, spider: Spider) -> None:
        """Nothing to release: the archive belongs to the whole child process."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """Return the latest capture that the server can be asked about, or None.

        A capture without validators, or whose record is lost, cannot be asked about: the page is
        fetched in full. One that leads nowhere comes without its body: nobody would read it, and
        where its record begins is all that is looked at.
        """
        assert self._context is not None
        if request.meta.get("redirect_urls"):  # what was known is known of the address asked for:
            request.meta.update(dict.fromkeys(_KNOWN_OF_PAGE, False))  # many lead to one wall
        capture = self._context.latest_capture(request.url)
        request.meta["earlier_capture"] = capture
        if capture is None or not (capture.etag or capture.last_modified):
            return None
        try:
            body = self._body(request, capture)
        except (ArchiveError, BodyError) as error:
            _log.warning("%s is fetched in full: %s", request.url, error)
            return None
        request.meta["stored_capture"] = capture
        return Response(request.url, status=capture.status, headers=_validators(capture), body=body)

    def _body(self, request: Request, capture: Capture) -> bytes:
        assert self._context is not None
        folder = self._context.archive_folder
        if request.meta.get("leads_nowhere") and lies_there(folder, capture):
            return b""
        return read_body(folder, capture)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Write the response to the archive; `request.meta["capture"]` says where it lies."""
        assert self._context is not None
        errand = request.meta.get("errand")  # a robots.txt has none
        if errand is not None:
            column_id = errand.column.id if errand.column else None
            self._context.take_in_hand(spider.source.id, column_id, errand.url)  # type: ignore[attr-defined]
        request.meta["capture"] = self._context.archive.write(
            request.url,
            response.status,
            header_pairs(response.headers),
            response.body,
            fetched_at=self._context.clock(),
            earlier=request.meta.get("earlier_capture"),
        )


class AlwaysAsk:
    """HTTPCACHE_POLICY: every stored page is asked about, only a 304 brings it back."""

    def __init__(self, settings: BaseSettings) -> None:
        pass

    def should_cache_request(self, request: Request) -> bool:
        """Return whether the answer goes to the archive: all do."""
        return True

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Return whether this answer is new: a 304 and what it brings back are not."""
        return response.status != 304 and "cached" not in response.flags

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Put the validators on the question (RFC 9110 §13.1) and return False, always."""
        for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
            if value := cachedresponse.headers.get(name):
                request.headers[condition] = value
        return False

    def is_cached_response_valid(
        self, cachedresponse: Response, response: Response, request: Request
    ) -> bool:
        """Return whether the server said that the stored page still stands."""
        if response.status != 304:
            return False
        request.meta["capture"] = request.meta["stored_capture"]
        return True


class RevalidateMiddleware(HttpCacheMiddleware):
    """Scrapy's cache middleware, which would otherwise answer a failed request with the cache.

    Next to the wire, it also counts what goes over it.
    """

    def process_request(
        self, request: Request, spider: Spider | None = None
    ) -> Request | Response | None:
        """Put the stored page's validators on the question."""
        self._traffic["request_count"] += 1
        return super().process_request(request)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Archive the answer, or return the stored page if it still stands."""
        self._traffic["response_count"] += 1
        self._traffic["response_bytes"] += len(response.body)
        return super().process_response(request, response)

    @property
    def _traffic(self) -> Counter[str]:
        return self.crawler.spider.traffic  # type: ignore[union-attr,no-any-return]

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """Let the failure stand."""
        request.meta.pop("cached_response", None)
        return None


def header_pairs(headers: Headers) -> list[tuple[str, str]]:
    """Return headers as served, in order, bytes read as Latin-1 (RFC 9110 §5.5)."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]


def _validators(capture: Capture) -> dict[str, str]:
    headers = {
        "Content-Type": capture.content_type,
        "ETag": capture.etag,
        "Last-Modified": capture.last_modified,
    }
    return {name: value for name, value in headers.items() if value}
