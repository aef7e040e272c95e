"""Copies, excerpts and edits of invented texts are told from look-alikes; noise from revisions."""

import pytest
from scored_pairs import measure, revisits

SEEDS = (7, 8, 9)
COUNT = 30


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    """The worst of the seeds, by figure; `strangers merged` is the only one to be small."""
    by_seed = [measure(seed, COUNT) for seed in SEEDS]
    return {name: min(one[name] for one in by_seed) for name in by_seed[0]} | {
        "strangers merged": max(one["strangers merged"] for one in by_seed)
    }


def test_the_same_text_is_found_in_whatever_dress(found: dict[str, float]) -> None:
    assert found["F1"] >= 99


def test_excerpts_are_found_under_noise_and_conversion(found: dict[str, float]) -> None:
    assert found["excerpts found"] >= 97


def test_no_stranger_is_merged(found: dict[str, float]) -> None:
    assert found["strangers merged"] == 0


def test_edits_are_told_from_copies(found: dict[str, float]) -> None:
    assert found["edits seen"] >= 95
    assert found["edits precise"] >= 95


def test_noise_is_no_revision_and_an_edit_is_one() -> None:
    told = revisits(7, 2 * COUNT)
    assert told["noise called a revision"] == 0
    assert told["revisions seen"] == 100
