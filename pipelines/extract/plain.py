"""Plain-text and Markdown captures as outlines, so that the rules of HTML pages read them too."""

import re

from pipelines.extract.outline import MAX_BLOCKS, Block, Node, Outline
from pipelines.extract.rules import NO_RULES, Rules
from pipelines.extract.walk import outline_html

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_FRONT_FIELD = re.compile(r"^([A-Za-z_]+):[ \t]*(.+?)[ \t]*$", re.M)
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((<?[^)\s]{1,2000}>?)(?:\s+\"[^\"]*\")?\)")
_AUTOLINK = re.compile(r"<(https?://[^>\s]+)>")
_HTML_START = re.compile(
    r"<(?:!doctype|html|head|body|meta|title|div|table|script|link|style|center)\b", re.I
)
_HTML_TAG = re.compile(r"</?(?:p|div|br|table|td|span|strong|h\d|ul|li|a|img)\b[^<>]*>", re.I)

_FEW_TAGS = 2
_MANY_TAGS = 10
"""So many tags make a page of what its server calls plain text; fewer may be a text's own."""


def looks_like_html(text: str, tags: int = _FEW_TAGS) -> bool:
    """Tell whether a capture is HTML: page markup near its start, or so many tags in it."""
    if _HTML_START.search(text[:4096]):
        return True
    return len(_HTML_TAG.findall(text)) >= tags


def outline_of(
    text: str, url: str, content_type: str | None = None, rules: Rules = NO_RULES
) -> Outline:
    """Return the outline of a capture, whatever it is written in.

    content_type is a hint only: captures labelled `text/plain` may hold HTML and the reverse.
    """
    match = _FRONT_MATTER.match(text)
    front = dict(_front_fields(match[1])) if match else {}
    rest = text[match.end() :] if match else text
    plain = bool(content_type and content_type.startswith("text/plain"))
    if looks_like_html(rest, _MANY_TAGS if plain and not front else _FEW_TAGS):
        page = outline_html(_markdown_links_as_html(rest) if front else rest, url, rules)
    else:
        page = _outline_lines(rest, url)
    page.front = front
    return page


def _front_fields(block: str) -> list[tuple[str, str]]:
    return [(name.lower(), value.strip("\"'")) for name, value in _FRONT_FIELD.findall(block)]


def _markdown_links_as_html(text: str) -> str:
    """Return HTML in which Markdown's own links are links too (Jekyll mirrors mix the two)."""
    text = _AUTOLINK.sub(r'<p><a href="\1">\1</a></p>', text)
    return _LINK.sub(r'<a href="\2">\1</a>', text)


def _outline_lines(text: str, url: str) -> Outline:
    page = Outline(url, is_html=False)
    page.nodes.append(Node("body", -1, 0))
    for line in text.removeprefix("\ufeff").splitlines():
        if len(page.blocks) == MAX_BLOCKS:
            page.is_cut = True
            break
        if line.strip():
            _add_line(page, line)
    page.nodes[0].last = len(page.blocks)
    return page


def _add_line(page: Outline, line: str) -> None:
    heading = _HEADING.match(line.strip())
    shown = heading[2] if heading else line.replace("\xa0", " ").strip()
    linked = sum(len(label) for label, _ in _LINK.findall(shown))
    shown = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", shown)).strip()
    if not shown:
        return
    first = len(page.blocks)
    tag = f"h{len(heading[1])}" if heading else "p"
    page.nodes.append(Node(tag, 0, first, first + 1))
    page.blocks.append(Block(shown, len(page.nodes) - 1, linked, (shown,)))
