"""Health: what the latest visits of each column say, and what the operator can do about it."""

from datetime import UTC, date, datetime

import pytest

from crawler.health import judge, quiet_days
from crawler.sources import Column
from store.records import Entry, Listing, SourceStatus, Visit

NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)
COLUMNS = (
    Column(id="zcwj", name="政策文件", role="policy", url="http://a.cn/z/", basis="seen"),
    Column(id="tzgg", name="通知公告", role="notice", url="http://a.cn/t/", basis="seen"),
)


def visit(
    outcome, column="zcwj", *, run=1, target="listing", newest="2026-06-08", detail="HTTP 412"
):
    listing = Listing((Entry("http://a.cn/1.html", "通知", newest),)) if newest else None
    return Visit(
        run,
        "mz",
        column,
        f"http://a.cn/{column}/",
        target,
        outcome,
        NOW,
        detail=detail,
        listing=listing,
    )


def status(health):
    return SourceStatus("mz", "厅", "32", health, NOW, NOW, NOW, "ok", "旧况")


def test_a_source_whose_columns_were_all_read_is_healthy():
    verdict = judge(None, [visit("ok"), visit("unchanged", "tzgg")])
    assert verdict.health == "healthy"
    assert verdict.remedy == ""


@pytest.mark.parametrize(
    ("outcome", "word", "remedy"),
    [
        ("challenged", "验证", "不破解"),
        ("blocked", "拒绝", "等待"),
        ("robots_denied", "robots.txt", "遵守"),
        ("unreachable", "没有任何回应", "doctor"),
        ("gone", "不存在", "url"),
        ("drifted", "不是原来的样子", "改版"),
        ("empty_unexpected", "没有读到", "may_be_empty"),
    ],
)
def test_each_failure_is_sick_in_its_own_words_with_its_own_remedy(outcome, word, remedy):
    verdict = judge(status("healthy"), [visit(outcome)], columns=COLUMNS)
    assert verdict.health == "sick"
    assert word in verdict.reason
    assert "政策文件" in verdict.reason
    assert "HTTP 412" in verdict.reason
    assert remedy in verdict.remedy


def test_one_failing_column_of_two_is_sick_and_counted():
    verdict = judge(None, [visit("ok"), visit("gone", "tzgg")], columns=COLUMNS)
    assert (verdict.health, "1/2" in verdict.reason, "通知公告" in verdict.reason) == (
        "sick",
        True,
        True,
    )


def test_the_most_urgent_failure_speaks():
    verdict = judge(None, [visit("drifted"), visit("challenged", "tzgg")])
    assert "验证" in verdict.reason


def test_only_the_latest_run_of_a_column_counts():
    assert judge(None, [visit("blocked", run=1), visit("ok", run=2)]).health == "healthy"
    assert judge(None, [visit("ok", run=1), visit("blocked", run=2)]).health == "sick"


def test_a_later_page_that_fails_makes_the_sweep_fail():
    assert judge(None, [visit("ok"), visit("drifted")]).health == "sick"


def test_failing_pages_alone_do_not_make_a_source_sick():
    assert judge(None, [visit("ok"), visit("gone", target="page")]).health == "healthy"


def test_a_source_whose_pages_are_walled_in_is_sick_although_its_lists_are_open():
    walled = [visit("ok"), *[visit("challenged", target="page")] * 3]
    verdict = judge(None, walled)
    assert verdict.health == "sick"
    assert "3/3 个页面" in verdict.reason
    assert judge(None, [*walled, *[visit("ok", target="page")] * 3]).health == "healthy"
    assert judge(None, walled[:3]).health == "healthy"


def test_a_source_without_news_for_longer_than_it_may_is_silent():
    old = [visit("ok", newest="2026-03-20")]
    assert judge(None, old).health == "silent"
    patient = tuple(c.model_copy(update={"quiet_days": 200}) for c in COLUMNS)
    assert judge(None, old, columns=patient).health == "healthy"
    assert judge(None, [visit("ok", newest=None)]).health == "healthy"


def test_a_seldom_list_beside_a_lively_one_is_no_silence():
    both = [visit("ok", newest="2026-01-20"), visit("ok", "tzgg", newest="2026-06-09")]
    assert judge(None, both, columns=COLUMNS).health == "healthy"
    seldom = (COLUMNS[0].model_copy(update={"quiet_days": 200}), COLUMNS[1])
    quiet = [visit("ok", newest="2026-01-20"), visit("ok", "tzgg", newest="2026-02-09")]
    assert judge(None, quiet, columns=seldom).health == "healthy"
    assert judge(None, quiet, columns=COLUMNS).health == "silent"


def test_festivals_do_not_count_as_silence():
    before, after = date(2024, 9, 30), date(2024, 10, 8)
    assert quiet_days(before, after) == 1
    assert quiet_days(date(2099, 9, 30), date(2099, 10, 8)) == 8


def test_without_a_visit_to_a_list_the_health_stays():
    assert judge(None, []).health == "silent"
    assert judge(status("sick"), [visit("ok", target="page")]).health == "sick"
    assert judge(status("healthy"), []).health == "healthy"
