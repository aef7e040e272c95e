"""大汉 jpaas (浙江, 宁波; 商务部, 工信部, 市场监管总局): rows as HTML inside JSON, by a gateway.

Evidence: a column page holds `<script url="/api-gateway/jpaas-publish-server/front/page/build/unit"
queryData="{'parseType':'bulidstatic','webId':'…','tplSetId':'…','pageType':'column','tagId':'…',
'pageId':'…'}">`; that address with those fields answers `{"data": {"html": "…"}}`, whose pager
says rows, count and pageNo (attributes, or a queryData of its own); a further page is asked for
with `paramJson={"pageNo":2,"pageSize":24}`. Seen on public crawlers' files, 2021-2026. Pages of
the platform's older generation hold a Hanweb recordset and are read as such.
"""

import html
import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

from w3lib.url import add_or_replace_parameter

from crawler.sources import Column
from crawler.spiders import hanweb
from crawler.spiders.sheet import Sheet, SheetError, read_rows
from pipelines.addresses import absolute

UNIT = "/front/page/build/unit"
_SCRIPT = re.compile(r"<[a-z]+\b[^<>]*?\burl\s*=\s*[\"'][^\"']*build/unit[\"'][^<>]*>", re.I)
_ADDRESS = re.compile(r"\burl\s*=\s*[\"']([^\"']*build/unit)[\"']", re.I)
_QUESTION = re.compile(r"\bqueryData\s*=\s*(?:\"([^\"]*)\"|'(\{.*?\})')", re.I | re.DOTALL)
_FIELD = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*['\"]([^'\"]*)['\"]")
_COUNTER = r"\b{}['\"]?\s*[:=]\s*\\?['\"]?(\d+)"
_OF_ROWS = re.compile(r"列表|list|分页|内容", re.I)
"""What the tag of a column's own list is called; a page may draw menus and sidebars this way."""


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows of a unit's answer, or the way to it from the column's page."""
    if urlsplit(url).path.endswith(UNIT):
        return _read_answer(text, url, column)
    unit = _unit(text, url)
    return Sheet(None, unit) if unit else hanweb.read(text, url, column)


def _unit(text: str, url: str) -> str | None:
    """Return the address of the unit that draws the column's list, None where no unit draws."""
    units: list[tuple[str, dict[str, str]]] = []
    for script in _SCRIPT.findall(text):
        address, question = _ADDRESS.search(script), _QUESTION.search(script)
        if address and question:
            fields = html.unescape(question[1] or question[2] or "")
            units.append((absolute(url, html.unescape(address[1])), dict(_FIELD.findall(fields))))
    if not units:
        return None
    chosen = next((u for u in units if _OF_ROWS.search(u[1].get("tagId", ""))), units[0])
    return f"{chosen[0]}?{urlencode(chosen[1])}"


def _read_answer(text: str, url: str, column: Column) -> Sheet:
    """Return the rows; links in them are relative to the column's page, not to the gateway."""
    try:
        markup = json.loads(text)["data"]["html"]
    except (ValueError, KeyError, TypeError) as error:
        raise SheetError(f"接口的回答不是原来的格式（{error!r}）") from error
    listing = read_rows(str(markup or ""), column.url, column)
    page = _page(url)
    size = _counter("rows", markup) or len(listing.entries)
    total = _counter("count", markup)
    goes_on = bool(listing.entries) and total is not None and page * size < total
    return Sheet(listing, _asking(url, page + 1, size) if goes_on else None, may_be_bare=page > 1)


def _counter(name: str, markup: object) -> int | None:
    found = re.search(_COUNTER.format(name), html.unescape(str(markup)))
    return int(found[1]) if found else None


def _page(url: str) -> int:
    asked = parse_qs(urlsplit(url).query).get("paramJson", ["{}"])[0]
    try:
        return int(json.loads(asked).get("pageNo", 1))
    except (ValueError, AttributeError) as error:
        raise SheetError(f"地址里的 paramJson 读不出（{error!r}）") from error


def _asking(url: str, page: int, size: int) -> str:
    question = json.dumps({"pageNo": page, "pageSize": size}, separators=(",", ":"))
    return add_or_replace_parameter(url, "paramJson", question)
