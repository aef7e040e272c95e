"""Settling: captures and visits in, the ledger out, whatever the order, however often."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import attached, rereading
from crawler.archive import ArchiveWriter
from crawler.settle import Settlement
from crawler.sources import Source
from crawler.standing import Settled
from store import captures, dossiers, encodings, health, ledger, pages, runs, visits
from store.database import Database
from store.records import Change, Entry, Listing, Outcome, Reading, Visit

NOW = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
HOST = "https://mzt.example.gov.cn"
LIST = f"{HOST}/zcwj/"


def source(source_id: str = "mz_example", **changed: object) -> Source:
    return Source.model_validate(
        {
            "id": source_id,
            "name": "云江省民政厅",
            "region": "32",
            "kind": "government",
            "family": "trs_tdate",
            "base_url": HOST,
            "columns": [
                {"id": "zcwj", "name": "政策文件", "role": "policy", "url": LIST, "basis": "seen"}
            ],
            **changed,
        }
    )


def page(number: int, on: str, *, amount: int = 200, seen: int = 1) -> str:
    """A policy page; `seen` is a counter that changes with every request."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<meta name="ArticleTitle" content="关于印发《云江省社会工作服务第{number}号办法》的通知">
<meta name="PubDate" content="{on} 09:00"><title>云江省民政厅</title></head><body>
<div class="nav"><a href="/">首页</a></div>
<h1>关于印发《云江省社会工作服务第{number}号办法》的通知</h1>
<div class="info">发布时间：{on} 来源：云江省民政厅 浏览次数：{seen}</div>
<div class="TRS_Editor"><p>云民发〔2026〕{number}号</p><p>各市民政局：</p>
<p>第一条 为加强社会工作专业人才队伍建设，规范第{number}类社会工作服务，制定本办法。</p>
<p>第二条 社会工作者在乡镇（街道）社工站工作的，每月补贴{amount}元，第{number}类另计。</p>
<p>第三条 本办法由省民政厅负责解释，适用于第{number}类社会工作服务机构及其从业人员。</p>
<p>云江省民政厅</p><p>{on[:4]}年{int(on[5:7])}月{int(on[8:10])}日</p></div></body></html>"""


class World:
    """A source as the crawl would have seen it, day after day; what is fetched is written here."""

    def __init__(self, folder: Path, *sources: Source) -> None:
        self.folder = folder
        self.database = Database(f"sqlite:///{folder / 'policywatch.db'}")
        self.sources = {s.id: s for s in sources or (source(),)}
        self.now = NOW
        self.run_id = 0

    def run(
        self,
        served: dict[str, tuple[str, str]],
        *,
        listed: Iterable[str] | None = None,
        gone: Iterable[str] = (),
        backwards: bool = False,
        outcome: Outcome = "ok",
    ) -> Settled:
        """Record visits to a listing and to what was `served` (URL → date, body), and settle."""
        with self.database.writing() as session:
            self.run_id = runs.begin(session, list(self.sources), self.now)
        self.archive = ArchiveWriter(self.folder / "archive", self.run_id)
        rows = [
            Entry(u, "题", served[u][0] if u in served else "2026-05-20") for u in listed or served
        ]
        self._visit(LIST, "listing", outcome, listing=Listing(tuple(rows)), complete=True)
        for url in sorted(served, reverse=backwards):
            on, body = served[url]
            self._visit(url, "page", "ok", body=body, entry=Entry(url, "题", on))
        for url in gone:
            self._visit(url, "page", "gone", status=404)
        self.archive.close()
        return self.settle()

    def settle(self) -> Settled:
        return Settlement(
            self.database, self.folder / "archive", self.sources, lambda: self.now
        ).settle()

    def changes(self) -> list[Change]:
        with self.database.reading() as session:
            return ledger.changes(session)

    def _visit(self, url: str, target: str, outcome: Outcome, **known: object) -> None:
        body = known.pop("body", None)
        visit = Visit(
            run_id=self.run_id,
            source_id=next(iter(self.sources)),
            column_id=known.pop("column_id", "zcwj"),  # type: ignore[arg-type]
            url=url,
            target=target,  # type: ignore[arg-type]
            outcome=outcome,
            visited_at=self.now,
            **known,  # type: ignore[arg-type]
        )
        with self.database.writing() as session:
            if isinstance(body, str):
                headers = [("Content-Type", "text/html")]
                capture = self.archive.write(url, 200, headers, body.encode(), fetched_at=self.now)
                visit = dataclasses.replace(visit, capture_id=captures.add(session, capture))
            visits.add(session, visit)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def url(number: int) -> str:
    return f"{HOST}/zcwj/202605/t20260520_{number}.html"


def site(*numbers: int, on: str = "2026-05-20", **changed: int) -> dict[str, tuple[str, str]]:
    return {url(n): (on, page(n, on, **changed)) for n in numbers}


def test_everything_twice_publishes_once(world: World) -> None:
    world.run(site(1, 2, 3))
    before = world.changes()
    world.now += timedelta(days=1)
    assert world.run(site(1, 2, 3)).changes == []
    assert world.changes() == before


def test_a_counter_that_moved_is_no_change(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    settled = world.run(site(1, seen=4711))
    assert (settled.pages, settled.unchanged, settled.changes) == (1, 0, [])


def test_the_first_sweep_is_a_baseline_but_fresh_pages_are_told(world: World) -> None:
    world.run(site(1, on="2026-05-20") | site(2, on="2026-05-29"))
    told = {change.page_url: change.announcement for change in world.changes()}
    assert told == {url(1): "baseline", url(2): "announced"}


def test_what_comes_after_the_baseline_is_told_however_it_is_dated(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    world.run(site(1) | site(2, on="2026-03-01"))
    *_, late = world.changes()
    assert late.announcement == "announced"
    assert late.backdated


def test_an_edit_in_place_is_a_revision_with_its_difference(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    world.run(site(1, amount=350))
    *_, revised = world.changes()
    assert (revised.kind, revised.announcement) == ("revised", "announced")
    assert revised.diff is not None
    (edited,) = [block for block in revised.diff.blocks if block.op != "same"]
    assert edited.label == "第二条"
    assert "200元" in (edited.old or "")
    assert "350元" in (edited.new or "")
    with world.database.reading() as session:
        known = pages.known(session, [revised.page_url])[revised.page_url]
    assert known.last_changed_at == known.last_visited_at, "edited once, it may be edited again"
    assert known.first_seen_at < known.last_changed_at


def test_the_order_of_arrival_does_not_reach_the_ledger(tmp_path: Path) -> None:
    ledgers = []
    for name, backwards in (("forwards", False), ("backwards", True)):
        world = World(tmp_path / name)
        world.run(site(1, 2, 3, 4), backwards=backwards)
        ledgers.append([(c.kind, c.page_url, c.policy_id, c.evidence) for c in world.changes()])
    assert ledgers[0] == ledgers[1]


def test_a_flood_is_held_until_it_is_released(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    world.run(site(*range(1, 40)))
    flood = [change for change in world.changes() if change.page_url != url(1)]
    assert {change.announcement for change in flood} == {"held"}
    with world.database.writing() as session:
        (status,) = health.statuses(session)
        assert "38个新页面" in status.held_reason
        assert ledger.release(session, "mz_example", world.now) == 38
        health.open_gate(session, "mz_example")
    world.now += timedelta(days=1)
    world.run(site(*range(1, 41)))
    assert world.changes()[-1].announcement == "announced"


def test_missing_is_withdrawn_only_after_three_days_and_a_return_undoes_it(world: World) -> None:
    world.run(site(1, 2))
    kinds = []
    for _ in range(4):
        world.now += timedelta(days=1)
        world.run(site(1), gone=[url(2)])
        kinds.append(world.changes()[-1].kind)
    assert kinds == ["new", "new", "withdrawn", "withdrawn"]
    world.now += timedelta(days=1)
    world.run(site(1, 2))
    assert world.changes()[-1].kind == "returned"
    assert [c.kind for c in world.changes()] == ["new", "new", "withdrawn", "returned"]


def test_a_page_whose_text_its_site_shows_elsewhere_has_moved_and_is_not_withdrawn(
    world: World,
) -> None:
    texts = site(1, 2, on="2026-05-29")
    world.run(texts)
    moved = {address.replace("/t2026", "/content/2026"): text for address, text in texts.items()}
    for _ in range(4):
        world.now += timedelta(days=1)
        world.run(moved, gone=[url(1), url(2)])
    told = [c for c in world.changes() if c.announcement == "announced"]
    assert [c.kind for c in told] == ["new", "new"]
    gone = [c for c in world.changes() if c.kind == "withdrawn"]
    assert sorted(c.page_url for c in gone) == sorted([url(1), url(2)])
    assert all("原网站仍登载于" in c.evidence for c in gone)
    with world.database.reading() as session:
        assert {p.status for p in dossiers.policies(session)} == {"issued"}


def test_a_reprint_elsewhere_does_not_keep_a_policy_its_own_site_withdrew(tmp_path: Path) -> None:
    world = World(tmp_path, source(), source("mz_other", base_url="https://mz.other.gov.cn"))
    world.run(site(1))
    copy = next(iter(site(1).values()))
    world.sources = dict(reversed(world.sources.items()))
    world.now += timedelta(days=1)
    world.run({"https://mz.other.gov.cn/a/1.html": copy}, listed=[])
    world.sources = dict(reversed(world.sources.items()))
    for _ in range(3):
        world.now += timedelta(days=1)
        world.run({}, listed=[url(2)], gone=[url(1)])
    assert world.changes()[-1].kind == "withdrawn"
    assert world.changes()[-1].announcement == "announced"


def test_absence_from_a_listing_that_failed_proves_nothing(world: World) -> None:
    world.run(site(1, 2))
    for _ in range(5):
        world.now += timedelta(days=1)
        world.run({}, listed=[], outcome="empty_unexpected")
    assert {change.kind for change in world.changes()} == {"new"}


def test_absence_on_one_day_however_often_seen_is_one_days_evidence(world: World) -> None:
    world.run(site(1, 2))
    for _ in range(6):
        world.now += timedelta(minutes=5)
        world.run(site(1), gone=[url(2)])
    assert {change.kind for change in world.changes()} == {"new"}


def test_a_torn_archive_costs_its_page_and_nothing_else(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    with world.database.writing() as session:
        run_id = runs.begin(session, ["mz_example"], world.now)
    archive = ArchiveWriter(world.folder / "archive", run_id)
    for number in (2, 3):
        capture = archive.write(
            url(number), 200, [("Content-Type", "text/html")],
            page(number, "2026-06-01").encode(), fetched_at=world.now,
        )  # fmt: skip
        if number == 3:
            capture = dataclasses.replace(capture, warc_offset=capture.warc_offset + 7)
        with world.database.writing() as session:
            capture_id = captures.add(session, capture)
            visit = Visit(
                run_id, "mz_example", "zcwj", url(number), "page", "ok", world.now,
                capture_id=capture_id,
            )  # fmt: skip
            visits.add(session, visit)
    archive.close()
    assert set(world.settle().broken) == {url(3)}
    assert [change.page_url for change in world.changes()] == [url(1), url(2)]
    assert world.settle().pages == 0


def test_a_page_that_trips_the_reader_fails_alone_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    with monkeypatch.context() as broken:
        real = attached.read_page

        def trips(body: bytes, *rest: object, **known: object) -> object:
            if "第2号" in body.decode():
                raise ZeroDivisionError("a bug in a rule")
            return real(body, *rest, **known)  # type: ignore[arg-type]

        broken.setattr(attached, "read_page", trips)
        settled = world.run(site(1, 2, 3))
    assert settled.broken == {url(2): "ZeroDivisionError: a bug in a rule"}
    assert world.changes()[-1].page_url == url(3)
    world.now += timedelta(days=1)
    world.run(site(1, 2, 3))
    assert world.changes()[-1].page_url == url(2)


def test_a_better_reader_corrects_and_never_revises(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's counter moved on the very day the reader was upgraded: nobody edited it."""
    with monkeypatch.context() as older:
        real = attached.read_page

        def short_sighted(body: bytes, *rest: object, **known: object) -> Reading:
            reading = real(body.replace("由省民政厅负责解释，".encode(), b""), *rest, **known)  # type: ignore[arg-type]
            return reading

        older.setattr(attached, "read_page", short_sighted)
        older.setattr(rereading, "READER_VERSION", "0")
        world.run(site(1))
    world.now += timedelta(days=1)
    world.run(site(1, seen=2))
    assert [(c.kind, c.announcement) for c in world.changes()] == [
        ("new", "baseline"),
        ("corrected", "unannounced"),
    ]


