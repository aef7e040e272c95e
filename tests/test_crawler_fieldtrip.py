"""The fieldtrip: a polite look at every source, one bundle, nothing private, replay reads it."""

import csv
import gzip
import io
import json
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawl_site import ROWS, SITE, TEXT, serving
from crawl_site import Answer as Served

from crawler import fieldtrip
from crawler.archived import iter_responses
from crawler.bundle import MAX_BUNDLE_BYTES, WARC, warc_files
from crawler.client import Answer
from crawler.errors import CrawlerError
from crawler.fieldtrip import Trip, travel
from crawler.privacy import without_private
from crawler.replay import replay_files
from crawler.sources import Column, Source, load_sources
from samplesites import serve
from samplesites.roster import ROSTER
from store.database import Database

NOW = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)
PDF = b"%PDF-1.4 attachment"


def source(base: str, *paths: str) -> Source:
    columns = tuple(
        Column(id=p.strip("/"), name=p.strip("/"), role="policy", url=base + p, basis="seen")
        for p in paths
    )
    return Source(
        id="mz_yj", name="云江省民政厅", region="32", kind="government", family="generic",
        base_url=base, columns=columns, allow_loopback=True, delay_s=0,
    )  # fmt: skip


def go(sources: list[Source], folder: Path, minutes: float = 1) -> Trip:
    return travel(
        sources,
        folder / "trip.zip",
        agent="policywatch test",
        clock=lambda: NOW,
        minutes=minutes,
    )


def urls_in(trip: Trip) -> list[str]:
    with warc_files([trip.bundle]) as (warc,):
        return [response.url for response in iter_responses(warc)]


def with_attachment() -> dict[str, Served]:
    body = f"<h1>关于第1批</h1><p>{TEXT}</p><a href='/files/a.pdf'>附件1</a>".encode()
    pdf = Served(PDF, headers=(("Content-Type", "application/pdf"),))
    return {**SITE, "/": Served(b"<p>home</p>"), "/p/1.html": Served(body), "/files/a.pdf": pdf}


def test_a_source_is_seen_from_robots_to_attachment_and_no_more(tmp_path: Path) -> None:
    with serving(with_attachment()) as site:
        trip = go([source(site.base, "/zcwj/")], tmp_path)
        asked = [path for path, _ in site.asked]
        assert [u.removeprefix(site.base) for u in urls_in(trip)] == asked
    assert asked[0] == "/robots.txt"
    assert set(asked) >= {"/", "/zcwj/", "/files/a.pdf"}
    assert sum(path.startswith("/p/") for path in asked) == 3
    assert len(asked) == len(set(asked)) == 7
    assert trip.answers == 7


def test_the_bundle_holds_warc_report_and_a_sheet_to_label(tmp_path: Path) -> None:
    with serving(with_attachment()) as site:
        trip = go([source(site.base, "/zcwj/")], tmp_path)
    with zipfile.ZipFile(trip.bundle) as bag:
        assert set(bag.namelist()) == {"README.txt", "doctor.json", "label.csv", WARC}
        report = [json.loads(line) for line in bag.read("doctor.json").splitlines()]
        sheet = bag.read("label.csv")
    assert [r["source"] for r in report] == ["mz_yj"]
    assert sheet.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by its mark"
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert {row["来源"] for row in rows} == {"云江省民政厅"}
    article = next(row for row in rows if row["地址"].endswith("/p/2.html"))
    assert article["标题"] == ROWS[1][1]
    assert article["标题对吗"] == ""
    assert "listing" in {row["页面类别"] for row in rows}


def test_replay_reads_the_bundle(tmp_path: Path) -> None:
    roster = ROSTER[:2]
    with serve(port_base=25000, roster=roster) as internet:
        internet.write_sources(tmp_path / "sources")
        sources = load_sources(tmp_path / "sources")
        trip = go(list(sources.values()), tmp_path)
    assert trip.size < MAX_BUNDLE_BYTES
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with warc_files([trip.bundle]) as files:
        summary = replay_files(database, files, sources, lambda: NOW)
    assert summary.kinds()["article"] >= 5
    assert summary.kinds()["listing"] >= 4


def test_a_zip_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as bag:
        bag.writestr("a.txt", "x")
    with pytest.raises(CrawlerError, match="captures"), warc_files([other]):
        pass


