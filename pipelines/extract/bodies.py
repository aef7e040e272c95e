"""Where the body of an article lies: a box of the page, or a run of its lines.

Looks only at the outline: where prose is, under the title, before the page's tail. A page whose
body is an iframe, an image or an attachment has no body, and none is harvested from its navigation.
"""

import re
from dataclasses import dataclass

from pipelines.extract.labels import is_info_line
from pipelines.extract.outline import HEADING_TAGS, Block, Outline
from pipelines.extract.tails import is_footer, is_tail

_WORD = r"(?:news|main|detail|con|text|zw|info|pages?|xl|wz|nr|article|content|post|entry|xxgk|zx)"
_PART = r"(?:content|body|text|txt|nr|zw|wz|zhengwen|con|main|detail)"
_KNOWN = re.compile(
    r"trs_?(?:ue)?editor|trs_paper|view_trs|ozoom|ucap-?content|founder-content|"
    r"bt-content|main-txt|wip_art_con|artile_zw|contdesc|wenzhang|artibody|end-?text|"
    r"v_news_content|main[-_]article|conttext|rich_media_content|"
    rf"(?:^|[\s_-]){_WORD}[-_]?{_PART}(?:$|[\s_\d-])|"
    r"(?:^|\s)(?:zoom\w?|content\d?|txt|text|zhengwen|zw|nr|neirong|article\d?|post_text)(?:$|\s)",
    re.I,
)
"""Class and id names content-management systems give the box of the body (facts of 20 families)."""

_STOP = re.compile("[。，、；：？！,;]")
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:related|relate|recommend|comments?|share|hot|rank|sidebar|side|footer|foot|"
    r"copyright|nav|menu|breadcrumb|crumb|login|advert|adv?|pinglun|xgyd|xgwz|xglj|xgxx|qrcode|ewm|"
    r"fenxiang|bdshare|tags?|banquan\w*)(?:$|[\s_\d-])",
    re.I,
)
_HEAD = 12
"""How many blocks under the title may be info lines, which are no prose."""
_FEW_CELLS = 4
_ENOUGH = 10.0
"""The weight under which a box holds no text worth the name: about 40 characters without a stop."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body's blocks by index, in page order, and the rule that chose their box.

    named: the page itself marks the box as the body's (markers, a known name, a source's rule), so
    that links in it are the document's own.
    """

    blocks: tuple[int, ...]
    rule: str
    named: bool


def weigh(block: Block) -> float:
    """Return how much a block looks like a paragraph of an article; 0 for links and hidden text."""
    size = len(block.text)
    plain = size - block.linked
    if block.hidden or plain < size * 0.5:
        return 0.0
    stops = len(_STOP.findall(block.text))
    return plain * (1.0 if stops else 0.25) + 12.0 * stops


def find_body(page: Outline, title_block: int | None) -> Body | None:
    """Return the body of the page's article, None when no box holds any text under the title."""
    if page.marked and page.marked[1] > page.marked[0]:
        return _body(page, *page.marked, rule="body markers", title=title_block, named=True)
    if not page.is_html:
        start = -1 if title_block is None else title_block
        start += 1
        return _body(page, start, len(page.blocks), rule="lines", title=title_block)
    sums = _prefix_sums(page, title_block)
    if sums[-1] < _ENOUGH:
        return _table_of_numbers(page, title_block)
    known = _known_box(page, sums)
    wrapper = known is not None and _holds(page, known, title_block)
    named = known is not None and not wrapper
    node = known if known is not None else 0
    box = page.nodes[node if named else _densest_box(page, sums, node)]
    rule = f"known box {box.hint[:40]}" if named else "densest box"
    return _body(page, box.first, box.last, rule=rule, title=title_block, named=named)


def _table_of_numbers(page: Outline, title_block: int | None) -> Body | None:
    """Return a known box with a table in it: rates and amounts weigh nothing, yet are the text."""
    for node in page.nodes:
        if node.tag != "table" or node.last - node.first < _FEW_CELLS:
            continue
        for above in page.ancestors(node.parent):
            box = page.nodes[above]
            if box.hint and _KNOWN.search(box.hint):
                return _body(
                    page, box.first, box.last, rule="known box", title=title_block, named=True
                )
    return None


