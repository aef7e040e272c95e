"""The app itself: a page that asks, one route that ends a subscription, one that takes it back.

RFC 8058: a POST acts at once, without cookies, a login or a redirect; a GET shows a page and never
acts, since mail scanners open every link. Whoever holds the token of a subscription may end it and
may take that back, nothing else; the page shows the address masked. Run beside `serve`, which
writes nothing.
"""

import base64
import hashlib
import re
import time
from collections.abc import Callable
from typing import Any, Literal

import structlog
from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from feeds.addresses import masked
from feeds.filters import in_words
from feeds.oneclick.pace import Pace
from feeds.render import render
from feeds.signet import Signet
from feeds.words import RHYTHMS
from store import subscribers
from store.database import Database
from store.subscribers import Membership

log = structlog.get_logger()
ACTS_PER_MINUTE = 10
"""For one token: a person clicks, or a provider's machine posts once and perhaps again."""
STRANGERS_PER_MINUTE = 30
"""Tokens we did not write, from one client."""

State = Literal["asks", "left", "back", "unknown", "slow"]
_CODES: dict[State, int] = {"asks": 200, "left": 200, "back": 200, "unknown": 404, "slow": 429}


def application(
    database: Database, signet: Signet, *, clock: Callable[[], float] = time.monotonic
) -> Starlette:
    """Return the ASGI app; the only one of this product that writes, and only these two things."""
    desk = _Desk(database, signet, clock)
    return Starlette(
        routes=[
            Route("/unsubscribe/{token}", desk.show, methods=["GET"]),
            Route("/unsubscribe/{token}", desk.leave, methods=["POST"]),
            Route("/resubscribe/{token}", desk.come_back, methods=["POST"]),
        ]
    )


class _Desk:
    """Answers the holders of tokens; everybody else learns nothing."""

    def __init__(self, database: Database, signet: Signet, clock: Callable[[], float]) -> None:
        self.database, self.signet = database, signet
        self._acts = Pace(ACTS_PER_MINUTE, clock)
        self._strangers = Pace(STRANGERS_PER_MINUTE, clock)

    async def show(self, request: Request) -> Response:
        """Return the page that asks; changes nothing, however often it is opened."""
        return await self._answered(request, self._seen)

    async def leave(self, request: Request) -> Response:
        """End the subscription at once, whatever the body says; saying so twice is no error."""
        return await self._answered(request, self._left)

    async def come_back(self, request: Request) -> Response:
        """Take an unsubscription back, for who was unsubscribed by mistake."""
        return await self._answered(request, self._back)

    async def _answered(self, request: Request, act: Callable[[Membership], State]) -> Response:
        token = request.path_params["token"]
        subscription_id = self.signet.read(token)
        if subscription_id is None:
            client = request.client.host if request.client else ""
            return _page("unknown" if self._strangers.lets(client) else "slow")
        if request.method == "POST" and not self._acts.lets(token):
            return _page("slow")
        return await to_thread.run_sync(self._act, subscription_id, token, act)

    def _act(
        self, subscription_id: int, token: str, act: Callable[[Membership], State]
    ) -> Response:
        with self.database.reading() as session:
            member = subscribers.find(session, subscription_id)
        if member is None or not member.subscription.address:
            return _page("unknown")
        return _page(act(member), member=member, token=token)

    def _seen(self, member: Membership) -> State:
        return "asks" if member.active else "left"

    def _left(self, member: Membership) -> State:
        if member.active:
            with self.database.writing() as session:
                subscribers.unsubscribe(session, "", member.subscription.id)
            log.info("unsubscribed", subscription=member.subscription.id)
        return "left"

    def _back(self, member: Membership) -> State:
        if not member.active:
            with self.database.writing() as session:
                subscribers.resume(session, member.subscription.id)
            log.info("resubscribed", subscription=member.subscription.id)
        return "back"


def _page(state: State, **known: Any) -> Response:
    """Return the page of this state; it is never kept, loads nothing and names no page it is on."""
    member: Membership | None = known.get("member")
    html = render(
        "oneclick.html",
        state=state,
        token=known.get("token", ""),
        address=masked(member.subscription.address) if member else "",
        wanted=in_words(member.subscription.filter) if member else "",
        rhythm=RHYTHMS[member.subscription.rhythm] if member else "",
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src '{_style_hash(html)}'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    if state == "slow":
        headers["Retry-After"] = "60"
    return HTMLResponse(html, _CODES[state], headers)


def _style_hash(html: str) -> str:
    """Return the CSP source of the page's one style element (CSP Level 3 §2.3.1)."""
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None, "the template has a style element"
    return f"sha256-{base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}"
