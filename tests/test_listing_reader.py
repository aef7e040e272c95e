"""What `find_entries` promises whatever the page: laws, hints, and the edges of single rules."""

import json
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.listing import ListingHints, find_entries, looks_like_listing
from store.records import Listing

HOST = "https://mzt.example.gov.cn"
URL = f"{HOST}/zwgk/tzgg/index.html"

TITLES = st.lists(
    st.text(alphabet="关于开展社会工作服务站点建设评估通知公告养老救助", min_size=8, max_size=40),
    min_size=2,
    max_size=20,
)
DAYS = st.dates(date(2001, 1, 1), date(2029, 12, 31))


def item(number: int, title: str, shown: str) -> str:
    return f'<li><a href="./202403/t20240301_{1000 + number}.html">{title}</a><span>{shown}</span>'


def page(rows: str) -> str:
    return f"<html><body><div class='nav'><a href='/zwgk/'>政务公开</a></div>{rows}</body></html>"


@given(TITLES, st.data())
def test_a_list_is_returned_whole_in_order_and_with_its_own_dates(titles, data):
    days = [data.draw(DAYS).isoformat() for _ in titles]
    rows = "".join(item(n, t, d) for n, (t, d) in enumerate(zip(titles, days, strict=True)))
    listing = find_entries(page(f"<ul>{rows}</ul>"), URL)
    assert [entry.title for entry in listing.entries] == titles
    assert [entry.on for entry in listing.entries] == days


@given(TITLES, DAYS)
def test_a_year_that_is_not_shown_is_never_invented(titles, shown):
    rows = "".join(item(n, title, f"{shown:%m-%d}") for n, title in enumerate(titles))
    listing = find_entries(page(f"<ul>{rows}</ul>"), URL)
    assert len(listing.entries) == len(titles)
    assert {entry.on for entry in listing.entries} == {None}


@given(TITLES)
def test_every_entry_has_an_absolute_address_and_stands_once(titles):
    rows = "".join(item(n % 3, title, "2024-03-01") for n, title in enumerate(titles))
    urls = [entry.url for entry in find_entries(page(f"<ul>{rows}</ul>"), URL).entries]
    assert all(url.startswith(f"{HOST}/zwgk/tzgg/202403/") for url in urls)
    assert len(urls) == len(set(urls))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_the_reader_raise(text):
    assert find_entries(text, URL).entries == ()


@given(st.text(alphabet="<>/ali=\"'href div[](){}:,2024-03月日年 关于通知", max_size=300))
def test_no_broken_markup_makes_the_reader_raise(text):
    listing = find_entries(text, URL)
    assert looks_like_listing(text, URL, listing) in (True, False)


def test_an_empty_text_is_an_empty_listing():
    assert find_entries("", URL) == Listing()


def test_deeply_nested_markup_is_read_to_its_end():
    rows = "".join(item(n, f"第{n}批社会工作服务项目公示", "2024-03-01") for n in range(3))
    listing = find_entries(page("<font>" * 1500 + f"<ul>{rows}</ul>"), URL)
    assert len(listing.entries) == 3


def test_a_long_page_is_read_in_time_that_grows_with_its_length():
    def spent_s(count):
        rows = "".join(item(n, f"第{n}批社会工作服务项目公示", "2024-03-01") for n in range(count))
        started = time.process_time()
        assert len(find_entries(page(f"<ul>{rows}</ul>"), URL).entries) == count
        return time.process_time() - started

    short_s, long_s = (min(spent_s(count) for _ in range(2)) for count in (500, 4000))
    assert long_s < 24 * short_s, "eight times the rows; with their square it would be 64"


def test_an_address_pattern_keeps_other_rows_out():
    rows = item(1, "关于社会工作服务的通知", "2024-03-01") + (
        '<li><a href="/video/20240302_77.html">社会工作宣传片展播</a><span>2024-03-02</span>'
    )
    hints = ListingHints(entry_url_pattern=r"/tzgg/\d{6}/")
    entries = find_entries(page(f"<ul>{rows}</ul>"), URL, hints).entries
    assert [entry.title for entry in entries] == ["关于社会工作服务的通知"]


def test_a_container_narrows_what_is_read():
    one = item(1, "关于社会工作服务的通知", "2024-03-01")
    other = item(2, "关于养老服务补贴的通知", "2024-03-02")
    text = page(f"<div id='a'><ul>{one}</ul></div><div id='b'><ul>{other}</ul></div>")
    entries = find_entries(text, URL, ListingHints(container="#b")).entries
    assert [entry.title for entry in entries] == ["关于养老服务补贴的通知"]


