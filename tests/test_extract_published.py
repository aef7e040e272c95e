"""Which date is the published one, and what never is."""

import pytest

from pipelines.extract import extract
from store.records import Document

BODY = "<div class='content'><p>各市民政局：</p><p>现将有关事项通知如下，请认真执行。</p></div>"
TITLE = "关于做好社会工作服务的通知"


def read(html: str, url: str = "http://www.example.gov.cn/a.html") -> Document:
    (document,) = extract(f"<html><head><title>{TITLE}</title>{html}</html>", url)
    return document


def page(head: str = "", info: str = "", tail: str = "") -> str:
    return f"{head}</head><body><h1>{TITLE}</h1>{info}{BODY}{tail}</body>"


def test_label_by_the_title_beats_pubdate() -> None:
    html = page("<meta name='PubDate' content='2024-05-01 10:00'>", "<p>发布时间：2024-04-30</p>")
    document = read(html)
    assert document.published_on == "2024-04-30"
    assert document.evidence["published_on"].others == ("2024-05-01",)


def test_regenerated_pubdate_is_left_out_even_when_alone() -> None:
    head = (
        "<meta name='PubDate' content='2024-08-30 11:20:31'>"
        "<meta name='others' content='页面生成时间 2024-08-30 11:20:31'>"
    )
    assert read(page(head)).published_on is None


def test_pubdate_of_another_hour_than_the_build_is_kept() -> None:
    head = (
        "<meta name='PubDate' content='2024-08-30 09:00'>"
        "<meta name='others' content='页面生成时间 2024-08-30 11:20:31'>"
    )
    assert read(page(head)).published_on == "2024-08-30"


def test_url_day_is_inferred() -> None:
    document = read(page(), "http://www.example.gov.cn/202402/t20240205_88.html")
    assert document.published_on == "2024-02-05"
    assert document.evidence["published_on"].certainty == "inferred"


def test_url_month_stays_a_month() -> None:
    assert read(page(), "http://x.gov.cn/c1/202309/ab.shtml").published_on == "2023-09"


def test_neighbours_dates_never_win() -> None:
    tail = (
        "<p>上一篇：<a href='b'>关于会议的通知 2020-01-01</a></p>"
        "<p><a href='c'>旧闻</a> 2019-01-01</p>"
    )
    assert read(page(tail=tail)).published_on is None


def test_date_only_after_the_body_is_read() -> None:
    assert read(page(tail="<p>发布日期：2023-03-04</p>")).published_on == "2023-03-04"


def test_json_of_the_page_is_read_last() -> None:
    head = '<script type="application/ld+json">{"datePublished": "2023-03-04T08:00:00"}</script>'
    assert read(page(head)).published_on == "2023-03-04"


def test_bracketed_date_under_the_title_is_when_it_was_written() -> None:
    document = read(page(info="<div class='content'><p>（2026年3月1日）</p></div>"))
    assert document.published_on is None


def test_both_dates_are_kept_apart() -> None:
    html = page(info="<p>时间：2016-09-12 14:20:00</p>").replace(
        "</p></div>", "</p><p>东原省民政厅</p><p>2011年12月12日</p></div>"
    )
    document = read(html)
    assert (document.written_on, document.published_on) == ("2011-12-12", "2016-09-12")


@pytest.mark.parametrize("label", ["归档时间", "打印时间", "页面生成时间"])
def test_when_a_page_was_filed_or_printed_is_not_when_it_was_published(label: str) -> None:
    (document,) = extract(
        f"<html><body><p>{label}：2026-06-15</p><h1>关于社工站建设的通知</h1>"
        "<p>各区民政局：</p><p>现将社工站建设的有关事项通知如下，请认真执行。</p></body></html>",
        "http://www.example.gov.cn/content_1.html",
    )
    assert document.published_on is None


@pytest.mark.parametrize(
    "shown",
    [
        "<div class='time'><b>20</b><span>2026-05</span></div>",
        "<div><h3>20</h3><span>/ 2026-05</span></div>",
        "<p>05-20</p><p>2026</p>",
        "<p>2026年5月</p><p>20日</p>",
    ],
)
def test_a_day_shown_in_parts_is_put_together(shown: str) -> None:
    assert read(page(info=shown)).published_on == "2026-05-20"


@pytest.mark.parametrize("shown", ["<p>12</p><p>345</p>", "<p>2026-13</p><p>20</p>"])
def test_numbers_that_are_no_day_make_no_date(shown: str) -> None:
    assert read(page(info=shown)).published_on is None


@pytest.mark.parametrize(
    "shown",
    [
        f"<h2 id='ivs_title'>{TITLE}<small>(2026-05-20 )</small></h2>",
        f"<h2>{TITLE}<br/><small>（2026年05月20日）</small></h2>",
        f"<h2>{TITLE}</h2><p>(2026-05-20)</p>",
    ],
)
def test_a_day_in_brackets_by_the_title_is_the_published_one(shown: str) -> None:
    document = read(f"</head><body>{shown}{BODY}</body>")
    assert (document.title, document.published_on) == (TITLE, "2026-05-20")


def test_a_day_in_brackets_with_its_characters_is_when_it_was_written() -> None:
    document = read(
        f"</head><body><h2>{TITLE}</h2><div class='content'><p>（2026年5月20日）</p>"
        "<p>现将有关事项通知如下，请认真执行，做好各项社会工作服务。</p></div></body>"
    )
    assert (document.written_on, document.published_on) == ("2026-05-20", None)
