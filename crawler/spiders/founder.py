"""方正翔宇 e-papers (公益时报 and many others): an entrance, an issue, its pages, their articles.

Evidence: the entrance forwards to the newest issue by meta refresh or script; an issue's pages are
html/YYYY-MM/DD/node_<n>.htm and name each other; articles are content_<id>.htm beside them; 上一期
leads back. Days without an issue answer 404, so only links are followed, no date is tried.
"""

import re
from urllib.parse import urlsplit

from crawler.sources import Column
from crawler.spiders.sheet import Sheet, SheetError, read_rows
from pipelines.addresses import absolute
from store.records import Listing

_ISSUE = re.compile(r"/(?P<day>\d{4}-\d{2}/\d{2})/node_(?P<node>\d+)\.html?")
_NODE_LINK = re.compile(r"[\w./:?&=-]*?node_\d+\.html?", re.I)
_FORWARD = re.compile(
    r"http-equiv\s*=\s*['\"]?refresh[^>]*?url\s*=\s*['\"]?(?P<meta>[^'\"\s>]+)"
    r"|location(?:\.href)?\s*=\s*['\"](?P<script>[^'\"]+)['\"]"
    r"|location\.replace\(\s*['\"](?P<replaced>[^'\"]+)['\"]",
    re.I,
)
_PREVIOUS = re.compile(r"<a\b[^>]*?href\s*=\s*['\"]?([^'\"\s>]+)[^>]*>(?:\s|<[^>]*>)*上一期", re.I)


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the articles of a page and the page that follows: of this issue, then the one before.

    The entrance is a signpost to the newest issue's first page.
    """
    here = _ISSUE.search(urlsplit(url).path)
    if here is None:
        return Sheet(None, _newest(text, url))
    listing = read_rows(text, url, column)
    listing = Listing(listing.entries, skipped=listing.skipped)  # no rows is a page of pictures
    following = _nodes(text, url, here["day"]).get(_next_number(text, url, here))
    return Sheet(listing, following or _issue_before(text, url, here["day"]), may_be_bare=True)


def _newest(text: str, url: str) -> str:
    for found in _FORWARD.finditer(text):
        target = absolute(url, str(found["meta"] or found["script"] or found["replaced"]))
        if target.partition("#")[0] != url.partition("#")[0]:
            return target
    nodes = [absolute(url, link) for link in _NODE_LINK.findall(text)]
    issues: list[tuple[str, int, str]] = [
        (m["day"], -int(m["node"]), node) for node in nodes if (m := _ISSUE.search(node))
    ]
    if not issues:
        raise SheetError("入口页没有指向任何一期")
    return max(issues)[2]


def _nodes(text: str, url: str, day: str) -> dict[int, str]:
    """Return the pages of the issue of that day by number."""
    links = (absolute(url, link) for link in _NODE_LINK.findall(text))
    found = ((link, _ISSUE.search(link)) for link in links)
    return {int(m["node"]): link for link, m in found if m and m["day"] == day}


def _next_number(text: str, url: str, here: re.Match[str]) -> int:
    numbers = sorted(_nodes(text, url, here["day"]))
    return next((n for n in numbers if n > int(here["node"])), -1)


def _issue_before(text: str, url: str, day: str) -> str | None:
    found = _PREVIOUS.search(text)
    if found is None:
        return None
    target = absolute(url, found[1])
    issue = _ISSUE.search(target)
    return target if issue and issue["day"] < day else None
