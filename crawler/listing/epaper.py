"""The pages of a founder (方正翔宇) e-paper issue, read as listings of their articles.

A leaf (`node_2.htm`) links each article (`content_1234.htm`, often with `?div=-1`) by its headline
and again as an image map. It must not take the footer's links, which are articles of old issues.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from crawler.listing.rows import Row
from crawler.listing.scan import Link
from pipelines.addresses import parts_of

_LEAF = re.compile(r"(?:^|/)node_\d+\.s?html?$")
_ARTICLE = re.compile(r"(?:^|/)content_\d+(?:_\d+)*\.s?html?$")
_ISSUE_DAY = re.compile(r"/(\d{4})-?(\d\d)/(\d\d)/")


def is_leaf(url: str) -> bool:
    """Return whether an address is one page of an issue."""
    return bool(_LEAF.search(parts_of(url).path))


def articles(links: Iterable[Link], url: str) -> Iterator[Link]:
    """Yield one link for each article of the issue of `url`, with its longest headline."""
    by_path: dict[str, Link] = {}
    for link in links:
        path = urlsplit(link.url).path
        if _ARTICLE.search(path) and _day(path) == _day(parts_of(url).path):
            known = by_path.get(path)
            if known is None or len(link.title) > len(known.title):
                by_path[path] = link if known is None else _titled(known, link.title)
    yield from by_path.values()


def is_dated(found: list[Link], rows: list[Row]) -> bool:
    """Return whether the articles have dates of their own: then it is a column, not an issue."""
    dated = {row.link.url for row in rows}
    return sum(link.url in dated for link in found) >= 2


def _titled(link: Link, title: str) -> Link:
    return Link(link.anchor, link.url, title, link.order, link.article)


def _day(path: str) -> tuple[str, ...] | None:
    match = _ISSUE_DAY.search(path)
    return match.groups() if match else None
