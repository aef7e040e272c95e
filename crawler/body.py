"""A response body as the server meant it: content codings undone, nothing decoded to text.

The archive keeps the bytes as served; the crawl and every replay read them through this one
function, so that both see the same body. Pure; the limit guards against a body that unpacks to
gigabytes.
"""

import zlib

from crawler.errors import BodyError

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""The largest page, unpacked, that is read; real government pages stay under 5 MB."""

MAX_FILE_BYTES = 32 * 1024 * 1024
"""The largest attachment that is fetched."""

TOO_LARGE = "正文过大，没有取"
"""How the detail of a visit begins whose answer was not taken for its size."""

MAX_CODINGS = 3
MAX_MEMBERS = 64
"""Of one gzip stream; servers send one, and each member costs a copy of what follows it."""

_IDENTITY = {"", "identity", "none", "utf-8"}  # `utf-8` is seen as a coding on misconfigured hosts


def unpack(body: bytes, content_encoding: str | None, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Return the body with its content codings undone (RFC 9110 §8.4.1), last applied first.

    A body that is labelled as packed but is not comes back as it is: servers and archives do
    both. Raises BodyError when the stream ends early, is broken, unpacks to more than max_bytes,
    uses a coding that this program never asks for, or is packed to make work: layer in layer, or
    in members without number.
    """
    named = [part.strip().lower() for part in (content_encoding or "").split(",")]
    codings = [coding for coding in named if coding not in _IDENTITY]
    if len(codings) > MAX_CODINGS:
        raise BodyError(f"正文压缩了 {len(codings)} 层，超过 {MAX_CODINGS}")
    for coding in reversed(codings):
        if coding in {"gzip", "x-gzip"}:
            body = _gunzip(body, max_bytes) if body[:2] == b"\x1f\x8b" else body
        elif coding == "deflate":
            body = _inflate(body, max_bytes)
        else:
            raise BodyError(f"压缩方式 {coding!r} 不是我们要求的")
    if len(body) > max_bytes:
        raise BodyError(f"正文 {len(body)} 字节，超过 {max_bytes}")
    return body


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    """Return the concatenated members of a gzip stream (RFC 1952 §2.2)."""
    parts: list[bytes] = []
    left = max_bytes
    while body[:2] == b"\x1f\x8b":
        if len(parts) == MAX_MEMBERS:
            raise BodyError(f"压缩的正文分成了 {MAX_MEMBERS} 段以上")
        part, body = _expand(body, zlib.MAX_WBITS | 16, left)
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _inflate(body: bytes, max_bytes: int) -> bytes:
    """Return the inflated body: zlib format as RFC 9110 says, or raw as old servers send it."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _expand(body, window, max_bytes)[0]
        except BodyError as error:
            if isinstance(error.__cause__, zlib.error):
                continue
            raise
    return body


def _expand(body: bytes, window: int, max_bytes: int) -> tuple[bytes, bytes]:
    """Return one expanded stream and what follows it."""
    stream = zlib.decompressobj(window)
    try:
        out = stream.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise BodyError(f"压缩的正文已损坏（{error}）") from error
    if len(out) > max_bytes:
        raise BodyError(f"正文解压后超过 {max_bytes} 字节")
    if not stream.eof:
        raise BodyError(f"正文不完整：压缩数据在 {len(body)} 字节后中断")
    return out, stream.unused_data
