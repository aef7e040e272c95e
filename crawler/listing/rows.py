"""Rows: which link, which title and which date belong together, decided by structure alone.

A date belongs to the smallest element that holds both it and a link; nothing is ever paired
because it stands within so many characters (a window bled the neighbour's date into a quarter of
the records of one provincial site). What makes a row an entry is decided in `blocks`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.listing import dates, titles
from crawler.listing.scan import MANY, Link, Mark, Page, upwards
from store.records import PartialDate

_PEERS_OF_A_ROW = 3
_LEVELS_TO_TITLE = 4
_FLAT_DEPTH = 4
_TITLE_COLUMN = re.compile(r"标\s*题|题\s*目|主\s*题|(?:文件|信息|公告|公文)名称")


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


def dated_rows(page: Page) -> list[Row]:
    """Return every link that shares its smallest element with a date, in page order."""
    homes: dict[HtmlElement, list[Mark]] = defaultdict(list)
    for mark in page.marks:
        if (home := _home(page, mark)) is not None:
            homes[home].append(mark)
    homes = _merged(page, homes)
    rows = [row for home, marks in homes.items() for row in _rows_in(page, home, marks)]
    rows.sort(key=lambda row: row.link.order)
    return rows


def unreadable(page: Page) -> int:
    """Return how many titled links without an address stand beside a date: rows that are lost."""
    return sum(_stands_by_date(page, anchor) for anchor in page.dead)


def outermost(page: Page, element: HtmlElement) -> HtmlElement:
    """Return the largest element around `element` that holds no other link or date than it does."""
    urls = page.urls_under.get(element, set())
    marks = len(page.marks_under.get(element, ()))
    while (parent := element.getparent()) is not None and parent.tag not in ("body", "html"):
        if len(urls) >= MANY or not page.urls_under.get(parent, set()) <= urls:
            break
        if len(page.marks_under.get(parent, ())) != marks:
            break
        element = parent
    return element


def record(page: Page, element: HtmlElement) -> HtmlElement:
    """Return the largest element around a dated row whose neighbours hold as many dates as it.

    A card may hold more links than its row (author, column, comments); the card beside it holds
    its like. Where no neighbour does, it is `element` itself.
    """
    marks = len(page.marks_under.get(element, ()))
    found = element
    for step in upwards(element):
        if step.tag in ("body", "html") or len(page.marks_under.get(step, ())) != marks:
            break
        beside = (step.getprevious(), step.getnext())
        if any(
            e is not None and e.tag == step.tag and len(page.marks_under.get(e, ())) == marks
            for e in beside
        ):
            found = step
    return found


def best_titled(link: Link, links: list[Link]) -> Link:
    """Return the one of `links` to the same address as `link` that names the article best.

    A row may link it thrice: by a picture, by its index number, by its title, by its summary. The
    title is the first in a heading, else the first text that reads like one, else the picture's;
    if that is cut, one that goes on.
    """
    twins = [one for one in links if one.url == link.url]
    headed = [one for one in twins if any(e.tag in titles.HEADINGS for e in upwards(one.anchor))]
    worded = [one for one in twins if titles.reads_as_title(titles.text_of(one.anchor))]
    titled = [one for one in twins if titles.reads_as_title(one.title)]
    best = (headed or worded or titled or [link])[0]
    return next((one for one in twins if titles.is_cut(best.title, one.title)), best)


def _stands_by_date(page: Page, anchor: HtmlElement) -> bool:
    near = list(upwards(anchor))[:_LEVELS_TO_TITLE]
    return any(page.marks_under.get(e) and not page.links_under.get(e) for e in near)


# --- pairing ------------------------------------------------------------------------------------


def _home(page: Page, mark: Mark) -> HtmlElement | None:
    """Return the smallest element that holds the date and a link, an article's if one is near.

    A row's line of facts may link its column (`[通知公告] 2024-03-05`) below the title's own
    element: then the row is further up, but never so far up that another date comes in.
    """
    around = [element for element in upwards(mark.owner) if page.links_under.get(element)]
    if not around:
        return None
    dates_there = len(page.marks_under[around[0]])
    best = around[0]
    for element in around[:_LEVELS_TO_TITLE]:
        links = page.links_under[element]
        if len(page.marks_under[element]) > dates_there or len(page.urls_under[element]) > 6:
            break
        if any(link.article and titles.reads_as_title(link.title) for link in links):
            return element
        if best is around[0] and any(link.article for link in links):
            best = element
    return best


def _merged(page: Page, homes: dict[HtmlElement, list[Mark]]) -> dict[HtmlElement, list[Mark]]:
    """Return the homes with those that stand inside of another, about the same links, put into it.

    A row may carry a hidden box with a date of its own (生成日期) beside its title.
    """
    merged: dict[HtmlElement, list[Mark]] = defaultdict(list)
    for home, marks in homes.items():
        count = len(page.links_under[home])
        around = (e for e in upwards(home) if e is not home and e in homes)
        outer = next((e for e in around if len(page.links_under[e]) == count), home)
        merged[outer].extend(marks)
    return {home: sorted(marks, key=lambda mark: mark.order) for home, marks in merged.items()}


def _rows_in(page: Page, home: HtmlElement, marks: list[Mark]) -> list[Row]:
    links = page.links_under[home]
    labels = [mark.date.label for mark in marks]
    if len(page.urls_under[home]) == 1 or len(marks) == 1 or _all_differ(labels):
        link = _main_link(home, links)
        link = best_titled(link, links) if link else None
        return [_row(page, home, link, marks)] if link else []
    return _flat_rows(page, home, links, marks)


def _all_differ(labels: list[str]) -> bool:
    return all(labels) and len(set(labels)) == len(labels)


def _row(page: Page, home: HtmlElement, link: Link, marks: list[Mark]) -> Row:
    best = max(marks, key=_trust)
    element = record(page, outermost(page, home))
    parent = element.getparent()
    on = best.date.on if _trust(best) >= 0 else None
    return Row(element, element if parent is None else parent, link, on, True)


def _trust(mark: Mark) -> int:
    """Return how far a date is vouched for, by its own label or else by its table column's."""
    if mark.date.label:
        return mark.date.trust
    trust = dates.trust_of(_column_name(mark.owner))
    return mark.date.trust if trust is None else trust


