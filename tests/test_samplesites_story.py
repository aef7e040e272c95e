"""The story of the sample sites: what happens when, and that the content files agree with it."""

from dataclasses import replace

import pytest

from samplesites import Calendar, Event, events
from samplesites.articles import Article, ContentError, Posting, Revision, in_pages, library
from samplesites.calendar import START, changed_at, seen_at
from samplesites.story import LAST_DAY

TOLD = [
    (1, "new", "demo_trs", "evaluation"),
    (1, "news", "demo_epaper", "plan"),
    (1, "reprint", "demo_swchina", "plan"),
    (1, "reprint", "demo_ucap", "plan"),
    (2, "draft", "demo_hanweb", "volunteer-draft"),
    (2, "interpretation", "demo_trs", "plan"),
    (2, "revised", "demo_trs", "purchasing"),
    (2, "withdrawn", "demo_hanweb", "supervisors"),
    (3, "issued", "demo_trs", "agencies"),
    (3, "new", "demo_gkmlpt", "registration"),
    (3, "news", "demo_swchina", "plan"),
    (3, "repealed", "demo_trs", "agencies-2019"),
    (4, "expired", "demo_hanweb", "training-hours"),
    (4, "new", "demo_gkmlpt", "repeal-2026"),
    (4, "new", "demo_ucap", "newly-employed"),
    (4, "repealed", "demo_gkmlpt", "assistants-2013"),
    (4, "repealed", "demo_gkmlpt", "subsidy-2015"),
    (4, "revised", "demo_hanweb", "pay"),
    (5, "interpretation", "demo_trs", "agencies"),
    (5, "new", "demo_hanweb", "children-rules"),
    (5, "news", "demo_swchina", "swchina-salon"),
    (5, "reprint", "demo_swchina", "registration"),
    (6, "new", "demo_gkmlpt", "standards-plan"),
    (6, "news", "demo_swchina", "swchina-exam"),
]


def everything_after_day_0() -> list[Event]:
    return [event for day in range(1, LAST_DAY + 1) for event in events(day)]


def an_article(site: str = "demo_trs") -> Article:
    return library().articles(site, 0)[0]


def test_the_story_is_told_exactly() -> None:
    heard = [event for event in everything_after_day_0() if event.tells != "irrelevant"]
    assert sorted((e.day, e.tells, e.article.site, e.article.dossier) for e in heard) == TOLD


def test_days_1_to_4_each_bring_noise_that_nobody_should_hear_of() -> None:
    noisy = {event.day for event in everything_after_day_0() if event.tells == "irrelevant"}
    assert noisy == {1, 2, 3, 4}


def test_day_0_has_at_least_25_articles_among_them_irrelevant_ones() -> None:
    baseline = events(0)
    assert len(baseline) >= 25
    assert {event.what for event in baseline} == {"posted"}
    assert sum(event.tells == "irrelevant" for event in baseline) >= 8


def test_the_removed_policy_is_missing_early_enough_to_be_confirmed() -> None:
    removed = [event for event in everything_after_day_0() if event.what == "removed"]
    assert [event.day for event in removed] == [2]


def test_the_plan_has_one_number_on_both_departments_sites() -> None:
    on_sites = {
        site: {a.document_number for a in library().articles(site, 1) if a.dossier == "plan"}
        for site in ("demo_trs", "demo_ucap")
    }
    assert on_sites == {"demo_trs": {"云社工发〔2026〕8号"}, "demo_ucap": {"云社工发〔2026〕8号"}}


def test_a_reprint_is_not_changed_when_its_original_is_abolished() -> None:
    revision = Revision(day=1, site="demo_gkmlpt", validity="废止")
    article = replace(an_article("demo_swchina"), validity="有效")
    assert Posting(article, (revision,)).on(1) == article


def test_nothing_is_posted_later_than_it_is_seen() -> None:
    for day in range(LAST_DAY + 1):
        for event in events(day):
            assert event.article.posted_at <= seen_at(START, day), event.article.title


def test_a_revision_that_does_not_fit_is_refused_by_title() -> None:
    posting = Posting(an_article(), (Revision(day=1, old="没有这句话", new="有"),))
    with pytest.raises(ContentError, match=posting.article.title):
        posting.on(1)


def test_a_posting_stands_from_its_first_day_until_it_is_gone() -> None:
    posting = Posting(replace(an_article(), first_day=2), gone=4)
    assert [posting.on(day) is not None for day in range(6)] == [0, 0, 1, 1, 0, 0]


def test_an_empty_column_still_has_one_listing_page() -> None:
    assert in_pages((), 5) == [()]


def test_a_full_listing_page_does_not_start_another() -> None:
    articles = tuple(library().articles("demo_trs", 0)[:6])
    assert [len(page) for page in in_pages(articles, 3)] == [3, 3]


def test_today_is_half_past_seven_in_shanghai() -> None:
    calendar = Calendar()
    assert calendar.now.isoformat() == "2026-05-31T23:30:00+00:00"
    calendar.advance(2)
    assert calendar.now.isoformat() == "2026-06-02T23:30:00+00:00"


def test_what_a_day_shows_was_put_up_before_it_is_seen() -> None:
    for day in range(1, LAST_DAY + 1):
        assert seen_at(START, day - 1) < changed_at(START, day) < seen_at(START, day)


def test_time_does_not_run_back() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Calendar().advance(0)
