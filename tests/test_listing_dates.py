"""A row's date is read to the precision that stands there; what only looks like one is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.listing import dates

DAYS = st.dates(date(1990, 1, 1), date(2039, 12, 31))
STYLES = [
    "{0:%Y-%m-%d}",
    "{0.year}年{0.month}月{0.day}日",
    "[{0:%Y/%m/%d}]",
    "({0.year}.{0.month}.{0.day})",
    "{0:%Y-%m-%d %H:%M:%S}",
    "{0:%Y%m%d}",
    "{0:%Y- %m- %d}",
    "{0:%Y-%m-%d} 星期二",
]


@given(DAYS, st.sampled_from(STYLES))
def test_a_full_date_is_read_in_every_style(day, style):
    found = dates.read_alone(dates.normalise(style.format(day)))
    assert found is not None
    assert found.on == day.isoformat()


@pytest.mark.parametrize("shown", ["03-05", "[03/05]", "3月5日", "(3-5)"])
def test_a_month_and_day_is_a_date_without_value(shown):
    found = dates.read_alone(shown)
    assert found is not None
    assert found.on is None


@pytest.mark.parametrize(
    "shown", ["2024-02-30", "13-45", "1/20", "12.5万", "第03期", "2024", "3-5"]
)
def test_what_only_looks_like_a_date_is_none(shown):
    assert dates.read_alone(shown) is None


def test_a_month_stays_a_month():
    found = dates.read_alone("2024年3月")
    assert found is not None
    assert found.on == "2024-03"


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("05 2024-03", "2024-03-05"),
        ("2024 03 05", "2024-03-05"),
        ("03-05 2024", "2024-03-05"),
        ("05 03 2024", "2024-03-05"),
        ("05 Mar 2024", "2024-03-05"),
        ("05 3月", None),
        ("三月 05", None),
    ],
)
def test_a_date_in_pieces_is_put_together(shown, value):
    found = dates.read_split(shown)
    assert found is not None
    assert found.on == value


def test_the_publishing_date_is_trusted_before_the_writing_date():
    line = "发文字号：云民发〔2024〕3号 成文日期：2023-12-28 发布日期：2024-03-05"
    found = dates.read_line(dates.normalise(line))
    assert found is not None
    assert found.on == "2024-03-05"


@pytest.mark.parametrize(
    "line",
    [
        "公示期：2024-03-05至2024-03-11",
        "今天是2024年3月5日 星期二",
        "为进一步加强基层民政服务能力，市民政局于2024年3月5日召开会议，部署全年重点工作任务。",
    ],
)
def test_spans_clocks_and_prose_hold_no_row_date(line):
    assert dates.read_line(dates.normalise(line)) is None


def test_a_date_in_brackets_at_the_end_of_a_title_is_the_rows():
    found = dates.read_edge("关于公布名单的公告（2024年3月5日）")
    assert found is not None
    assert (found.on, found.start) == ("2024-03-05", 9)


@pytest.mark.parametrize(
    "title", ["截至2024年3月5日", "2024年3月5日宣传周启动", "2024-03-05发布会"]
)
def test_a_date_that_is_part_of_a_title_is_left_there(title):
    assert dates.read_edge(title) is None
