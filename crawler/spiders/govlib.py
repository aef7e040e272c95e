"""中国政府网 国务院政策文件库: a search service in JSON, one answer for one question.

Evidence: /search-gov/data?t=zhengcelibrary_bm&q=…&p=1&n=50 answers `{"code": 200, "searchVO":
{"totalCount": …, "listVO": [{"title", "url", "pcode", "puborg", "pubtime"}, …]}}`; a question to
several libraries at once has a listVO for each under `catMap`. totalCount may be 0 beside rows,
pubtimeStr null, titles carry `<em>`. Nothing found is code 1001; a question the service does not
understand gets code 200 without searchVO. Seen on public crawlers' files, 2023-2026.
"""

import json
from typing import Any

from crawler.sources import Column
from crawler.spiders.paging import next_in_query, number_in, page_of
from crawler.spiders.sheet import Sheet, SheetError, read_plain, read_rows
from store.records import Listing

SERVICE = "/search-gov/data"
NOTHING_FOUND = 1001


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows of every library asked, and the next page while one of them is full."""
    if SERVICE not in url:
        return read_plain(text, url, column)
    page, size = page_of(url, "p"), number_in(url, "n")
    libraries = _libraries(text)
    parts = [read_rows(json.dumps(rows), url, column) for rows in libraries]
    listing = Listing(
        tuple(entry for part in parts for entry in part.entries),
        skipped=sum(part.skipped for part in parts),
    )
    full = size is not None and any(len(rows) >= size for rows in libraries)
    return Sheet(listing, next_in_query(url, "p") if full else None, may_be_bare=page > 1)


def _libraries(text: str) -> list[list[Any]]:
    """Return the lists of rows in the answer, none when nothing was found."""
    try:
        answer = json.loads(text)
        code, found = answer.get("code"), answer.get("searchVO")
    except (ValueError, AttributeError) as error:
        raise SheetError(f"政策库的回答不是原来的格式（{error!r}）") from error
    if code == NOTHING_FOUND:
        return []
    if not isinstance(found, dict):
        raise SheetError(f"政策库没有检索：code {code}，没有 searchVO")
    categories = (found.get("catMap") or {}).values()
    lists = [part.get("listVO") for part in (found, *categories) if isinstance(part, dict)]
    return [rows for rows in lists if isinstance(rows, list)]
