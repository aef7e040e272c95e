"""TRS (拓尔思): static lists are plain; its search services WAS5 and IGS answer in JSON.

Evidence: /was5/web/search?channelid=…&templet=docs.jsp&prepage=20&page=N answers
`{"pagenum": …, "docs": [{"title", "url", "chnldocurl", "pubtime"}, …]}` with raw line breaks, its
last row being the template's own (`文章标题`) (福建 departments, 2019-2024). IGS answers under
/igs/front/search/…list.html and /igs/front/search.jhtml with `pageNumber` and `pageSize`:
`{"page": {"content": [{"DOCTITLE", "DOCPUBURL", "DOCRELTIME"}, …], "totalPages": …}}` (天津, 湖北,
广西, 南京, 2019-2026). Seen on public crawlers' files. A list whose rows a script fetches may hold
the question it asks; then that is followed.
"""

import html
import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.sources import Column
from crawler.spiders.paging import next_in_query, number_in, page_of
from crawler.spiders.sheet import Sheet, SheetError, read_plain, read_rows
from pipelines.addresses import absolute

WAS = "/was5/web/search"
IGS = "/igs/front/search"
PLACEHOLDER = "文章标题"
_QUESTION = re.compile(
    r"['\"]((?:https?:)?[\w./:-]*(?:/was5/web/search|/igs/front/search[\w./]*)\?[^'\"<>\s]*[^'\"<>\s=])['\"]"
)
"""A whole question: one that ends in `=` waits for the word that somebody types."""


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows of a search answer or of a static list, and where they go on.

    A list without rows of its own is a signpost to the search that its script asks.
    """
    path = urlsplit(url).path
    if path.endswith(WAS):
        return _read_was(text, url, column)
    if path.startswith(IGS):
        return _read_igs(text, url, column)
    sheet = read_plain(text, url, column)
    if sheet.listing is not None and not sheet.listing.entries and (asked := _asked(text, url)):
        return Sheet(None, asked)
    return sheet


def _asked(text: str, url: str) -> str | None:
    """Return the address of the search that the page's script asks, None where none is in it."""
    found = _QUESTION.search(text)
    return absolute(url, html.unescape(found[1])) if found else None


def _read_was(text: str, url: str, column: Column) -> Sheet:
    answer = _object(text, "docs")
    listing = read_rows(text, url, column)
    rows = tuple(entry for entry in listing.entries if entry.title != PLACEHOLDER)
    page, size = page_of(url, "page"), number_in(url, "prepage", "perpage")
    pages = str(answer.get("pagenum", ""))
    more = page < int(pages) if pages.isdigit() else bool(size) and len(rows) >= (size or 0)
    following = next_in_query(url, "page") if rows and more else None
    return Sheet(replace(listing, entries=rows, next_page=None), following, may_be_bare=page > 1)


def _read_igs(text: str, url: str, column: Column) -> Sheet:
    answer = _object(text, "page")["page"]
    if not isinstance(answer, dict):
        raise SheetError("检索的回答里 page 不是对象")
    listing = read_rows(text, url, column)
    page, pages = page_of(url, "pageNumber"), str(answer.get("totalPages", ""))
    more = pages.isdigit() and page < int(pages)
    following = next_in_query(url, "pageNumber") if listing.entries and more else None
    return Sheet(listing, following, may_be_bare=page > 1)


def _object(text: str, key: str) -> dict[str, object]:
    """Return the JSON object of an answer that has this key; SheetError for any other answer."""
    try:
        answer = json.loads(text.strip(), strict=False)
    except ValueError as error:
        raise SheetError(f"检索的回答不是 JSON（{error}）") from error
    if not isinstance(answer, dict) or key not in answer:
        raise SheetError(f"检索的回答里没有 {key}")
    return answer
