"""Politeness as Scrapy middlewares: private addresses, breakers, budgets, delays that only grow.

It stands before every request, robots.txt and redirects included, and notes every answer. The
judgements are pure and live beside it (`breaker`, `budget`); this module only asks them.
"""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response

from crawler.addresses import host_key
from crawler.archived import joined_headers
from crawler.cache import header_pairs
from crawler.challenge import recognise
from crawler.context import CrawlContext
from crawler.peers import PEERS, literal_address, may_be_reached
from crawler.refusals import (
    BudgetSpent,
    Challenged,
    HostResting,
    HostSilent,
    PrivateAddress,
    Refusal,
    outcome_of,
)
from crawler.sources import Source

DNS_TIMEOUT_S = 10.0
_OF_ONE_HOP = ("capture", "stored_capture", "cached_response", "decoded")
_CONDITIONS = ("If-None-Match", "If-Modified-Since")
# what the stages note about one question and its answer; a redirect or a retry must not inherit it


class PolitenessMiddleware:
    """Refuses private addresses, resting hosts and spent budgets; notes every answer."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._judged: dict[str, bool] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        """Build it as Scrapy does."""
        return cls(crawler)

    @property
    def _source(self) -> Source:
        return self._crawler.spider.source  # type: ignore[union-attr,no-any-return]

    @property
    def _context(self) -> CrawlContext:
        return self._crawler.spider.context  # type: ignore[union-attr,no-any-return]

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise the refusal that says why not."""
        for leftover in _OF_ONE_HOP:
            request.meta.pop(leftover, None)
        for condition in _CONDITIONS:
            request.headers.pop(condition, None)
        host = host_key(request.url)
        await self._refuse_private(urlsplit(request.url).hostname or "")
        if resting := self._context.breakers.resting(host, self._context.clock()):
            raise (HostSilent if resting.silent else HostResting)(resting.reason)
        if not self._context.budgets.spend(host):
            raise BudgetSpent(f"今天对 {host} 的请求次数已用完")

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the answer with the host's breaker; refuse one that came from a private address."""
        # Only judged addresses are connected to (`crawler.peers`); here the answer itself says it.
        unseen = self._source.proxy is not None or not response.ip_address
        if not unseen and not self._may_be_reached(str(response.ip_address)):
            raise PrivateAddress(f"{request.url} 由内网地址回应")
        self._context.breakers.note(
            host_key(request.url),
            response.status,
            self._context.clock(),
            retry_after=retry_after(response.headers.get("Retry-After"), self._context.clock()),
        )
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note silence with the host's breaker."""
        silent = outcome_of(exception)[0] == "unreachable"
        if silent and not isinstance(exception, Refusal):
            self._context.breakers.note(host_key(request.url), None, self._context.clock())

    async def _refuse_private(self, host: str) -> None:
        if host not in self._judged:
            addresses = await self._addresses(host)
            self._judged[host] = all(map(self._may_be_reached, addresses))
            if self._source.proxy is not None:
                PEERS.trust(urlsplit(self._source.proxy).hostname or "")
            elif self._judged[host]:
                PEERS.admit(host, addresses)
        if not self._judged[host]:
            raise PrivateAddress(f"{host} 是内网地址，没有访问")

    async def _addresses(self, host: str) -> list[str]:
        """Return where the host is; behind a proxy, which resolves names, none for a name."""
        if literal := literal_address(host):
            return [literal]
        if self._source.proxy is None:
            return await _resolve(host)
        return []

    def _may_be_reached(self, address: str) -> bool:
        return may_be_reached(address, allow_loopback=self._source.allow_loopback)


class ChallengeMiddleware:
    """Names a redirect that only wants a cookie, before Scrapy follows it round in circles."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response, or raise Challenged."""
        if 300 <= response.status < 400:
            headers = joined_headers(header_pairs(response.headers))
            if found := recognise(response.status, headers, "", request.url):
                raise Challenged(f"{found.name}：{found.evidence}")
        return response


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below a host's floor, which its Crawl-delay may raise."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        floors: dict[str, float] = self.crawler.spider.delay_floors  # type: ignore[union-attr]
        slot.delay = max(slot.delay, floors.get(host_key(response.url), 0.0))


def retry_after(value: bytes | None, now: datetime) -> timedelta | None:
    """Return how long `Retry-After` asks to wait (RFC 9110 §10.2.3), or None if it says nothing."""
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 24 * 3600))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), timedelta(days=1))


async def _resolve(host: str) -> list[str]:
    """Return the IP addresses of a host name; CannotResolveHostError if there are none."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(DNS_TIMEOUT_S):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, ValueError) as error:
        raise CannotResolveHostError(f"{host}: {error or 'DNS 没有及时回应'}") from error
    return [str(address[4][0]) for address in found]
