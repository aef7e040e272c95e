"""What is taken out of an answer before somebody else gets to see it. Pure."""

import ipaddress
import re
from dataclasses import replace

from crawler.challenge import recognise
from crawler.client import Answer
from crawler.errors import BodyError
from pipelines.decode import decode

_COOKIE = re.compile(r"=.*", re.S)
_IPV4 = re.compile(rb"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


def without_private(answer: Answer) -> Answer:
    """Return the answer without what could tell who asked.

    Cookies keep their names (a challenge is known by them) and lose their values; an IP address
    that a header or a refusal's page shows (`您的IP：…`) is taken out, whoever's it is. Pages that
    are no refusal stay as they are.
    """
    headers = tuple((name, _plain_header(name, value)) for name, value in answer.headers)
    bare = replace(answer, headers=headers)
    try:
        body = answer.content()
    except BodyError:
        return bare
    hidden = _IPV4.sub(_masked, body)
    if hidden == body or not _is_refusal(answer, body):
        return bare
    kept = tuple(h for h in headers if h[0].lower() not in {"content-encoding", "content-length"})
    return replace(bare, headers=kept, body=hidden)


def _is_refusal(answer: Answer, body: bytes) -> bool:
    if answer.status >= 400:
        return True
    text = decode(body, answer.names.get("content-type")).text
    return recognise(answer.status, answer.names, text, answer.url) is not None


def _plain_header(name: str, value: str) -> str:
    if name.lower() == "set-cookie":
        return _COOKIE.sub("=", value)
    return _IPV4.sub(_masked, value.encode("latin-1", "replace")).decode("latin-1")


def _masked(found: re.Match[bytes]) -> bytes:
    try:
        ipaddress.ip_address(found[0].decode())
    except ValueError:
        return found[0]
    return b"0.0.0.0"
