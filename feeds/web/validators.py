"""HTTP validators and encodings (RFC 9110): strong ETags, Last-Modified, 304, gzip. Pure."""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from threading import Lock

from starlette.datastructures import Headers
from starlette.responses import Response

CACHE_BYTES = 32_000_000
LEAST_WORTH_ZIPPING = 500
_ALWAYS = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache"}


class BodyCache:
    """Keeps the bodies made last, by their ETag, up to CACHE_BYTES; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def get(self, etag: str, make: Callable[[], bytes]) -> bytes:
        """Return the body of this ETag, made now if it is not kept."""
        with self._lock:
            if etag in self._kept:
                self._kept.move_to_end(etag)
                return self._kept[etag]
        body = make()
        with self._lock:
            self._keep(etag, body)
        return body

    def _keep(self, etag: str, body: bytes) -> None:
        self._size += len(body) - len(self._kept.get(etag, b""))
        self._kept[etag] = body
        while self._size > CACHE_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)


def wants_gzip(headers: Headers) -> bool:
    """Tell whether the client takes gzip: named, or `*`, and not refused with `q=0`."""
    refused = {"gzip;q=0", "gzip;q=0.0", "*;q=0", "*;q=0.0"}
    offers = {part.replace(" ", "") for part in headers.get("accept-encoding", "").split(",")}
    named = {offer.split(";")[0] for offer in offers - refused}
    return bool(named & {"gzip", "*"}) and "gzip;q=0" not in offers


def strong_etag(name: str, *, zipped: bool) -> str:
    """Return the ETag of one representation: the same one means the same bytes."""
    return f'"{name}-gz"' if zipped else f'"{name}"'


def is_unchanged(headers: Headers, etag: str, modified_at_s: float) -> bool:
    """Tell whether the client's copy is good (RFC 9110 §13.2.2).

    If-None-Match decides where it is given; If-Modified-Since only where it is not.
    """
    asked = headers.get("if-none-match")
    if asked is not None:
        known = {part.strip().removeprefix("W/") for part in asked.split(",")}
        return "*" in known or etag in known
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return int(modified_at_s) <= parsedate_to_datetime(since).timestamp()
    except ValueError:  # a date nobody can read is ignored (RFC 9110 §13.1.3)
        return False


def not_modified(etag: str, modified_at_s: float) -> Response:
    """Return the 304 with the headers its 200 would carry."""
    return Response(status_code=304, headers=_validators(etag, modified_at_s))


def answer(body: bytes, media_type: str, etag: str, modified_at_s: float) -> Response:
    """Return the 200; the body is zipped where the ETag says so."""
    headers = _validators(etag, modified_at_s)
    if etag.endswith('-gz"'):
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


def zipped(body: bytes) -> bytes:
    """Return the body compressed, the same bytes each time."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def _validators(etag: str, modified_at_s: float) -> dict[str, str]:
    return {"ETag": etag, "Last-Modified": formatdate(modified_at_s, usegmt=True), **_ALWAYS}
