"""TRS gdnps (民政部, 公安部, 工信部): a policy library whose question is JSON, URL-encoded twice.

Evidence: /gdnps/searchIndex.jsp?params=<JSON object, encoded twice> answers `({…});` with
`resultMap[]` of title, publishTime `YYYYMMDDHHmmss`, htmlContent, url or id; goPage counts pages
from 1, pageSize rows each. Seen on public crawlers' files, 2019-2026. Rows without an address
have their page at /gdnps/pc/content.jsp?id=<id>&mtype=<library>.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from crawler.sources import Column
from crawler.spiders.column import ColumnSpider
from crawler.spiders.sheet import Sheet, SheetError, read_rows
from store.records import Entry, Listing

_WRAPPED = re.compile(r"^[^({\[]*\(?\s*(\{.*\})\s*\)?\s*;?\s*$", re.DOTALL)
_DAY = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})")


class GdnpsSpider(ColumnSpider):
    """Reads the library's JSON; other columns of the site as HTML."""

    name = "gdnps"

    def read_listing(self, text: str, url: str, column: Column) -> Sheet:
        """Return the rows of a library answer or of an HTML list."""
        return read(text, url, column)


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows and the address of the next page of the library."""
    if not urlsplit(url).path.endswith("searchIndex.jsp"):
        listing = read_rows(text, url, column)
        return Sheet(listing, listing.next_page)
    rows = _rows(text)
    found = [_entry(row, url) for row in rows]
    entries = tuple(entry for entry in found if entry is not None)
    question = _question(url)
    full = len(rows) >= int(question.get("pageSize", 0) or 0) > 0
    following = _asking(url, question | {"goPage": int(question["goPage"]) + 1})
    return Sheet(Listing(entries, skipped=len(rows) - len(entries)), following if full else None)


def _rows(text: str) -> list[dict[str, Any]]:
    found = _WRAPPED.match(text.strip())
    try:
        rows = json.loads(found[1])["resultMap"] if found else None
    except (ValueError, KeyError, TypeError) as error:
        raise SheetError(f"the library's answer has another shape ({error!r})") from error
    if not isinstance(rows, list):
        raise SheetError("the library's answer is not a JSON object with resultMap")
    return rows


def _entry(row: dict[str, Any], url: str) -> Entry | None:
    title = re.sub(r"<[^<>]*>", "", str(row.get("title") or "")).strip()
    address = row.get("url") or (row.get("id") and f"/gdnps/pc/content.jsp?mtype=1&id={row['id']}")
    if not title or not address:
        return None
    day = _DAY.match(str(row.get("publishTime") or ""))
    return Entry(urljoin(url, str(address)), title, "-".join(day.groups()) if day else None)


def _question(url: str) -> dict[str, Any]:
    """Return the JSON object that the address asks with."""
    try:
        once = parse_qs(urlsplit(url).query)["params"][0]
        question = json.loads(unquote(once))
        int(question["goPage"])
    except (ValueError, KeyError, TypeError) as error:
        raise SheetError(f"the column's address holds no readable question ({error!r})") from error
    return dict(question)


def _asking(url: str, question: dict[str, Any]) -> str:
    encoded = json.dumps(question, ensure_ascii=False, separators=(",", ":"))
    return f"{url.partition('?')[0]}?params={quote(quote(encoded, safe=''), safe='')}"
