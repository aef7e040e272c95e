"""Publishing writes only what moved, and ends where publishing everything would."""

import random
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from feed_examples import NOON, source, tell

from feeds.publish import publish
from feeds.settings import PublishSettings
from store import dossiers, editions, health
from store.database import Database

SETTINGS = PublishSettings(feed_items=5, archive_items=4, public_url="https://policy.example.org")
REGIONS = ("32", "33", "22", None)
GENRES = ("policy", "draft", "news", "interpretation")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'policywatch.db'}")


def _bytes(public: Path) -> dict[str, bytes]:
    paths = (path for path in public.rglob("*") if path.is_file())
    return {path.relative_to(public).as_posix(): path.read_bytes() for path in paths}


def _ids(path: Path) -> list[str]:
    return [entry.id for entry in feedparser.parse(path.read_bytes()).entries]


def _live_a_day(database: Database, chance: random.Random, day: int) -> None:
    """Record a few changes: new dossiers, changes to known ones, now and then a merge."""
    now = NOON + timedelta(days=day)
    with database.reading() as session:
        known = [i for i in editions.order(session) if i not in editions.redirects(session)]
    for number in range(chance.randint(1, 3)):
        tell(
            database,
            day * 10 + number,
            now=now + timedelta(minutes=number),
            genre=chance.choice(GENRES),
            region=chance.choice(REGIONS),
            announcement=chance.choice(("announced", "announced", "baseline", "irrelevant")),
            policy_id=chance.choice(known) if known and chance.random() < 0.4 else None,
        )
    if len(known) > 3 and chance.random() < 0.3:
        with database.writing() as session:
            dossiers.merge(session, chance.sample(known, 2), now + timedelta(hours=1))
    with database.writing() as session:
        health.put(session, replace(source(), last_visit_at=now, last_success_at=now))


