"""TRS gdnps (民政部, 公安部, 工信部): a policy library whose question is JSON, URL-encoded twice.

Evidence: /gdnps/searchIndex.jsp?params=<JSON object, encoded twice> answers `({…});` with
`resultMap[]` of title, publishTime `YYYYMMDDHHmmss`, htmlContent, url or id; goPage counts pages
from 1, pageSize rows each. Seen on public crawlers' files, 2019-2026. Rows without an address
have their page at /gdnps/pc/content.jsp?id=<id>&mtype=<library>. htmlContent is the whole text:
where the column says `carries_pages`, the page of a row is made of it, with title and date in the
tags of 国办发〔2017〕47号, and nothing else of the row.
"""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from crawler.sources import Column
from crawler.spiders.sheet import Sheet, SheetError, read_plain
from pipelines.addresses import absolute
from store.records import Entry, Listing

_WRAPPED = re.compile(r"^[^({\[]*\(?\s*(\{.*\})\s*\)?\s*;?\s*$", re.DOTALL)
_INSTANT = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})[T ]?(?:(\d{2}):?(\d{2}))?")
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="ArticleTitle" content="{title}">{published}</head>
<body><h1>{title}</h1>
<div class="content">{body}</div></body></html>
"""


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows and the address of the next page of the library."""
    if not urlsplit(url).path.endswith("searchIndex.jsp"):
        return read_plain(text, url, column)
    rows = _rows(text)
    found = [(entry, row) for row in rows if (entry := _entry(row, url))]
    listing = Listing(tuple(entry for entry, _ in found), skipped=len(rows) - len(found))
    carried = found if column.carries_pages else []
    pages = {entry.url: page for entry, row in carried if (page := _page(entry, row))}
    question = _question(url)
    full = len(rows) >= int(question.get("pageSize", 0) or 0) > 0
    following = _asking(url, question | {"goPage": int(question["goPage"]) + 1})
    return Sheet(listing, following if full else None, pages=pages)


def _rows(text: str) -> list[dict[str, Any]]:
    found = _WRAPPED.match(text.strip())
    try:
        rows = json.loads(found[1])["resultMap"] if found else None
    except (ValueError, KeyError, TypeError) as error:
        raise SheetError(f"政策库的回答不是原来的格式（{error!r}）") from error
    if not isinstance(rows, list):
        raise SheetError("政策库的回答不是带 resultMap 的 JSON 对象")
    return rows


def _entry(row: dict[str, Any], url: str) -> Entry | None:
    title = re.sub(r"<[^<>]*>", "", str(row.get("title") or "")).strip()
    address = row.get("url") or (row.get("id") and f"/gdnps/pc/content.jsp?mtype=1&id={row['id']}")
    if not title or not address:
        return None
    at = _INSTANT.match(str(row.get("publishTime") or ""))
    return Entry(absolute(url, str(address)), title, "-".join(at.group(1, 2, 3)) if at else None)


def _page(entry: Entry, row: dict[str, Any]) -> str | None:
    """Return the row's page as HTML, None where the answer holds no text of it."""
    body = str(row.get("htmlContent") or "")
    if not re.sub(r"<[^<>]*>|&nbsp;|\s", "", body):
        return None
    at = _INSTANT.match(str(row.get("publishTime") or ""))
    time = f" {at[4]}:{at[5]}" if at and at[4] else ""
    published = f'\n<meta name="PubDate" content="{entry.on}{time}">' if at else ""
    return _PAGE.format(title=html.escape(entry.title), published=published, body=body)


def _question(url: str) -> dict[str, Any]:
    """Return the JSON object that the address asks with."""
    try:
        once = parse_qs(urlsplit(url).query)["params"][0]
        question = json.loads(unquote(once))
        int(question["goPage"])
    except (ValueError, KeyError, TypeError) as error:
        raise SheetError(f"栏目地址里的查询读不出（{error!r}）") from error
    return dict(question)


def _asking(url: str, question: dict[str, Any]) -> str:
    encoded = json.dumps(question, ensure_ascii=False, separators=(",", ":"))
    return f"{url.partition('?')[0]}?params={quote(quote(encoded, safe=''), safe='')}"
