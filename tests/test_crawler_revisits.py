"""What a host's requests of the day buy: how late an edit in place is expected to be seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.revisits import HOURS, delays_of, demand, requests_for_pages
from crawler.sources import Column, Source
from store.revisits import AGES, Stock

NOW = datetime(2026, 6, 2, tzinfo=UTC)
MONTH, HALF_YEAR, OLDER = AGES


def source(source_id="mz_a", host="mzt.yunjiang.gov.cn", budget=600, rhythm_h=12.0):
    return Source(
        id=source_id,
        name="云江省民政厅",
        region="32",
        kind="government",
        family="generic",
        base_url=f"https://{host}",
        daily_budget=budget,
        columns=(
            Column(
                id="c",
                name="栏目",
                role="policy",
                url=f"https://{host}/{source_id}/",
                basis="seen",
                rhythm_h=rhythm_h,
            ),
        ),
    )


def stock(pages, age=MONTH, first=True, source_id="mz_a"):
    return Stock(source_id, age, first, pages, NOW)


def delays(stocks, *sources):
    return delays_of({s.id: s for s in sources}, stocks)


def test_a_budget_that_suffices_buys_the_wished_interval_on_the_sources_rhythm():
    [delay] = delays([stock(100)], source())["mz_a"]
    assert (delay.every_h, delay.expected_h) == (24.0, 12.0)
    [old] = delays([stock(100, OLDER)], source())["mz_a"]
    assert old.every_h == 27 * 24
    assert old.verified_since == NOW


def test_files_are_paid_for_with_their_pages():
    light, heavy = stock(400), replace(stock(400), files=200)
    assert demand([light]) == 480
    assert demand([heavy]) == 720
    [delay] = delays([heavy], source(budget=602))["mz_a"]
    assert delay.every_h == 24.0, "720 of 600: 20 hours become 24"


def test_pages_in_force_are_served_first_and_the_rest_shares_what_is_left():
    found = delays([stock(400), stock(400, first=False)], source(budget=602))["mz_a"]
    in_force, rest = found
    assert in_force.every_h == 24.0
    assert rest.every_h == pytest.approx(84.0), "480 of 600 are gone: 480 wished, 120 left"


def test_what_no_request_is_left_for_is_said_to_be_never():
    in_force, rest = delays([stock(5000), stock(10, OLDER, first=False)], source())["mz_a"]
    assert in_force.every_h == 204.0, "ten times the wished interval, on the rhythm"
    assert (rest.every_h, rest.expected_h) == (None, None)


def test_a_shortage_stretches_all_ages_of_a_rank_alike():
    young, old = delays([stock(2000), stock(2000, HALF_YEAR)], source(budget=600, rhythm_h=0))[
        "mz_a"
    ]
    assert young.every_h / MONTH.every_h == pytest.approx(old.every_h / HALF_YEAR.every_h)
    assert young.every_h > MONTH.every_h


def test_sources_on_one_host_share_its_day():
    alone = delays([stock(500)], source(rhythm_h=0))["mz_a"][0]
    stocks = [stock(500), stock(500, source_id="mz_b")]
    shared = delays(stocks, source(rhythm_h=0), source("mz_b", rhythm_h=0))["mz_a"][0]
    assert alone.every_h == MONTH.every_h
    assert shared.every_h == pytest.approx(2 * alone.every_h)


def test_sweeps_of_columns_come_out_of_the_budget():
    assert requests_for_pages([source(budget=10, rhythm_h=12)]) == 8
    assert requests_for_pages([source(budget=1, rhythm_h=1)]) == 0


STOCKS = st.lists(
    st.builds(
        stock,
        st.integers(1, 20_000),
        st.sampled_from(AGES),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda s: (s.age, s.first),
)


@given(STOCKS, st.integers(1, 2000))
def test_no_more_visits_are_promised_than_the_day_has_requests(stocks, budget):
    watched = source(budget=budget, rhythm_h=12)
    found = delays(stocks, watched)["mz_a"]
    visits = sum(d.pages * HOURS / d.every_h for d in found if d.every_h)
    assert visits <= requests_for_pages([watched]) + 1e-6


@given(STOCKS, st.integers(1, 1000))
def test_a_larger_budget_never_delays_anything(stocks, budget):
    poor, rich = (delays(stocks, source(budget=b))["mz_a"] for b in (budget, 2 * budget))
    for less, more in zip(poor, rich, strict=True):
        assert less.every_h is None or more.every_h <= less.every_h


def test_demand_counts_every_page_once_an_interval():
    assert demand([stock(20), replace(stock(27, OLDER), first=False)]) == pytest.approx(24 + 1)
