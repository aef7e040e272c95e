"""Where a listing goes on: its next page, from what the page says; no address is guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.listing import markup

_CALL = re.compile(r"createPage(?:HTML|Html|html)?\w*\s*\(([^()]*)\)")
_COUNT = re.compile(r"\b(?:countPage|totalPages?|pageCount)\s*=\s*['\"]?(\d+)")
_CURRENT = re.compile(r"\b(?:currentPage|pageIndex|curPage)\s*=\s*['\"]?(\d+)")
_COMMENTS = re.compile(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", re.DOTALL)
_NEXT = re.compile(
    r"^[\s\[<«]*(?:下一?页|后一?页|下一頁|下頁|后页|next(?: page)?|[›»>]{1,2})[\s\]>»›]*$",
    re.IGNORECASE,
)
_NEXT_LEAF = re.compile(r"^[\s\[]*下一?版")
_PAGER_TEXT = re.compile(r"^[\s\[<«]*(?:下一?页|后一?页|尾页|末页|最后一页|下一頁)[\s\]>»›]*$")


@dataclass(frozen=True, slots=True)
class Pager:
    """element: where the pager stands, which tells its list from a sidebar; url: the next page."""

    element: HtmlElement | None
    url: str | None


def find_pager(root: HtmlElement, base: str) -> Pager:
    """Return the page's pager: `下一页` links first, then `createPageHTML(…)` (TRS), then counters.

    Script calls that are commented out do not count; the counters beside them (`countPage`) do.
    """
    for anchor in root.iter("a", "button", "span", "li"):
        text = " ".join((anchor.text_content() or "").split()) if len(anchor) < 4 else ""
        if _NEXT.match(text) and anchor.tag == "a":
            url = markup.address(anchor, base)
            if url and url.split("#")[0] != base.split("#")[0]:
                return Pager(anchor, url)
    return _scripted(root, base) or Pager(_place(root), None)


def next_leaf(root: HtmlElement, base: str) -> str | None:
    """Return the next page of an e-paper issue (`下一版`), None on its last page."""
    for anchor in root.iter("a"):
        if _NEXT_LEAF.match(anchor.text_content().strip()):
            return markup.address(anchor, base)
    return None


def _place(root: HtmlElement) -> HtmlElement | None:
    for anchor in root.iter("a", "span", "li", "button"):
        if len(anchor) < 2 and _PAGER_TEXT.match(" ".join((anchor.text_content() or "").split())):
            return anchor
    return None


def _scripted(root: HtmlElement, base: str) -> Pager | None:
    for script in root.iter("script"):
        code = script.text or ""
        live = _COMMENTS.sub("", code)
        for name in _calls(live):
            return Pager(script, markup.resolve(name, base) if name else None)
        if (count := _COUNT.search(live)) and (current := _CURRENT.search(live)):
            name = _numbered("index", _extension(base), int(current[1]) + 1, int(count[1]))
            return Pager(script, markup.resolve(name, base) if name else None)
    return None


def _calls(code: str) -> Iterator[str]:
    for call in _CALL.finditer(code):
        words = [word.strip().strip("'\"") for word in call[1].split(",")]
        one_based = bool(words) and not words[0].isdigit()
        words = words[1:] if one_based else words
        if len(words) >= 4 and words[0].isdigit() and words[1].isdigit():
            count, current = int(words[0]), int(words[1])
            following = current + 1
            yield _numbered(words[2], words[3], following, count + one_based)


def _numbered(name: str, extension: str, number: int, count: int) -> str:
    return f"{name}_{number}.{extension}" if number < count else ""


def _extension(base: str) -> str:
    name = urlsplit(base).path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1] if "." in name else "html"
