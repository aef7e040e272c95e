"""The doctor: every probe in order, each failure at its own step, with what to do about it."""

import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawl_site import (
    NOW,
    ROWS,
    SITE,
    TEXT,
    Answer,
    Desk,
    know,
    listing,
    page,
    self_signed,
    serving,
)
from loopback import closed_port

from crawler import probes
from crawler.client import Client, Pace, manners_of
from crawler.doctor import Doctor, Examination, Practice, client_maker, examine_all
from crawler.last_good import last_good_visits
from crawler.probes import COLUMN_PROBES, HOST_PROBES, Finding, Sample
from crawler.reach import Certificate
from crawler.sources import Column, Source, load_sources
from pipelines.decode import decode
from samplesites import serve
from samplesites.roster import ROSTER
from store import visits
from store.records import Damage, Document, Entry, Listing

AGENT = "policywatch test"


def source(base: str, *paths: str, **more: object) -> Source:
    columns = tuple(
        Column(id=p.strip("/"), name=p.strip("/"), role="policy", url=base + p, basis="seen")
        for p in paths
    )
    fields = {"allow_loopback": "127.0.0.1" in base, "delay_s": 0, "family": "generic", **more}
    return Source(
        id="mz_yj", name="云江省民政厅", region="32", kind="government",
        base_url=base, columns=columns, **fields,
    )  # fmt: skip


def examine(watched: Source, samples: dict[str, Sample] | None = None) -> Examination:
    client = Client(AGENT, manners_of(watched))
    return Doctor(watched, client, NOW, samples or {}).examine()


def finding(examined: Examination, probe: str, column: str | None = None) -> Finding:
    return next(f for f in examined.findings if f.probe == probe and column in {None, f.column})


def setting(cookie: str) -> tuple[tuple[str, str], ...]:
    return ("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", cookie)


def home() -> Answer:
    links = "".join(f'<a href="/{n}/">栏目{n}</a>' for n in range(12))
    return Answer(f"<html><title>首页</title><body>{links}</body></html>".encode())


def test_a_sound_source_passes_every_probe_in_order() -> None:
    with serving(SITE) as site:
        examined = examine(source(site.base, "/zcwj/"))
    assert tuple(f.probe for f in examined.findings) == HOST_PROBES + COLUMN_PROBES
    states = {f.probe: f.state for f in examined.findings}
    assert states.pop("tls") == "skipped"
    assert states.pop("last_good") == "skipped"
    assert states.pop("article") in {"ok", "warn"}
    assert set(states.values()) == {"ok"}
    assert examined.sound


def test_the_report_is_json_with_every_key() -> None:
    with serving(SITE) as site:
        report = json.loads(json.dumps(examine(source(site.base, "/zcwj/")).as_json()))
    assert set(report) == {"source", "name", "examined_at", "ok", "findings"}
    for found in report["findings"]:
        assert set(found) == {"probe", "state", "found", "means", "do", "column"}


def test_every_failure_says_what_it_means_and_what_to_do() -> None:
    with serving({"/zcwj/": Answer(b"", 412)}) as site:
        examined = examine(source(site.base, "/zcwj/"))
    failed = [f for f in examined.findings if f.state == "fail"]
    assert failed
    assert all(f.found and f.means and f.do for f in failed)


def test_a_name_nobody_knows_ends_at_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    examined = examine(source("http://mzt.no-such-province.invalid", "/zcwj/"))
    states = [f.state for f in examined.findings]
    assert (examined.findings[0].probe, states[0]) == ("dns", "fail")
    assert set(states[1:]) == {"skipped"}


def test_a_name_that_leads_home_is_no_public_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.doctor.resolve", lambda host: ("192.168.0.7",))
    examined = examine(source("http://mzt.yunjiang.gov.cn", "/zcwj/"))
    assert examined.findings[0].state == "fail"
    assert "192.168.0.7" in examined.findings[0].found


def test_a_port_nobody_listens_on_ends_at_tcp() -> None:
    with closed_port() as port:
        examined = examine(source(f"http://127.0.0.1:{port}", "/zcwj/"))
    assert [f.state for f in examined.findings[:4]] == ["ok", "fail", "skipped", "skipped"]


