"""What a source's TOML may tell the listing reader. It sharpens a reading, it never replaces it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListingHints:
    """Three optional facts about one column; all None for a column that is only an address.

    entry_url_pattern: a regular expression that an entry's absolute URL must match (searched).
    container: a CSS selector; only what lies inside the elements it selects is read.
    inline_rows: the name of a JSON array in an inline script that holds the rows
    (`articleList`), for pages whose rows a script draws from data it carries itself.
    """

    entry_url_pattern: str | None = None
    container: str | None = None
    inline_rows: str | None = None

    def admits(self, url: str) -> bool:
        """Return whether `url` may be an entry of this column."""
        return self.entry_url_pattern is None or bool(re.search(self.entry_url_pattern, url))
