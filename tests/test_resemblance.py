"""Resemblance of two texts: what is shared, where they part, whether it means something."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import policy_text

from pipelines.alignment import rising, shared_runs
from pipelines.canonical import canonical_text
from pipelines.resemblance import resemblance

TEXT = policy_text("resemblance")
PLAIN = canonical_text(TEXT)
SENTENCES = st.lists(st.sampled_from(TEXT.replace("\n", "").split("。")), max_size=30).map(
    "。".join
)


@given(SENTENCES, SENTENCES)
def test_runs_are_equal_ordered_and_apart(one, other):
    a0 = b0 = 0
    for run in shared_runs(one, other):
        assert run.size > 0
        assert one[run.a : run.a_end] == other[run.b : run.b_end]
        assert run.a >= a0
        assert run.b >= b0
        a0, b0 = run.a_end, run.b_end


def test_landmarks_do_not_cost_agreement():
    one = policy_text("long", 120)
    other = one.replace("第六十条", "第六十条之一").replace("应当", "可以", 3)
    agreed = sum(run.size for run in shared_runs(one, other))
    assert agreed >= len(one) - 6


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), unique_by=lambda p: p[0]))
def test_the_longest_rising_subsequence_rises_and_none_is_longer(pairs):
    pairs.sort()
    chosen = rising(pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(chosen))
    longest = [1] * len(pairs)
    for i, (_, b) in enumerate(pairs):
        longest[i] = 1 + max((longest[j] for j in range(i) if pairs[j][1] < b), default=0)
    assert len(chosen) == max(longest, default=0)


def test_a_copy_covers_everything_and_does_not_differ():
    r = resemblance(TEXT, "【打印】\n" + TEXT.replace("，", ","))
    assert (r.coverage, r.differs, r.is_identical) == (1.0, False, True)


def test_a_headline_repeated_above_the_text_lies_outside_it():
    r = resemblance(TEXT, TEXT[:26] + "\n分享到：微信\n摘要如下\n" + TEXT)
    assert (r.differs, r.head.old) == (False, "")


@pytest.mark.parametrize(
    ("edited", "differs"),
    [
        (TEXT.replace("百分之", "百分之9", 1), True),
        (TEXT.replace("应当", "可以", 1), True),
        (TEXT.replace("第五条", "第五条 新增一项规定内容。", 1), True),
        (TEXT[:400] + "???" + TEXT[401:], False),
        (TEXT[:400] + TEXT[401:], False),
        (TEXT[300:], False),
        ("前言：本站按语。" + TEXT + "本站附记。", False),
    ],
)
def test_edits_differ_and_accidents_of_copying_do_not(edited, differs):
    assert resemblance(TEXT, edited).differs == differs


def test_strangers_share_nothing():
    assert resemblance(TEXT, "天气晴朗，适合出游。" * 20).coverage < 0.05


def test_empty_texts_are_not_alike():
    assert resemblance("", "").coverage == 0.0
    assert resemblance(TEXT, "").coverage == 0.0