def test_a_certificate_nobody_vouches_for_is_shown(tmp_path: Path) -> None:
    with serving(SITE, tls=self_signed(tmp_path)) as site:
        strict = examine(source(site.base, "/zcwj/"))
        lenient = examine(source(site.base, "/zcwj/", insecure_tls_reason="自签证书，已核对"))
    tls = finding(strict, "tls")
    assert tls.state == "fail"
    assert "nobody.example" in tls.found
    assert "insecure_tls_reason" in tls.do
    assert finding(lenient, "tls").state == "ok"
    assert "TLSv1" in finding(lenient, "tls").found
    assert finding(lenient, "rows").state == "ok"


def test_a_certificate_that_ends_soon_is_a_warning() -> None:
    shown = Certificate(("a.cn",), "CA", NOW + timedelta(days=3))
    assert probes.tls("TLSv1.3", shown, NOW).state == "warn"
    assert probes.tls("TLSv1.3", replace(shown, not_after=NOW + timedelta(days=60)), NOW).state == (
        "ok"
    )
    assert probes.tls("TLSv1", replace(shown, not_after=NOW + timedelta(days=60)), NOW).state == (
        "warn"
    )


def test_robots_that_forbid_a_column_are_named_and_obeyed() -> None:
    robots = Answer(b"User-agent: *\nDisallow: /zcwj/\n")
    with serving({**SITE, "/robots.txt": robots}) as site:
        examined = examine(source(site.base, "/zcwj/"))
        assert "/zcwj/" not in site.paths()
    assert finding(examined, "robots").state == "fail"
    assert finding(examined, "redirects").state == "fail"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(b"<script>$_ts={};</script>", 412, setting("FSSBBIl1UgzbN7N80S=1")), "瑞数"),
        (Answer(b"<script></script>", 521, setting("__jsl_clearance_s=1")), "加速乐"),
        (Answer("<p>访问被拦截</p>".encode(), 418), "创宇盾"),
        (Answer(b"<script>document.cookie='C3VK=a1';location.reload()</script>"), "C3VK"),
        (Answer(b"<script>wzwschallenge()</script>"), "wzws"),
        (Answer(b"<script>document.cookie='a=1';location.href='/'</script>"), "JS shell"),
        (Answer("<title>404</title><p>页面不存在</p>".encode()), "soft 404"),
        (Answer(b"1"), "1 字节"),
        (Answer(b"<html><script src='/a.js'></script></html>"), "stub"),
        (Answer(b"<p>404</p>", 404), "404"),
    ],
)  # fmt: skip
def test_what_stands_in_front_is_named(answer: Answer, word: str) -> None:
    with serving({"/": home(), "/zcwj/": answer}) as site:
        examined = examine(source(site.base, "/zcwj/"))
    found = finding(examined, "challenge")
    assert (found.state, word in found.found) == ("fail", True), found
    assert re.search(r"[\u4e00-\u9fff]{4}", found.means)
    assert re.search(r"[\u4e00-\u9fff]{4}", found.do)
    if word in probes.OBSTACLES:
        assert probes.OBSTACLES[word] in found.means
    assert finding(examined, "rows").state == "skipped"


def test_a_redirect_to_itself_that_sets_a_cookie_is_named() -> None:
    circular = Answer(b"", 302, (("Location", "/zcwj/"), ("Set-Cookie", "CT6T=1; Path=/")))
    with serving({"/": home(), "/zcwj/": circular}) as site:
        examined = examine(source(site.base, "/zcwj/"))
    assert finding(examined, "redirects").state == "fail"
    assert "CT6T" in finding(examined, "challenge").found
    assert probes.OBSTACLES["CT6T"] in finding(examined, "challenge").means


def test_the_home_page_under_an_unknown_address_is_not_taken_for_a_list() -> None:
    rows = listing(ROWS, more="".join(f'<a href="/{n}/">栏目{n}</a>' for n in range(9)))
    with serving({"/": rows, "/zcwj/": rows}) as site:
        found = finding(examine(source(site.base, "/zcwj/")), "challenge")
    assert (found.state, "首页" in found.found) == ("fail", True)


