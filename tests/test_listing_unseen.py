"""Invented pages of the content systems that Chinese sites run, each read without any error."""

from urllib.parse import urldefrag

import pytest
from unseen_columns import ALL

from crawler.listing import find_entries


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.name)
def test_a_page_that_the_reader_was_not_made_for_is_read_as_labelled(page):
    listing = find_entries(page.text, page.url)
    found = {urldefrag(entry.url)[0]: entry for entry in listing.entries}
    let_pass = {row.url for row in page.rows if row.optional}
    wanted = {urldefrag(row.url)[0]: row for row in page.rows if not row.optional}
    assert found.keys() - let_pass == wanted.keys()
    titles = {url: row.title for url, row in wanted.items()}
    assert {url: found[url].title for url in wanted} == titles
    wrong = {url: found[url].on for url, row in wanted.items() if found[url].on not in row.dates}
    assert wrong == {}
    assert page.js_rendered in (None, listing.js_rendered)


def test_every_page_has_a_name_of_its_own():
    assert len({page.name for page in ALL}) == len(ALL)
