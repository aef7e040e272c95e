"""What a source's TOML may state to sharpen extraction; nothing here is needed to read a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """A source's own knowledge of its pages; empty fields leave it to the general rules.

    body: CSS selectors of the body's box, the first that is found counts. drop: CSS selectors of
    boxes to leave out. site_name: what `本网` means there.
    """

    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    site_name: str | None = None


NO_RULES = Rules()
