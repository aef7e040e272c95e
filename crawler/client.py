"""A small polite client for what a person starts: doctor, discover, `sources add`, fieldtrip.

The crawl has Scrapy; these tools ask a few pages, one after the other, and want every step of the
way. Same User-Agent, robots.txt, delay, breaker and address guard as the crawl. It judges no page
and stores nothing: `keep` is handed every answer.
"""

import http.client
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from urllib.parse import urljoin, urlsplit
from urllib.request import Request

from w3lib.url import safe_url_string

from crawler.addresses import FORM, host_key
from crawler.archived import joined_headers
from crawler.body import MAX_PAGE_BYTES, unpack
from crawler.breaker import Breakers
from crawler.errors import BodyError
from crawler.exclusion import MAX_ROBOTS_BYTES, Rules, read_rules
from crawler.peers import literal_address, may_be_reached
from crawler.reach import NoAnswer, connect, resolve, secure, tls_context
from crawler.settings import DOWNLOAD_TIMEOUT_S, REDIRECTS
from crawler.sources import MIN_DELAY_S, Source, is_loopback

PARALLEL_HOSTS = 8
"""Hosts asked at the same time; each of them one request at a time."""

_MOVED = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as served. headers: in order; body: content codings and all, not unpacked."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def names(self) -> dict[str, str]:
        """The headers by lower-case name, repeated ones joined."""
        return joined_headers(self.headers)

    def content(self) -> bytes:
        """Return the body with its content codings undone; raises BodyError where that fails."""
        return unpack(self.body, self.names.get("content-encoding"))


@dataclass(frozen=True, slots=True)
class Manners:
    """How one site is asked; see `crawler.sources.Source` for each.

    obey_robots: False for the one page that a person names, as in a browser (RFC 9309 §1 speaks
    of crawlers).
    """

    delay_s: float = MIN_DELAY_S
    allow_loopback: bool = False
    strict_tls: bool = True
    cookies: bool = False
    proxy: str | None = None
    obey_robots: bool = True


def manners_of(source: Source) -> Manners:
    """Return how a source's file says that its site is to be asked."""
    return Manners(
        delay_s=source.delay_s,
        allow_loopback=source.allow_loopback,
        strict_tls=source.insecure_tls_reason is None,
        cookies=source.cookies,
        proxy=source.proxy,
    )


def manners_for(url: str) -> Manners:
    """Return how an address without a source is asked; a practice site is asked without delay."""
    local = is_loopback(url)
    return Manners(delay_s=0.0 if local else MIN_DELAY_S, allow_loopback=local)


def with_path(url: str) -> str:
    """Return the address with at least `/` for its path (RFC 9110 §4.2.3)."""
    return url if urlsplit(url).path else f"{url}/"


