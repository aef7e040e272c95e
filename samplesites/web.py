"""HTTP for one sample site: a threaded server, conditional requests, counters that never rest.

A `Site` says what lies under an address on a day; this module serves it like an ordinary web
server. Two marks in a body are replaced at every request, as on the real thing: `@HITS@` by a
growing counter, `@CLOCK@` by a page-generation time. ETag and Last-Modified are taken before
that, so they hold still while the bytes change. It must not know what a page says.
"""

import gzip
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import ClassVar, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from samplesites.articles import Article, Library
from samplesites.calendar import SHANGHAI, Calendar, changed_at

HITS = "@HITS@"
CLOCK = "@CLOCK@"
Validators = Literal["both", "etag", "date", "none"]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer before stamping: body, content type as sent, status, further headers.

    pause_s: seconds of waiting after every 64 bytes (a slow drip). missing: so many bytes are
    promised by Content-Length and never sent (a cut connection).
    """

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    pause_s: float = 0.0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A list of a site. code: what the family calls it in its addresses."""

    id: str
    name: str
    role: str
    code: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who a site is: what `write_sources` tells the product, and what its pages say at the top."""

    id: str
    name: str
    region: str
    kind: str
    family: str
    columns: tuple[Column, ...]
    clone_of: str = ""

    def column(self, column_id: str) -> Column:
        """Return the column with that id; raises KeyError for an unknown one."""
        return {column.id: column for column in self.columns}[column_id]


class Site:
    """A site of one family; subclasses render. Pages of a day are made once and kept."""

    robots: ClassVar[Page | None] = None
    """What /robots.txt answers; None: 404."""
    validators: ClassVar[Validators] = "both"
    force_gzip: ClassVar[bool] = False
    """Compresses though nobody asked, as some Hanweb hosts do."""

    column_lines: ClassVar[tuple[str, ...]] = ()
    """What a source definition must say of each column beyond where it is."""

    def __init__(self, card: Card, base_url: str, library: Library) -> None:
        self.card = card
        self.base_url = base_url
        self.library = library
        self._days: dict[int, Mapping[str, Page]] = {}

    def render(self, day: int) -> Mapping[str, Page]:
        """Return path → page for everything the site shows on `day`."""
        raise NotImplementedError

    def column_url(self, column: Column) -> str:
        """Return the absolute address of the first listing of a column."""
        raise NotImplementedError

    def watched_columns(self) -> tuple[Column, ...]:
        """Return the columns a source definition names; by default all that the site has."""
        return self.card.columns

    def home(self) -> Page:
        """Return the home page: the name and a link to each column."""
        links = [f'<a href="{self.column_url(c)}">{c.name}</a>' for c in self.watched_columns()]
        name = self.card.name
        html = (
            f'<html><head><meta charset="utf-8"><title>{name}</title></head>'
            f"<body><h1>{name}</h1>{' '.join(links)}<p>{HITS}</p></body></html>"
        )
        return Page(html.encode())

    def not_found(self) -> Page:
        """Return the site's own 404."""
        text = "<html><head><title>404</title></head><body>您访问的页面不存在</body></html>"
        return Page(text.encode(), status=404)

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        """Return what lies under `path` on `day`, None when nothing does."""
        if path == "/robots.txt":
            return self.robots
        if day not in self._days:
            self._days[day] = self.render(day)
        pages = self._days[day]
        if path == "/" and "/index.html" not in pages:
            return self.home()
        return pages.get(path) or pages.get(f"{path}index.html" if path.endswith("/") else path)

    def articles(self, day: int, column: str | None = None) -> tuple[Article, ...]:
        """Return the site's articles on `day`, newest first, of one column or all."""
        shown = self.library.articles(self.card.id, day)
        return tuple(a for a in shown if column in {None, a.column})


def etag_of(page: Page) -> str:
    """Return the strong ETag of a page: a hash of the body before stamping."""
    return f'"{hashlib.sha1(page.body).hexdigest()[:20]}"'