def _column_name(element: HtmlElement) -> str:
    """Return what the head of its table calls the column an element stands in, `""` if nothing.

    A line that is a cell short has one of a line above reaching into it, on the left (`rowspan`).
    """
    cell = next((e for e in upwards(element) if e.tag == "td"), None)
    table = next(cell.iterancestors("table"), None) if cell is not None else None
    if cell is None or table is None:
        return ""
    before, after = (list(cell.itersiblings("td", "th", preceding=p)) for p in (True, False))
    head = [*next(iter(table.iter("tr")), [])]
    spanned = max(0, len(head) - len(before) - len(after) - 1)
    column = len(before) + spanned
    return head[column].text_content() if column < len(head) else ""


def _main_link(home: HtmlElement, links: list[Link]) -> Link | None:
    """Return the link that names the row: an article's, long enough, nearest to the row itself.

    Related links hang deeper in the row, a column link (`[社会救助]`) has no article's address. An
    element with many links of equal standing and one date is not a row but a header or a block.
    """
    if home.tag in ("body", "html") and len({link.url for link in links}) > _PEERS_OF_A_ROW:
        return None
    first = {link.url: link for link in reversed(links)}.values()
    standing = {link.url: _standing(home, link) for link in first}
    ranked = sorted(first, key=lambda link: standing[link.url])
    best = standing[ranked[0].url][:3]
    peers = [link for link in ranked if standing[link.url][:3] == best]
    if len(peers) > _PEERS_OF_A_ROW:
        return None
    return _titling(home, peers) if home.tag == "tr" else ranked[0]


def _titling(line: HtmlElement, peers: list[Link]) -> Link:
    """Return the link in a table line's title column, else the first unless another says far more.

    A line may link what it is about (a product, an office) before the article.
    """
    for link in peers:
        if _TITLE_COLUMN.search(_column_name(link.anchor)):
            return link
    longest = max(peers, key=lambda link: len(link.title))
    return longest if len(longest.title) >= 2 * len(peers[0].title) else peers[0]


def _standing(home: HtmlElement, link: Link) -> tuple[bool, bool, int, int]:
    return (not link.article, len(link.title) < 8, len(_path(home, link.anchor)), link.order)


def _path(home: HtmlElement, element: HtmlElement) -> tuple[str, ...]:
    path: list[str] = []
    for step in upwards(element):
        if step is home:
            break
        path.append(str(step.tag))
    return tuple(reversed(path))


def _flat_rows(page: Page, home: HtmlElement, links: list[Link], marks: list[Mark]) -> list[Row]:
    """Rows without an element of their own: links and dates alternate in `home` (`<br>`, dt/dd).

    Only pairs that stand near and whose shape occurs twice count: a clock in the header pairs with
    nothing. Links of such a shape with no date are undated rows; where most are, the dates are
    headings of groups and no row shows one.
    """
    most = max(mark.date.trust for mark in marks)
    trusted = [mark for mark in marks if mark.date.trust == most]
    pairs = list(_segments(links, trusted if 2 * len(trusted) >= len(marks) else marks))
    shapes = Counter((_path(home, li.anchor), _path(home, m.owner)) for li, m in pairs if m)
    rows = {at for (at, on), n in shapes.items() if n >= 2 and max(len(at), len(on)) <= _FLAT_DEPTH}
    found = [
        (link, mark)
        for link, mark in pairs
        if _path(home, link.anchor) in rows and (mark or link.article)
    ]
    headings = len(found) >= 2 * sum(mark is not None for _, mark in found)
    return [
        Row(link.anchor, home, link, mark.date.on if mark and not headings else None, bool(mark))
        for link, mark in found
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