def test_reading_the_archive_anew_changes_nothing_when_nothing_improved(world: World) -> None:
    world.run(site(1, 2))
    for _ in range(3):
        world.now += timedelta(days=1)
        world.run(site(1), gone=[url(2)])
    before = world.changes()
    read = rereading.reread_all(
        world.database, world.folder / "archive", world.sources, lambda: world.now
    )
    assert (read.pages, read.changes, read.unreadable) == (2, (), {})
    assert world.changes() == before
    with world.database.reading() as session:
        state = pages.state(session, url(2))
    assert state is not None
    assert state.withdrawn, "an old capture does not bring a page back"


def test_a_reprint_on_a_site_that_issues_nothing_is_a_reprint(tmp_path: Path) -> None:
    news = source("sw_news", kind="association", name="社工网")
    world = World(tmp_path, news)
    world.run(site(1))
    (change,) = world.changes()
    assert change.role == "reprint"


def test_a_ruined_page_is_told_without_its_body_and_counted_by_source(world: World) -> None:
    """Rule 13: title, date and link are told; the body waits for a better reading."""
    world.run(site(1))
    world.now += timedelta(days=1)
    on, whole = site(2)[url(2)]
    ruined = whole.replace("第二条", "\ufffd" * 400 + "第二条")
    world.run(site(1) | {url(2): (on, ruined)})
    *_, change = world.changes()
    assert (change.announcement, change.body_withheld) == ("announced", True)
    assert change.document.title == "关于印发《云江省社会工作服务第2号办法》的通知"
    with world.database.reading() as session:
        (story,) = encodings.stories(session)
    assert (story.snapshots, story.damaged, story.withheld) == (2, 1, 1)
    assert story.declared[(None, "utf-8", "utf-8")] == 2
