"""What subscribers hear: rules 10 to 14, one by one."""

import pytest

from pipelines.editorial import Occasion, judge
from store.records import Classification, Damage, Decoded

TODAY = "2026-11-21"


def announcement(kind="new", role="original", genre="policy", relevance="yes", **fields):
    fields = {"published_on": TODAY, "today_on": TODAY} | fields
    occasion = Occasion(kind=kind, role=role, **fields)
    return judge(occasion, Classification(genre, (), relevance)).announcement


@pytest.mark.parametrize("genre", ["policy", "draft", "interpretation"])
@pytest.mark.parametrize("relevance", ["yes", "maybe"])
def test_relevant_policies_drafts_and_interpretations_are_announced(genre, relevance):
    assert announcement(genre=genre, relevance=relevance) == "announced"


@pytest.mark.parametrize(
    ("genre", "relevance"),
    [("policy", "no"), ("news", "maybe"), ("news", "no"), ("publicity", "yes"), ("other", "yes")],
)
def test_what_is_not_social_work_policy_is_not(genre, relevance):
    assert announcement(genre=genre, relevance=relevance) == "irrelevant"


def test_news_is_announced_only_when_it_is_about_policy():
    assert announcement(genre="news", about_policy=True) == "announced"
    assert announcement(genre="news", about_policy=False) == "irrelevant"


def test_the_middle_band_is_announced_and_marked():
    occasion = Occasion("new", "original", TODAY, TODAY)
    assert judge(occasion, Classification("policy", (), "maybe")).possibly_relevant
    assert not judge(occasion, Classification("policy", (), "yes")).possibly_relevant


def test_a_dossier_known_only_from_news_is_a_lead():
    assert announcement(role="news", genre="news") == "lead"
    assert announcement("joined", "news", "news", known_roles=frozenset({"news"})) == "lead"


def test_news_of_a_policy_we_have_is_announced():
    told = announcement("joined", "news", "news", known_roles=frozenset({"original"}))
    assert told == "announced"


def test_the_original_that_joins_its_news_or_draft_is_announced():
    for role in ("news", "draft"):
        assert announcement("joined", known_roles=frozenset({role})) == "announced"


@pytest.mark.parametrize("role", ["reprint", "clone"])
def test_copies_are_not_announced(role):
    assert announcement("joined", role) == "unannounced"
    assert announcement("joined", "news", "news", is_copy=True) == "unannounced"


def test_a_reprint_that_begins_a_dossier_is_news_and_a_clone_never_is():
    assert announcement("new", "reprint") == "announced"
    assert announcement("new", "clone") == "unannounced"
    assert announcement("revised", "clone") == "unannounced"


@pytest.mark.parametrize("kind", ["corrected", "merged"])
def test_our_own_corrections_are_never_announced(kind):
    assert announcement(kind) == "unannounced"


@pytest.mark.parametrize(
    ("published_on", "told"),
    [
        (TODAY, "announced"),
        ("2026-11-14", "announced"),
        ("2026-11-13", "baseline"),
        ("2016-09-12", "baseline"),
        ("2026-11", "baseline"),
        (None, "baseline"),
    ],
)
def test_a_baseline_announces_the_last_seven_days(published_on, told):
    assert announcement(published_on=published_on, baseline=True) == told
    assert announcement(published_on=published_on) == "announced"


def test_the_flood_gate_holds_what_would_be_announced_and_nothing_else():
    assert announcement(held=True) == "held"
    assert announcement(held=True, relevance="no") == "irrelevant"
    assert announcement(held=True, baseline=True, published_on="2016-01-01") == "baseline"


def test_damage_withholds_the_body_not_the_announcement():
    occasion = Occasion("new", "original", TODAY, TODAY)
    text = "社工" * 500
    damaged = Decoded(text, "gb18030", (), damage=(Damage("lost", 3, 6, "???"),))
    unsure = Decoded(text, "gb18030", (), quality=0.4)
    clean = Decoded(text, "utf-8", ())
    told = [
        judge(occasion, Classification("policy", (), "yes"), d) for d in (damaged, unsure, clean)
    ]
    assert [t.announcement for t in told] == ["announced"] * 3
    assert [t.body_withheld for t in told] == [True, True, False]
