"""What readers see instead of an answer: a page that says why, and when to come back."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from feeds.settings import PublishSettings
from feeds.site.missing import notice_page, unpublished_page

PUBLISHED_SOON_S = 600
"""A first run may end any minute; the daemon looks every ten."""
LATER_S = 60

_HEADINGS = {400: "没有看懂这个地址", 404: "没有这样的地址", 405: "这里只供阅读", 414: "地址太长"}


class Notices:
    """Makes the pages; `settings` name the site."""

    def __init__(self, settings: PublishSettings) -> None:
        self.settings = settings
        self._unpublished = unpublished_page(settings)

    def unpublished(self) -> Response:
        """Return the answer before the first publication."""
        return _later(self._unpublished, 503, PUBLISHED_SOON_S)

    def too_many(self) -> Response:
        """Return the answer to a client that asks faster than it may."""
        words = "您的提问太密集了，请一分钟后再来。订阅源不必频繁查看，每小时一次足够。"
        return _later(notice_page(self.settings, "请稍后再来", words), 429, LATER_S)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Return the page for an address that cannot be answered, with the cause by name."""
        assert isinstance(error, HTTPException)
        heading = _HEADINGS.get(error.status_code, "不能回答")
        named = error.detail != HTTPStatus(error.status_code).phrase
        cause = f"原因：{error.detail}。" if named else ""
        words = f"{cause}筛选条件的写法见“订阅”一页。"
        body = notice_page(self.settings, heading, words, leads_on=True)
        headers = {**(error.headers or {}), "Cache-Control": "no-store"}
        return HTMLResponse(body, error.status_code, headers)


def _later(body: bytes, status: int, seconds: int) -> Response:
    headers = {"Cache-Control": "no-store", "Retry-After": str(seconds)}
    return HTMLResponse(body, status, headers)
