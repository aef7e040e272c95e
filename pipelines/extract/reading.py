"""One page to its documents: outline → title → body → fields, each field with its evidence.

The order matters: the title places the body, the body's place tells the info line from the text.
Nothing is fetched, and the clock is not asked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.canonical import simplify
from pipelines.citations import find_citations
from pipelines.dates import find_dates, parse_date
from pipelines.extract.attachments import read_attachments
from pipelines.extract.bodies import Body, find_body
from pipelines.extract.choice import Candidate, choose
from pipelines.extract.columns import read_columns
from pipelines.extract.labels import Labelled, read_labels
from pipelines.extract.lines import intro_title, joined_paragraphs, subtitle, title_above_prose
from pipelines.extract.outline import Outline
from pipelines.extract.prose import article_blocks
from pipelines.extract.published import published_candidates
from pipelines.extract.rendering import body_html, body_text
from pipelines.extract.sources import source_candidates
from pipelines.extract.titles import locate_title, title_candidates
from pipelines.issuers import Signature, find_signature, issuers_in_title
from pipelines.numbers import canonical_number, find_numbers, own_line_number
from pipelines.regions import (
    region_of_host,
    region_of_issuer,
    region_of_name,
    region_of_number,
    region_of_site_code,
)
from pipelines.validity import Term, consultation_ends_on, effective_on, expires_on
from store.records import Document, Evidence

_VALIDITY_TAG = re.compile(
    r"[【\[（(]((?:已|全文|宣布)?(?:失效|废止|修订|修改)|部分(?:失效|废止)|(?:现行|继续)?有效)[】\]）)]"
)
_BRACKETS = re.compile(r"[\s()（）\[\]【】]+")


@dataclass(slots=True)
class Article:
    """What is known of one article while its fields are read."""

    page: Outline
    title: str | None
    title_block: int | None
    body: Body | None
    blocks: tuple[int, ...]
    labels: tuple[Labelled, ...]
    evidence: dict[str, Evidence] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body's plain text, one paragraph per line."""
        text = body_text(self.page, self.blocks)
        return "\n".join(joined_paragraphs(text.split("\n"))) if self.page.partial else text

    def take(self, name: str, candidates: object) -> str | None:
        """Return the chosen value of a field and remember its evidence."""
        best, evidence = choose(candidates)  # type: ignore[arg-type]
        if best is None or evidence is None:
            return None
        self.evidence[name] = evidence
        return best.value


def read_document(page: Outline) -> tuple[Document, Article]:
    """Return the page's article as a document, with the working that led to it."""
    head = read_labels(page, 0, len(page.blocks))
    candidates = title_candidates(page, head) if page.is_html else _line_titles(page, head)
    best, evidence = choose(candidates)
    title = best.value if best else None
    title_block = best.block if best else None
    if title and (title_block is None or page.is_html):
        title_block = locate_title(page, title)
    body = find_body(page, title_block)
    blocks = article_blocks(page, body, title) if body else ()
    article = Article(page, title, title_block, body, blocks, head)
    if evidence:
        article.evidence["title"] = evidence
    return _document(article), article


