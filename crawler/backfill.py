"""How far back a crawl walks when it is asked to fetch what was published before it watched. Pure.

A backfill goes down every list, known rows or not, until its limit; it stops when the host's
requests of the day are used up, and the next one goes on where it stopped. What it finds is
recorded like a column's first sweep (DESIGN rule 11).
"""

import re
from dataclasses import dataclass

from crawler.errors import SourceError

NO_LIMIT = 10_000
"""Pages of a list: more than any has, fewer than a pager that runs in circles."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """pages: so many of each list; since: the year, month or day before which rows are left alone.

    None is no limit of that kind.
    """

    pages: int | None = None
    since: str | None = None

    @property
    def most_pages(self) -> int:
        """Return how many pages of a list are read at most."""
        return self.pages or NO_LIMIT


def backfill_of(pages: int | None, since: str | None) -> Backfill | None:
    """Return the backfill that a person asks for, None when neither limit is given.

    Raises SourceError for a `since` that is no year, month or day.
    """
    if since is not None and not re.fullmatch(r"\d{4}(-\d{2}){0,2}", since):
        raise SourceError(f"since {since!r}: write a year, month or day, like 2019 or 2019-06")
    return None if pages is None and since is None else Backfill(pages, since)
