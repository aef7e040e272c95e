"""Rows: which link, which title and which date belong together, decided by structure alone.

A date belongs to the smallest element that holds both it and a link; nothing is ever paired
because it stands within so many characters (a window bled the neighbour's date into a quarter of
the records of one provincial site). What makes a row an entry is decided in `blocks`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from crawler.listing import dates, markup, titles
from crawler.listing.dates import RowDate
from crawler.listing.markup import Text
from store.records import PartialDate

_SPLIT_PARTS = 3
_SPLIT_PART_LENGTH = 9
_PEERS_OF_A_ROW = 3
_LEVELS_TO_TITLE = 4


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
    """A date on the page: the element it stands in, its place in page order, what it says."""

    owner: HtmlElement
    order: int
    date: RowDate


@dataclass(frozen=True, slots=True)
class Row:
    """A link with its date. element: the outermost element that holds this row and no other.

    container: the element that holds this row and its neighbours.
    dated: the row shows a date, which may still have no value (a month and day without a year).
    """

    element: HtmlElement
    container: HtmlElement
    link: Link
    on: PartialDate | None
    dated: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Links, dates and texts of a tree in page order, and which of them lie under each element."""

    root: HtmlElement
    links: tuple[Link, ...]
    marks: tuple[Mark, ...]
    links_under: dict[HtmlElement, list[Link]]
    marks_under: dict[HtmlElement, list[Mark]]


def read_page(root: HtmlElement, base: str) -> Page:
    """Return the links and dates of a page. Links that name no article (`更多`) are left out."""
    texts, anchors = _scan(root)
    marks = tuple(_marks(texts))
    skip = frozenset(mark.owner for mark in marks)
    links = tuple(_links(anchors, base, skip))
    links_under: dict[HtmlElement, list[Link]] = defaultdict(list)
    marks_under: dict[HtmlElement, list[Mark]] = defaultdict(list)
    for link in links:
        for element in _upwards(link.anchor):
            links_under[element].append(link)
    for mark in marks:
        for element in _upwards(mark.owner):
            marks_under[element].append(mark)
    return Page(root, links, marks, dict(links_under), dict(marks_under))


def dated_rows(page: Page) -> list[Row]:
    """Return every link that shares its smallest element with a date, in page order."""
    homes: dict[HtmlElement, list[Mark]] = defaultdict(list)
    for mark in page.marks:
        if (home := _home(page, mark)) is not None:
            homes[home].append(mark)
    rows = [row for home, marks in homes.items() for row in _rows_in(page, home, marks)]
    rows.sort(key=lambda row: row.link.order)
    return rows


def outermost(page: Page, element: HtmlElement) -> HtmlElement:
    """Return the largest element around `element` that holds no other link or date than it does."""
    urls = {link.url for link in page.links_under.get(element, ())}
    marks = len(page.marks_under.get(element, ()))
    while (parent := element.getparent()) is not None and parent.tag not in ("body", "html"):
        if {link.url for link in page.links_under[parent]} != urls:
            break
        if len(page.marks_under.get(parent, ())) != marks:
            break
        element = parent
    return element


# --- reading the tree ---------------------------------------------------------------------------


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
        if element.tag == "a":
            anchors.append((element, order))
            anchor = element
        add(element.text or element.get("datetime"), element, anchor)
        stack.extend((child, anchor, True) for child in reversed(element))
    return texts, anchors


def _add_written_date(script: HtmlElement, texts: list[Text], order: int) -> None:
    """A row's date may be written by a script of one line: `document.write("2024-03-05")`."""
    code = script.text or ""
    parent = script.getparent()
    if len(code) <= 200 and parent is not None:
        found = dates.FULL.findall(code)
        if len(found) == 1:
            texts.append(Text("-".join(found[0]), parent, order, None))


def _links(
    anchors: list[tuple[HtmlElement, int]], base: str, skip: frozenset[HtmlElement]
) -> Iterator[Link]:
    for anchor, order in anchors:
        url = markup.address(anchor, base)
        if url is None:
            continue
        title = titles.link_title(anchor, skip)
        article = markup.leads_to_article(url)
        if not titles.generic(title) and len(title) >= (2 if article else 4):
            yield Link(anchor, url, title, order, article)


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
    for count in range(_SPLIT_PARTS, 1, -1):
        parts = texts[index : index + count]
        if len(parts) < count or any(len(part.text) > _SPLIT_PART_LENGTH for part in parts):
            continue
        if found := dates.read_split(" ".join(part.text.strip("/- ") for part in parts)):
            owner = _common(parts[0].owner, parts[-1].owner)
            if len({part.anchor for part in parts}) == 1:
                return Mark(owner, parts[0].order, found), count
    return None


