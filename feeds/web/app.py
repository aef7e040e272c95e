"""The app itself: feeds by filter, search, and the published folder, behind strict headers.

Answers from the newest publication, so a filtered feed never knows more than `all.xml` beside it,
and a client that has that publication is answered 304 without a question to the database.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.channel import FORMATS, Channel
from feeds.channels import Press, filtered_channel
from feeds.errors import BadFilter
from feeds.filters import parse, query
from feeds.jsonfeed import json_feed
from feeds.metrics import CONTENT_TYPE, metrics, pulse
from feeds.oneclick.pace import Pace
from feeds.rss import atom, rss
from feeds.settings import PublishSettings
from feeds.site.library import MOST_RESULTS, search_page
from feeds.web.catalogue import Catalogue
from feeds.web.edition import Edition, Newsstand
from feeds.web.files import PublicFiles
from feeds.web.notices import Notices
from feeds.web.validators import (
    BodyCache,
    answer,
    is_unchanged,
    not_modified,
    strong_etag,
    wants_gzip,
    zipped,
)
from store.database import Database
from store.records import Filter

MOST_QUERY_CHARS = 1500
BUILDERS = 2
"""How many feeds and searches are made at a time; the others wait their turn."""
ANSWERS_PER_MINUTE = 240
"""Feeds by filter and searches for one client that is not this machine; behind a proxy on it, the
client that the proxy names."""
_RENDER: dict[str, Callable[[Channel, PublishSettings], bytes]] = {
    "xml": rss,
    "atom": atom,
    "json": json_feed,
}
_THIS_MACHINE = {"127.0.0.1", "::1"}
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"access-control-allow-origin", b"*"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
)


def application(
    database: Database,
    public: Path,
    settings: PublishSettings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> Starlette:
    """Return the ASGI app over this ledger and this published folder; it only reads both.

    clock: what `/health` and `/metrics` take for now. monotonic: by which a client's pace is
    measured; the machine's clock may be set back.
    """
    desk = _Desk(database, public, settings, clock, pace=Pace(ANSWERS_PER_MINUTE, monotonic))
    return Starlette(
        routes=[
            Route("/feed.{ending:str}", desk.feed, methods=["GET"]),
            Route("/search", desk.search, methods=["GET"]),
            Route("/health", desk.health, methods=["GET"]),
            Route("/metrics", desk.metrics, methods=["GET"]),
            Mount("/", PublicFiles(public, desk.cache, desk.notices)),
        ],
        exception_handlers={HTTPException: desk.notices.refused},
        middleware=[Middleware(_StrictHeaders)],
    )


class _Desk:
    """Answers what is not a file: one filter or one search at a time, from one edition."""

    def __init__(
        self,
        database: Database,
        public: Path,
        settings: PublishSettings,
        clock: Callable[[], datetime],
        *,
        pace: Pace,
    ) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.notices = Notices(settings)
        self.stand = Newsstand(public, settings)
        self.cache = BodyCache()
        self.catalogue = Catalogue(public)
        self._builders: CapacityLimiter | None = None
        self._pace = pace

    async def feed(self, request: Request) -> Response:
        """Return `/feed.xml?region=32&…`; `format=` outranks the ending."""
        pairs = _pairs(request)
        ending = dict(pairs).get("format", request.path_params["ending"])
        if ending not in FORMATS:
            raise HTTPException(404, f"format {ending[:20]}: known are {', '.join(FORMATS)}")
        wanted = _wanted([pair for pair in pairs if pair[0] != "format"])
        asked = query(wanted)
        path = f"feed.{ending}" + (f"?{asked}" if asked else "")
        return await self._answered(
            request, path, f"{FORMATS[ending]}; charset=utf-8", lambda: self._feed(wanted, path)
        )

    async def search(self, request: Request) -> Response:
        """Return the search page with what was found; it needs no script."""
        wanted = _wanted(_pairs(request))
        path = f"search?{query(wanted)}"
        return await self._answered(
            request, path, "text/html; charset=utf-8", lambda: self._search(wanted)
        )

    async def health(self, request: Request) -> Response:
        """Return 200 while a run has ended within the last day, else 503: for a monitor."""
        well, said = await to_thread.run_sync(self._read, pulse, limiter=self._limiter())
        return JSONResponse(said, 200 if well else 503, {"Cache-Control": "no-store"})

    async def metrics(self, request: Request) -> Response:
        """Return the gauges as Prometheus reads them."""
        body = await to_thread.run_sync(self._read, metrics, limiter=self._limiter())
        return Response(body, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})

    def _read(self, told: Callable[[Session, datetime], Any]) -> Any:
        with self.database.reading() as session:
            return told(session, self.clock())

    def _limiter(self) -> CapacityLimiter:
        self._builders = self._builders or CapacityLimiter(BUILDERS)
        return self._builders

    async def _answered(
        self, request: Request, path: str, media_type: str, make: Callable[[], bytes]
    ) -> Response:
        """Return 304 where the client's copy is of this edition; else make the body, once."""
        edition = self.stand.newest()
        if edition is None:
            return self.notices.unpublished()
        zip_it = wants_gzip(request.headers)
        etag = strong_etag(_name(edition, path), zipped=zip_it)
        if is_unchanged(request.headers, etag, edition.modified_at_s):
            return not_modified(etag, edition.modified_at_s)
        if not self._lets(request.client.host if request.client else ""):
            return self.notices.too_many()
        whole = (lambda: zipped(make())) if zip_it else make
        body = await to_thread.run_sync(self.cache.get, etag, whole, limiter=self._limiter())
        return answer(body, media_type, etag, edition.modified_at_s)

    def _lets(self, client: str) -> bool:
        return client in _THIS_MACHINE or self._pace.lets(client)

    def _feed(self, wanted: Filter, path: str) -> bytes:
        ending = path.partition("?")[0].removeprefix("feed.")
        with self.database.reading() as session:
            press = Press(session, self.settings, upto=self._upto())
            channel = filtered_channel(press, wanted, query(wanted), path)
        return _RENDER[ending](channel, self.settings)

    def _search(self, wanted: Filter) -> bytes:
        found = self.catalogue.find(wanted.words, wanted, MOST_RESULTS)
        return search_page(" ".join(wanted.words), found, self.settings)

    def _upto(self) -> int:
        edition = self.stand.newest()
        return edition.sequence if edition else 0


class _StrictHeaders:
    """Adds the headers that keep a page from doing what we never publish."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers)


def _pairs(request: Request) -> list[tuple[str, str]]:
    """Return the query's pairs; 414 for one longer than anybody needs, 400 for no UTF-8."""
    text = request.url.query
    if len(text) > MOST_QUERY_CHARS:
        raise HTTPException(414, f"query: at most {MOST_QUERY_CHARS} characters")
    try:
        return parse_qsl(text, errors="strict")
    except ValueError as error:
        raise HTTPException(400, f"query: {error}") from error


def _wanted(pairs: list[tuple[str, str]]) -> Filter:
    try:
        return parse(pairs)
    except BadFilter as error:
        raise HTTPException(400, str(error)) from error


def _name(edition: Edition, path: str) -> str:
    seed = f"{edition.look}|{edition.sequence}|{edition.modified_at_s}|{path}"
    return hashlib.sha256(seed.encode()).hexdigest()[:24]
