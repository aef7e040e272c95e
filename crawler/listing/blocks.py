"""Which rows are entries: rows come in blocks, and a block is a list, a sidebar or nothing.

Blocks are told apart by where they stand, what their heading says, and whether the pager belongs
to them. It must not look at what the rows are about.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.listing import decoys, markup, scripted
from crawler.listing.rows import Row, best_titled, outermost
from crawler.listing.scan import Link, Page, text_within, upwards

_CHROME_TAGS = frozenset(("footer", "nav"))
_CHROME_NAME = re.compile(
    r"(?:^|[-_\s])(?:nav\w*|menu\w*|bread\w*|crumbs?|leftnav\w*|sidenav\w*)(?=$|[-_\s])"
    r"|(?:^|\s)(?:location|position)(?=$|\s)",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(r"更多|more\b|查看全部", re.IGNORECASE)
_DOMINANT_ROWS = 12
_ONE_ROW_TEXT = 600


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that share one container, in page order."""

    container: HtmlElement
    rows: tuple[Row, ...]


def dated_blocks(page: Page, rows: Iterable[Row], pager: HtmlElement | None) -> list[Block]:
    """Return the blocks of dated rows that are this page's entries, decoys left out.

    pager: where the page's pager stands, None without one. A row with no date among dated
    neighbours of the same shape is a row too. A single dated row counts only where it leads to an
    article and is small; article pages have such a line.
    """
    grouped: dict[tuple[HtmlElement, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.container, str(row.element.tag)].append(row)
    blocks = [Block(container, tuple(found)) for (container, _), found in grouped.items()]
    one_list = pager is not None or is_column(page.root)
    blocks = [b for b in blocks if not decoys.is_decoy(b.container, b.rows[0].element)]
    if one_list:
        blocks = list(_without_asides(blocks))
    blocks = [_with_undated(page, block) for block in blocks]
    shapes = Counter(_signature(block.rows[0].element) for block in blocks)
    blocks = [block for block in blocks if _is_list(block, shapes)]
    if pager is not None:
        return _in_region(blocks, pager)
    return _dominant(blocks) if one_list else blocks


def is_column(root: HtmlElement) -> bool:
    """Return whether the page says where it stands (`当前位置：`, `首页 > …`); a home does not."""
    return bool(decoys.HERE.search(root.text_content()))


def undated_block(page: Page, url: str) -> Block | None:
    """Return the one block of undated links that is the page's list, for pages without any date.

    It is the block with most text in article links of the same site and of one shape: at least
    three links whose titles are sentences rather than names (8 characters or more on average).
    Where the page has an empty list besides, the links are a menu unless they are many and long;
    where rows may come by script, those under a heading that is not the page's own name are.
    """
    hidden = scripted.has_empty_list(page.root)
    doubtful = is_column(page.root) and scripted.may_await_rows(page.root)
    name = page.root.findtext(".//title") or ""
    grouped: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    known: set[HtmlElement] = set()
    for link in page.links:
        if link.article and markup.same_site(link.url, url) and not _in_chrome(link.anchor):
            element = outermost(page, link.anchor)
            parent = element.getparent()
            if parent is not None and element not in known:
                known.add(element)
                best = best_titled(link, page.links_under[element])
                grouped[_signature(element)].append(Row(element, parent, best, None, False))
    blocks = [Block(rows[0].container, tuple(rows)) for rows in grouped.values()]
    blocks = [
        block
        for block in blocks
        if _is_undated_list(block, hidden or (doubtful and (_heading(block) or "") not in name))
        and not decoys.is_decoy(block.container, block.rows[0].element)
        and not decoys.is_aside(block.container, block.rows[0].element)
    ]
    return max(blocks, key=lambda block: _weight(block.rows), default=None)


def owns_pager(block: Block, others: list[Block], pager: HtmlElement | None) -> bool:
    """Return whether the pager stands nearer to `block` than to any of the others."""
    around = list(pager.iterancestors()) if pager is not None else []
    nearest = next((element for element in around if _holds(element, block.container)), None)
    if nearest is None or nearest.tag in ("body", "html"):
        return False
    return not any(_holds(nearest, other.container) for other in others)


# --- choosing -----------------------------------------------------------------------------------


def _in_region(blocks: list[Block], pager: HtmlElement) -> list[Block]:
    """Return the blocks that the pager belongs to.

    It belongs to the blocks in the smallest element that holds it and some of them; of these, a
    smaller one under a heading of its own is a sidebar. What lies outside is not this listing,
    unless it is larger or its rows have the same shape.
    """
    for element in pager.iterancestors():
        inside = [block for block in blocks if _holds(element, block.container)]
        if not inside:
            continue
        largest = max(inside, key=lambda block: len(block.rows))
        if any(len(block.rows) > len(largest.rows) for block in blocks):
            return blocks
        return [
            b
            for b in blocks
            if (b in inside and not _is_beside(b, largest)) or _continues(b, largest)
        ]
    return blocks


def _dominant(blocks: list[Block]) -> list[Block]:
    """Return the one long list of a column page without a pager, all blocks where none is long.

    A list whose heading leads to `更多` is one block of a front page, not the column itself.
    """
    by_size = sorted(blocks, key=lambda block: len(block.rows), reverse=True)
    largest = by_size[0] if by_size else None
    if largest is None or len(largest.rows) < _DOMINANT_ROWS:
        return blocks
    if _LEADS_ON.search(_heading(largest) or ""):
        return blocks
    others = [block for block in by_size if not _alike(block, largest)]
    if any(2 * len(block.rows) > len(largest.rows) for block in others):
        return blocks
    return [block for block in blocks if not _is_beside(block, largest)]


def _is_beside(block: Block, largest: Block) -> bool:
    """Return whether a block is a sidebar of the largest: smaller, after it, with a heading."""
    if _alike(block, largest) or len(block.rows) >= len(largest.rows):
        return False
    return block.rows[0].link.order > largest.rows[0].link.order and bool(_heading(block))


def _continues(block: Block, largest: Block) -> bool:
    """Return whether a block has the largest one's shape and is a part of its list.

    Parts stand side by side; where the one or the other has a box and a heading to itself, they
    are two lists.
    """
    if not _alike(block, largest):
        return False
    together = block.container.getparent() is largest.container.getparent()
    return together or not (_heading(block) or _heading(largest))


def _alike(block: Block, other: Block) -> bool:
    return _signature(block.rows[0].element) == _signature(other.rows[0].element)


# --- judging ------------------------------------------------------------------------------------


def _is_list(block: Block, shapes: Counter[tuple[str, ...]]) -> bool:
    if len(block.rows) > 1:
        return True
    row = block.rows[0]
    if not row.link.article or len(row.link.title) < 6:
        return False
    small = text_within(row.element, _ONE_ROW_TEXT) is not None
    return small or shapes[_signature(row.element)] > 1


def _without_asides(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks that are not beside the list.

    One that leads a block of its own kind in the same element is the list's first part (推荐公告
    over 最新公告, seen on a city's education bureau pages).
    """
    asides = [decoys.is_aside(block.container, block.rows[0].element) for block in blocks]
    last = {
        block.container.getparent(): block.rows[0].link.order
        for block, aside in zip(blocks, asides, strict=True)
        if not aside
    }
    for block, aside in zip(blocks, asides, strict=True):
        order = last.get(block.container.getparent(), -1)
        if not aside or block.rows[0].link.order < order:
            yield block


def _heading(block: Block) -> str | None:
    return decoys.heading(block.container, block.rows[0].element)


def _in_chrome(element: HtmlElement) -> bool:
    return any(
        step.tag in _CHROME_TAGS or _CHROME_NAME.search(decoys.names(step))
        for step in upwards(element)
        if step is not element and step.tag not in ("body", "html")
    )


def _is_undated_list(block: Block, hidden: bool) -> bool:
    titles = {row.link.title for row in block.rows}
    count, length = (8, 14) if hidden else (3, 8)
    return len(titles) >= count and sum(map(len, titles)) / len(titles) >= length


def _weight(rows: tuple[Row, ...]) -> int:
    return sum(min(len(row.link.title), 40) for row in rows)


def _with_undated(page: Page, block: Block) -> Block:
    """Return the block with the rows beside its own that have their shape but show no date.

    Items and table rows of one shape are one list, however few are dated; other elements only
    where most are.
    """
    dated = [row for row in block.rows if row.element is not row.link.anchor]
    shapes = {_shape(row.element, row.link.anchor) for row in dated}
    known = {row.element for row in dated}
    more = [
        Row(child, block.container, link, None, False)
        for child in block.container
        if child not in known and (link := _only_link(page, child)) is not None
        if _shape(child, link.anchor) in shapes and link.article
    ]
    items = all(row.element.tag in ("li", "tr") for row in dated)
    if not more or not (items or len(dated) >= max(3, len(more))):
        return block
    return Block(block.container, tuple(sorted((*block.rows, *more), key=lambda r: r.link.order)))


def _only_link(page: Page, element: HtmlElement) -> Link | None:
    links = page.links_under.get(element, [])
    return best_titled(links[0], links) if len({link.url for link in links}) == 1 else None


def _shape(element: HtmlElement, anchor: HtmlElement) -> tuple[str, ...]:
    path = [str(anchor.tag)]
    for step in anchor.iterancestors():
        if anchor is element:
            break
        path.append(str(step.tag))
        if step is element:
            break
    return tuple(path)


def _signature(element: HtmlElement) -> tuple[str, ...]:
    return tuple(_named_tag(step) for step in upwards(element))


def _named_tag(element: HtmlElement) -> str:
    first = (element.get("class") or "").split()[:1]
    return f"{element.tag}.{re.sub(r'[0-9]+', '', first[0]) if first else ''}"


def _holds(element: HtmlElement, other: HtmlElement) -> bool:
    return element is other or element in other.iterancestors()


def rows_of(blocks: Iterable[Block]) -> Iterator[Row]:
    """Yield the rows of blocks in page order."""
    yield from sorted((row for block in blocks for row in block.rows), key=lambda r: r.link.order)