def _holds(page: Outline, node: int, title_block: int | None) -> bool:
    """Tell whether a box also holds the title: then it wraps the article, and is not its body."""
    box = page.nodes[node]
    return title_block is not None and box.first <= title_block < box.last


def _prefix_sums(page: Outline, title_block: int | None) -> list[float]:
    """Return cumulated weights: nothing before the title counts, little after the page's tail."""
    sums, total, factor = [0.0], 0.0, 1.0
    start = title_block if title_block is not None else -1
    aside = _blocks_aside(page)
    for index, block in enumerate(page.blocks):
        if index > start:
            if is_footer(block.text):
                factor = min(factor, 0.02)
            elif factor == 1.0 and total > 0 and is_tail(block.text):
                factor = 0.1
            if index > start + _HEAD or not is_info_line(block.text):
                total += weigh(block) * (min(0.1, factor) if index in aside else factor)
        sums.append(total)
    return sums


def _blocks_aside(page: Outline) -> set[int]:
    """Blocks in boxes that call themselves related, comment, share, footer …"""
    aside: set[int] = set()
    for node in page.nodes:
        small = node.last - node.first < 0.6 * len(page.blocks)
        if small and node.hint and node.tag != "body" and _ASIDE.search(node.hint):
            aside.update(range(node.first, node.last))
    return aside


def _known_box(page: Outline, sums: list[float]) -> int | None:
    """Return the innermost box with a known body name that holds most of the page's prose."""
    best, best_weight = None, 0.6 * sums[-1]
    for index, node in enumerate(page.nodes):
        if node.hint and node.last > node.first and _KNOWN.search(node.hint):
            weight = sums[node.last] - sums[node.first]
            if weight >= best_weight * (0.9 if best is not None else 1.0):
                best, best_weight = index, max(weight, best_weight)
    return best


def _densest_box(page: Outline, sums: list[float], top: int) -> int:
    """Descend from a box to the one that holds most of its prose, while one child dominates."""
    children: dict[int, list[int]] = {}
    for index, node in enumerate(page.nodes):
        children.setdefault(node.parent, []).append(index)

    def weight(index: int) -> float:
        return sums[page.nodes[index].last] - sums[page.nodes[index].first]

    current = top
    while children.get(current):
        heaviest = max(children[current], key=weight)
        if not _dominates(page, heaviest, weight(heaviest), weight(current)):
            break
        beside = (i for i in children[current] if i != heaviest and _is_part(page, i, heaviest))
        if sum(map(weight, beside)) >= 0.08 * weight(current):
            break
        current = heaviest
    return current


def _is_part(page: Outline, node: int, heaviest: int) -> bool:
    """Tell whether a box beside the heaviest belongs to the same article.

    It does when it is a lone paragraph without links, or of the same make as the heaviest one.
    """
    box, other = page.nodes[node], page.nodes[heaviest]
    blocks = page.blocks[box.first : box.last]
    linked = sum(b.linked for b in blocks) > 0.05 * sum(len(b.text) for b in blocks)
    alike = (box.tag, box.hint) == (other.tag, other.hint) and bool(box.hint)
    return not linked and (len(blocks) == 1 or alike)


def _dominates(page: Outline, child: int, child_weight: float, weight: float) -> bool:
    """Tell whether a child is the body's box rather than one paragraph or row of it."""
    node = page.nodes[child]
    if node.tag in HEADING_TAGS or (node.tag in ("tr", "tbody") and child_weight < weight):
        return False
    return child_weight >= weight * (0.55 if node.last - node.first > 1 else 0.95)


def _body(
    page: Outline, first: int, last: int, *, rule: str, title: int | None, named: bool = False
) -> Body | None:
    if title is not None and first <= title < last:
        first = title + 1
    kept = tuple(i for i in range(first, last) if not page.blocks[i].hidden)
    return Body(kept, rule, named) if kept else None