def test_a_permanent_move_says_where_to() -> None:
    moved = Answer(b"", 301, (("Location", "/new/zcwj/"),))
    with serving({**SITE, "/old/": moved, "/new/zcwj/": SITE["/zcwj/"]}) as site:
        found = finding(examine(source(site.base, "/old/")), "redirects")
        assert (found.state, f"{site.base}/new/zcwj/" in found.do) == ("warn", True)


def test_rows_without_dates_future_rows_and_no_rows_are_told_apart() -> None:
    undated = [(f"/p/2026000{n}.html", title, "") for n, (_, title, _) in enumerate(ROWS)]
    later = [(u, t, "2026-07-01") for u, t, _ in ROWS]
    lists = {"/a/": listing(undated), "/b/": listing(later), "/c/": page("空", "")}
    with serving({"/": home(), **lists}) as site:
        examined = examine(source(site.base, "/a/", "/b/", "/c/"))
    assert finding(examined, "dates", "a").state == "warn"
    assert "未来" in finding(examined, "dates", "b").means
    assert finding(examined, "rows", "c").state == "fail"
    assert "may_be_empty" in finding(examined, "rows", "c").do


def test_a_full_list_without_a_next_page_is_a_warning() -> None:
    many = [(f"/p/{n}.html", f"关于第{n}批社工站建设的通知", "2026-05-01") for n in range(1, 13)]
    site_pages = {"/": home(), "/zcwj/": listing(many)}
    with serving(site_pages) as site:
        assert finding(examine(source(site.base, "/zcwj/")), "next_page").state == "warn"


def test_at_most_three_articles_are_opened() -> None:
    columns = {f"/c{n}/": listing([(f"/p{n}/{u}", t, on) for u, t, on in ROWS]) for n in range(5)}
    with serving({"/": home(), **columns}) as site:
        examined = examine(source(site.base, *columns))
        assert len([p for p in site.paths() if p.startswith("/p")]) == 3
    assert len(examined.listings) == 5


def test_a_lost_character_is_a_warning_and_a_ruined_page_a_failure() -> None:
    column = Column(id="z", name="政策", role="policy", url="http://a.cn/z/", basis="seen")
    good = decode("社会工作".encode() * 400, "text/html; charset=utf-8")
    assert probes.charset(good, column).state == "ok"
    scratched = replace(good, damage=(Damage("lost", 3, 1, "?"),))
    assert probes.charset(scratched, column).state == "warn"
    assert probes.charset(replace(good, quality=0.1), column).state == "fail"


COLUMN = Column(id="z", name="政策", role="policy", url="http://a.cn/z/", basis="seen")
NOTHING = decode(b"", None)


def some_rows(count: int, folder: str = "z") -> Listing:
    rows = (Entry(f"http://a.cn/{folder}/{n}.html", "通知", "2026-05-01") for n in range(count))
    return Listing(tuple(rows))


@pytest.mark.parametrize(
    ("before", "now", "state"), [(10, 10, "ok"), (10, 12, "ok"), (10, 4, "fail"), (0, 3, "ok")]
)
def test_the_last_good_visit_is_the_measure(before: int, now: int, state: str) -> None:
    sample = Sample(NOW, some_rows(before).entries)
    assert probes.last_good(sample, some_rows(now), NOTHING, COLUMN, None).state == state


