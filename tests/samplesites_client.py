"""A plain HTTP client for the tests of the sample sites: no redirects, no unpacking, no cache."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Fetched:
    status: int
    headers: Message
    body: bytes


def fetch(
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    form: str | None = None,
) -> Fetched:
    """Return the answer to one request as sent over the wire."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = HTTPConnection(parts.hostname, parts.port)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(method, target, form, dict(headers or {}))
        answer = connection.getresponse()
        return Fetched(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
