"""From a decoded page to documents: titles, dates, numbers, sources, bodies, attachments.

Pure: takes text and a URL, returns frozen values with the evidence for each field; touches no
network, clock or database. No selectors are needed; a source's rules only sharpen it.
"""

from dataclasses import dataclass

from pipelines.extract.attachments import may_name_files
from pipelines.extract.kinds import KindHint, judge
from pipelines.extract.outline import MAX_BLOCKS, Outline
from pipelines.extract.plain import outline_of
from pipelines.extract.reading import read_article_of, read_document
from pipelines.extract.rules import NO_RULES, ExtractError, Rules
from pipelines.extract.several import part_articles
from store.records import Document

EXTRACTOR_VERSION: int = 3
"""Raised whenever a page may read differently: changes it alone causes are `corrected`."""

_REQUIRED = ("title", "published_on", "body_text")

__all__ = [
    "EXTRACTOR_VERSION",
    "ArticlePage",
    "ExtractError",
    "Rules",
    "extract",
    "may_name_files",
    "read_article",
]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The documents of a page, and in `detail` why there are none or what is missing."""

    kind_hint: KindHint
    documents: tuple[Document, ...] = ()
    detail: str = ""


def read_article(
    text: str, url: str, content_type: str | None = None, rules: Rules | None = None
) -> ArticlePage:
    """Return the documents of a page with a hint of what kind of page it is.

    content_type is a hint: HTML, Markdown and plain text are recognised by themselves.
    """
    page = outline_of(text, url, content_type, rules or NO_RULES)
    parts = part_articles(page)
    if len(parts) > 1:
        documents = tuple(read_document(read_article_of(part)) for part in parts)
        return ArticlePage("article", documents, f"{len(documents)} articles on one page")
    article = read_article_of(page)
    kind, detail = judge(page, article)
    if kind != "article":
        return ArticlePage(kind, (), detail)
    document = read_document(article)
    return ArticlePage(kind, (document,), detail or _remarks(page, document))


def _missing(document: Document) -> str:
    """Return which of the fields every article should have this one lacks; "" for none."""
    lacking = [name for name in _REQUIRED if not getattr(document, name)]
    return f"missing: {', '.join(lacking)}" if lacking else ""


def _remarks(page: Outline, document: Document) -> str:
    cut = f"the first {MAX_BLOCKS} lines of a longer page" if page.is_cut else ""
    return "; ".join(filter(None, (_missing(document), cut)))


def extract(text: str, url: str, rules: Rules | None = None) -> tuple[Document, ...]:
    """Return the documents of a decoded page, empty when it holds none."""
    return read_article(text, url, None, rules).documents
