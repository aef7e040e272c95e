"""Groups of page parts: what ties hold together, except where a person said otherwise."""

import random

from hypothesis import given
from hypothesis import strategies as st

from pipelines.gather import Tie, gather

PLACES = [(f"mz.cn/{letter}", 0) for letter in "abcdefgh"]
A, B, C, D, *_ = PLACES
PAIRS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)).filter(lambda p: p[0] != p[1]),
    max_size=9,
    unique_by=lambda pair: tuple(sorted(pair)),
)
TIES = PAIRS.flatmap(
    lambda pairs: st.lists(
        st.sampled_from([0.7, 0.8, 0.9]), min_size=len(pairs), max_size=len(pairs)
    ).map(lambda scores: [Tie(*p, s, "text") for p, s in zip(pairs, scores, strict=True)])
)


def test_ties_hold_together_whatever_lies_between():
    assert gather([A, B, C, D], [Tie(A, B, 0.9, ""), Tie(C, B, 0.7, "")]) == [
        frozenset({A, B, C}),
        frozenset({D}),
    ]


def test_a_copy_of_two_texts_kept_apart_goes_to_the_one_it_resembles_more():
    ties = [Tie(C, A, 0.8, ""), Tie(C, B, 0.9, ""), Tie(A, B, 1.0, "")]
    assert gather([A, B, C], ties, apart=[(B, A)]) == [frozenset({A}), frozenset({B, C})]


def test_what_a_person_put_together_needs_no_tie():
    assert gather([A, B, C], [], together=[(C, A)]) == [frozenset({A, C}), frozenset({B})]


def test_the_newer_of_two_decisions_that_cannot_both_hold_does():
    found = gather([A, B, C], [], together=[(A, B), (B, C)], apart=[(A, C)])
    assert found == [frozenset({A, B}), frozenset({C})]


def test_a_decision_about_a_page_that_is_gone_is_none():
    assert gather([A], [], together=[(A, B)], apart=[(A, C)]) == [frozenset({A})]


@given(TIES, PAIRS, PAIRS, st.randoms(use_true_random=False))
def test_order_never_matters_and_nothing_apart_is_in_one_group(ties, together, apart, chance):
    kept = [pair for pair in together if set(pair) not in [set(other) for other in apart]]
    expected = gather(PLACES, ties, together=kept, apart=apart)
    assert sorted(place for group in expected for place in group) == PLACES
    assert not any({one, other} <= group for group in expected for one, other in apart)
    places = random.Random(chance.random()).sample(PLACES, len(PLACES))
    turned = [Tie(t.other, t.one, t.score, t.why) for t in chance.sample(ties, len(ties))]
    assert gather(places, turned, together=kept, apart=apart) == expected
