"""Headings of a page, and the block in which it shows its title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.extract.labels import is_info_line, read_line
from pipelines.extract.outline import HEADING_TAGS, Block, Outline
from pipelines.extract.tails import is_footer, is_tail
from pipelines.issuers import organs_in

_TAGS = re.compile(r"<[^>]{1,200}>")
_SIGNS = re.compile(r"[\s\u3000\W_]+")
_TITLE_HINT = re.compile(
    r"title|headline|(?:^|[\s_-])(?:bt|tit|biaoti|subject)(?:$|[\s_\d-])", re.I
)


def signs_removed(text: str) -> str:
    """Return text without blanks and punctuation, for comparing titles."""
    return _SIGNS.sub("", text)


def plain_title(text: str) -> str:
    """Return a title without tags, line breaks and outer blanks."""
    text = _TAGS.sub("", text.replace("&nbsp;", " ").replace("\xa0", " "))
    text = re.sub(r"\s+", " ", text).strip(" \u3000_|-")
    return _BEFORE_ABOUT.sub("", _SPACED_END.sub(r"\1\2", text))


_SPACED_END = re.compile(
    r"(?<=[\u4e00-\u9fff）》])\s+([通公意办决批规方])\s*([知告示报见法定复案])$"
)
_BEFORE_ABOUT = re.compile(r"(?<=[部委厅局院署会办室府团])\s(?=关于)")
"""Where a title is broken into lines: before 关于, and before its kind (`的` / `通　知`)."""


_LEAST_TITLE = 8
"""Characters of a title that shares its line with a date; a shorter text may be a name."""
_LONGEST = 300
"""The title of a plan that seventeen organs issue together names them all."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A box that may be the title: its text, first block, and how much it looks like a heading."""

    text: str
    block: int
    rank: int


def find_headings(page: Outline) -> Iterator[Heading]:
    """Yield the boxes that look like headings, by tag or by class, in page order."""
    for index, node in enumerate(page.nodes):
        hinted = bool(node.hint and _TITLE_HINT.search(node.hint))
        if not (hinted or node.tag in HEADING_TAGS) or not 0 < node.last - node.first <= 4:
            continue
        text = page.text_of(index)
        if hinted and is_info_line(text):
            text = _before_its_date(page.blocks[node.first])
        shown = not page.blocks[node.first].hidden and not is_tail(text)
        shown = shown and 4 <= len(text) <= _LONGEST and text[-1] not in "：:"
        if shown:
            rank = 0 if node.tag == "h1" else 1 if hinted else 2
            yield Heading(text, node.first, rank)


def _before_its_date(block: Block) -> str:
    """Return the title that shares its line with the date (`<b>…通知</b><i>时间：…</i>`), or ""."""
    first = next((piece.strip() for piece in block.pieces if piece.strip()), "")
    labels = read_line(block.text, 0, block.pieces)
    alone = bool(labels) and labels[0].position >= len(first) >= _LEAST_TITLE
    return first if alone and not organs_in(first) else ""


def locate_title(page: Outline, title: str) -> int | None:
    """Return the index of the block that shows the title, the last of equal ones before the body.

    A title printed in a breadcrumb or a list before the article loses to the one under it.
    """
    bare = signs_removed(title)
    if len(bare) < 4:
        return None
    exact = [i for i, b in enumerate(page.blocks) if _shows(b.text, bare)]
    exact = [i for i in exact if not is_footer(page.blocks[i].text)]
    exact = [i for i in exact if not page.blocks[i].hidden] or exact
    if not exact:
        return locate_lines(page, bare)
    headed = [i for i in exact if _is_headed(page, i)]
    return (headed or exact)[0]


def _shows(text: str, bare: str) -> bool:
    if not len(bare) <= len(text) <= len(bare) * 2 + 12:
        return False
    shown = signs_removed(text)
    return shown == bare or (bare in shown and len(shown) <= len(bare) + 16)


def _is_headed(page: Outline, block: int) -> bool:
    if page.blocks[block].linked:
        return False
    for node in page.ancestors(page.blocks[block].node):
        box = page.nodes[node]
        if box.last - box.first > 3:
            return False
        if box.tag in HEADING_TAGS or _TITLE_HINT.search(box.hint):
            return True
    return False


def locate_lines(page: Outline, bare: str) -> int | None:
    """Find a title that the page breaks over two or three blocks."""
    texts = [signs_removed(block.text) for block in page.blocks]
    for index, text in enumerate(texts):
        begins = 2 <= len(text) < len(bare) and bare.startswith(text)
        if begins and any("".join(texts[index : index + n]) == bare for n in (2, 3, 4)):
            return index
    return None
