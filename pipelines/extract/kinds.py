"""What kind of page this is, and why it holds no article: issue index, listing, stub, other.

An article without text (an iframe, a scan, an attachment) is still an article: its title and info
line say so, and the reason is named instead of text being harvested from navigation.
"""

import re
from collections.abc import Sequence
from typing import Literal

from pipelines.dates import find_dates
from pipelines.extract.article import Article
from pipelines.extract.bodies import weigh
from pipelines.extract.outline import Block, Outline

KindHint = Literal["article", "listing", "issue", "stub", "other"]

_ISSUE = re.compile(r"版面(?:导航|導航|目录|目錄|概览|列表)|标题导航|標題導航|(?:上|下)一(?:期|版)")
_PAGE_OF_PAPER = re.compile(r"^第?\s?[A-Z]?\d{1,2}\s?版|^[A-Z]\d{1,2}\s?[:：]")
_SEARCH = re.compile(r"搜索结果|检索结果|站内搜索|全文检索|高级搜索|search", re.I)
_STATED = ("meta ArticleTitle", "enpproperty title", "front matter title", "label 标题")
_STUB_CHARS = 30
_ARTICLE_WEIGHT = 200.0
_ISSUE_REASON = "an issue's index: page names and headlines, no article"


def judge(page: Outline, article: Article) -> tuple[KindHint, str]:
    """Return the kind of a page and a line of reason; the reason is empty for a plain article."""
    shown = sum(len(block.text) for block in page.blocks)
    if shown < _STUB_CHARS and not article.title:
        return "stub", _stub_reason(page, shown)
    if article.blocks:
        return _with_text(page, article)
    if _is_issue(page):
        return "issue", _ISSUE_REASON
    if _is_stated_article(page, article):
        return "article", _why_no_text(page, article)
    return _without_article(page, shown)


def _stub_reason(page: Outline, shown: int) -> str:
    if page.meta.get("refresh"):
        return f"redirect: {page.meta['refresh'][:80]}"
    if page.frames:
        return "nothing but a frame"
    return f"{shown} characters of text: empty shell, or rendered by a script"


def _with_text(page: Outline, article: Article) -> tuple[KindHint, str]:
    chars = sum(len(page.blocks[index].text) for index in article.blocks)
    linked = sum(page.blocks[index].linked for index in article.blocks)
    marked = page.marked is not None or bool(page.comment.get("title"))
    weight = sum(weigh(page.blocks[i]) for i in article.blocks)
    if _is_issue(page) and weight < _ARTICLE_WEIGHT and not marked:
        return "issue", _ISSUE_REASON
    if _SEARCH.search(page.title_tag) and not _is_stated_article(page, article):
        return "other", "a search page"
    rows = _linked_rows(page, article.blocks)
    if article.title_block is None and not _is_stated_article(page, article):
        rows = max(rows, _linked_rows(page, range(len(page.blocks))))
        linked = chars if rows >= 10 else linked
    if rows >= 5 and linked > 0.6 * chars and not _is_stated_article(page, article):
        return "listing", f"{rows} rows of links and hardly any text"
    return "article", ""


def _linked_rows(page: Outline, blocks: Sequence[int]) -> int:
    return sum(1 for i in blocks if page.blocks[i].linked > 0.6 * len(page.blocks[i].text))


def _is_issue(page: Outline) -> bool:
    marks = sum(1 for block in page.blocks if _ISSUE.search(block.text[:40]))
    pages = sum(1 for block in page.blocks if _PAGE_OF_PAPER.match(block.text))
    return pages >= 3 or (marks >= 2 and pages >= 1)


def _is_stated_article(page: Outline, article: Article) -> bool:
    """A page that says it is an article: its own title tag, or a title with an info line under it.

    `<meta ArticleTitle>` also stands on some lists, empty or with the column's name.
    """
    evidence = article.evidence.get("title")
    if evidence is None or not article.title:
        return False
    if evidence.rule in _STATED and article.title != page.meta.get("columnname"):
        return True
    if article.title_block is None:
        return False
    near = range(article.title_block, article.title_block + 8)
    info = (i for i in article.labels if i.block in near and i.kind in ("published", "source"))
    return any(_is_plain(page.blocks[item.block]) for item in info)


def _is_plain(block: Block) -> bool:
    """Tell whether a line is hardly linked: a listing's row has a date too, beside its link."""
    return block.linked <= 0.5 * len(block.text)


def _why_no_text(page: Outline, article: Article) -> str:
    if page.frames:
        return "no text: the body is in a frame"
    first = article.title_block or 0
    if any(index >= first for index, _ in page.images):
        return "no text: the body is an image, or an attachment"
    return "no text under the title"


def _without_article(page: Outline, shown: int) -> tuple[KindHint, str]:
    rows = [b for b in page.blocks if b.linked > 0.5 * len(b.text) and len(b.text) >= 10]
    dated = sum(1 for block in page.blocks if len(block.text) <= 120 and find_dates(block.text))
    if len(rows) >= 5 and dated >= 3:
        return "listing", f"{len(rows)} links, {dated} dated lines, no article"
    if _SEARCH.search(page.title_tag):
        return "other", "a search page"
    if shown < 200 and page.is_html:
        return "stub", f"{shown} characters of text: empty shell, or rendered by a script"
    return "other", "no article: no title with text or an info line under it"