def test_when_time_is_up_nothing_more_is_asked_and_the_report_says_so(tmp_path: Path) -> None:
    with serving(SITE) as site:
        trip = go([source(site.base, "/zcwj/")], tmp_path, minutes=0)
        assert site.asked == []
    (examined,) = trip.examined
    assert any("时间" in f.found for f in examined.findings)
    with zipfile.ZipFile(trip.bundle) as bag:
        assert WARC not in bag.namelist()


def test_the_bundle_never_outgrows_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fieldtrip, "MAX_ATTACHMENT_BYTES", 100_000)
    noise = random.Random(7).randbytes(50_000)
    page = f"<h1>通知</h1><a href='/a.pdf'>附件</a><p>{TEXT}</p>".encode()
    pages = {
        **SITE,
        "/": Served(b"<p>home</p>"),
        "/p/1.html": Served(page),
        "/a.pdf": Served(noise),
    }
    with serving(pages) as site:
        notebook = fieldtrip.Notebook(tmp_path, lambda: NOW, room=20_000)
        keep = notebook.keeper(source(site.base, "/zcwj/"))
        keep(Answer(f"{site.base}/a.pdf", 200, (("Content-Type", "application/pdf"),), noise))
        keep(Answer(f"{site.base}/b", 200, (("Content-Type", "text/html"),), page))
    assert (notebook.answers, notebook.left_out) == (1, 1)
    warc = notebook.close()
    assert warc is not None
    assert warc.stat().st_size <= 20_000


def test_an_attachment_that_is_too_large_is_left_where_it_is(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(fieldtrip, "MAX_ATTACHMENT_BYTES", 10)
    with serving(with_attachment()) as site:
        trip = go([source(site.base, "/zcwj/")], tmp_path)
    assert not any(url.endswith(".pdf") for url in urls_in(trip))


def answer(body: bytes, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    html = ("Content-Type", "text/html; charset=utf-8")
    return Answer("https://mzt.yunjiang.gov.cn/a", status, (html, *headers), body)


def test_cookies_keep_their_names_and_lose_their_values() -> None:
    shown = without_private(
        answer(b"x", headers=(("Set-Cookie", "FSSBBIl1UgzbN7N80S=5kqJ0cWz; Path=/; HttpOnly"),))
    )
    assert shown.names["set-cookie"] == "FSSBBIl1UgzbN7N80S="


def test_the_visitors_address_is_taken_out_of_headers_and_refusals() -> None:
    refusal = "<p>访问被拦截，您的IP：203.0.113.77，事件编号 1.2.3</p>".encode()
    shown = without_private(answer(refusal, 403, (("X-Client-IP", "203.0.113.77"),)))
    assert b"203.0.113" not in shown.body
    assert "事件编号 1.2.3".encode() in shown.body
    assert "203.0.113.77" not in str(shown.headers)


def test_a_packed_refusal_is_read_before_it_is_passed_on() -> None:
    packed = gzip.compress("<p>访问被拦截，您的IP：203.0.113.77</p>".encode())
    shown = without_private(answer(packed, 403, (("Content-Encoding", "gzip"),)))
    assert b"203.0.113" not in shown.content()
    assert "访问被拦截".encode() in shown.content()


def test_a_page_that_is_no_refusal_keeps_every_byte() -> None:
    text = f"<h1>关于启用新平台的通知</h1><p>平台地址为 198.51.100.9。{TEXT}</p>".encode()
    assert without_private(answer(text)).body == text


def test_nothing_of_this_machine_is_in_the_bundle(tmp_path: Path) -> None:
    with serving(with_attachment()) as site:
        trip = go([source(site.base, "/zcwj/")], tmp_path)
    with zipfile.ZipFile(trip.bundle) as bag:
        everything = b"".join(bag.read(name) for name in bag.namelist() if name != WARC)
        everything += gzip.decompress(bag.read(WARC))
    assert str(tmp_path).encode() not in everything
    assert b"policywatch test" not in everything, "requests are not in it"


def test_words_of_a_page_are_no_formula_in_the_sheet(tmp_path: Path) -> None:
    evil = Served(
        f"<html><title>=HYPERLINK(1)</title><h1>=HYPERLINK(1)</h1><p>{TEXT}</p></html>".encode()
    )
    with serving({**SITE, "/": Served(b"<p>home</p>"), "/p/1.html": evil}) as site:
        trip = go([source(site.base, "/zcwj/")], tmp_path)
    with zipfile.ZipFile(trip.bundle) as bag:
        rows = list(csv.reader(io.StringIO(bag.read("label.csv").decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
