"""Every answer has an outcome; `ok` is earned, and only 404 and 410 mean gone."""

from dataclasses import replace
from datetime import date

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.outcomes import Usual, judge_answer, judge_listing, usual_of
from crawler.refusals import HostSilent, PrivateAddress, RobotsDenied, UnreadableBody, outcome_of
from crawler.sources import Column
from store.records import Entry, Listing

URL = "http://a.cn/zcwj/1.html"
PAGE = "<title>通知</title><p>" + "关于加强社会工作的意见。" * 40
COLUMN = Column(
    id="zcwj", name="政策", role="policy", url=URL, basis="seen", entries_per_listing=(3, 20)
)


def rows(count, on="2026-05-01"):
    return Listing(tuple(Entry(f"http://a.cn/{n}.html", f"通知{n}", on) for n in range(count)))


@pytest.mark.parametrize(
    ("status", "text", "outcome"),
    [
        (404, PAGE, "gone"),
        (410, "", "gone"),
        (403, "", "blocked"),
        (429, "", "blocked"),
        (503, "", "blocked"),
        (412, "", "challenged"),
        (500, PAGE, "unreachable"),
        (502, "", "unreachable"),
        (400, "", "drifted"),
        (304, "", "drifted"),
        (200, "<p>页面不存在</p>", "drifted"),
    ],
)
def test_an_answer_that_is_not_the_page_has_its_outcome(status, text, outcome):
    assert judge_answer(status, {}, text, asked=URL, final=URL)[0] == outcome


def test_the_page_itself_is_left_to_be_read():
    assert judge_answer(200, {}, PAGE, asked=URL, final=URL) is None


def test_a_body_of_one_byte_is_not_an_answer():
    assert judge_answer(200, {}, " ", asked=URL, final=URL, body_bytes=1)[0] == "drifted"
    assert judge_answer(200, {}, PAGE, asked=URL, final=URL, body_bytes=2000) is None


def test_being_led_to_the_home_page_is_not_an_answer():
    assert judge_answer(200, {}, PAGE, asked=URL, final="http://a.cn/")[0] == "drifted"
    assert judge_answer(200, {}, PAGE, asked="http://a.cn/", final="http://a.cn/index.html") is None


@pytest.mark.parametrize(
    ("listing", "outcome"),
    [
        (rows(5), "ok"),
        (Listing(), "empty_unexpected"),
        (Listing(js_rendered=True), "drifted"),
        (rows(2), "drifted"),
        (rows(21), "drifted"),
        (rows(6, on="2026-06-01"), "drifted"),
        (rows(4, on="2026-06-01"), "ok"),
        (rows(6, on=None), "ok"),
        (replace(rows(5), skipped=6), "drifted"),
        (replace(rows(5), skipped=2), "ok"),
    ],
)
def test_a_listing_is_judged_by_its_rows(listing, outcome):
    assert judge_listing(listing, COLUMN, today=date(2026, 6, 1))[0] == outcome


def test_half_the_usual_rows_is_not_ok():
    usual = Usual(20)
    assert judge_listing(rows(9), COLUMN, usual=usual)[0] == "drifted"
    assert judge_listing(rows(10), COLUMN, usual=usual)[0] == "ok"
    assert judge_listing(rows(4), COLUMN, usual=usual, page_number=2)[0] == "ok"


def test_what_cannot_be_read_is_measured_by_what_is_normal_here():
    clean, patchy = ([replace(rows(6), skipped=n)] * 5 for n in (0, 4))
    some, most = replace(rows(6), skipped=4), replace(rows(6), skipped=15)
    assert usual_of(clean[:4]) is None, "too few sweeps to call anything usual"
    assert judge_listing(some, COLUMN, usual=usual_of(clean))[0] == "drifted"
    assert judge_listing(some, COLUMN, usual=usual_of(patchy))[0] == "ok"
    assert judge_listing(most, COLUMN, usual=usual_of(patchy))[0] == "drifted"


def test_a_column_that_may_be_empty_says_so():
    column = COLUMN.model_copy(update={"may_be_empty": True})
    assert judge_listing(Listing(), column)[0] == "empty_declared"
    assert judge_listing(rows(2), COLUMN, page_number=2)[0] == "ok"
    assert judge_listing(Listing(), column, page_number=2)[0] == "drifted"


@pytest.mark.parametrize(
    ("error", "redirects", "outcome"),
    [
        (CannotResolveHostError("a.cn"), 0, "unreachable"),
        (DownloadTimeoutError("slow"), 0, "unreachable"),
        (DownloadFailedError("tls"), 0, "unreachable"),
        (ResponseDataLossError("short"), 0, "drifted"),
        (DownloadCancelledError("10 MB"), 0, "drifted"),
        (IgnoreRequest("max redirections reached"), 6, "drifted"),
        (RobotsDenied("no"), 0, "robots_denied"),
        (HostSilent("rest"), 0, "unreachable"),
        (PrivateAddress("127.0.0.1"), 0, "unreachable"),
        (UnreadableBody("cut"), 0, "drifted"),
        (ZeroDivisionError("ours"), 0, "drifted"),
        (MemoryError(), 0, "drifted"),
    ],
)
def test_every_failure_has_an_outcome_and_one_line(error, redirects, outcome):
    found, detail = outcome_of(error, redirects)
    assert found == outcome
    assert detail
    assert "\n" not in detail
