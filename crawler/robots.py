"""robots.txt by RFC 9309: asked first, obeyed, and silence or a server error means stay away.

Scrapy's own middleware treats an unreachable robots.txt as permission; the standard (§2.3.1.4)
says complete disallow. What an answer means is `crawler.exclusion`'s to say.
"""

import logging

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import host_key
from crawler.exclusion import Rules, read_rules
from crawler.refusals import Refusal, RobotsDenied, RobotsUnreachable, outcome_of

_log = logging.getLogger(__name__)


class RobotsMiddleware(RobotsTxtMiddleware):
    """Raises RobotsDenied or RobotsUnreachable for what must not be asked."""

    def __init__(self, crawler: "object") -> None:
        super().__init__(crawler)  # type: ignore[arg-type]
        self._verdicts: dict[str, Rules | Refusal] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Let the request pass, or raise the refusal that robots.txt means."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        netloc = urlparse_cached(request).netloc
        if netloc not in self._verdicts:
            self._verdicts[netloc] = await self._ask(request, netloc)
        verdict = self._verdicts[netloc]
        if isinstance(verdict, Refusal):
            raise type(verdict)(str(verdict))
        if not verdict.allow(request.url):
            raise RobotsDenied("robots.txt 禁止访问此地址")

    async def _ask(self, request: Request, netloc: str) -> Rules | Refusal:
        url = f"{urlparse_cached(request).scheme}://{netloc}/robots.txt"
        asked = Request(
            url,
            priority=self.DOWNLOAD_PRIORITY,
            meta={
                "dont_obey_robotstxt": True,
                "dont_decode": True,
                **{key: request.meta[key] for key in ("proxy",) if key in request.meta},
            },
            callback=NO_CALLBACK,
        )
        try:
            response = await self.crawler.engine.download_async(asked)
        except Exception as error:  # the boundary: any failure to fetch it means stay away
            return _stay_away(error)
        return self._read(response)

    def _read(self, response: Response) -> Rules | Refusal:
        """Return the rules that the answer means (RFC 9309 §2.3.1)."""
        rules = read_rules(response.status, response.body)
        if rules.refusal:
            return RobotsDenied(rules.refusal)
        if rules.remark:
            _log.warning("%s: %s", response.url, rules.remark)
        self._slow_down(response.url, rules.crawl_delay_s)
        return rules

    def _slow_down(self, url: str, crawl_delay_s: float | None) -> None:
        """Raise the host's delay to its Crawl-delay, now and for AutoThrottle later."""
        if crawl_delay_s is None:
            return
        self.crawler.spider.delay_floors[host_key(url)] = crawl_delay_s  # type: ignore[union-attr]
        downloader = self.crawler.engine.downloader
        for slot in downloader.slots.values():  # one crawler is one site
            slot.delay = max(slot.delay, crawl_delay_s)
        downloader._delay = max(downloader._delay, crawl_delay_s)  # for slots opened again later


def _stay_away(error: Exception) -> Refusal:
    """Return the refusal for a robots.txt that could not be fetched (RFC 9309 §2.3.1.4)."""
    if isinstance(error, Refusal):
        return error
    outcome, detail = outcome_of(error)
    if outcome == "unreachable":
        return RobotsUnreachable(f"robots.txt：{detail}")
    return RobotsDenied(f"robots.txt：{detail}：不得访问（RFC 9309 §2.3.1.4）")