@pytest.mark.parametrize("seed", range(3))
def test_day_by_day_ends_in_the_bytes_of_publishing_everything(
    database: Database, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    for day in range(8):
        _live_a_day(database, chance, day)
        publish(database, tmp_path / "daily", SETTINGS)
    publish(database, tmp_path / "whole", SETTINGS)
    daily, whole = _bytes(tmp_path / "daily"), _bytes(tmp_path / "whole")
    assert {name for name in whole if daily.get(name) != whole[name]} == set()
    assert {name for name in daily if name not in whole} == set()


def test_a_change_leaves_other_dossiers_shelves_and_feeds_unopened(
    database: Database, tmp_path: Path
) -> None:
    for number in range(30):
        tell(database, number, now=NOON + timedelta(minutes=number), region="33")
    publish(database, tmp_path / "public", SETTINGS)
    tell(database, 99, now=NOON + timedelta(days=1), region="32", title="新的一份")
    done = publish(database, tmp_path / "public", SETTINGS)
    assert done.unchanged < 20
    names = {path.name for path in done.written}
    assert "region-32.xml" in names
    assert "region-33.xml" not in names
    assert len([path for path in done.written if path.parent.name == "policy"]) == 1


def test_feed_and_archives_together_hold_every_announced_change(
    database: Database, tmp_path: Path
) -> None:
    told: list[str] = []
    seen: dict[str, bytes] = {}
    for day in range(21):
        change_id = tell(database, day, now=NOON + timedelta(days=9 * day))
        told.append(f"tag:policywatch.local,2026:change/{change_id}")
        publish(database, tmp_path / "public", SETTINGS)
        folder = tmp_path / "public" / "feeds"
        for path in folder.glob("*-archive-*"):
            assert seen.setdefault(path.name, path.read_bytes()) == path.read_bytes()
        assert set(_walk_back(folder)) == set(told)
    assert len(seen) == 2 * 5 * 3  # all and everything, twenty changes by four, three formats


def _walk_back(folder: Path) -> list[str]:
    """Return every id a reader that follows prev-archive meets (RFC 5005 §4)."""
    found: list[str] = []
    name: str | None = "all.atom"
    while name:
        parsed = feedparser.parse((folder / name).read_bytes())
        found += [entry.id for entry in parsed.entries]
        older = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
        name = older[0].rsplit("/", 1)[-1] if older else None
    return found


@pytest.mark.parametrize("every", [7, 30])
def test_readers_who_poll_seldom_lose_nothing(
    database: Database, tmp_path: Path, every: int
) -> None:
    roomy = replace(SETTINGS, feed_items=300)
    known: set[str] = set()
    for day in range(31):
        tell(database, day, now=NOON + timedelta(days=day))
        if day % every == 0:
            publish(database, tmp_path / "public", roomy)
            known |= set(_ids(tmp_path / "public" / "feeds" / "all.xml"))
    assert len(known) == day // every * every + 1


def test_merged_dossier_keeps_its_feed_and_its_page_leads_on(
    database: Database, tmp_path: Path
) -> None:
    tell(database, 1)
    tell(database, 2, now=NOON + timedelta(minutes=1))
    publish(database, tmp_path / "public", SETTINGS)
    with database.writing() as session:
        first, second = editions.order(session)
        assert dossiers.merge(session, [first, second], NOON + timedelta(days=1)) == first
    publish(database, tmp_path / "public", SETTINGS)
    public = tmp_path / "public"
    assert f'href="{first}.html"' in (public / "policy" / f"{second}.html").read_text()
    assert _ids(public / "feeds" / f"policy-{second}.xml") == _ids(
        public / "feeds" / f"policy-{first}.xml"
    )
    assert len(_ids(public / "feeds" / f"policy-{first}.xml")) == 2
    assert second not in (public / "library" / "1.html").read_text()


def test_a_folder_that_lost_a_feed_is_made_whole(database: Database, tmp_path: Path) -> None:
    tell(database, 1)
    publish(database, tmp_path / "public", SETTINGS)
    before = _bytes(tmp_path / "public")
    (tmp_path / "public" / "feeds" / "all.xml").unlink()
    (tmp_path / "public" / "coverage.html").unlink()
    publish(database, tmp_path / "public", SETTINGS)
    assert _bytes(tmp_path / "public") == before


def test_another_look_writes_everything_again(database: Database, tmp_path: Path) -> None:
    tell(database, 1)
    publish(database, tmp_path / "public", SETTINGS)
    renamed = replace(SETTINGS, title="另一个名字")
    written = publish(database, tmp_path / "public", renamed).written
    assert {"all.xml", "genre-policy.xml", "1.html"} <= {path.name for path in written}


def test_the_operators_command_runs_once_per_publication_that_changed_something(
    database: Database, tmp_path: Path
) -> None:
    log = tmp_path / "log; echo no shell"
    code = "import sys; open(sys.argv[1], 'a').write('x')"
    handing = replace(SETTINGS, after_publish=(sys.executable, "-c", code, str(log)))
    tell(database, 1)
    for _ in range(3):
        assert publish(database, tmp_path / "public", handing).problem == ""
    assert log.read_text() == "x"


def test_a_failed_command_is_told_and_tried_again(database: Database, tmp_path: Path) -> None:
    tell(database, 1)
    failing = (sys.executable, "-c", "import sys; sys.exit('no route')")
    broken = replace(SETTINGS, after_publish=failing)
    assert "no route" in publish(database, tmp_path / "public", broken).problem
    assert "no route" in publish(database, tmp_path / "public", broken).problem
    absent = replace(SETTINGS, after_publish=("policywatch-no-such-program",))
    assert "policywatch-no-such-program" in publish(database, tmp_path / "public", absent).problem
    mended = replace(SETTINGS, after_publish=(sys.executable, "-c", ""))
    assert publish(database, tmp_path / "public", mended).problem == ""


def test_a_dossier_is_written_again_when_another_begins_to_name_it(
    database: Database, tmp_path: Path
) -> None:
    tell(database, 1, title="社工站管理办法")
    publish(database, tmp_path / "public", SETTINGS)
    tell(database, 2, title="关于落实社工站管理办法的通知", cites=["社工站管理办法"])
    publish(database, tmp_path / "public", SETTINGS)
    with database.reading() as session:
        named, citing = editions.order(session)
    folder = tmp_path / "public" / "policy"
    assert f'href="{citing}.html"' in (folder / f"{named}.html").read_text()
    assert f'href="{named}.html"' in (folder / f"{citing}.html").read_text()
