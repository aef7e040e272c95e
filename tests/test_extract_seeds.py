"""Pages in the manner of those the project was asked from: every field they were asked for.

A print twin and its article (cmstop), the clone of an e-paper page with pinyin glosses, a
newspaper page of two articles, a Word document with smart tags and seventeen issuers in two
columns, a finance portal's item and its Markdown mirror. The words are invented.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.classify import classify
from pipelines.decode import decode
from pipelines.extract import ArticlePage, read_article
from store.records import Document

PAGES = Path(__file__).parent / "pages" / "seeds"
EXPECTED = json.loads((PAGES / "expected.json").read_text("utf-8"))
FIELDS = frozenset(Document.__dataclass_fields__) - {"attachments", "policies_cited"}


def read(name: str) -> ArticlePage:
    decoded = decode((PAGES / name).read_bytes(), None)
    return read_article(decoded.text, EXPECTED[name]["url"])


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def stated(document: Document, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the document says of every wanted field, in the shape of the wanted values."""
    verdict, body = classify(document), bare(document.body_text)
    said = {name: getattr(document, name) for name in FIELDS & set(wanted)}
    said = {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}
    cited = [[c.title, c.document_number] for c in document.policies_cited]
    derived = {
        "genre": verdict.genre,
        "relevance": verdict.relevance,
        "published_certainty": document.evidence["published_on"].certainty
        if said.get("published_on")
        else None,
        "written_certainty": document.evidence["written_on"].certainty
        if document.written_on
        else None,
        "attachments": [a.url for a in document.attachments],
        "cited": [c for c in wanted.get("cited", []) if c in cited],
        "body_starts": body[: len(bare(wanted.get("body_starts", "")))],
        "body_ends": body[-len(bare(wanted.get("body_ends", "x"))) :],
        "body_contains": [p for p in wanted.get("body_contains", []) if bare(p) in body],
        "body_excludes": [p for p in wanted.get("body_excludes", []) if bare(p) not in body],
    }
    return said | {name: value for name, value in derived.items() if name in wanted}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_field_asked_for_is_read(name: str) -> None:
    page = read(name)
    wanted = EXPECTED[name]["documents"]
    assert len(page.documents) == len(wanted), page.detail
    for document, fields in zip(page.documents, wanted, strict=True):
        fields = {k: bare(v) if k in ("body_starts", "body_ends") else v for k, v in fields.items()}
        assert stated(document, fields) == fields


def test_no_inline_element_is_dropped_from_a_word_page() -> None:
    """The asked-for capture lost `年`, `月`, `〕`: they stood in elements of their own."""
    document = read("smart_tags.html").documents[0]
    assert "20111220" not in document.body_text
    assert document.evidence["written_on"].certainty == "stated"
