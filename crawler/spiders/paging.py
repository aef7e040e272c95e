"""Addresses that follow each other by a number: what the families that count pages share. Pure."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from w3lib.url import add_or_replace_parameter

from crawler.sources import Column

_ANY_NUMBER = r"(\d+)"


def form_of(url: str, column: Column) -> str | None:
    """Return the form by which the column's service is asked, None where GET will do.

    The address keeps its question, so that the answer is known by it. Seen: dataproxy.jsp reads
    its parameters from either, some hosts refuse GET.
    """
    return urlsplit(url).query or None if column.post else None


def page_of(url: str, key: str) -> int:
    """Return the page number in the address's query, 1 where it holds none."""
    found = parse_qs(urlsplit(url).query).get(key, ["1"])[0]
    return int(found) if found.isdigit() else 1


def number_in(url: str, *keys: str) -> int | None:
    """Return the first of these query values that is a positive number, None if none is."""
    query = parse_qs(urlsplit(url).query)
    found = (query[key][0] for key in keys if key in query)
    return next((int(n) for n in found if n.isdigit() and int(n) > 0), None)


def next_in_query(url: str, key: str) -> str:
    """Return the address with the page number in its query raised by one."""
    return add_or_replace_parameter(url, key, str(page_of(url, key) + 1))


def next_by_pattern(url: str, column: Column) -> str | None:
    """Return the address that the column's `pager` gives the page after this one, None without.

    An address that the pattern does not fit is the column's first page. Seen: `index_1.html` and
    `list_1.html` are second pages on TRS, `CommonList1_2.shtml`, `list-2-2.html` and `?pageNo=2`
    on others: the first counts from 0, the rest from 1, hence `second_page`.
    """
    if column.pager is None:
        return None
    before, after = urljoin(column.url, column.pager.replace("{page}", "\0")).split("\0")
    here = re.fullmatch(re.escape(before) + _ANY_NUMBER + re.escape(after), url)
    number = int(here[1]) + 1 if here else column.second_page
    return f"{before}{number}{after}"
