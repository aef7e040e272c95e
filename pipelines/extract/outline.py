"""A page as a flat outline: the runs of text a reader sees, in order, and the boxes they lie in.

Every rule of this room works on the outline, so HTML, plain text and Markdown are read by the same
rules. Only the shape of a page is held here; nothing is judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

MAX_BLOCKS = 50_000
"""A page of more blocks is read up to here; the longest list of names seen had 6,000."""
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(frozen=True, slots=True)
class Block:
    """One run of text between block boundaries.

    text: blanks collapsed, no-break spaces kept as blanks. node: index of the box it lies in.
    linked: how many of its characters are link text. pieces: its text nodes, in order.
    """

    text: str
    node: int
    linked: int = 0
    pieces: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(slots=True)
class Node:
    """A block-level box: its blocks are `blocks[first:last]`; hint is its class and id."""

    tag: str
    parent: int
    first: int
    last: int = 0
    hint: str = ""
    element: etree._Element | None = None


@dataclass(slots=True)
class Outline:
    """The page: URL, `<title>`, meta tags (lower-case names), boxes and blocks in page order.

    marked: block range between explicit body markers, None when the page has none.
    comment: the `enpproperty` block of a 方正翔宇 newspaper page, by tag, empty when absent.
    ended: 已废止 or 已失效 where the page's own record in JSON says so.
    partial: one of several articles of a page, whose URL dates the page and not the article.
    front: YAML front matter of a Markdown capture. scripted: dates and names that JSON in the page
    is_cut: there is more of the page than MAX_BLOCKS.
    states (`datePublished`). links, images, frames, sources (inline elements whose class or id
    says 来源): (block index, element) in page order. times: (block index, `datetime` attribute).
    """

    url: str
    title_tag: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    marked: tuple[int, int] | None = None
    comment: dict[str, str] = field(default_factory=dict)
    front: dict[str, str] = field(default_factory=dict)
    scripted: dict[str, str] = field(default_factory=dict)
    ended: str | None = None
    links: list[tuple[int, etree._Element]] = field(default_factory=list)
    images: list[tuple[int, etree._Element]] = field(default_factory=list)
    frames: list[tuple[int, etree._Element]] = field(default_factory=list)
    sources: list[tuple[int, etree._Element]] = field(default_factory=list)
    times: list[tuple[int, str]] = field(default_factory=list)
    is_html: bool = True
    partial: bool = False
    is_cut: bool = False

    def ancestors(self, node: int) -> Iterator[int]:
        """Yield node and the boxes around it, innermost first."""
        while node >= 0:
            yield node
            node = self.nodes[node].parent

    def text_of(self, node: int) -> str:
        """Return the text of a box, its blocks joined by blanks."""
        box = self.nodes[node]
        return " ".join(block.text for block in self.blocks[box.first : box.last])
