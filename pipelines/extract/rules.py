"""What a source's TOML may state to sharpen extraction; nothing here is needed to read a page."""

from dataclasses import dataclass

from cssselect import SelectorError
from lxml.cssselect import CSSSelector


class ExtractError(ValueError):
    """A source's extraction rules cannot be used; says which selector and why."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A source's own knowledge of its pages; empty fields leave it to the general rules.

    body: CSS selectors of the body's box, the first that is found counts. drop: CSS selectors of
    boxes to leave out. site_name: what `本网` means there. Raises ExtractError for a bad selector.
    """

    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    site_name: str | None = None

    def __post_init__(self) -> None:
        for selector in (*self.body, *self.drop):
            try:
                CSSSelector(selector)
            except SelectorError as error:
                raise ExtractError(
                    f"unusable selector: {selector!r}: {error}; write a CSS selector such as "
                    "'.TRS_Editor' or '#zoom'"
                ) from error


NO_RULES = Rules()
