"""Every invented page in tests/pages/extract is read as its row in expected.json says."""

import json
import re
from pathlib import Path

import pytest

from pipelines.extract import ArticlePage, read_article
from store.records import Document

PAGES = Path(__file__).parent / "pages" / "extract"
EXPECTED = json.loads((PAGES / "expected.json").read_text("utf-8"))
PLAIN_FIELDS = frozenset(Document.__dataclass_fields__) - {"attachments", "policies_cited"}


def read(name: str) -> ArticlePage:
    return read_article((PAGES / name).read_text("utf-8"), EXPECTED[name]["url"])


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def differences(page: ArticlePage, expected: dict) -> list[str]:
    found = []
    if len(page.documents) != expected.get("documents", 1):
        return [f"{len(page.documents)} documents: {page.kind_hint} {page.detail}"]
    if page.kind_hint != expected.get("kind", "article"):
        found.append(f"kind {page.kind_hint}")
    if expected.get("detail", "") not in page.detail:
        found.append(f"detail {page.detail!r}")
    if page.documents:
        found += document_differences(page.documents[0], expected)
    return found


def document_differences(document: Document, expected: dict) -> list[str]:
    found = []
    for field in PLAIN_FIELDS & set(expected) - {"url"}:
        read_value, wanted = getattr(document, field), expected[field]
        if (list(read_value) if isinstance(read_value, tuple) else read_value) != wanted:
            found.append(f"{field}: {read_value!r}, not {wanted!r}")
    body = bare(document.body_text)
    checks = {
        "body_starts": body.startswith,
        "body_ends": body.endswith,
        "body_once": lambda part: body.count(part) == 1,
    }
    for name, check in checks.items():
        if name in expected and not check(bare(expected[name])):
            found.append(f"{name}: {document.body_text[:60]!r} … {document.body_text[-60:]!r}")
    found += [f"body lacks {p}" for p in expected.get("body_contains", []) if bare(p) not in body]
    found += [f"body has {p}" for p in expected.get("body_excludes", []) if bare(p) in body]
    if "attachments" in expected:
        urls = [attachment.url for attachment in document.attachments]
        found += [f"attachments: {urls}"] if urls != expected["attachments"] else []
    cited = [[c.title, c.document_number] for c in document.policies_cited]
    found += [f"not cited: {c} in {cited}" for c in expected.get("cited", []) if c not in cited]
    return found


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_invented_page_is_read_as_expected(name: str) -> None:
    assert differences(read(name), EXPECTED[name]) == []


def test_every_page_has_an_expectation() -> None:
    pages = {path.name for path in PAGES.iterdir()} - {"expected.json"}
    assert pages == set(EXPECTED)


def test_the_second_article_of_a_newspaper_page_is_whole() -> None:
    _, second = read("newspaper_markdown.md").documents
    assert second.title == "《东原省“十四五”民政事业发展规划》出台 社工站有了硬指标"
    assert second.source_name == "东原省民政厅官网"
    assert "每个县(市、区)都要有一家枢纽型社工机构" in second.body_text
    assert [c.title for c in second.policies_cited] == [
        "东原省“十四五”民政事业发展规划",
        "“十四五”民政事业发展规划",
    ]


def test_headings_inside_one_article_do_not_part_it() -> None:
    html = (
        "<h1>社工站建设办法</h1><h2>一、总则</h2><p>为规范建设，制定本办法。</p>"
        "<h2>二、附则</h2><p>本办法自公布之日起施行。</p>"
    )
    assert len(read_article(html, "http://x/").documents) == 1
