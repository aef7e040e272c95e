"""Markup so damaged that libxml2 loses the page's text: read again, more patiently, flattened.

Three real defects make it drop most of a page: a comment or an attribute that is never closed
swallows what follows, and unclosed `<font>`s nest beyond its depth of 1,024. Beautiful Soup over
Python's own parser keeps the text in all three; it is ten times slower, so only such pages pay.
"""

import re

from lxml import etree

_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|noscript)\b.*?</\1\s*>", re.I | re.S)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,300}>?")
_HAN = re.compile("[\u4e00-\u9fff]")
_DRESS = ("font", "span", "b", "i", "u", "strong", "em", "big", "small", "center")
"""Elements without which a paragraph reads the same; without them runaway nesting is flat."""
_DRESSED = re.compile(rf"</?(?:{'|'.join(_DRESS)})(?:\s[^<>]{{0,300}})?>", re.I)
_MOST_TAGS = 20_000
_KEPT = re.compile(r"</?(?:title|h[1-6]|a|meta|img)\b", re.I)

LEAST_HAN = 80
"""A page with less Chinese than this has no article that could be lost."""


def is_swallowed(text: str, root: etree._Element | None) -> bool:
    """Return whether the tree holds less than half of the Chinese that the page shows."""
    shown = etree.tostring(root, method="text", encoding="unicode") if root is not None else ""
    kept, whole = _wide(shown), _wide(text)
    if whole < LEAST_HAN or kept * 2 >= whole:  # most pages: spares taking the markup away
        return False
    kept = len(_HAN.findall(shown)) * 2
    written = len(_HAN.findall(_TAG.sub("", _UNSEEN.sub("", text))))
    return written >= LEAST_HAN and kept < written


def _wide(text: str) -> int:
    """Return about how many Chinese characters a text has: they take three bytes in UTF-8."""
    return (len(text.encode("utf-8", "replace")) - len(text)) // 2


def mended(text: str) -> str:
    """Return the page as markup that libxml2 reads whole: flat, its stray tags no text."""
    from bs4 import BeautifulSoup, NavigableString  # slow to load: only such pages wait

    text = _DRESSED.sub("", text)
    if len(_TAG.findall(text)) > _MOST_TAGS:
        return _flat(text)
    soup = BeautifulSoup(text, "html.parser")
    for string in soup.find_all(string=_TAG):
        if type(string) is NavigableString:  # not a comment, a script or a style
            string.replace_with(_TAG.sub(" ", string).replace("<!--", " "))
    return str(soup)


def _flat(text: str) -> str:
    """Return a page of too many tags with headings, links and line breaks only: nothing nests."""
    text = _UNSEEN.sub("", text)
    return _TAG.sub(lambda tag: tag[0] if _KEPT.match(tag[0]) else "<br>", text)
