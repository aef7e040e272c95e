"""A tree read once, in page order: its links, its dates, and which of them lie under what."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml.html import HtmlElement

from crawler.listing import dates, markup, titles
from crawler.listing.dates import RowDate
from crawler.listing.markup import Text

_DATE_NAME = re.compile(r"date|time|day|month|(?:^|[-_\s])(?:rq|sj|riqi|shijian)\b", re.IGNORECASE)
MANY = 8
_LEVELS = 40
_GOES = re.compile(r"location|window\.open")
_SPLIT_PARTS = 3
_SPLIT_PART_LENGTH = 9
_SCATTERED_PARTS = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be an entry's: `article` says whether its address has an article's shape."""

    anchor: HtmlElement
    url: str
    title: str
    order: int
    article: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A date on the page: the element it stands in, its place in page order, what it says.

    parts: the elements that hold its day, month and year where they stand apart.
    """

    owner: HtmlElement
    order: int
    date: RowDate
    parts: tuple[HtmlElement, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Links and dates of a tree in page order, and which of them lie under each element.

    dead: links with a title and no address (`javascript:;` that only a script understands).
    urls_under: where those links lead, at most `MANY` of them.
    """

    root: HtmlElement
    links: tuple[Link, ...]
    marks: tuple[Mark, ...]
    dead: tuple[HtmlElement, ...]
    links_under: dict[HtmlElement, list[Link]]
    marks_under: dict[HtmlElement, list[Mark]]
    urls_under: dict[HtmlElement, set[str]]


def read_page(root: HtmlElement, base: str, scope: frozenset[HtmlElement] = frozenset()) -> Page:
    """Return the links and dates of a page. Links that name no article (`更多`) are left out.

    scope: the elements to read, empty for all.
    """
    texts, anchors = _scan(root)
    if scope:
        texts = [text for text in texts if not scope.isdisjoint(upwards(text.owner))]
        anchors = [found for found in anchors if not scope.isdisjoint(upwards(found[0]))]
    marks = tuple(_marks(texts))
    dated = [element for mark in marks for element in (mark.owner, *mark.parts)]
    skip = frozenset(element for element in dated if element.tag != "a")
    found = [(anchor, order, markup.address(anchor, base)) for anchor, order in anchors]
    links = tuple(sorted(_links(found, skip), key=lambda link: link.order))
    dead = tuple(a for a, _, url in found if url is None and _is_titled(a))
    return _indexed(root, links, marks, dead)


def upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield an element, its parent, and so on up to the root, or as far as it can matter to a row.

    Unclosed tags nest thousands deep; no row is so far from what holds it.
    """
    yield element
    yield from islice(element.iterancestors(), _LEVELS)


def text_within(element: HtmlElement, limit: int) -> str | None:
    """Return the text of an element, None when it is longer than `limit` characters."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(part)
        length += len(part)
        if length > limit:
            return None
    return "".join(parts)


# --- reading the tree ---------------------------------------------------------------------------


def _indexed(
    root: HtmlElement,
    links: tuple[Link, ...],
    marks: tuple[Mark, ...],
    dead: tuple[HtmlElement, ...],
) -> Page:
    links_under: dict[HtmlElement, list[Link]] = defaultdict(list)
    marks_under: dict[HtmlElement, list[Mark]] = defaultdict(list)
    urls_under: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in links:
        for element in upwards(link.anchor):
            links_under[element].append(link)
            if len(urls_under[element]) < MANY:
                urls_under[element].add(link.url)
    for mark in marks:
        for element in upwards(mark.owner):
            marks_under[element].append(mark)
    return Page(root, links, marks, dead, dict(links_under), dict(marks_under), dict(urls_under))


def _scan(root: HtmlElement) -> tuple[list[Text], list[tuple[HtmlElement, int]]]:
    texts: list[Text] = []
    anchors: list[tuple[HtmlElement, int]] = []
    order = 0

    def add(text: str | None, owner: HtmlElement, anchor: HtmlElement | None) -> None:
        if text and (plain := dates.normalise(text)):
            texts.append(Text(plain, owner, order, anchor))

    stack: list[tuple[HtmlElement, HtmlElement | None, bool]] = [(root, None, True)]
    while stack:
        element, anchor, entering = stack.pop()
        order += 1
        if not entering:
            parent = element.getparent()
            if parent is not None and element is not root:
                add(element.tail, parent, anchor)
            continue
        stack.append((element, anchor, False))
        if not isinstance(element.tag, str) or element.tag in ("head", "style"):
            continue
        if element.tag == "script":
            _add_written_date(element, texts, order)
            continue
        if element.tag == "a" or _is_clicked(element):
            anchors.append((element, order))
            anchor = element
        add(element.text or element.get("datetime"), element, anchor)
        stack.extend((child, anchor, True) for child in reversed(element))
    return texts, anchors


