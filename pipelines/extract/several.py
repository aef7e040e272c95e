"""A page of several articles, as newspapers print them, parted into one outline for each.

An article ends where a line of its own names its source (（据…）) and the next line is a heading;
headings inside one article have no such line before them, so a long document stays whole.
"""

import re
from dataclasses import replace

from pipelines.extract.outline import HEADING_TAGS, Node, Outline

_CLOSING = re.compile(
    r"^\s*[（(]\s*(?:据|據|来源|來源|转自|摘自|本报|本报记者|记者|通讯员|新华社).{0,40}[）)]\s*$"
)


def part_articles(page: Outline) -> tuple[Outline, ...]:
    """Return the outlines of the articles on a page: the page itself when there is one."""
    bounds = _bounds(page)
    if len(bounds) < 2:
        return (page,)
    return tuple(_part(page, first, last) for first, last in bounds)


def _bounds(page: Outline) -> list[tuple[int, int]]:
    ends = [i + 1 for i, block in enumerate(page.blocks) if _CLOSING.match(block.text)]
    ends = [end for end in ends if end == len(page.blocks) or _is_heading(page, end)]
    if len(ends) < 2 and not (ends and ends[0] < len(page.blocks)):
        return []
    first = _first_heading(page, ends[0])
    bounds, start = [], first
    for end in ends:
        bounds.append((start, end))
        start = end
    if start < len(page.blocks) and _holds_text(page, start):
        bounds.append((start, len(page.blocks)))
    return bounds


def _first_heading(page: Outline, before: int) -> int:
    for index in range(before):
        if _is_heading(page, index):
            return index
    return 0


def _is_heading(page: Outline, index: int) -> bool:
    block = page.blocks[index]
    return page.nodes[block.node].tag in HEADING_TAGS and not block.linked and len(block.text) >= 4


def _holds_text(page: Outline, start: int) -> bool:
    return _is_heading(page, start) and any("。" in b.text for b in page.blocks[start + 1 :])


def _part(page: Outline, first: int, last: int) -> Outline:
    """Return an outline of blocks[first:last] alone: flat, with the page's URL and site name."""
    part = Outline(page.url, is_html=False, partial=True)
    part.meta = {key: value for key, value in page.meta.items() if key.startswith("site")}
    part.nodes.append(Node("body", -1, 0, last - first))
    for position, index in enumerate(range(first, last)):
        block = page.blocks[index]
        part.nodes.append(Node(page.nodes[block.node].tag, 0, position, position + 1))
        part.blocks.append(replace(block, node=position + 1))
    part.links = [(i - first, link) for i, link in page.links if first <= i < last]
    part.images = [(i - first, image) for i, image in page.images if first <= i < last]
    return part
