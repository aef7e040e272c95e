"""Families whose lists are services: crawled as they stand, every article is found."""

import pytest
from crawl_site import Desk

from samplesites import serve
from samplesites.articles import library
from samplesites.roster import SERVICE_ROSTER
from samplesites.services import PER_PAGE, TOLD_BY

IDS = [card.id for _, card in SERVICE_ROSTER]
TITLES = {article.title for article in library().articles(TOLD_BY, 0)}


@pytest.fixture(scope="module")
def visits(tmp_path_factory):
    """The visits of one crawl of all sites, by source id."""
    desk = Desk(tmp_path_factory.mktemp("services"))
    with serve(port_base=24600, roster=SERVICE_ROSTER) as internet:
        internet.write_sources(desk.sources)
        desk.ids.extend(IDS)
        result = desk.crawl(now=internet.now)
    assert result.completed, result.detail
    return {source_id: list(desk.of(source_id).values()) for source_id in IDS}


def test_there_is_more_than_one_page_to_follow():
    assert PER_PAGE < len(TITLES) <= 3 * PER_PAGE


@pytest.mark.parametrize("source_id", IDS)
def test_every_article_is_found_and_read(visits, source_id):
    pages = [visit for visit in visits[source_id] if visit.target == "page"]
    assert {visit.entry.title for visit in pages} == TITLES
    assert {visit.outcome for visit in pages} == {"ok"}


@pytest.mark.parametrize("source_id", IDS)
def test_every_answer_of_the_list_has_a_good_outcome(visits, source_id):
    lists = [visit for visit in visits[source_id] if visit.target == "listing"]
    assert len(lists) > 1
    assert {visit.outcome for visit in lists} <= {"ok", "empty_declared"}


@pytest.mark.parametrize("source_id", [i for i in IDS if i != "demo_people"])
def test_rows_that_show_a_day_have_it(visits, source_id):
    pages = [visit for visit in visits[source_id] if visit.target == "page"]
    days = {article.title: f"{article.posted_at:%Y-%m-%d}" for article in _articles()}
    assert {v.entry.title: v.entry.on for v in pages} == days


def _articles():
    return library().articles(TOLD_BY, 0)
