"""A column's own rhythm: learned from its dates, in workdays, not upset by one old pinned row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_crawler_health import COLUMNS, visit

from crawler.health import judge
from crawler.rhythm import FEWEST_GAPS, LEAST_WORKDAYS, TIMES, learned, workdays
from store.records import Visit

DAY = timedelta(days=1)
TODAY = date(2026, 6, 10)


def every(days: int, count: int = 20, last: date = TODAY) -> list[date]:
    return [last - days * n * DAY for n in range(count)]


def verdict(dates: list[date], today: date, column: str = "zcwj") -> object:
    return judge(None, [looked(today, column)], columns=COLUMNS, dates={column: dates})


def looked(on: date, column: str = "zcwj", outcome: str = "ok") -> Visit:
    """Return a visit to a list on that day that brought no rows."""
    at = datetime.combine(on, datetime.min.time(), tzinfo=UTC)
    return replace(visit(outcome, column, newest=None), visited_at=at)


@pytest.mark.parametrize(
    ("after", "upto", "days"),
    [
        (date(2026, 6, 5), date(2026, 6, 8), 1),  # Friday to Monday
        (date(2024, 9, 30), date(2024, 10, 8), 1),  # over the National Day holiday
        (date(2024, 10, 11), date(2024, 10, 13), 1),  # Saturday 12 October 2024 was worked
        (date(2024, 2, 9), date(2024, 2, 18), 1),  # Spring Festival; Sunday 18 February was worked
        (date(2099, 9, 25), date(2099, 10, 9), 10),  # a year nobody has announced
        (date(2026, 6, 8), date(2026, 6, 8), 0),
    ],
)
def test_only_workdays_of_the_chinese_calendar_count(after: date, upto: date, days: int) -> None:
    assert workdays(after, upto) == days


def test_a_lively_column_is_silent_after_weeks_and_a_seldom_one_after_years() -> None:
    lively, seldom = every(1), every(120, last=TODAY - 300 * DAY)
    assert verdict(lively, TODAY + 13 * DAY).health == "healthy"  # type: ignore[attr-defined]
    assert verdict(lively, TODAY + 20 * DAY).health == "silent"  # type: ignore[attr-defined]
    assert verdict(seldom, TODAY).health == "healthy"  # type: ignore[attr-defined]
    assert verdict(seldom, TODAY + 200 * DAY).health == "silent"  # type: ignore[attr-defined]


def test_the_alarm_says_how_the_rhythm_was_learned() -> None:
    silent = verdict(every(7), TODAY + 60 * DAY)
    assert silent.reason == (  # type: ignore[attr-defined]
        "能够访问，但最新条目是 2026-06-10，已有 41 个工作日没有新内容"
        "（过去19次更新一般相隔5个工作日，九成不超过5个，超过15个才提醒）"
    )
    assert "policywatch ack" in silent.remedy  # type: ignore[attr-defined]


def test_a_holiday_makes_nobody_silent() -> None:
    """Twelve calendar days around Spring Festival 2024 hold few workdays."""
    daily = every(1, last=date(2024, 2, 7))
    assert verdict(daily, date(2024, 2, 24)).health == "healthy"  # type: ignore[attr-defined]


def test_an_old_row_pinned_to_the_top_teaches_no_patience() -> None:
    pinned = [*every(1, count=15), date(2015, 3, 2)]
    rhythm = learned(pinned, TODAY)
    assert rhythm is not None
    assert rhythm.allowed == LEAST_WORKDAYS


def test_a_date_in_the_future_is_no_news() -> None:
    slip = [*every(1), TODAY + 400 * DAY]
    rhythm = learned(slip, TODAY)
    assert rhythm is not None
    assert rhythm.newest == TODAY


def test_with_too_few_dates_the_definition_speaks() -> None:
    few = every(1, count=FEWEST_GAPS)
    assert learned(few, TODAY) is None
    assert verdict(few, TODAY + 20 * DAY).health == "healthy"  # type: ignore[attr-defined]
    late = verdict(few, TODAY + 80 * DAY)
    assert "预期 60 天内" in late.reason  # type: ignore[attr-defined]


def test_a_list_that_is_never_changed_again_falls_silent_too() -> None:
    """Answered 304 for ever: no rows are read, what was listed before still says how old it is."""
    seen = [looked(date(2026, 9, 1), outcome="unchanged")]
    assert judge(None, seen, columns=COLUMNS, dates={"zcwj": every(2)}).health == "silent"


def test_one_lively_column_beside_a_quiet_one_is_no_silence() -> None:
    both = [looked(date(2026, 9, 1)), looked(date(2026, 9, 1), "tzgg")]
    dates = {"zcwj": every(2), "tzgg": every(2, last=date(2026, 8, 31))}
    assert judge(None, both, columns=COLUMNS, dates=dates).health == "healthy"
    dates["tzgg"] = every(2)
    assert judge(None, both, columns=COLUMNS, dates=dates).health == "silent"


def test_a_column_is_judged_as_of_the_day_it_was_looked_at() -> None:
    """One that rests since it had news has not been quiet meanwhile."""
    dates = {"zcwj": every(2), "tzgg": every(2)}
    resting = [looked(TODAY, "tzgg"), looked(date(2026, 9, 1))]
    assert judge(None, resting, columns=COLUMNS, dates=dates).health == "healthy"
    both = [looked(date(2026, 9, 1), "tzgg"), looked(date(2026, 9, 1))]
    assert judge(None, both, columns=COLUMNS, dates=dates).health == "silent"


@given(st.lists(st.integers(min_value=1, max_value=60), min_size=FEWEST_GAPS, max_size=50))
def test_no_pause_within_the_usual_is_ever_silence(gaps: list[int]) -> None:
    """Law: nine in ten of a column's own pauses, tripled, are allowed; order of rows is nothing."""
    dates = [date(2024, 1, 2)]
    for gap in gaps:
        dates.append(dates[-1] + gap * DAY)
    rhythm = learned(dates, dates[-1])
    assert rhythm is not None
    assert rhythm == learned(reversed(dates), dates[-1])
    within = sum(pause <= rhythm.usual for pause in rhythm.pauses)
    assert within >= 0.8 * len(rhythm.pauses)
    assert rhythm.allowed == max(LEAST_WORKDAYS, TIMES * rhythm.usual)