@dataclass
class Pace:
    """When each host was last asked, and when time is up; shared by clients in one thread.

    monotonic, sleep: the clock and how to wait. ends: monotonic instant after which nothing more
    is asked, None for no end.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    ends: float | None = None
    _asked: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, delay_s: float) -> None:
        """Return when the host may be asked; NoAnswer("time") when that would be too late."""
        now = self.monotonic()
        pause = max(0.0, self._asked.get(host, now - delay_s) + delay_s - now)
        if self.ends is not None and now + pause >= self.ends:
            raise NoAnswer("time", "时间已用完")
        self.sleep(pause)
        self._asked[host] = self.monotonic()


class Client:
    """Asks one site's pages, one at a time. Not for two threads at once."""

    def __init__(
        self,
        agent: str,
        manners: Manners,
        *,
        pace: Pace | None = None,
        keep: Callable[[Answer], None] = lambda answer: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.manners = manners
        self._agent = agent
        self._pace = pace or Pace()
        self._keep = keep
        self._clock = clock
        self._breakers = Breakers()
        self._rules: dict[str, Rules | NoAnswer] = {}
        self._cookies = CookieJar()

    def ask(
        self, url: str, *, max_bytes: int = MAX_PAGE_BYTES, form: str | None = None
    ) -> tuple[Answer, ...]:
        """Return the answers on the way, redirects first, the page last. form: asks by POST.

        A redirect to itself and one too many come back as they are. Raises NoAnswer with the step
        at which there was none: robots.txt forbids, a private address, no connection, …
        """
        hops: list[Answer] = []
        url = with_path(url)
        while True:
            self._obey(url)
            hops.append(self._fetch(url, max_bytes, form if not hops else None))
            target = _target(hops[-1])
            circular = target == url and not self.manners.cookies
            if target is None or circular or len(hops) > REDIRECTS:
                return tuple(hops)
            url = target

    def rules(self, url: str) -> Rules:
        """Return what the host of the address lets us ask; NoAnswer when it did not answer."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        if place not in self._rules:
            self._rules[place] = self._read_rules(place)
        known = self._rules[place]
        if isinstance(known, NoAnswer):
            raise NoAnswer(known.step, str(known))
        return known

    def _obey(self, url: str) -> None:
        if not self.manners.obey_robots:
            return
        rules = self.rules(url)
        if not rules.allow(url):
            raise NoAnswer("robots", rules.refusal or "robots.txt 禁止访问此地址")

    def _read_rules(self, url: str) -> Rules | NoAnswer:
        try:
            for _ in range(REDIRECTS + 1):
                answer = self._fetch(url, MAX_ROBOTS_BYTES)
                if (target := _target(answer)) is None:
                    return read_rules(answer.status, answer.content())
                url = target
        except NoAnswer as error:
            if error.step == "time":
                raise
            return error
        except BodyError as error:
            return NoAnswer("robots", f"robots.txt：{error}：不得访问（RFC 9309 §2.3.1.4）")
        return read_rules(404, b"")  # redirects without end: unavailable (RFC 9309 §2.3.1.2)

    def _fetch(self, url: str, max_bytes: int, form: str | None = None) -> Answer:
        host = host_key(url)
        if resting := self._breakers.resting(host, self._clock()):
            raise NoAnswer("http", resting.reason)
        delay_s = self.manners.delay_s
        known = self._rules.get(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt")
        if isinstance(known, Rules):
            delay_s = max(delay_s, known.crawl_delay_s or 0.0)
        self._pace.wait(host, delay_s)
        try:
            answer = self._exchange(safe_url_string(url), max_bytes, form)
        except NoAnswer:
            self._breakers.note(host, None, self._clock())
            raise
        self._breakers.note(host, answer.status, self._clock())
        self._keep(answer)
        return answer

    def _exchange(self, url: str, max_bytes: int, form: str | None) -> Answer:
        with self._connection(url) as (connection, target):
            try:
                headers = self._headers(url) | ({"Content-Type": FORM} if form else {})
                connection.request("POST" if form else "GET", target, form, headers)
                response = connection.getresponse()
                self._cookies.extract_cookies(response, Request(url))
                served = tuple(response.getheaders())
                body = _read(response, max_bytes, time.monotonic() + 2 * DOWNLOAD_TIMEOUT_S)
                return Answer(url, response.status, served, body)
            except (OSError, http.client.HTTPException) as error:
                why = " ".join(f"{type(error).__name__} {error}".split())
                raise NoAnswer("http", f"已连接，但没有完整的回应（{why}）") from error

    @contextmanager
    def _connection(self, url: str) -> Iterator[tuple[http.client.HTTPConnection, str]]:
        """Yield a connection for one request and the request target to send on it."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if self.manners.proxy is not None:
            literal = literal_address(host)
            self._refuse_private(host, [literal] if literal else [])
            connection = self._through_proxy(self.manners.proxy, parts.scheme, host, port)
            target = target if parts.scheme == "https" else url
        else:
            sock = self._reach(parts.scheme, host, port)
            connection = http.client.HTTPConnection(host, port, timeout=DOWNLOAD_TIMEOUT_S)
            connection.sock = sock
        with closing(connection):
            yield connection, target

    def _reach(self, scheme: str, host: str, port: int) -> socket.socket:
        addresses = resolve(host)
        self._refuse_private(host, addresses)
        connection = connect(addresses, port)
        connection.settimeout(DOWNLOAD_TIMEOUT_S)
        if scheme == "https":
            return secure(connection, host, strict=self.manners.strict_tls)
        return connection

    def _refuse_private(self, host: str, addresses: Iterable[str]) -> None:
        allow = self.manners.allow_loopback
        if not all(may_be_reached(address, allow_loopback=allow) for address in addresses):
            raise NoAnswer("address", f"{host} 是内网地址，没有访问")

    def _through_proxy(
        self, proxy: str, scheme: str, host: str, port: int
    ) -> http.client.HTTPConnection:
        at = urlsplit(proxy)
        where = (at.hostname or "", at.port or 80)
        if scheme != "https":
            return http.client.HTTPConnection(*where, timeout=DOWNLOAD_TIMEOUT_S)
        context = tls_context(strict=self.manners.strict_tls)
        tunnel = http.client.HTTPSConnection(*where, timeout=DOWNLOAD_TIMEOUT_S, context=context)
        tunnel.set_tunnel(host, port)
        return tunnel

    def _headers(self, url: str) -> dict[str, str]:
        headers = {
            "User-Agent": self._agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        if self.manners.cookies:
            question = Request(url)
            self._cookies.add_cookie_header(question)
            if cookie := question.get_header("Cookie"):
                headers["Cookie"] = cookie
        return headers


def _target(answer: Answer) -> str | None:
    """Return where a redirect leads, None for an answer that leads nowhere or to no address."""
    location = answer.names.get("location")
    if answer.status not in _MOVED or not location:
        return None
    try:
        target = urljoin(answer.url, location).partition("#")[0]
        host_key(target)  # ValueError: brackets or a port that no address has
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://")) else None


def _read(response: http.client.HTTPResponse, max_bytes: int, deadline: float) -> bytes:
    """Return the body; NoAnswer("http") for one too large, too slow, or cut short."""
    parts: list[bytes] = []
    size = 0
    while chunk := response.read1(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise NoAnswer("http", f"正文超过 {max_bytes} 字节")
        if time.monotonic() > deadline:
            raise NoAnswer("http", f"正文在 {2 * DOWNLOAD_TIMEOUT_S} 秒内没有收完")
    if response.length:
        raise NoAnswer("http", f"正文不完整：少 {response.length} 字节")
    return b"".join(parts)
