"""Lists that may be the home page in disguise wait here until it has been looked at.

Some servers answer a dead column's address with the home page and 200 (seen on government hosts,
2026). Its rows look like news; only the comparison tells. Asks nothing by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from scrapy.http import Response

from crawler.discovery import is_same_page
from crawler.outcomes import is_home
from crawler.sources import Column, Source
from crawler.spiders.errand import Errand
from crawler.spiders.sheet import Sheet
from store.records import Listing

FEWEST_ROWS = 3
"""Fewer rows may well be the same on two lists."""

Waiting = tuple[Response, Errand, Sheet]


@dataclass
class Doorstep:
    """Tells a column's own list from another page under its address, in one crawl of a source.

    columns: those that the crawl asks. text: the home page, None before it came, "" if it cannot.
    """

    source: Source
    columns: Sequence[Column]
    text: str | None = None
    _first_rows: dict[tuple[str, ...], str] = field(default_factory=dict)
    _asked: bool = False
    _waiting: list[Waiting] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the home page."""
        return urljoin(self.source.base_url, "/")

    def is_watched_by(self, errand: Errand) -> bool:
        """Return whether the errand is to the home page, which is a column of its own."""
        first = errand.target == "listing" and errand.number == 1
        return first and errand.column is not None and is_home(errand.column.url)

    def wait(self, answer: Waiting) -> bool:
        """Keep an answer until the home page is here; return whether it must be asked for now.

        Where a column watches it, it comes by itself.
        """
        self._waiting.append(answer)
        ask = not self._asked and not any(is_home(column.url) for column in self.columns)
        self._asked = True
        return ask

    def come(self, text: str) -> list[Waiting]:
        """Take in the home page's text, "" if there is none; return the answers that waited."""
        if self.text is None:
            self.text = text
        waiting, self._waiting = self._waiting, []
        return waiting

    def other(self, text: str, listing: Listing, errand: Errand, *, doubted: bool) -> str | None:
        """Return which page a column's first answer really is, None where it is its own.

        Its rows are then not the column's and not to be followed as such. doubted: it
        may be the home page.
        """
        rows = tuple(entry.url for entry in listing.entries)
        if errand.number > 1 or self.is_watched_by(errand) or len(rows) < FEWEST_ROWS:
            return None
        if doubted and self.text and is_same_page(text, self.text, self.url):
            return f"此地址返回的是网站首页 {self.url}"
        assert errand.column is not None
        twin = self._first_rows.setdefault(rows, errand.column.id)
        return f"{len(rows)} 条与栏目 {twin} 完全相同" if twin != errand.column.id else None
