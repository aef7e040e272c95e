"""Where a listing goes on: its next page, from what the page says; no address is guessed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.listing import markup

_CALL = re.compile(r"createPage(?:HTML|Html|html)?\w*\s*\(([^()]*)\)")
_COUNT = re.compile(r"\b(?:countPage|totalPages?|pageCount)\s*=\s*['\"]?([0-9]{1,7})")
_CURRENT = re.compile(r"\b(?:currentPage|pageIndex|curPage)\s*=\s*['\"]?([0-9]{1,7})")
_PAGE_COUNT = re.compile(r"[0-9]{1,7}")
_COMMENTS = re.compile(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", re.DOTALL)
_NEXT = re.compile(
    r"^[\s\[<«]*(?:下一?页|后一?页|下一頁|下頁|后页|next(?: page)?)[\s\]>»›]*$", re.I
)

_NEXT_LEAF = re.compile(r"^[\s\[]*下一?版")
_PAGER_TEXT = re.compile(r"^[\s\[<«]*(?:下一?页|后一?页|尾页|末页|最后一页|下一頁)[\s\]>»›]*$")
_CURRENT_NAME = re.compile(
    r"(?:^|[-_\s])(?:cur\w*|active|on|select\w*|this\w*|now)(?=$|[-_\s])", re.I
)


@dataclass(frozen=True, slots=True)
class Pager:
    """element: where the pager stands, which tells its list from a sidebar; url: the next page."""

    element: HtmlElement | None
    url: str | None


def find_pager(root: HtmlElement, base: str, articles: Iterable[str]) -> Pager:
    """Return the page's pager: `下一页`, then numbered links, then `createPageHTML(…)` (TRS).

    articles: addresses of the page's articles; the pages of a TRS column end as they do. Script
    calls that are commented out do not count; the counters beside them (`countPage`) do. Without a
    next page only the place is known, and without a pager neither.
    """
    for anchor in root.iter("a"):
        if len(anchor) < 4 and _NEXT.match(_words(anchor)) and (url := _leaves(anchor, base)):
            return Pager(anchor, url)
    return _numbers(root, base) or _scripted(root, base, articles) or Pager(_place(root), None)


def next_leaf(root: HtmlElement, base: str) -> str | None:
    """Return the next page of an e-paper issue (`下一版`), None on its last page."""
    for anchor in root.iter("a"):
        if _NEXT_LEAF.match(_words(anchor)):
            return markup.address(anchor, base)
    return None


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _leaves(anchor: HtmlElement, base: str) -> str | None:
    if (anchor.get("href") or "").strip().lower().startswith("javascript"):
        return None
    url = markup.address(anchor, base)
    return url if url and url.split("#")[0] != base.split("#")[0] else None


def _place(root: HtmlElement) -> HtmlElement | None:
    for element in root.iter("a", "span", "li", "button"):
        if len(element) < 2 and _PAGER_TEXT.match(_words(element)):
            return element
    return None


def _numbers(root: HtmlElement, base: str) -> Pager | None:
    """`1 [2] [3] »`: the link after the current number, where that is marked or is no link."""
    for anchor in root.iter("a"):
        text = _words(anchor).strip("[]")
        if not (_PAGE_COUNT.fullmatch(text) and 2 <= int(text) < 5000):
            continue
        before = _previous(anchor)
        if before is None or _words(before).strip("[]") != str(int(text) - 1):
            continue
        inner = before if before.tag == "a" else next(before.iter("a"), before)
        is_current = inner.tag != "a" or any(
            _CURRENT_NAME.search(e.get("class") or "") for e in (before, inner)
        )
        if is_current and (url := _leaves(anchor, base)):
            return Pager(anchor, url)
    return None


def _previous(anchor: HtmlElement) -> HtmlElement | None:
    before = anchor.getprevious()
    parent = anchor.getparent()
    if before is None and parent is not None and parent.tag in ("li", "span", "td"):
        before = parent.getprevious()
    return before if before is not None and isinstance(before.tag, str) else None


def _scripted(root: HtmlElement, base: str, articles: Iterable[str]) -> Pager | None:
    for script in root.iter("script"):
        live = _COMMENTS.sub("", script.text or "")
        for name in _calls(live):
            return Pager(script, markup.resolve(name, base) if name else None)
        if (count := _COUNT.search(live)) and (current := _CURRENT.search(live)):
            extension = _extension([base, *articles])
            name = _numbered("index", extension, int(current[1]) + 1, int(count[1]))
            return Pager(script, markup.resolve(name, base) if name else None)
    return None


def _calls(code: str) -> Iterator[str]:
    """Yield the next page's name for each `createPageHTML`, `""` on the last page.

    TRS counts from 0 (`total, current, name, extension`); its namesake with the pager's element
    first counts from 1.
    """
    for call in _CALL.finditer(code):
        words = [word.strip().strip("'\"") for word in call[1].split(",")]
        one_based = bool(words) and not words[0].isdigit()
        words = words[1:] if one_based else words
        if len(words) >= 4 and all(map(_PAGE_COUNT.fullmatch, words[:2])):
            total, current = int(words[0]), int(words[1])
            yield _numbered(words[2], words[3], current + 1, total + one_based)


def _numbered(name: str, extension: str, number: int, count: int) -> str:
    return f"{name}_{number}.{extension}" if number < count else ""


def _extension(addresses: Iterable[str]) -> str:
    names = [urlsplit(address).path.rsplit("/", 1)[-1] for address in addresses]
    endings = Counter(name.rsplit(".", 1)[-1] for name in names if re.search(r"\.s?html?$", name))
    return endings.most_common(1)[0][0] if endings else "html"