def test_a_list_of_which_no_row_is_left_is_a_warning() -> None:
    sample = Sample(NOW, some_rows(10).entries)
    found = probes.last_good(sample, some_rows(10, "new"), NOTHING, COLUMN, None)
    assert (found.state, "没有一条" in found.means) == ("warn", True)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"title": "导航"}, "标题由 通知 变为 导航"),
        ({"published_on": None}, "发布日期由 2026-05-01 变为 无"),
        ({"document_number": None}, "文号"),
        ({"body_text": "短"}, "正文由"),
    ],
)
def test_an_article_that_reads_otherwise_than_before_is_named(
    change: dict[str, str | None], word: str
) -> None:
    before = Document(
        "http://a.cn/z/1.html",
        "通知",
        TEXT,
        published_on="2026-05-01",
        document_number="云民发〔2026〕1号",
    )
    sample = Sample(NOW, some_rows(3).entries, article_url=before.url, article=before)
    now = replace(before, **change)  # type: ignore[arg-type]
    found = probes.last_good(sample, some_rows(3), NOTHING, COLUMN, now)
    assert (found.state, word in found.found) == ("warn", True)
    assert probes.last_good(sample, some_rows(3), NOTHING, COLUMN, before).state == "ok"


def test_the_last_good_visit_comes_from_the_store(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with serving(SITE) as site:
        desk.watch("mz_yj", site.base, "/zcwj/")
        assert desk.crawl().completed
        know(desk, desk.visits())
        watched = source(site.base, "/zcwj/")
        samples = last_good_visits(desk.database, tmp_path / "archive", watched, NOW)
        examined = examine(watched, samples)
    assert samples["zcwj"].charset == "utf-8"
    assert samples["zcwj"].article is not None
    assert samples["zcwj"].article.title in {title for _, title, _ in ROWS}
    assert finding(examined, "last_good").state == "ok"
    assert "6 条相同" in finding(examined, "last_good").found


def test_rows_under_an_alias_are_the_same_rows() -> None:
    with serving(SITE) as site:
        alias = site.base.replace("127.0.0.1", "localhost")
        watched = source(site.base, "/zcwj/", aliases=(alias,))
        entries = tuple(Entry(site.base + u, t, on) for u, t, on in ROWS)
        aliased = listing([(alias + u, t, on) for u, t, on in ROWS])
        site.pages["/zcwj/"] = aliased
        examined = examine(watched, {"zcwj": Sample(NOW, entries)})
    assert "6 条相同" in finding(examined, "last_good").found


def test_a_visit_that_was_not_good_is_no_sample(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with serving({"/zcwj/": Answer(b"", 412)}) as site:
        desk.watch("mz_yj", site.base, "/zcwj/")
        desk.crawl()
        with desk.database.reading() as session:
            assert visits.outcomes(session, "mz_yj", datetime(2020, 1, 1, tzinfo=UTC))
        watched = source(site.base, "/zcwj/")
        assert last_good_visits(desk.database, tmp_path / "archive", watched, NOW) == {}


def test_all_sample_sites_are_examined_side_by_side_and_the_walled_ones_fail(
    tmp_path: Path,
) -> None:
    seen: list[str] = []
    roster = tuple(item for item in ROSTER if item[1].id not in {"demo_epaper", "demo_clone"})
    with serve(port_base=24300, roster=roster) as internet:
        internet.write_sources(tmp_path)
        sources = load_sources(tmp_path)
        practice = Practice(client_maker(AGENT), lambda: internet.now, progress=seen.append)
        examined = examine_all(sources.values(), practice)
    assert [e.source_id for e in examined] == list(sources)
    assert sorted(seen) == sorted(sources)
    failed = {e.source_id for e in examined if not e.sound}
    assert failed == {"demo_script", "demo_challenge", "demo_robots"}


def test_out_of_time_is_not_looked_at_rather_than_sick() -> None:
    with serving(SITE) as site:
        watched = source(site.base, "/zcwj/")
        practice = Practice(client_maker(AGENT), lambda: NOW, ends=0.0)
        (examined,) = examine_all([watched], practice)
        assert site.asked == []
    assert all(f.state != "fail" for f in examined.findings)


def test_a_paced_client_is_shared_by_sources_of_one_host() -> None:
    paces: list[Pace] = []

    def make(watched: Source, pace: Pace) -> Client:
        paces.append(pace)
        return Client(AGENT, manners_of(watched), pace=pace)

    with serving(SITE) as site:
        one = source(site.base, "/zcwj/")
        two = one.model_copy(update={"id": "mz_two"})
        examine_all([one, two], Practice(make, lambda: NOW))
    assert paces[0] is paces[1]
