"""One page to its document: outline → title → body → fields, each field with its evidence.

The order matters: the title places the body, the body's place tells the info line from the text.
Nothing is fetched, and the clock is not asked.
"""

from collections.abc import Iterator

from pipelines.citations import find_citations
from pipelines.extract import fields
from pipelines.extract.article import Article
from pipelines.extract.attachments import read_attachments
from pipelines.extract.bodies import find_body
from pipelines.extract.choice import Candidate, choose
from pipelines.extract.columns import read_columns
from pipelines.extract.headings import locate_title
from pipelines.extract.labels import Labelled, read_labels
from pipelines.extract.lines import intro_title, subtitle, title_above_prose
from pipelines.extract.outline import Outline
from pipelines.extract.prose import article_blocks
from pipelines.extract.published import published_candidates
from pipelines.extract.rendering import body_html
from pipelines.extract.sources import source_candidates
from pipelines.extract.titles import title_candidates, title_in_header
from pipelines.issuers import find_signature
from store.records import Document


def read_article_of(page: Outline) -> Article:
    """Return the page's article placed: its title, where it stands, and the body under it."""
    labels = read_labels(page, 0, len(page.blocks))
    candidates = title_candidates(page, labels) if page.is_html else _line_titles(page, labels)
    best, evidence = choose(candidates)
    title = best.value if best else None
    title_block = best.block if best else None
    if title and (title_block is None or page.is_html):
        title_block = locate_title(page, title)
    body = find_body(page, title_block)
    blocks = article_blocks(page, body, title) if body else ()
    return Article(
        page, title, title_block, body, blocks, labels, {"title": evidence} if evidence else {}
    )


def _line_titles(page: Outline, labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    if page.front.get("title"):
        yield Candidate(page.front["title"], "front matter title", "front matter")
    yield from title_in_header(labels)
    yield from title_above_prose(page)
    yield from title_candidates(page, labels)


def read_document(article: Article) -> Document:
    """Return an article as a document with every field that its page states."""
    page, text = article.page, article.text()
    place = (page, article.labels, article.title_block, article.blocks)
    signature = find_signature(text.split("\n"))
    number = fields.own_number(article)
    published = article.take("published_on", published_candidates(*place))
    source = article.take("source_name", source_candidates(*place))
    written = fields.written_on(article, signature)
    organs = fields.issuers(article, signature)
    effective, expires, consultation = fields.terms(article, text, written, published)
    first = article.title_block or 0
    return Document(
        url=page.url,
        title=fields.title_without_number(article.title),
        intro_title=page.comment.get("introtitle") or intro_title(page, article.title_block),
        subtitle=page.comment.get("subtitle") or subtitle(page, article.title_block),
        body_text=text,
        body_html=body_html(page, article.blocks),
        written_on=written,
        published_on=published,
        source_name=source,
        author=fields.author(article),
        original_url=fields.original_url(article),
        columns=read_columns(page, article.title, article.title_block),
        region=fields.region(article, number, organs, source),
        issuers=organs,
        document_number=number,
        index_number=article.labelled("index", "index_number"),
        theme=article.labelled("theme"),
        validity=fields.validity(article),
        effective_on=effective,
        expires_on=expires,
        consultation_ends_on=consultation,
        attachments=read_attachments(page, first, max(first, *article.blocks[-1:], 0)),
        policies_cited=find_citations(text),
        evidence=article.evidence,
    )