def _is_clicked(element: HtmlElement) -> bool:
    """Return whether an element is a link by its `onclick` alone, with no anchor inside."""
    code = element.get("onclick")
    return bool(code and _GOES.search(code)) and next(element.iter("a"), None) is None


def _add_written_date(script: HtmlElement, texts: list[Text], order: int) -> None:
    """A row's date may be written by a script of one line: `document.write("2024-03-05")`."""
    code = script.text or ""
    parent = script.getparent()
    if len(code) <= 200 and parent is not None:
        found = dates.FULL.findall(code)
        if len(found) == 1:
            texts.append(Text("-".join(found[0]), parent, order, None))


def _links(
    found: list[tuple[HtmlElement, int, str | None]], skip: frozenset[HtmlElement]
) -> Iterator[Link]:
    named: set[str] = set()
    mute: list[tuple[HtmlElement, int, str]] = []
    for anchor, order, url in found:
        if url is None:
            continue
        title = titles.link_title(anchor, skip)
        article = markup.leads_to_article(url)
        if not titles.generic(title) and len(title) >= (2 if article else 4) and not _is_day(title):
            named.add(url)
            yield Link(anchor, url, title, order, article)
        elif article:
            mute.append((anchor, order, url))
    for anchor, order, url in mute:
        if url not in named and (title := titles.title_around(anchor, skip)):
            yield Link(anchor, url, title, order, True)


def _is_titled(anchor: HtmlElement) -> bool:
    return titles.reads_as_title(titles.link_title(anchor))


def _is_day(title: str) -> bool:
    """A link that is nothing but a date leads to a day of a calendar, not to an article."""
    return dates.read_alone(dates.normalise(title)) is not None


def _marks(texts: list[Text]) -> Iterator[Mark]:
    index = 0
    while index < len(texts):
        split = _split_mark(texts, index)
        if split:
            yield split[0]
            index += split[1]
            continue
        if found := _date_of(texts, index):
            yield Mark(texts[index].owner, texts[index].order, found)
        index += 1


def _date_of(texts: list[Text], index: int) -> RowDate | None:
    text = texts[index]
    if not any(character.isdigit() for character in text.text):
        return None
    if found := dates.read_alone(text.text):
        before = dates.trust_of(texts[index - 1].text) if index else None
        return (
            found if before is None else replace(found, trust=before, label=texts[index - 1].text)
        )
    if text.anchor is not None and (found := dates.read_edge(text.text)):
        return found
    if text.anchor is None or text.owner is not text.anchor:
        return dates.read_line(text.text)
    return None


def _split_mark(texts: list[Text], index: int) -> tuple[Mark, int] | None:
    """Return a date whose parts stand in elements of their own, and how many texts it takes."""
    if scattered := _scattered(texts, index):
        return scattered
    for count in range(_SPLIT_PARTS, 1, -1):
        parts = texts[index : index + count]
        if len(parts) < count or any(len(part.text) > _SPLIT_PART_LENGTH for part in parts):
            continue
        joined = " ".join(filter(None, (part.text.strip("/-. ") for part in parts)))
        if not any(c.isdigit() for c in joined) or len({part.anchor for part in parts}) > 1:
            continue
        owner = _common(parts[0].owner, parts[-1].owner)
        found = dates.read_split(joined) or (_named_date(owner) and dates.read_numbers(joined))
        if found:
            return Mark(owner, parts[0].order, found, tuple(part.owner for part in parts)), count
    return None


def _scattered(texts: list[Text], index: int) -> tuple[Mark, int] | None:
    """The same for a date with each number in an element: `<i>2024</i>年<i>3</i>月<i>5</i>日`."""
    if not texts[index].text.isdigit() or [t.text for t in texts[index + 1 : index + 2]] != ["年"]:
        return None
    parts = texts[index : index + _SCATTERED_PARTS]
    found = dates.read_alone("".join(part.text for part in parts))
    if found is None or len({part.anchor for part in parts}) > 1:
        return None
    owner = _common(parts[0].owner, parts[-1].owner)
    numbers = tuple(part.owner for part in parts if part.owner is not owner)
    return Mark(owner, parts[0].order, found, numbers), len(parts)


def _named_date(element: HtmlElement) -> bool:
    return bool(_DATE_NAME.search(element.get("class") or ""))


def _common(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    around = set(upwards(one))
    return next(element for element in upwards(other) if element in around)
