"""Which rows are worth a request: what is new, what changed, what failed last time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.sources import Column, Source
from crawler.spiders.errand import (
    canonical_listing,
    changed_entries,
    file_links,
    is_file,
    is_older,
    linked_files,
    new_entries,
    own_entries,
    unfinished,
)
from store.records import Entry, KnownPage, Listing, Visit

NOW = datetime(2026, 6, 2, tzinfo=UTC)
BASE = "https://mzt.yunjiang.gov.cn"
SOURCE = Source(
    id="mz_demo",
    name="云江省民政厅",
    region="32",
    kind="government",
    family="generic",
    base_url=BASE,
    aliases=("http://mzt.yunjiang.gov.cn",),
    columns=(Column(id="c", name="栏目", role="policy", url=f"{BASE}/c/", basis="seen"),),
)
ENTRY = Entry(f"{BASE}/1.html", "关于志愿服务的通知", "2026-06-01")
KNOWN = {ENTRY.url: KnownPage(ENTRY.url, NOW, NOW, ENTRY.title, ENTRY.on, NOW)}


def visit(outcome, *, days_ago=1, target="page", url=ENTRY.url):
    return Visit(1, "mz_demo", "c", url, target, outcome, NOW - timedelta(days=days_ago))


def test_a_row_nobody_has_fetched_is_new_and_a_known_one_is_not():
    assert new_entries([ENTRY], {}, {}, NOW) == [ENTRY]
    assert new_entries([ENTRY], KNOWN, {}, NOW) == []


@pytest.mark.parametrize(
    ("outcome", "days_ago", "asked"),
    [
        ("unreachable", 1, True),
        ("blocked", 1, True),
        ("drifted", 1, True),
        ("drifted", 0, False),
        ("gone", 1, False),
        ("gone", 7, True),
        ("robots_denied", 1, False),
        ("ok", 1, False),
    ],
)
def test_a_row_tried_before_is_asked_again_as_its_outcome_allows(outcome, days_ago, asked):
    tried = {ENTRY.url: visit(outcome, days_ago=days_ago)}
    assert bool(new_entries([ENTRY], {}, tried, NOW)) is asked


def test_a_row_with_another_title_or_date_is_fetched_again():
    assert changed_entries([ENTRY], KNOWN) == []
    assert changed_entries([replace(ENTRY, title="关于志愿服务的通知（修订）")], KNOWN)
    assert changed_entries([replace(ENTRY, on="2026-06-02")], KNOWN)
    assert changed_entries([replace(ENTRY, url=f"{BASE}/2.html")], KNOWN) == []


def test_what_failed_and_is_still_unknown_is_unfinished():
    tried = {
        "a": visit("unreachable"),
        "b": visit("ok"),
        "c": visit("drifted", target="listing"),
        "d": visit("blocked", target="attachment"),
    }
    assert [v.target for v in unfinished(tried, {}, NOW)] == ["page", "attachment"]
    assert len(unfinished(tried, {"a": KNOWN[ENTRY.url]}, NOW)) == 1


def test_rows_get_canonical_addresses_and_keep_the_one_to_fetch():
    listing = Listing(
        (
            Entry("http://mzt.yunjiang.gov.cn//1.html#x", "甲"),
            Entry("javascript:void(0)", "乙"),
        )
    )
    canonical = canonical_listing(listing, SOURCE)
    assert [entry.url for entry in canonical.entries] == [f"{BASE}/1.html"]
    assert canonical.skipped == 1
    assert [e.link for e in canonical.entries] == ["http://mzt.yunjiang.gov.cn//1.html#x"]


def test_rows_of_other_sites_are_not_followed_and_no_row_twice():
    other = Entry("https://www.example.com/1.html", "别处")
    own = own_entries(Listing((ENTRY, other, ENTRY)), SOURCE)
    assert own == [ENTRY]


def test_files_are_known_by_their_names_and_found_under_any_quoting():
    page = """<a href="a.pdf">一</a><a class=x href='/b.DOCX'>二</a><a href=c.wps>三</a>
    <a href="a.pdf">又</a><a href="d.html">页</a><a href="javascript:e.pdf">假</a>"""
    assert file_links(page, f"{BASE}/x/1.html") == [
        f"{BASE}/x/a.pdf",
        f"{BASE}/b.DOCX",
        f"{BASE}/x/c.wps",
    ]
    assert is_file(f"{BASE}/附件.xlsx?download=1")
    assert not is_file(f"{BASE}/pdf.html")


@pytest.mark.parametrize(
    ("on", "since", "older"),
    [
        ("2018-12-31", "2019", True),
        ("2019-01-01", "2019", False),
        ("2019-05", "2019-06", True),
        ("2019-06", "2019-06-15", False),
        ("2019-06-14", "2019-06-15", True),
        (None, "2019", False),
        ("2001-01-01", None, False),
    ],
)
def test_a_row_is_older_only_as_far_as_both_dates_are_known(on, since, older):
    assert is_older(on, since) is older


def test_files_are_also_what_a_document_calls_its_attachments():
    text = "各地要充分认识社会工作服务的重要意义，明确专人负责，按时报送工作进展。" * 12
    page = f"""<html><body><h1>关于印发社会工作服务站建设方案的通知</h1><p>{text}</p>
    <p>附件：<a href="/module/download/downfile.jsp?classid=0&filename=9f3">建设方案.docx</a></p>
    <p><a href="b.pdf">图解</a></p></body></html>"""
    assert set(linked_files(page, f"{BASE}/x/1.html")) == {
        f"{BASE}/x/b.pdf",
        f"{BASE}/module/download/downfile.jsp?classid=0&filename=9f3",
    }
