"""What a source's TOML may tell the listing reader. It sharpens a reading, it never replaces it."""

import re
from dataclasses import dataclass

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class ListingHints:
    """Three optional facts about one column; all None for a column that is only an address.

    entry_url_pattern: a regular expression that an entry's absolute URL must match (searched).
    container: a CSS selector; only what lies inside the elements it selects is read. Where it
    selects nothing (a redesign) the page is read as if it were not given.
    inline_rows: the name of a JSON array in an inline script that holds the rows
    (`articleList`), for pages whose rows a script draws from data it carries itself.
    Raises ValueError for a pattern or selector that cannot be read.
    """

    entry_url_pattern: str | None = None
    container: str | None = None
    inline_rows: str | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.entry_url_pattern or "")
            CSSSelector(self.container or "*")
        except (re.error, SelectorError) as cause:
            raise ValueError(f"listing hint cannot be read: {self}: {cause}; correct it") from cause

    def admits(self, url: str) -> bool:
        """Return whether `url` may be an entry of this column."""
        return self.entry_url_pattern is None or bool(re.search(self.entry_url_pattern, url))

    def scope(self, root: HtmlElement) -> frozenset[HtmlElement]:
        """Return the elements that hold the rows; empty for the whole page."""
        return frozenset(root.cssselect(self.container)) if self.container else frozenset()
