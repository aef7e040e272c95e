"""An HTML tree walked once, in page order, into an outline."""

import re

from lxml import etree

from pipelines.extract.markup import (
    ended_in_scripts,
    newspaper_comment,
    parse_html,
    stated_in_scripts,
)
from pipelines.extract.outline import HEADING_TAGS, MAX_BLOCKS, Block, Node, Outline
from pipelines.extract.rules import Rules

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
        "button",
    ]
)

_LONGEST = 2000
"""Characters of a `<title>` or a meta tag that are looked at."""
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_WIDE_BLANKS = re.compile("[\xa0\u2000-\u200a\u202f\u205f]")
_SOURCE_HINT = re.compile(
    r"(?<!re)source|laiyuan|copyfrom|media_?(?:name|span)|nickname|js_name|jgname", re.I
)
_INLINE = frozenset(("a", "b", "cite", "em", "font", "i", "label", "span", "strong"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)


def outline_html(text: str, url: str, rules: Rules) -> Outline:
    """Return the outline of an HTML page; empty when nothing can be parsed."""
    page = Outline(
        url,
        comment=newspaper_comment(text),
        scripted=stated_in_scripts(text),
        ended=ended_in_scripts(text),
    )
    root = parse_html(text, rules)
    if root is not None:
        _read_head(root, page)
        _Walk(page).run(root)
    if rules.site_name:
        page.meta["sitename"] = rules.site_name
    return page


def _read_head(root: etree._Element, page: Outline) -> None:
    for title in root.iter("title"):
        page.title_tag = page.title_tag or _BLANKS.sub(" ", text_in(title)[:_LONGEST]).strip()
    for element in root.iter("meta"):
        names = (element.get(key) for key in ("name", "property", "itemprop", "http-equiv"))
        name = next((name for name in names if name), "")
        content = _BLANKS.sub(" ", (element.get("content") or "")[:_LONGEST]).strip()
        if name and content and content.lower() != "null":
            page.meta.setdefault(name.strip().lower(), content)


def text_in(element: etree._Element) -> str:
    """Return the text inside an element, as it stands in the markup."""
    return "".join(str(text) for text in element.itertext())


class _Walk:
    """One pass over the tree that fills an outline."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self.pieces: list[str] = []
        self.linked = 0
        self.link_depth = 0
        self.hidden_depth = 0
        self.heading_depth = 0
        self.pre_depth = 0
        self.node = -1
        self.marks: dict[str, int] = {}

    def run(self, root: etree._Element) -> None:
        """Fill the outline with the boxes, blocks, links, images and frames of a tree."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if len(self.page.blocks) >= MAX_BLOCKS:
                self.cut()
                return
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

    def cut(self) -> None:
        """Close every box where it is: the rest of an endless page is left out, and said so."""
        self.page.is_cut = True
        for node in self.page.ancestors(self.node):
            self.page.nodes[node].last = len(self.page.blocks)
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
        elif tag in ("iframe", "embed"):
            self.page.frames.append((len(self.page.blocks), element))
        elif tag == "time" and element.get("datetime"):
            self.page.times.append((len(self.page.blocks), element.get("datetime") or ""))
        if tag in _INLINE:
            self.note_source(element)
        if self.is_hidden(element):
            self.hidden_depth += 1

    def note_source(self, element: etree._Element) -> None:
        """Remember an inline element whose own name says that it holds the page's source."""
        for hint in (element.get("class"), element.get("id")):
            if hint and _SOURCE_HINT.search(hint):
                self.page.sources.append((len(self.page.blocks), element))

    def open_box(self, element: etree._Element, tag: str) -> None:
        self.flush()
        hint = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        self.page.nodes.append(Node(tag, self.node, len(self.page.blocks), 0, hint, element))
        self.node = len(self.page.nodes) - 1
        if tag in HEADING_TAGS:
            self.heading_depth += 1
        elif tag == "pre":
            self.pre_depth += 1

    def leave(self, element: etree._Element, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.flush()
            box = self.page.nodes[self.node]
            box.last = len(self.page.blocks)
            self.node = box.parent
            if tag in HEADING_TAGS:
                self.heading_depth -= 1
            elif tag == "pre":
                self.pre_depth -= 1
        elif tag == "a":
            self.link_depth -= 1 if element.get("href") else 0
        if self.hidden_depth and self.is_hidden(element):
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
        if self.pre_depth:
            *lines, text = text.split("\n")
            for line in lines:
                self.pieces.append(line)
                self.flush()
        self.pieces.append(text)
        if self.link_depth > 0:
            self.linked += len(text.strip())

    def flush(self) -> None:
        if not self.pieces:
            return
        text = "".join(self.pieces).strip()
        if text:
            text = _WIDE_BLANKS.sub(" ", _BLANKS.sub(" ", text)).strip()
            hidden = self.hidden_depth > 0
            self.page.blocks.append(Block(text, self.node, self.linked, tuple(self.pieces), hidden))
        self.pieces, self.linked = [], 0