def _line_titles(page: Outline, labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    if page.front.get("title"):
        yield Candidate(page.front["title"], "front matter title", "front matter")
    yield from title_above_prose(page)
    yield from title_candidates(page, labels)


def _document(article: Article) -> Document:
    page, text = article.page, article.text
    signature = find_signature(text.split("\n"))
    number = _own_number(article, text)
    published = article.take(
        "published_on",
        published_candidates(page, article.labels, article.title_block, article.blocks),
    )
    source = article.take(
        "source_name",
        source_candidates(page, article.labels, article.title_block, article.blocks),
    )
    written = _written_on(article, signature)
    issuers = _issuers(article, signature)
    last = article.blocks[-1] if article.blocks else 0
    first = article.title_block if article.title_block is not None else 0
    title, title_number = _title_without_number(article.title)
    return Document(
        url=page.url,
        title=title,
        intro_title=page.comment.get("introtitle") or intro_title(page, article.title_block),
        subtitle=page.comment.get("subtitle") or subtitle(page, article.title_block),
        body_text=text,
        body_html=body_html(page, article.blocks),
        written_on=written,
        published_on=published,
        source_name=source,
        author=_author(article),
        original_url=_original_url(article),
        columns=read_columns(page, article.title, article.title_block),
        region=_region(article, number or title_number, issuers, source, text),
        issuers=issuers,
        document_number=number,
        index_number=_label(article, "index"),
        theme=_label(article, "theme"),
        validity=_validity(article),
        effective_on=_term(article, "effective_on", effective_on(text, written or published)),
        expires_on=_expires(article, text, written or published),
        consultation_ends_on=_term(
            article, "consultation_ends_on", consultation_ends_on(title or "", text)
        ),
        attachments=read_attachments(page, first, last),
        policies_cited=find_citations(text),
        evidence=article.evidence,
    )


def _label(article: Article, kind: str) -> str | None:
    candidates = (
        Candidate(item.value, f"label {item.label}", f"block {item.block}")
        for item in article.labels
        if item.kind == kind and item.value
    )
    return article.take({"index": "index_number"}.get(kind, kind), candidates)


def _validity(article: Article) -> str | None:
    """Return the state of force as the site states it: in the header, or as a tag of the title."""
    stated = _label(article, "validity")
    tag = _VALIDITY_TAG.search(article.title or "")
    if stated or not tag:
        return stated
    article.evidence["validity"] = Evidence("tag in title", "title")
    return tag[1]


def _author(article: Article) -> str | None:
    """Return the names after 作者 or 记者, cut at a date or a wide gap."""
    value = _label(article, "author")
    if not value:
        return None
    dates = find_dates(value)
    value = re.split(r"\s{2,}|[|｜【\[]", value[: dates[0].start] if dates else value)[0].strip()
    return value if 0 < len(value) <= 40 else None


def _term(article: Article, name: str, term: Term | None) -> str | None:
    if term is None:
        return None
    article.evidence[name] = Evidence("sentence", term.sentence, term.certainty)
    return term.on


def _expires(article: Article, text: str, issued: str | None) -> str | None:
    begins = effective_on(text, issued)
    return _term(article, "expires_on", expires_on(text, begins.on if begins else issued))


def _title_without_number(title: str | None) -> tuple[str | None, str | None]:
    """Part a title from the number printed after it (`…的通知 吉组发〔2011〕11号`)."""
    if not title:
        return title, None
    for mention in find_numbers(title):
        before, after = title[: mention.start], title[mention.end :]
        if not after.strip(" )）") and before[-1:] in " \u3000":
            return before.strip(), mention.value
    return title, None


def _own_number(article: Article, text: str) -> str | None:
    return article.take("document_number", _number_candidates(article, text))


def _number_candidates(article: Article, text: str):  # type: ignore[no-untyped-def]
    for item in article.labels:
        if item.kind == "number":
            number = canonical_number(item.value)
            if number:
                yield Candidate(number, f"label {item.label}", f"block {item.block}")
    title = article.title or ""
    for mention in find_numbers(title):
        before, after = title[: mention.start], title[mention.end :]
        if not _BRACKETS.sub("", before) or not _BRACKETS.sub("", after):
            yield Candidate(mention.value, "number in title", "title", mention.certainty)
    start = article.title_block or 0
    end = article.blocks[0] + 6 if article.blocks else start + 6
    for index in range(start + 1, min(end, len(article.page.blocks))):
        own = own_line_number(article.page.blocks[index].text)
        if own:
            yield Candidate(own.value, "line of its own", f"block {index}", own.certainty)


def _written_on(article: Article, signature: Signature | None) -> str | None:
    def candidates():  # type: ignore[no-untyped-def]
        for item in article.labels:
            value = parse_date(item.value) if item.kind == "written" else None
            if value:
                yield Candidate(value, f"label {item.label}", f"block {item.block}")
        if signature:
            yield Candidate(signature.written_on, "signature block", "body", signature.certainty)

    return article.take("written_on", candidates())


def _issuers(article: Article, signature: Signature | None) -> tuple[str, ...]:
    if signature:
        article.evidence["issuers"] = Evidence("signature block", f"line {signature.line}")
        return signature.issuers
    named = issuers_in_title(article.title or "")
    if named:
        article.evidence["issuers"] = Evidence("organs in title", "title")
        return named
    for item in article.labels:
        if item.kind == "issuer" and item.value:
            article.evidence["issuers"] = Evidence(f"label {item.label}", f"block {item.block}")
            return tuple(part for part in re.split(r"[\s、,，;；]+", item.value) if part)
    return ()


def _original_url(article: Article) -> str | None:
    page = article.page
    for item in reversed(article.labels):
        match = re.search(r"https?://[^\s<>）)]+", item.value) if item.kind == "source" else None
        if match:
            return match[0]
    if page.front:
        for block in reversed(page.blocks[-6:]):
            if re.fullmatch(r"https?://\S+", block.text):
                return block.text
    return None


def _region(
    article: Article,
    number: str | None,
    issuers: tuple[str, ...],
    source: str | None,
    text: str,
) -> str | None:
    title = simplify(article.title or "")
    meta: Mapping[str, str] = article.page.meta
    return (
        region_of_number(number)
        or (region_of_issuer(issuers[0]) if issuers else None)
        or region_of_name(title)
        or region_of_host(article.page.url)
        or region_of_site_code(meta.get("siteidcode"))
        or (region_of_issuer(simplify(source)) if source else None)
        or region_of_name(simplify(text[:300]))
    )
