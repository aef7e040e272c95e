"""Chinese dates: every spelling seen, and the laws of reading them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import (
    calendar_date,
    date_in_url,
    find_dates,
    find_months,
    parse_date,
)

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2098, 12, 31))
DIGITS = "〇一二三四五六七八九"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2022年01月10日", "2022-01-10"),
        ("2022 年 1 月 10 日", "2022-01-10"),
        ("二〇二二年一月十日", "2022-01-10"),
        ("二OO八年六月四日", "2008-06-04"),
        ("二○一二年十二月三十一日", "2012-12-31"),
        ("２０２２－０１－１０", "2022-01-10"),
        ("2024- 04- 12 16: 35", "2024-04-12"),
        ("2021-03-2918:26", "2021-03-29"),
        ("2022/1/5", "2022-01-05"),
        ("2022.01.05", "2022-01-05"),
        ("21年01月29日", "2021-01-29"),
        ("16.03.2015 23:29", "2015-03-16"),
        ("2021-11-24T10:23:00+08:00", "2021-11-24"),
        ("2015-07-04 10∶08", "2015-07-04"),
        ("作者:时间:2019年03月06日11时29分", "2019-03-06"),
        ("20111212", "2011-12-12"),
        ("2011年12月", "2011-12"),
    ],
)
def test_spelling_is_read(written: str, value: str) -> None:
    assert parse_date(written) == value


@pytest.mark.parametrize(
    "written",
    [
        "2014-02-30",
        "2020-13-01",
        "0000-00-00",
        "12345678901",
        "2021-03-293",
        "1.2022.1.5",
        "无",
        "",
    ],
)
def test_what_is_no_date_stays_none(written: str) -> None:
    assert parse_date(written) is None


def test_month_stays_a_month() -> None:
    assert find_dates("2011年12月") == ()
    assert find_months("自2011年12月起")[0].value == "2011-12"
    assert find_months("二〇一二年六月四日") == ()


def test_eight_bare_digits_are_marked_as_repaired() -> None:
    assert find_dates("20111212")[0].certainty == "repaired"
    assert find_dates("2011年12月12日")[0].certainty == "stated"


def test_a_clock_time_after_a_date_is_noticed() -> None:
    assert find_dates("2021-03-29 18:26")[0].has_time
    assert not find_dates("2021-03-29 来源：本网")[0].has_time


@given(DAYS)
def test_every_day_survives_every_spelling(day: date) -> None:
    chinese_year = "".join(DIGITS[int(c)] for c in f"{day.year:04d}")
    spellings = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{chinese_year}年{chinese_number(day.month)}月{chinese_number(day.day)}日",
    )
    assert {parse_date(spelling) for spelling in spellings} == {day.isoformat()}


def chinese_number(value: int) -> str:
    tens, units = divmod(value, 10)
    shown = {0: "", 1: "十"}.get(tens, f"{DIGITS[tens]}十" if tens > 1 else "")
    return shown + (DIGITS[units] if units else "")


@given(st.text(max_size=60))
def test_spans_lie_in_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for mention in find_dates(text):
        assert end <= mention.start < mention.end <= len(text)
        assert date.fromisoformat(mention.value)
        end = mention.end


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/trends/2022/0110/40517.shtml", "2022-01-10"),
        ("/newdzb/html/2022-06/07/content_30316.htm?div=-1", "2022-06-07"),
        ("/art/2024/7/1/art_12_3456.html", "2024-07-01"),
        ("/zcwj/201609/t20160912_2443210.html", "2016-09-12"),
        ("/c/2022-03-01/1.shtml", "2022-03-01"),
        ("/2022/01-10/1234567.html", "2022-01-10"),
        ("/sec/20240115/0a1b2c.html", "2024-01-15"),
        ("/zfxxgk/2026040916485552844/index.shtml", "2026-04-09"),
        ("/c113003/202309/0a1b.shtml", "2023-09"),
        ("/gmf/t25960665.shtml", None),
        ("/art/2024/art_9a8b7c.html", None),
        ("/show.jsp?date=2024-01-01", None),
        ("/info/11596/4861464.htm", None),
        ("/content/content_1834567890123456789.html", None),
    ],
)
def test_url_states_a_day_a_month_or_nothing(path: str, value: str | None) -> None:
    assert date_in_url(f"http://www.example.gov.cn{path}") == value


def test_impossible_days_do_not_exist() -> None:
    assert calendar_date(2023, 2, 29) is None
    assert calendar_date(2024, 2, 29) == "2024-02-29"
    assert calendar_date(1900, 1, 1) is None
