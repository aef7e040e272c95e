"""Writes the visits of one source: how each errand ended, with the capture its answer lies in."""

import hashlib
import logging

from scrapy.http import Request, Response

from crawler.context import CrawlContext
from crawler.outcomes import Judgement
from crawler.sources import Source
from crawler.spiders.errand import Errand
from store.records import Capture, Listing, Visit

DETAIL_CHARS = 500
CARRIED_TYPE = "text/html; charset=utf-8"

_log = logging.getLogger(__name__)


class Logbook:
    """The spider's only way to write; it decides nothing."""

    def __init__(self, source: Source, context: CrawlContext) -> None:
        self._source = source
        self._context = context

    def write(
        self,
        errand: Errand,
        judgement: Judgement,
        answer: Response | Request,
        *,
        listing: Listing | None = None,
        complete: bool = False,
    ) -> None:
        """Write the visit that ends an errand. answer: the request where no answer came."""
        capture: Capture | None = answer.meta.get("capture")
        outcome, detail = judgement
        status = capture.status if capture else None
        if isinstance(answer, Response):
            status = answer.status
            if answer.meta.get("redirect_urls"):
                detail = f"{detail}；跳转到 {answer.url}"
        visit = self._visit(errand, (outcome, detail), status, listing, complete)
        self._put(visit, capture)

    def write_carried(self, errand: Errand, page: str, answer: Response) -> None:
        """Write the visit to a page that the answer of its list held whole.

        It is archived under the address its row gives, and only when it reads otherwise than
        last time. The visit has no status: no request was made, none counts against the day's.
        """
        body = page.encode("utf-8", "replace")
        assert errand.entry is not None
        capture = self._context.latest_capture(errand.entry.link)
        known = capture is not None and capture.body_sha256 == hashlib.sha256(body).hexdigest()
        if not known:
            capture = self._context.archive.write_resource(
                errand.entry.link, CARRIED_TYPE, body, fetched_at=self._context.clock()
            )
        judgement: Judgement = ("unchanged" if known else "ok", f"正文随列表 {answer.url} 一起返回")
        self._put(self._visit(errand, judgement, None, None, False), capture)

    def _visit(
        self,
        errand: Errand,
        judgement: Judgement,
        status: int | None,
        listing: Listing | None,
        complete: bool,
    ) -> Visit:
        return Visit(
            run_id=self._context.run_id,
            source_id=self._source.id,
            column_id=errand.column.id if errand.column else None,
            url=errand.url,
            target=errand.target,
            outcome=judgement[0],
            visited_at=self._context.clock(),
            status=status,
            detail=judgement[1][:DETAIL_CHARS],
            entry=errand.entry,
            listing=listing,
            complete=complete,
        )

    def _put(self, visit: Visit, capture: Capture | None) -> None:
        self._context.record(visit, capture)
        said = {"run": visit.run_id, "source": visit.source_id, "url": visit.url}
        _log.debug("visit", extra={**said, "outcome": visit.outcome, "detail": visit.detail})
