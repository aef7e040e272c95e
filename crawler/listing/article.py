"""Whether a page is one article: then the dated links around it are not a listing."""

import re
from collections import Counter

from lxml.html import HtmlElement

from crawler.listing import titles
from crawler.listing.rows import Row, outermost
from crawler.listing.scan import Page, text_within

_SENTENCE = re.compile(r"[。；！？]|，.*，|[.;!?](?:\s|$)")
_SENTENCE_LENGTH = 30
_LONG_TEXT = 200
_LONG_TITLE = 8
_ROW_TEXT = 600
_POSTS = 3
_NO_PROSE = frozenset(("a", "script", "style", "head", "footer"))
_IMPRINT = re.compile(
    r"版权|主办|承办|备案|ICP|技术支持|邮\s*编|分辨率|标识码|转载|免责|投稿|来稿"
    r"|Copyright|rights reserved",
    re.IGNORECASE,
)
_IMPRINT_LENGTH = 200
_SIGNS = re.compile(
    r"打印(?:本页|此页|该页|页面|文章)?[】\]]|关闭(?:窗口|本页|页面)|上一篇|下一篇|责任编辑|责编|字号|字体\s*[:：]?\s*[\[【（(]?\s*大"
    r"|扫一扫在手机|分享到|保护视力色"
)


def reads_as_article(page: Page, rows: list[Row]) -> bool:
    """Return whether a page's own text outweighs its rows, or its meta tags say it is an article.

    `ArticleTitle` is required on content pages and only there (国办发〔2017〕47号, page tags); an
    empty one is a template's leftover. Otherwise sentences outside of links and rows are weighed
    against the titles of the rows; the usual furniture of an article (上一篇, 打印, 字号) halves
    what is needed. Three dated rows side by side are rows however much they quote (a blog's posts).
    """
    cards = _cards(page)
    small = {row.element for row in rows} | cards.keys()
    small = {element for element in small if text_within(element, _ROW_TEXT) is not None}
    beside = Counter((row.container, row.element.tag) for row in rows)
    small |= {r.element for r in rows if beside[r.container, r.element.tag] >= _POSTS}
    prose = sum(map(len, _prose(page.root, small)))
    listed = max(sum(len(row.link.title) for row in rows), sum(map(len, cards.values())) // 3)
    if is_stated(page.root, prose):
        return True
    signs = len(set(_SIGNS.findall(page.root.text_content())))
    needed = max(_LONG_TEXT, listed) / (2 if signs >= 2 else 1)
    return prose >= needed


def _cards(page: Page) -> dict[HtmlElement, str]:
    """Return elements that repeat side by side, three or more, and the title each links."""
    around = {outermost(page, li.anchor): li.title for li in page.links if li.article}
    beside = Counter(element.getparent() for element in around)
    return {e: title for e, title in around.items() if beside[e.getparent()] >= 3}


def is_stated(root: HtmlElement, prose: int = 0) -> bool:
    """Return whether the meta tags name an article: a title that is not the column's or the site's.

    Column pages are known to carry their own name as `ArticleTitle`; a short one counts only
    beside some text of the page's own, `og:type` only beside a body. prose: how many characters
    that is; what is stated beside none is stated beside any.
    """
    stated: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        stated.setdefault(name, (meta.get("content") or "").strip())
    title = stated.get("articletitle", "")
    if title not in ("", "null", stated.get("columnname"), stated.get("sitename")):
        return len(title) >= _LONG_TITLE or prose >= _LONG_TEXT // 2
    dated = stated.get("article:published_time") or stated.get("og:article:published_time")
    return prose >= _LONG_TEXT and bool(dated or stated.get("og:type") == "article")


def _prose(root: HtmlElement, rows: set[HtmlElement]) -> list[str]:
    """Return the sentences of blocks that are neither rows nor links, inline elements included."""
    found: list[str] = []
    blocks = [root]
    while blocks:
        text = " ".join(_own_text(blocks.pop(), rows, blocks).split())
        sentence = len(text) >= _SENTENCE_LENGTH and _SENTENCE.search(text)
        if sentence and not (len(text) < _IMPRINT_LENGTH and _IMPRINT.search(text)):
            found.append(text)
    return found


def _own_text(block: HtmlElement, rows: set[HtmlElement], blocks: list[HtmlElement]) -> str:
    """Return the text of a block and its inline elements; blocks inside are put into `blocks`."""
    parts: list[str] = []
    stack: list[HtmlElement | str] = [block]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node is block or (node.tag in titles.INLINE and node.tag != "a"):
            parts.append(node.text or "")
            for child in reversed(node):
                stack.extend((child.tail or "", child))
        elif node.tag not in _NO_PROSE and node not in rows:
            blocks.append(node)
    return "".join(parts)
