"""Answers whose head never ends: Twisted bounds each line of a response's head, not their sum.

Scrapy's own HTTP handler with one more bound. It reads no header and knows no page.
"""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

MAX_HEAD_BYTES = 64 * 1024
"""Status lines and headers of one answer, the interim ones (1xx) included; real ones take 2 KB."""


class HeadTooLarge(Exception):
    """The server sends headers without end."""


class _ShortHeads(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        self._head_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is None or self._parser.state not in {STATUS, HEADER}:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            why = HeadTooLarge(f"响应头超过 {MAX_HEAD_BYTES} 字节")
            self._giveUp(Failure(why))  # type: ignore[no-untyped-call]


class _ShortHeadsFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _ShortHeads:
        return _ShortHeads(self._quiescentCallback)  # type: ignore[no-untyped-call]


class ShortHeadsHandler(HTTP11DownloadHandler):
    """DOWNLOAD_HANDLERS for http and https: Scrapy's, which gives up on an endless head."""

    lazy = True  # a source answers on one of the two; its TLS context is made when it is needed

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _ShortHeadsFactory
