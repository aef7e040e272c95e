"""A host that turns us away rests; afterwards one request may try. A budget is spent once."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.breaker import COOLDOWN, LONGEST_COOLDOWN, REFUSALS, THRESHOLD, Breakers
from crawler.budget import Budgets

T0 = datetime(2026, 6, 1, tzinfo=UTC)
HOST = "mzt.example.gov.cn"


def opened(status=412, at=T0):
    breakers = Breakers()
    for _ in range(THRESHOLD):
        breakers.note(HOST, status, at)
    return breakers


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_refusals_in_a_row_open_the_breaker(status):
    breakers = opened(status)
    assert str(status) in breakers.resting(HOST, T0).reason
    assert breakers.resting("other.gov.cn", T0) is None


def test_a_plain_answer_in_between_closes_the_count():
    breakers = Breakers()
    for status in (403, 403, 200, 403, 403):
        breakers.note(HOST, status, T0)
    assert breakers.resting(HOST, T0) is None


def test_silence_opens_it_as_silence():
    assert opened(None).resting(HOST, T0).silent
    assert not opened(403).resting(HOST, T0).silent


def test_after_the_cooldown_one_probe_passes_and_the_others_wait():
    breakers = opened()
    later = T0 + COOLDOWN
    assert breakers.resting(HOST, later - timedelta(seconds=1)) is not None
    assert breakers.resting(HOST, later) is None
    assert breakers.resting(HOST, later) is not None


def test_a_probe_that_succeeds_closes_and_one_that_fails_doubles_the_rest():
    later = T0 + COOLDOWN
    good = opened()
    good.resting(HOST, later)
    good.note(HOST, 200, later)
    assert good.resting(HOST, later) is None
    bad = opened()
    bad.resting(HOST, later)
    bad.note(HOST, 412, later)
    assert bad.resting(HOST, later + 2 * COOLDOWN - timedelta(seconds=1)) is not None
    assert bad.resting(HOST, later + 2 * COOLDOWN) is None


def test_the_rest_has_a_longest_measure():
    breakers, now = opened(), T0
    for _ in range(20):
        now += LONGEST_COOLDOWN
        assert breakers.resting(HOST, now) is None
        breakers.note(HOST, 412, now)


def test_retry_after_is_obeyed_at_once():
    breakers = Breakers()
    breakers.note(HOST, 503, T0, retry_after=timedelta(hours=1))
    assert breakers.resting(HOST, T0 + timedelta(minutes=59)) is not None
    assert breakers.resting(HOST, T0 + timedelta(hours=1)) is None


def test_a_budget_is_spent_to_the_last_request_and_the_smaller_grant_counts():
    budgets = Budgets()
    budgets.grant(HOST, 5)
    budgets.grant(HOST, 2)
    assert [budgets.spend(HOST) for _ in range(3)] == [True, True, False]
    assert budgets.spend("unbudgeted.cn")
    budgets.grant(HOST, -3)
    assert budgets.left(HOST) == 0
