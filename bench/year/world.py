"""The invented net on one day: a question in, what the site answers out, or silence.

It stands where the sockets would be. Everything above it is the product's own code.
"""

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from bench.year.life import PORTS, START, Home, Life, Trouble
from samplesites.articles import Library
from samplesites.calendar import SHANGHAI, seen_at
from samplesites.markup import rendered
from samplesites.obstacles import CHALLENGE_COOKIE
from samplesites.roster import source_toml
from samplesites.web import CLOCK, HITS, Page, Site, etag_of

UPKEEP = "<html><head><title>提示</title></head><body><p>系统维护中，请稍后访问。</p></body></html>"


@dataclass(frozen=True, slots=True)
class Question:
    """One request. headers: names in lower case; form: the body of a POST."""

    url: str
    headers: Mapping[str, str]
    form: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One response as served."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class World:
    """All sites on the day of the last `dawn`."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.day = 0
        self.asked: Counter[str] = Counter()
        self._sites: dict[int, Site] = {}
        self._since: dict[int, int] = {}

    @property
    def now(self) -> datetime:
        """The aware UTC instant at which the day begins: 07:30 in Shanghai."""
        return seen_at(START, self.day)

    def dawn(self, day: int) -> None:
        """Let the day begin; a site that changed since yesterday is rendered anew."""
        self.day = day
        for home in self.life.homes:
            if day == 0 or self._changed(home, day):
                site = home.face(day, self.life.of(home.id))
                site.answer("/", {}, day)
                self._sites[home.port], self._since[home.port] = site, day

    def source_toml(self, home: Home) -> str:
        """Return the source definition that fits the site of today."""
        text = source_toml(self._sites[home.port])
        return text.replace("rhythm_h = 12", f"rhythm_h = {24 * home.every}")

    def answer(self, question: Question) -> Reply | None:
        """Return what the site answers, None when nothing comes back."""
        parts = urlsplit(question.url)
        home = self.life.homes[(parts.port or PORTS) - PORTS]
        trouble = self.life.trouble(home.id, self.day)
        if trouble is None:
            return self._plain(home.port, question)
        return self._troubled(home, trouble, question)

    def packing(self) -> float:
        """Return which part of a page's bytes is left when it is packed, over all of today's."""
        shown = [site.render(self._since[port]).values() for port, site in self._sites.items()]
        bodies = [page.body for pages in shown for page in pages]
        return sum(len(zlib.compress(body)) for body in bodies) / sum(map(len, bodies))

    def _changed(self, home: Home, day: int) -> bool:
        if home.move is not None and home.move.day == day:
            return True
        own = self.life.of(home.id).postings
        return any(day in {p.article.first_day, p.gone, *(r.day for r in p.revisions)} for p in own)

    def _plain(self, port: int, question: Question) -> Reply:
        site, day = self._sites[port], self._since[port]
        parts = urlsplit(question.url)
        query = dict(parse_qsl(question.form or parts.query, keep_blank_values=True))
        page = site.answer(unquote(parts.path) or "/", query, day)
        if page is None:
            return self._reply(site.not_found())
        if page.status != 200 or site.validators == "none":
            return self._reply(page)
        validator = (("ETag", etag_of(page)),)
        if etag_of(page) in question.headers.get("if-none-match", ""):
            return Reply(304, validator, b"")
        return self._reply(page, validator)

    def _troubled(self, home: Home, trouble: Trouble, question: Question) -> Reply | None:
        path = urlsplit(question.url).path
        robots = path == "/robots.txt"
        match trouble.kind:
            case "silence":
                return None
            case "refused":
                return self._reply(Page(b"403 Forbidden", "text/html", 403))
            case "busy":
                return self._reply(Page(b"Service Unavailable", "text/html", 503))
            case "robots" if robots:
                return self._reply(Page(b"Bad Gateway", "text/html", 502))
            case "challenge" if not robots:
                shell = rendered("challenge.html").encode()
                return self._reply(Page(shell, status=412), (("Set-Cookie", CHALLENGE_COOKIE),))
            case "upkeep" if not robots:
                return self._reply(Page(UPKEEP.encode()))
            case "empty" if not robots:
                return self._plain_empty(home, question)
        return self._plain(home.port, question)

    def _plain_empty(self, home: Home, question: Question) -> Reply:
        """Answer from a site that has lost its articles: the list is there, without a row."""
        parts = urlsplit(question.url)
        site = home.face(self.day, Library())
        query = dict(parse_qsl(question.form or parts.query, keep_blank_values=True))
        page = site.answer(unquote(parts.path) or "/", query, self.day)
        return self._reply(page) if page else self._plain(home.port, question)

    def _reply(self, page: Page, more: tuple[tuple[str, str], ...] = ()) -> Reply:
        self.asked["hits"] += 1
        hits = 1000 + 7 * self.asked["hits"] + 10_000 * self.day
        clock = f"{self.now.astimezone(SHANGHAI):%Y-%m-%d} 07:{hits % 60:02d}:00"
        body = page.body.replace(HITS.encode(), str(hits).encode())
        body = body.replace(CLOCK.encode(), clock.encode())
        headers = (("Content-Type", page.content_type), *page.headers, *more)
        return Reply(page.status, headers, body)
