"""One answer on the way through a column, as a family reads it: rows, and where to go on."""

from dataclasses import dataclass

from crawler.errors import CrawlerError
from crawler.listing import ListingHints, find_entries
from crawler.sources import Column
from store.records import Listing


class SheetError(CrawlerError):
    """The answer is not what the family serves; `str()` is one line fit for a visit's detail."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one answer of a column says.

    listing: its rows; None for a signpost, which only says where the rows are. next_url: where
    the column goes on, None at its end. may_be_bare: no rows are
    normal here (a newspaper page of pictures, the answer after a list's last page).
    """

    listing: Listing | None
    next_url: str | None = None
    may_be_bare: bool = False


def read_rows(text: str, url: str, column: Column) -> Listing:
    """Return the rows that the selector-free reader finds, sharpened by the column's hints."""
    hints = ListingHints(
        entry_url_pattern=column.entry_url_pattern,
        container=column.container,
        inline_rows=column.inline_rows,
    )
    return find_entries(text, url, hints)


def read_plain(text: str, url: str, column: Column) -> Sheet:
    """Return the rows and the next page of a plain HTML list."""
    listing = read_rows(text, url, column)
    return Sheet(listing, listing.next_page)
