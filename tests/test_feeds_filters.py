from dataclasses import replace

import pytest
from feed_examples import STATION, change

from feeds.filters import matches
from store.records import Filter


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), True),
        (Filter(regions=("32",)), True),
        (Filter(regions=("320000",)), True),
        (Filter(regions=("00", "22")), False),
        (Filter(topics=("督导", "社工站")), True),
        (Filter(topics=("督导",)), False),
        (Filter(genres=("draft",)), False),
        (Filter(sources=("mz_js",)), True),
        (Filter(sources=("mz_jl",)), False),
        (Filter(words=("没有的词", "服务站")), True),
        (Filter(words=("〔2026〕12号",)), True),
        (Filter(words=("不少于三名",)), True),
        (Filter(words=("没有的词",)), False),
        (Filter(regions=("32",), topics=("督导",)), False),
    ],
)
def test_fields_are_anded_and_values_within_a_field_ored(wanted: Filter, expected: bool) -> None:
    assert matches(wanted, change()) is expected


def test_middle_band_can_be_declined() -> None:
    assert matches(Filter(), change(possibly_relevant=True))
    assert not matches(Filter(possibly=False), change(possibly_relevant=True))
    assert matches(Filter(possibly=False), change())


def test_unknown_region_matches_no_wanted_region() -> None:
    assert not matches(Filter(regions=("32",)), change(region=None))


def test_words_ignore_case() -> None:
    assert matches(Filter(words=("msw",)), change(document=replace(STATION, title="MSW 专业硕士")))