def _common(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    around = set(_upwards(one))
    return next(element for element in _upwards(other) if element in around)


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()


# --- pairing ------------------------------------------------------------------------------------


def _home(page: Page, mark: Mark) -> HtmlElement | None:
    """Return the smallest element that holds the date and a link, an article's if one is near.

    A row's line of facts may link its column (`[通知公告] 2024-03-05`) below the title's own
    element: then the row is further up, but never so far up that another date comes in.
    """
    around = [element for element in _upwards(mark.owner) if page.links_under.get(element)]
    if not around:
        return None
    dates_there = len(page.marks_under[around[0]])
    for element in around[:_LEVELS_TO_TITLE]:
        links = page.links_under[element]
        if len(page.marks_under[element]) > dates_there or len({li.url for li in links}) > 4:
            break
        if any(link.article for link in links):
            return element
    return around[0]


def _rows_in(page: Page, home: HtmlElement, marks: list[Mark]) -> list[Row]:
    links = page.links_under[home]
    labels = [mark.date.label for mark in marks]
    if len({link.url for link in links}) == 1 or len(marks) == 1 or _all_differ(labels):
        link = _main_link(home, links)
        return [_row(page, home, link, marks)] if link else []
    return _flat_rows(page, home, links, marks)


def _all_differ(labels: list[str]) -> bool:
    return all(labels) and len(set(labels)) == len(labels)


def _row(page: Page, home: HtmlElement, link: Link, marks: list[Mark]) -> Row:
    best = max(marks, key=lambda mark: mark.date.trust)
    element = outermost(page, home)
    parent = element.getparent()
    return Row(element, element if parent is None else parent, link, best.date.on, True)


def _main_link(home: HtmlElement, links: list[Link]) -> Link | None:
    """Return the link that names the row: an article's, long enough, nearest to the row itself.

    Related links hang deeper in the row, a column link (`[社会救助]`) has no article's address. An
    element with many links of equal standing and one date is not a row but a header or a block.
    """
    first = {link.url: link for link in reversed(links)}.values()
    ranked = sorted(first, key=lambda link: _standing(home, link))
    peers = [link for link in ranked if _standing(home, link)[:3] == _standing(home, ranked[0])[:3]]
    return ranked[0] if len(peers) <= _PEERS_OF_A_ROW else None


def _standing(home: HtmlElement, link: Link) -> tuple[bool, bool, int, int]:
    return (not link.article, len(link.title) < 8, len(_path(home, link.anchor)), link.order)


def _path(home: HtmlElement, element: HtmlElement) -> tuple[str, ...]:
    path: list[str] = []
    for step in _upwards(element):
        if step is home:
            break
        path.append(str(step.tag))
    return tuple(reversed(path))


def _flat_rows(page: Page, home: HtmlElement, links: list[Link], marks: list[Mark]) -> list[Row]:
    """Rows without an element of their own: links and dates alternate in `home` (`<br>`, dt/dd).

    Only pairs whose shape occurs twice count; links of that shape with no date are undated rows.
    """
    pairs = list(_segments(links, marks))
    shapes = Counter(_path(home, link.anchor) for link, mark in pairs if mark)
    return [
        Row(link.anchor, home, link, mark.date.on if mark else None, mark is not None)
        for link, mark in pairs
        if shapes[_path(home, link.anchor)] >= 2 and (mark or link.article)
    ]


def _segments(links: list[Link], marks: list[Mark]) -> Iterator[tuple[Link, Mark | None]]:
    events: list[Link | Mark] = [*links, *marks]
    events.sort(key=lambda event: event.order)
    date_first = isinstance(events[0], Mark)
    waiting: list[Link] = []
    mark: Mark | None = None
    for event in events:
        if isinstance(event, Link):
            waiting.append(event)
        else:
            yield from _segment(waiting, mark if date_first else event, date_first)
            waiting, mark = [], event
    yield from _segment(waiting, mark if date_first else None, date_first)


def _segment(
    links: list[Link], mark: Mark | None, date_first: bool
) -> Iterator[tuple[Link, Mark | None]]:
    if not links:
        return
    articles = [link for link in links if link.article and len(link.title) >= 8] or links
    owner = articles[0] if date_first else articles[-1]
    for link in articles:
        yield link, mark if link.url == owner.url else None
