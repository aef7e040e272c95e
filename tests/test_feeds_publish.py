import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from feed_examples import HOSTILE, NOON, SALARY_DIFF, event, sick, source, tell

from feeds.files import Written, put_whole
from feeds.publish import publish
from feeds.settings import PublishSettings
from store import health
from store.database import Database

SETTINGS = PublishSettings()
NAMES = ("all", "policies", "news", "everything", "health")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'policywatch.db'}")


def _fill(database: Database) -> None:
    tell(database, 1)
    tell(database, 2, announcement="baseline")
    tell(database, 3, announcement="irrelevant")
    tell(database, 4, genre="news", role="news")
    tell(database, 5, genre="draft", role="draft", consultation_ends_on="2026-06-20")
    with database.writing() as session:
        health.put(session, source())
        health.put(session, sick())
        health.add_event(session, event())


def _titles(public: Path, name: str) -> list[str]:
    return [e.title for e in feedparser.parse((public / "feeds" / name).read_bytes()).entries]


def test_each_feed_holds_what_it_promises(database: Database, tmp_path: Path) -> None:
    _fill(database)
    publish(database, tmp_path / "public", SETTINGS)
    public = tmp_path / "public"
    assert _titles(public, "all.xml") == [
        "【征求意见】社工站建设意见之5 截止6月20日",
        "【新闻】社工站建设意见之4",
        "【新增】社工站建设意见之1",
    ]
    assert _titles(public, "news.xml") == ["【新闻】社工站建设意见之4"]
    assert len(_titles(public, "everything.xml")) == 5
    assert sorted(_titles(public, "policies.xml")) == [
        "社工站建设意见之1（已印发）",
        "社工站建设意见之2（已印发）",
        "社工站建设意见之5（征求意见中）",
    ]
    assert _titles(public, "health.xml") == ["【来源异常】吉林省民政厅"]


def test_the_feed_folder_holds_the_named_files_and_no_others(
    database: Database, tmp_path: Path
) -> None:
    _fill(database)
    publish(database, tmp_path / "public", SETTINGS)
    expected = {f"{name}.{ending}" for name in NAMES for ending in ("xml", "atom", "json")}
    found = {path.name for path in (tmp_path / "public" / "feeds").iterdir()}
    chosen = re.compile(r"(region|genre|topic|source|policy)-[a-z0-9_-]+\.(xml|atom|json)")
    assert {n for n in found if not chosen.fullmatch(n)} == expected | {
        "policywatch.opml",
        "deadlines.ics",
    }
    for name in NAMES:
        assert _titles(tmp_path / "public", f"{name}.xml") == _titles(
            tmp_path / "public", f"{name}.atom"
        )


def test_publishing_again_touches_no_file(database: Database, tmp_path: Path) -> None:
    _fill(database)
    first = publish(database, tmp_path / "public", SETTINGS)
    again = publish(database, tmp_path / "public", SETTINGS)
    assert len(first.written) > 20
    assert again.written == ()


def test_rebuilding_from_nothing_gives_the_same_bytes(database: Database, tmp_path: Path) -> None:
    _fill(database)
    for name in ("one", "two"):
        publish(database, tmp_path / name, SETTINGS)
    one, two = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two


def test_one_more_change_leaves_what_it_does_not_concern(
    database: Database, tmp_path: Path
) -> None:
    _fill(database)
    publish(database, tmp_path / "public", SETTINGS)
    tell(database, 6, now=NOON + timedelta(days=1))
    replaced = {path.name for path in publish(database, tmp_path / "public", SETTINGS).written}
    assert {"all.xml", "policies.xml", "everything.xml", "index.html"} <= replaced
    assert not {"news.xml", "health.xml", "health.json", "genre-news.xml"} & replaced
    assert {"region-32.xml", "genre-policy.xml", "topic-shegongzhan.xml"} <= replaced
    assert len([n for n in replaced if re.fullmatch(r"p[0-9a-f]+\.html", n)]) == 1


def test_ids_stay_the_same_and_unique_over_thirty_days(database: Database, tmp_path: Path) -> None:
    seen: dict[str, str] = {}
    for day in range(30):
        tell(database, day, now=NOON + timedelta(days=day))
        if day % 6 < 5:  # published every sixth day
            continue
        publish(database, tmp_path / "public", SETTINGS)
        feed = feedparser.parse((tmp_path / "public" / "feeds" / "all.xml").read_bytes())
        ids = [entry.id for entry in feed.entries]
        assert len(ids) == len(set(ids)) == day + 1
        for entry in feed.entries:
            assert seen.setdefault(entry.id, entry.title) == entry.title


def test_a_reader_who_looks_once_a_month_misses_nothing(database: Database, tmp_path: Path) -> None:
    few = PublishSettings(feed_items=3)
    for day in range(40):
        tell(database, day, now=NOON + timedelta(days=day))
    publish(database, tmp_path / "public", few)
    titles = _titles(tmp_path / "public", "all.xml")
    assert titles[0].endswith("之39")
    assert titles[-1].endswith("之8")  # 31 days before the newest
    feed = feedparser.parse((tmp_path / "public" / "feeds" / "all.xml").read_bytes())
    assert all("各市民政局" in entry.content[0].value for entry in feed.entries)


def test_an_empty_ledger_publishes_valid_empty_feeds(database: Database, tmp_path: Path) -> None:
    publish(database, tmp_path / "public", SETTINGS)
    for name in NAMES:
        assert not feedparser.parse((tmp_path / "public/feeds" / f"{name}.xml").read_bytes()).bozo
    assert "还没有运行过" in (tmp_path / "public" / "index.html").read_text()


def test_hostile_page_cannot_break_any_publication(database: Database, tmp_path: Path) -> None:
    text = HOSTILE.replace("\ud800", "")  # the store refuses what is no Unicode
    tell(
        database, 1, title=text, body_html=text, body_text=text, source_name=text, diff=SALARY_DIFF
    )
    publish(database, tmp_path / "public", SETTINGS)
    assert not feedparser.parse((tmp_path / "public/feeds/all.xml").read_bytes()).bozo
    for page in (tmp_path / "public").rglob("*.html"):
        html = page.read_text()
        assert "<script>" not in html
        assert "alert(1)" not in html or "&lt;script&gt;alert(1)" in html
        assert "\u202e" not in html


def test_a_kill_before_the_rename_leaves_the_old_feed_whole(tmp_path: Path) -> None:
    target = tmp_path / "all.xml"
    target.write_bytes(b"old")
    put = f"put_whole(Path({str(target)!r}), b'new')"
    code = f"from pathlib import Path; from feeds.files import put_whole; {put}"
    killed = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"POLICYWATCH_FAULT": "feeds_rename_before"},
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"old"
    assert put_whole(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["all.xml"]


def test_a_file_with_the_same_bytes_keeps_its_time(tmp_path: Path) -> None:
    target = tmp_path / "all.xml"
    written = Written()
    written.put(target, b"same")
    os.utime(target, (1, 1))
    written.put(target, b"same")
    assert target.stat().st_mtime == 1
    assert (written.replaced, written.unchanged) == ([target], 1)
