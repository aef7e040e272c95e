"""Decode as a Scrapy middleware: between the archive and the spider, before any link is read.

Undoes content codings, decodes text with `pipelines.decode`, and hands on an HTML response whose
text is right whatever header and page declare. Files (PDF, DOCX, pictures) pass as bytes.
"""

import re

from scrapy.http import HtmlResponse, Request, Response

from crawler.body import MAX_PAGE_BYTES, unpack
from crawler.errors import BodyError
from crawler.refusals import UnreadableBody
from pipelines.decode import decode

_TEXT = re.compile(r"^\s*(?:text/|application/(?:[\w.+-]*(?:xml|json|javascript)))", re.I)
_FILE_NAME = re.compile(rb"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar)[\"'?\s>]", re.I)
_FILE_MAGIC = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
# zip, old Office, pictures: what servers send as text/html or without a type


class DecodeMiddleware:
    """Replaces each response by one whose body is UTF-8 text; `meta["decoded"]` tells how."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the readable response; UnreadableBody when the body cannot be unpacked."""
        if request.meta.get("dont_decode") or response.status == 304:
            return response
        limit = request.meta.get("download_maxsize", MAX_PAGE_BYTES)
        coding = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        try:
            body = unpack(
                response.body, None if "cached" in response.flags else coding, max_bytes=limit
            )
        except BodyError as error:
            raise UnreadableBody(str(error)) from error
        if "cached" in response.flags and request.meta.get("links_only") and not names_a_file(body):
            return response  # its text was read when it was new, and it leads nowhere
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        if not is_text(content_type, body):
            return response.replace(headers=headers, body=body)
        decoded = decode(body, content_type)
        request.meta["decoded"] = decoded
        return HtmlResponse(
            response.url,
            status=response.status,
            headers=headers,
            body=decoded.text.encode("utf-8", "replace"),
            encoding="utf-8",
            flags=response.flags,
            request=request,
            ip_address=response.ip_address,
        )


def names_a_file(body: bytes) -> bool:
    """Return whether the markup may link to a file, whatever its encoding (names are ASCII)."""
    return bool(_FILE_NAME.search(body))


def is_text(content_type: str | None, body: bytes) -> bool:
    """Return whether a body is to be decoded: what it is counts more than what it is called."""
    if body.startswith(_FILE_MAGIC):
        return False
    return content_type is None or bool(_TEXT.match(content_type))