class SiteServer(ThreadingHTTPServer):
    """One site on one loopback port. `hits` grows with every request and never goes back."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, calendar: Calendar) -> None:
        super().__init__(("127.0.0.1", port), SiteHandler)
        self.calendar = calendar
        self.hits = count(1)
        self.site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about clients that hang up: the drip and the 10 MB page invite it."""


class SiteHandler(BaseHTTPRequestHandler):
    """Answers GET, HEAD and POST from the site of the server; logs nothing."""

    server: SiteServer
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    timeout = 10.0
    """Seconds an idle kept-alive connection may hold its thread."""

    def do_GET(self) -> None:
        """Send the page, or 304 when the client already has it."""
        self._answer()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Like GET, with the form fields taken as the query (dataproxy.jsp takes either)."""
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(form=self.rfile.read(length).decode("utf-8", "replace"))

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the demo tells its own story."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the calendar's instant for the Date header, so that a day is reproducible."""
        return format_datetime(self.server.calendar.now, usegmt=True)

    def _answer(self, form: str = "") -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        query = dict(parse_qsl(form or parts.query, keep_blank_values=True))
        site, day = self.server.site, self.server.calendar.day
        page = site.answer(path, query, day)
        if page is None or page.status != 200:
            self._send(page or site.not_found(), ())
            return
        validators = self._validators(page, path, query, day)
        if self._is_known(dict(validators)):
            self._send(Page(b"", page.content_type, status=304), validators)
        else:
            self._send(page, validators)

    def _validators(
        self, page: Page, path: str, query: Mapping[str, str], day: int
    ) -> tuple[tuple[str, str], ...]:
        site = self.server.site
        if site.validators == "none":
            return ()
        changed = day
        while changed and (before := site.answer(path, query, changed - 1)):
            if etag_of(before) != etag_of(page):
                break
            changed -= 1
        modified = format_datetime(changed_at(self.server.calendar.start, changed), usegmt=True)
        both = (("ETag", etag_of(page)), ("Last-Modified", modified))
        return {"both": both, "etag": both[:1], "date": both[1:]}[site.validators]

    def _is_known(self, validators: Mapping[str, str]) -> bool:
        """Say whether the client's copy is current: RFC 9110 §13.2.2, If-None-Match goes first."""
        if tags := self.headers.get("If-None-Match"):
            return validators.get("ETag", "") in [tag.strip() for tag in tags.split(",")]
        since = self.headers.get("If-Modified-Since")
        return since is not None and since == validators.get("Last-Modified")

    def _send(self, page: Page, validators: tuple[tuple[str, str], ...]) -> None:
        body, headers = self._stamped(page.body), page.headers
        if self.server.site.force_gzip and body:
            body, headers = gzip.compress(body, mtime=0), (*headers, ("Content-Encoding", "gzip"))
        self.send_response(page.status)
        for name, value in (("Content-Type", page.content_type), *headers, *validators):
            self.send_header(name, value)
        if page.status != 304:
            self.send_header("Content-Length", str(len(body) + page.missing))
        self.end_headers()
        if self.command != "HEAD" and page.status != 304:
            self._write(body, page.pause_s)
            self.close_connection |= bool(page.missing)

    def _stamped(self, body: bytes) -> bytes:
        hits = next(self.server.hits)
        clock = self.server.calendar.now.astimezone(SHANGHAI) + timedelta(seconds=hits)
        stamped = body.replace(HITS.encode(), str(1000 + 7 * hits).encode())
        return stamped.replace(CLOCK.encode(), _clock_text(clock))

    def _write(self, body: bytes, pause_s: float) -> None:
        if not pause_s:
            self.wfile.write(body)
            return
        for start in range(0, len(body), 64):
            self.wfile.write(body[start : start + 64])
            time.sleep(pause_s)


def _clock_text(instant: datetime) -> bytes:
    return f"{instant:%Y-%m-%d %H:%M:%S}".encode()
