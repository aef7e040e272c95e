"""A page as a flat outline: the runs of text a reader sees, in order, and the boxes they lie in.

Every rule of this room works on the outline, so HTML, plain text and Markdown are read by the same
rules. Only the shape of a page is found here; nothing is judged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "founder-content",
        "ucapcontent",
    ]
)
SKIPPED_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "head",
        "select",
        "option",
        "textarea",
        "template",
        "svg",
        "object",
        "embed",
        "button",
    ]
)
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_WIDE_BLANKS = re.compile("[\xa0\u2000-\u200a\u202f\u205f]")
_EARLY_END = re.compile(r"</(?:html|body)\s*>", re.I)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_BODY_MARK = re.compile(r"<!--\s*(/?)\s*enpcontent\s*(/?)-->", re.I)
_WRITTEN = re.compile(
    r"<script[^>]*>([^<]{0,600}?document\.write(?:ln)?\s*\([^<]{0,400}?)</script>", re.I
)


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
    partial: one of several articles of a page, whose URL dates the page and not the article.
    front: YAML front matter of a Markdown capture. links: (block index, element) of each `<a>`.
    """

    url: str
    title_tag: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    marked: tuple[int, int] | None = None
    comment: dict[str, str] = field(default_factory=dict)
    front: dict[str, str] = field(default_factory=dict)
    links: list[tuple[int, etree._Element]] = field(default_factory=list)
    images: list[tuple[int, etree._Element]] = field(default_factory=list)
    iframes: int = 0
    is_html: bool = True
    partial: bool = False

    def ancestors(self, node: int) -> Iterator[int]:
        """Yield node and the boxes around it, innermost first."""
        while node >= 0:
            yield node
            node = self.nodes[node].parent

    def text_of(self, node: int) -> str:
        """Return the text of a box, its blocks joined by blanks."""
        box = self.nodes[node]
        return " ".join(block.text for block in self.blocks[box.first : box.last])


def parse_html(text: str) -> etree._Element | None:
    """Return the tree of a page, None when there is no element in it.

    A stray early `</html>` or `</body>` would make lxml drop the rest of the page, a real defect of
    government pages, so they go first. Literals of a `document.write` that names a source or a date
    become visible text, as they are to a reader.
    """
    text = _INVISIBLE.sub("", _EARLY_END.sub("", text))
    text = _BODY_MARK.sub(_body_meta, text)
    if "document.write" in text:
        text = _WRITTEN.sub(_written_text, text)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, recover=True
    )
    data = text.encode("utf-8", "replace")
    return etree.fromstring(data, parser) if data.strip() else None


def _body_meta(match: re.Match[str]) -> str:
    end = bool(match[1] or match[2])
    return f'<meta name="{"ContentEnd" if end else "ContentStart"}">'


def _written_text(match: re.Match[str]) -> str:
    literals = re.findall(r"""["']([^"']*)["']""", match[1])
    text = "".join(literals)
    wanted = re.search(r"来源|來源|时间|日期|作者", text)
    return f"<span>{text}</span>" if wanted and "<script" not in text.lower() else match[0]


def outline_html(text: str, url: str) -> Outline:
    """Return the outline of an HTML page; empty when nothing can be parsed."""
    page = Outline(url, comment=_newspaper_comment(text))
    root = parse_html(text)
    if root is not None:
        _read_head(root, page)
        _Walk(page).run(root)
    return page


def _newspaper_comment(text: str) -> dict[str, str]:
    """Return the fields of a `<!--enpproperty … /enpproperty-->` comment (方正翔宇)."""
    match = re.search(r"<!--\s*enpproperty(.*?)/enpproperty\s*-->", text, re.S)
    if not match:
        return {}
    fields = re.findall(r"<(\w+)>(.*?)</\1>", match[1], re.S)
    return {name.lower(): re.sub(r"<[^>]+>", "", value).strip() for name, value in fields}


def _read_head(root: etree._Element, page: Outline) -> None:
    titles = root.xpath("//title[not(ancestor::svg)]")
    page.title_tag = _BLANKS.sub(" ", "".join(titles[0].itertext())).strip() if titles else ""
    for element in root.iter("meta"):
        names = (element.get(key) for key in ("name", "property", "itemprop", "http-equiv"))
        name = next((name for name in names if name), "")
        content = _BLANKS.sub(" ", element.get("content") or "").strip()
        if name and content and content.lower() != "null":
            page.meta.setdefault(name.strip().lower(), content)


class _Walk:
    """One pass over the tree that fills an outline."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self.pieces: list[str] = []
        self.linked = 0
        self.link_depth = 0
        self.hidden_depth = 0
        self.heading_depth = 0
        self.node = -1
        self.marks: dict[str, int] = {}

    def run(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in SKIPPED_TAGS:
                    walker.skip_subtree()
                    continue
                self.enter(element, tag)
                if element.text:
                    self.add(element.text)
            else:
                if tag not in SKIPPED_TAGS:
                    self.leave(element, tag)
                if element.tail:
                    self.add(element.tail)
        self.flush()
        self.close_marks()

    def enter(self, element: etree._Element, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.open_box(element, tag)
        elif tag == "br":
            self.add(" ") if self.heading_depth else self.flush()
        elif tag == "a":
            self.link_depth += 1 if element.get("href") else 0
            self.page.links.append((len(self.page.blocks), element))
        elif tag == "meta":
            self.mark(element)
        elif tag == "img":
            self.page.images.append((len(self.page.blocks), element))
        elif tag == "iframe":
            self.page.iframes += 1
        if self.is_hidden(element):
            self.hidden_depth += 1

    def open_box(self, element: etree._Element, tag: str) -> None:
        self.flush()
        hint = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        self.page.nodes.append(Node(tag, self.node, len(self.page.blocks), 0, hint, element))
        self.node = len(self.page.nodes) - 1
        if tag in HEADING_TAGS:
            self.heading_depth += 1

    def leave(self, element: etree._Element, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.flush()
            box = self.page.nodes[self.node]
            box.last = len(self.page.blocks)
            self.node = box.parent
            if tag in HEADING_TAGS:
                self.heading_depth -= 1
        elif tag == "a":
            self.link_depth -= 1 if element.get("href") else 0
        if self.is_hidden(element):
            self.hidden_depth -= 1

    @staticmethod
    def is_hidden(element: etree._Element) -> bool:
        style = element.get("style")
        return bool(style and _HIDDEN.search(style))

    def mark(self, element: etree._Element) -> None:
        name = (element.get("name") or "").lower()
        if name in ("contentstart", "contentend"):
            self.flush()
            self.marks.setdefault(name, len(self.page.blocks))

    def close_marks(self) -> None:
        start = self.marks.get("contentstart")
        if start is not None:
            self.page.marked = (start, self.marks.get("contentend", len(self.page.blocks)))

    def add(self, text: str) -> None:
        self.pieces.append(text)
        if self.link_depth > 0:
            self.linked += len(text.strip())

    def flush(self) -> None:
        if not self.pieces:
            return
        text = "".join(self.pieces).strip()
        if text:
            text = _WIDE_BLANKS.sub(" ", _BLANKS.sub(" ", text)).strip()
            pieces = tuple(p for p in (piece.strip() for piece in self.pieces) if p)
            hidden = self.hidden_depth > 0
            self.page.blocks.append(Block(text, self.node, self.linked, pieces, hidden))
        self.pieces, self.linked = [], 0
