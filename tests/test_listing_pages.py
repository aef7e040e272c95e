"""Every page under `pages/listing` is read as `expected.jsonl` says: layouts, not sites."""

import json
from pathlib import Path

import pytest

from crawler.listing import find_entries, looks_like_listing

PAGES = Path(__file__).parent / "pages" / "listing"
CASES = [json.loads(line) for line in (PAGES / "expected.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_page_is_read_as_expected(case):
    text = (PAGES / case["file"]).read_text("utf-8")
    listing = find_entries(text, case["url"])
    found = [[entry.url, entry.title, entry.on] for entry in listing.entries]
    assert found == case["entries"]
    assert listing.next_page == case["next_page"]
    assert listing.js_rendered == case["js_rendered"]


@pytest.mark.parametrize("name", ["article_with_dated_neighbours", "short_article_by_its_meta"])
def test_an_article_does_not_look_like_a_listing(name):
    case = next(case for case in CASES if case["name"] == name)
    text = (PAGES / case["file"]).read_text("utf-8")
    assert not looks_like_listing(text, case["url"], find_entries(text, case["url"]))


@pytest.mark.parametrize("name", ["column_says_it_is_empty", "rows_by_ajax", "single_entry"])
def test_empty_scripted_and_short_columns_look_like_listings(name):
    case = next(case for case in CASES if case["name"] == name)
    text = (PAGES / case["file"]).read_text("utf-8")
    assert looks_like_listing(text, case["url"], find_entries(text, case["url"]))
