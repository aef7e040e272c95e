"""Genre, topics and relevance on 266 full-length invented documents, 104 of them blind."""

import pytest
from classify_cases import documents

from pipelines.canonical import simplify
from pipelines.classify import classify

FOLLOWED = {"policy", "draft"}


@pytest.fixture(scope="module", params=["development", "blind"])
def judged(request):
    return [(case, classify(case.document)) for case in documents(request.param)]


def is_followed(case):
    return case.genres[0] in FOLLOWED and case.relevant != "no"


def is_found(c):
    return c.genre in FOLLOWED and c.relevance != "no"


def test_the_cases_are_many_and_half_of_them_are_hard_negatives():
    every = [*documents("development"), *documents("blind")]
    assert len(every) >= 250
    assert sum(case.relevant == "no" for case in every) >= 100
    assert len({case.document.title for case in every}) == len(every)
    assert not any("@" in case.document.body_text for case in every)


def test_relevant_policies_and_drafts_are_found(judged):
    wanted = [c for case, c in judged if is_followed(case)]
    assert sum(map(is_found, wanted)) / len(wanted) >= 0.98


def test_what_is_found_is_mostly_wanted(judged):
    found = [case for case, c in judged if is_found(c)]
    assert sum(map(is_followed, found)) / len(found) >= 0.85


def test_whatever_its_genre_the_relevant_is_found_and_mostly_nothing_else(judged):
    found = [case for case, c in judged if c.relevance != "no"]
    missed = [case for case, c in judged if case.relevant == "yes" and c.relevance == "no"]
    assert len(missed) <= 1
    assert sum(case.relevant != "no" for case in found) / len(found) >= 0.85


def test_genre_is_right(judged):
    assert sum(c.genre in case.genres for case, c in judged) / len(judged) >= 0.9


def test_most_topics_are_named(judged):
    wanted = [(set(case.topics), set(c.topics)) for case, c in judged if case.topics]
    assert sum(len(a & b) for a, b in wanted) / sum(len(a) for a, _ in wanted) >= 0.7


def test_every_verdict_for_relevance_names_a_word(judged):
    for case, c in judged:
        if c.relevance != "no":
            assert any(r.weight > 0 and r.word in _said(case.document) for r in c.reasons)


def _said(document):
    parts = (document.title, document.body_text, *document.issuers, *document.columns)
    return simplify("".join(parts))
