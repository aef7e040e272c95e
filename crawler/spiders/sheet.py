"""One answer on the way through a column, as a family reads it: rows, and where to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.errors import CrawlerError
from crawler.listing import ListingHints, find_entries
from crawler.sources import Column
from crawler.spiders.paging import next_by_pattern
from store.records import Listing


class SheetError(CrawlerError):
    """The answer is not what the family serves; `str()` is one line fit for a visit's detail."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one answer of a column says.

    listing: its rows; None for a signpost, which only says where the rows are. next_url: where
    the column goes on, None at its end. may_be_bare: no rows are normal here (a newspaper page of
    pictures, the answer after a list's last page). counted: next_url was reckoned, not read, so
    that a 404 there is the end of the list. ahead: further answers of the column, in order, for
    when next_url and what follows it are read (the days of a calendar). pages: by the address of
    a row as it stands in listing, its page as HTML, where the list's answer holds it whole.
    """

    listing: Listing | None
    next_url: str | None = None
    may_be_bare: bool = False
    counted: bool = False
    ahead: tuple[str, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)


def read_rows(text: str, url: str, column: Column) -> Listing:
    """Return the rows that the selector-free reader finds, sharpened by the column's hints."""
    hints = ListingHints(
        entry_url_pattern=column.entry_url_pattern,
        container=column.container,
        inline_rows=column.inline_rows,
    )
    return find_entries(text, url, hints)


def read_plain(text: str, url: str, column: Column) -> Sheet:
    """Return the rows of a plain list and its next page: as it says, else as its pager counts."""
    listing = read_rows(text, url, column)
    if listing.next_page or not listing.entries:
        return Sheet(listing, listing.next_page)
    following = next_by_pattern(url, column)
    return Sheet(listing, following, counted=following is not None)
