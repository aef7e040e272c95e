"""Whether a page is one article: then the dated links around it are not a listing."""

import re
from collections import Counter

from lxml.html import HtmlElement

from crawler.listing import titles
from crawler.listing.rows import Row, outermost
from crawler.listing.scan import Page

_SENTENCE = re.compile(r"[。；！？]|，.*，|[.;!?](?:\s|$)")
_SENTENCE_LENGTH = 30
_LONG_TEXT = 200
_ROW_TEXT = 600
_NO_PROSE = frozenset(("a", "script", "style", "head", "footer"))
_SIGNS = re.compile(
    r"打印(?:本页|此页|该页|页面|文章)?[】\]]|关闭(?:窗口|本页|页面)|上一篇|下一篇|责任编辑|责编|字号|字体\s*[:：]?\s*[\[【（(]?\s*大"
    r"|扫一扫在手机|分享到|保护视力色"
)
_ARTICLE_META = frozenset(("articletitle", "og:article:published_time", "article:published_time"))


def reads_as_article(page: Page, rows: list[Row]) -> bool:
    """Return whether a page's own text outweighs its rows, or its meta tags say it is an article.

    `ArticleTitle` is required on content pages and only there (国办发〔2017〕47号, page tags); an
    empty one is a template's leftover. Otherwise sentences outside of links and rows are weighed
    against the titles of the rows; the usual furniture of an article (上一篇, 打印, 字号) halves
    what is needed.
    """
    if _stated_article(page.root):
        return True
    small = {row.element for row in rows} | _cards(page)
    small = {element for element in small if len(element.text_content()) <= _ROW_TEXT}
    prose = sum(map(len, _prose(page.root, small)))
    listed = sum(len(row.link.title) for row in rows)
    signs = len(set(_SIGNS.findall(page.root.text_content())))
    needed = max(_LONG_TEXT, listed) / (2 if signs >= 2 else 1)
    return prose >= needed


def _cards(page: Page) -> set[HtmlElement]:
    """Return elements that repeat side by side, three or more, each around one article link."""
    around = {outermost(page, link.anchor) for link in page.links if link.article}
    beside = Counter(element.getparent() for element in around)
    return {element for element in around if beside[element.getparent()] >= 3}


def _stated_article(root: HtmlElement) -> bool:
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        if name in _ARTICLE_META and (meta.get("content") or "").strip() not in ("", "null"):
            return True
    return False


def _prose(root: HtmlElement, rows: set[HtmlElement]) -> list[str]:
    """Return the sentences of blocks that are neither rows nor links, inline elements included."""
    found: list[str] = []
    blocks = [root]
    while blocks:
        parts: list[str] = []
        _gather(blocks.pop(), rows, parts, blocks)
        text = " ".join("".join(parts).split())
        if len(text) >= _SENTENCE_LENGTH and _SENTENCE.search(text):
            found.append(text)
    return found


def _gather(
    element: HtmlElement, rows: set[HtmlElement], parts: list[str], blocks: list[HtmlElement]
) -> None:
    parts.append(element.text or "")
    for child in element:
        if child.tag in titles.INLINE and child.tag != "a":
            _gather(child, rows, parts, blocks)
        elif isinstance(child.tag, str) and child.tag not in _NO_PROSE and child not in rows:
            blocks.append(child)
        parts.append(child.tail or "")
