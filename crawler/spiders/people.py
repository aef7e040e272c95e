"""人民网 newspapers (中国社会工作报): a calendar in JSON, the pages of a day in HTML.

Evidence: the column's address answers (with a BOM) `[{"title": "2025", "url": "/…"}, …]`, a year's
address `{"<month>": ["<a href='/…'>1月2日</a>", …], …}`, a day's address HTML with links to
/n1/YYYY/MMDD/c<column>-<id>.html. Seen on public crawlers' files, 2025-2026. Only days in the
calendar are asked for.
"""

import json
import re
from typing import Any

from parsel import Selector

from crawler.sources import Column
from crawler.spiders.sheet import Sheet, SheetError, read_plain
from pipelines.addresses import absolute
from store.records import Entry, Listing

_ARTICLE = re.compile(r"/n1/\d{4}/\d{4}/c\d+-\d+\.html$")
_YEAR = re.compile(r"(\d{4})")
_DAY = re.compile(
    r"<a\b[^<>]*?\bhref\s*=\s*['\"]?([^'\"\s<>]+)[^<>]*>(?:\s|<[^<>]*>)*(\d{1,2})月(\d{1,2})日",
    re.I,
)


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the articles of a day, or the way to the newest day with the others behind it."""
    try:
        calendar = json.loads(text.lstrip("\ufeff"))
    except ValueError:  # not a calendar: a day's page
        articles = _articles(text, url)
        plain = read_plain(text, url, column)
        return Sheet(Listing(articles), may_be_bare=True) if articles else plain
    if not isinstance(calendar, list | dict):
        raise SheetError("报纸日历既不是年份表，也不是一年的月份")
    places = _years(calendar, url) if isinstance(calendar, list) else _days(calendar, url)
    return Sheet(None, places[0] if places else None, ahead=places[1:])


def _years(calendar: list[Any], url: str) -> tuple[str, ...]:
    """Return the addresses of the years, newest first."""
    rows = [row for row in calendar if isinstance(row, dict) and row.get("url")]
    years = [(m[1], str(row["url"])) for row in rows if (m := _YEAR.search(str(row.get("title"))))]
    return tuple(absolute(url, address) for _, address in sorted(years, reverse=True))


def _days(calendar: dict[str, Any], url: str) -> tuple[str, ...]:
    """Return the addresses of a year's days, newest first, each once; a young year has none."""
    months = (days for days in calendar.values() if isinstance(days, list))
    links = [str(link) for days in months for link in days]
    found = [((int(m[2]), int(m[3])), m[1]) for link in links if (m := _DAY.search(link))]
    newest = sorted(found, key=lambda day: day[0], reverse=True)
    return tuple(dict.fromkeys(absolute(url, address) for _, address in newest))


def _articles(text: str, url: str) -> tuple[Entry, ...]:
    """Return the articles that a day's page links to, under the longest title each is shown by."""
    titles: dict[str, str] = {}
    for link in Selector(text).css("a[href]"):
        address = absolute(url, link.attrib["href"].strip())
        title = " ".join("".join(link.css("::text").getall()).split())
        if _ARTICLE.search(address) and len(title) > len(titles.get(address, "")):
            titles[address] = title
    return tuple(Entry(address, title) for address, title in titles.items())