def test_a_container_that_is_gone_leaves_the_page_to_the_general_rules():
    one = item(1, "关于社会工作服务的通知", "2024-03-01")
    entries = find_entries(page(f"<ul>{one}</ul>"), URL, ListingHints(container="#old")).entries
    assert [entry.title for entry in entries] == ["关于社会工作服务的通知"]


@pytest.mark.parametrize("hints", [{"container": "li["}, {"entry_url_pattern": "("}])
def test_a_hint_that_cannot_be_read_is_refused_with_what_it_said(hints):
    with pytest.raises(ValueError, match="listing hint"):
        ListingHints(**hints)


def test_rows_in_a_script_are_read_only_where_a_hint_names_them():
    text = page(
        '<ul id="list"></ul><script>var listData = {articleList: [{"title":"志愿服务条例解读",'
        '"pubDate":"2024-03-05 16:59",'
        '"urls":"{\\"pc\\":\\"/col/col9/content/content_19.html\\"}"}],page:1}</script>'
    )
    silent = find_entries(text, URL)
    assert silent.entries == ()
    assert silent.js_rendered
    (entry,) = find_entries(text, URL, ListingHints(inline_rows="articleList")).entries
    assert (entry.url, entry.on) == (f"{HOST}/col/col9/content/content_19.html", "2024-03-05")


def test_an_answer_nested_beyond_reason_is_an_empty_listing():
    assert find_entries("[" * 50_000 + "]" * 50_000, URL).entries == ()


def test_rows_in_a_string_of_an_answer_are_read():
    rows = json.dumps([{"title": "社会工作站名单", "url": "/a/1.html", "pubDate": "2024-03-05"}])
    (entry,) = find_entries(json.dumps({"data": rows}), URL).entries
    assert (entry.title, entry.on) == ("社会工作站名单", "2024-03-05")


def test_objects_of_an_answer_that_cannot_be_read_are_counted_as_skipped():
    text = '{"docs":[{"title":"社会工作站名单","url":"/a/1.html"},{"title":"","url":"/a/2.html"}]}'
    listing = find_entries(text, URL)
    assert (len(listing.entries), listing.skipped) == (1, 1)


def test_a_scripted_page_at_an_articles_address_does_not_look_like_a_listing():
    text = "<div id='content'></div><script>$.get('/api', show)</script>"
    for address, is_listing in ((URL, True), (f"{HOST}/zwgk/202403/t20240301_99.html", False)):
        listing = find_entries(text, address)
        assert listing.js_rendered
        assert looks_like_listing(text, address, listing) is is_listing


def test_rows_whose_links_lead_nowhere_are_counted_as_skipped():
    dead = "<li><a href='javascript:;'>关于社会工作服务的通知</a><span>2024-03-01</span></li>"
    listing = find_entries(page(f"<ul>{dead * 3}</ul>"), URL)
    assert (listing.entries, listing.skipped) == ((), 3)


def test_a_column_named_like_an_e_paper_page_keeps_the_dates_of_its_rows():
    rows = "".join(
        f'<li><a href="content_{n}00.htm">第{n}批社会工作项目公示</a><span>2024-03-0{n}</span></li>'
        for n in (1, 2, 3)
    )
    entries = find_entries(page(f"<ul>{rows}</ul>"), f"{HOST}/gs/node_12.htm").entries
    assert [entry.on for entry in entries] == ["2024-03-01", "2024-03-02", "2024-03-03"]


def test_relative_links_are_resolved_against_the_base_element():
    row = item(1, "社会工作宣传周启动", "2024-03-01")
    text = f"<html><head><base href='/zt/'></head><body><ul>{row}</ul></body></html>"
    (entry,) = find_entries(text, URL).entries
    assert entry.url == f"{HOST}/zt/202403/t20240301_1001.html"


def test_the_next_page_of_a_one_based_pager_call_is_found_and_the_last_has_none():
    rows = f"<ul>{item(1, '关于社会工作服务的通知', '2024-03-01')}</ul>"
    call = "<script>createPageHTML('page_div',3,{},'list','shtml',50);</script>"
    assert find_entries(rows + call.format(2), URL).next_page == f"{HOST}/zwgk/tzgg/list_3.shtml"
    assert find_entries(rows + call.format(3), URL).next_page is None


def test_counters_stand_in_for_a_pager_call_that_is_commented_out():
    rows = f"<ul>{item(1, '关于社会工作服务的通知', '2024-03-01')}</ul>"
    script = (
        "<script>//createPageHTML(9,0,'x','y');\nvar countPage = 9;var currentPage = 0;</script>"
    )
    assert find_entries(rows + script, URL).next_page == f"{HOST}/zwgk/tzgg/index_1.html"
