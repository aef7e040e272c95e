"""One captured page to one reading: decode → what stands in front → rows → documents → classes.

The order is the product's judgement of what a page is; each step is a room's own function.
Fetches nothing, asks no clock, knows no database: `run`, `replay` and `inspect` share it.
"""

from collections.abc import Mapping

from crawler.challenge import recognise
from crawler.listing import ListingHints, find_entries, is_leaf, looks_like_listing
from pipelines.classify import CLASSIFIER_VERSION, classify
from pipelines.decode import DECODER_VERSION, decode
from pipelines.extract import EXTRACTOR_VERSION, ArticlePage, Rules, read_article
from store.records import Decoded, Document, Listing, PageKind, Reading

READER_VERSION = f"{DECODER_VERSION}.{EXTRACTOR_VERSION}.{CLASSIFIER_VERSION}"
"""Stands beside every snapshot: a changed reading under another version is our correction."""


FEWEST_ROWS = 3
"""A page with a text of its own and fewer rows than this is an article with a few related links."""

COLUMN_NAME_CHARS = 16
"""No column has so long a name: a page headed so is about one thing, its text a table or not."""


def read_page(
    body: bytes,
    content_type: str | None,
    url: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    hints: ListingHints | None = None,
    rules: Rules | None = None,
    column_role: str | None = None,
) -> Reading:
    """Return everything we think about the page; never raises on what a page holds.

    headers: names in lower case. hints, rules: what the source's file sharpens. column_role: the
    role of the column that listed the page, a weak word in its classification.
    """
    decoded = decode(body, content_type)
    barrier = recognise(status, headers or {}, decoded.text, url)
    if barrier is not None and barrier.kind != "stub":
        return Reading(url, "challenge", decoded, detail=f"{barrier.name}：{barrier.evidence}")
    if status >= 400:
        return Reading(url, "other", decoded, detail=f"HTTP {status}")
    if is_data(body, content_type):
        return Reading(url, "other", decoded, detail=f"没有文字：{content_type or '二进制'}")
    listing = find_entries(decoded.text, url, hints)
    page = read_article(decoded.text, url, content_type, rules)
    kind = _kind(decoded, url, listing, page)
    if kind != "article":
        return Reading(url, kind, decoded, listing=listing, detail=page.detail)
    return Reading(
        url,
        "article",
        decoded,
        documents=page.documents,
        classifications=tuple(classify(document, column_role) for document in page.documents),
        detail=page.detail,
    )


def _kind(decoded: Decoded, url: str, listing: Listing, page: ArticlePage) -> PageKind:
    """Return what the page is: rows make a listing, documents an article, else its own hint."""
    if page.kind_hint in {"listing", "issue"}:
        return page.kind_hint
    if is_leaf(url) and listing.entries:
        return "issue"
    if page.documents and len(listing.entries) < _fewest_rows(page.documents[0]):
        return "article"
    if looks_like_listing(decoded.text, url, listing):
        return "listing"
    if page.documents:
        return "article"
    return "stub" if page.kind_hint == "article" else page.kind_hint


def _fewest_rows(document: Document) -> int:
    named = len(document.title or "") >= COLUMN_NAME_CHARS
    return 2 * FEWEST_ROWS if named else FEWEST_ROWS


_BINARY = ("application/pdf", "application/msword", "application/zip", "image/", "video/", "audio/")
_BINARY_STARTS = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
)


def is_data(body: bytes, content_type: str | None) -> bool:
    """Return whether this is a file for another program, by its type or its first bytes."""
    return body.startswith(_BINARY_STARTS) or (content_type or "").lower().startswith(_BINARY)
