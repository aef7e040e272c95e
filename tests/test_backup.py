"""Backup, restore, retention: what was shown to anybody can be shown again."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawl_site import ROWS, SITE, listing, page, serving
from crawl_site import Desk as CrawlDesk
from deaths import dies_at

import cli
from config import load_config
from crawler.archived import iter_responses, read_body
from crawler.pruning import prune
from crawler.soundness import archive_problems
from feeds.continuity import feed_problems
from scheduler import Job
from store import retention
from store.backup import MANIFEST, back_up, defects, latest, read_manifest
from store.database import Database
from store.errors import BackupError, LockHeld, NewerDatabase
from store.lock import lock
from store.restore import STAGE, refuse_half_restored, restore
from store.verify import problems

NOW = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)
DUMP = "SELECT id, kind, policy_id, recorded_at, evidence FROM change ORDER BY sequence"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after two runs on one small site, three days apart."""
    folder = tmp_path_factory.mktemp("lived")
    desk = CrawlDesk(folder)
    now = [NOW]
    with serving({path: replace(answer, etag=None) for path, answer in SITE.items()}) as site:
        desk.watch("calm", site.base, "/zcwj/")
        job = Job(load_config(data=folder, sources=desk.sources), clock=lambda: now[0])
        job.run(["calm"])
        now[0] += timedelta(days=3)
        site.pages["/p/1.html"] = page(
            "关于第1批社会工作服务站建设的通知", text="另有新规定。" * 40
        )
        site.pages["/zcwj/"] = listing(
            [(ROWS[0][0], ROWS[0][1] + "（修订）", ROWS[0][2]), *ROWS[1:]]
        )
        job.run(["calm"])
    job.database.close()
    return folder


@pytest.fixture
def data(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived, tmp_path / "data"))


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'policywatch.db'}"


def ledger(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "policywatch.db") as database:
        return database.execute(DUMP).fetchall()


def make(data: Path, to: Path, day: int = 0, keep: int | None = None) -> Path:
    return back_up(url(data), data, to, NOW + timedelta(days=day), keep=keep).folder


def test_what_a_backup_holds_comes_back_and_the_product_goes_on(data: Path, tmp_path: Path) -> None:
    before, archive = ledger(data), sorted(p.name for p in (data / "archive").iterdir())
    (data / "maildir" / "new").mkdir(parents=True, exist_ok=True)
    (data / "maildir" / "new" / "1").write_bytes(b"a mail")
    folder = make(data, tmp_path / "backups")
    assert not (folder / "data" / "public").exists(), "publications are made anew"
    fresh = tmp_path / "fresh"
    restore(folder, fresh, url(fresh), NOW)
    assert ledger(fresh) == before
    assert len(before) > 5
    assert sorted(p.name for p in (fresh / "archive").iterdir()) == archive
    assert (fresh / "maildir" / "new" / "1").read_bytes() == b"a mail"
    database = Database(url(fresh))
    with database.reading() as session:
        assert problems(session) == []
    assert archive_problems(database, fresh / "archive") == []
    assert not (fresh / STAGE).exists()


def test_a_backup_while_somebody_writes_holds_one_whole_moment(data: Path, tmp_path: Path) -> None:
    with sqlite3.connect(data / "policywatch.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE change SET evidence = 'half done'")
        folder = make(data, tmp_path / "backups")
        writer.execute("ROLLBACK")
    fresh = tmp_path / "fresh"
    restore(folder, fresh, url(fresh), NOW)
    assert ledger(fresh) == ledger(data)


def test_a_backup_that_is_being_made_is_not_swept_away_by_another(
    data: Path, tmp_path: Path
) -> None:
    half = tmp_path / "backups" / ".20260602T003000Z.part"
    half.mkdir(parents=True)
    with lock(half.parent, "backup", NOW), pytest.raises(LockHeld, match="purpose backup"):
        make(data, half.parent)
    assert half.is_dir()
    made = make(data, half.parent)
    assert not half.exists(), "what a kill left behind goes"
    assert latest(half.parent) == made


def test_what_did_not_change_is_stored_once(data: Path, tmp_path: Path) -> None:
    first, second = (make(data, tmp_path / "backups", day) for day in (0, 1))
    for file in (first / "data" / "archive").iterdir():
        assert file.stat().st_ino == (second / "data" / "archive" / file.name).stat().st_ino
    (data / "archive" / "new.warc.gz").write_bytes(b"more")
    third = make(data, tmp_path / "backups", 2)
    assert (third / "data" / "archive" / "new.warc.gz").read_bytes() == b"more"
    assert [*defects(read_manifest(third))] == []


def test_only_so_many_backups_stay(data: Path, tmp_path: Path) -> None:
    made = [make(data, tmp_path / "backups", day, keep=2) for day in range(4)]
    kept = sorted(path for path in (tmp_path / "backups").iterdir() if path.is_dir())
    assert kept == made[2:]
    assert latest(tmp_path / "backups") == made[3]
    assert [*defects(read_manifest(made[3]))] == []


def test_a_backup_that_was_tampered_with_is_refused_whole(data: Path, tmp_path: Path) -> None:
    folder = make(data, tmp_path / "backups")
    archived = next((folder / "data" / "archive").iterdir())
    archived.write_bytes(archived.read_bytes()[:-9] + b"123456789")
    fresh = tmp_path / "fresh"
    with pytest.raises(BackupError, match="not the bytes that were backed up"):
        restore(folder, fresh, url(fresh), NOW)
    assert not fresh.exists()


def test_a_folder_in_use_is_not_overwritten_and_what_gives_way_is_kept(
    data: Path, tmp_path: Path
) -> None:
    before = ledger(data)
    folder = make(data, tmp_path / "backups")
    with sqlite3.connect(data / "policywatch.db") as database:
        database.execute("DELETE FROM change WHERE sequence > 2")
    with pytest.raises(BackupError, match="--replace"):
        restore(folder, data, url(data), NOW)
    restore(folder, data, url(data), NOW, replace=True)
    assert ledger(data) == before
    (aside,) = data.glob("replaced-*")
    assert len(ledger(aside)) == 2


def test_two_backups_or_restores_within_one_second_are_two(data: Path, tmp_path: Path) -> None:
    to = tmp_path / "backups"
    first, second, third = (make(data, to) for _ in range(3))
    assert [first, second, third] == sorted({*to.glob("[0-9]*")}), "in order, and none lost"
    assert latest(to) == third
    for _ in range(2):
        restore(second, data, url(data), NOW, replace=True)
    assert len([*data.glob("replaced-*/policywatch.db")]) == 2
    assert make(data, to, day=1, keep=2) == latest(to)
    assert min(to.glob("[0-9]*")) == third, "the older ones went first"


def test_a_backup_of_a_later_program_is_refused(data: Path, tmp_path: Path) -> None:
    folder = make(data, tmp_path / "backups")
    said = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(said.replace('"schema": "', '"schema": "9'))
    with pytest.raises(NewerDatabase, match="newer version"):
        restore(folder, tmp_path / "fresh", url(tmp_path / "fresh"), NOW)


@pytest.mark.parametrize(
    ("point", "visible"), [("backup_rename_before", 0), ("backup_rename_after", 1)]
)
def test_a_killed_backup_is_whole_or_not_there(
    point: str, visible: int, data: Path, tmp_path: Path
) -> None:
    to = tmp_path / "backups"
    assert dies_at(point, lambda: make(data, to))
    assert len([*to.glob("[0-9]*Z")]) == visible
    assert [d for made in to.glob("[0-9]*Z") for d in defects(read_manifest(made))] == []
    make(data, to, day=900)
    assert not [*to.glob(".*")], "what a kill left is cleared away"


@pytest.mark.parametrize(
    "point", ["restore_move_before:1", "restore_move_after:1", "restore_move_after:3"]
)
def test_a_killed_restore_keeps_runs_away_until_it_is_done(
    point: str, data: Path, tmp_path: Path
) -> None:
    before = ledger(data)
    folder = make(data, tmp_path / "backups")
    assert dies_at(point, lambda: restore(folder, data, url(data), NOW, replace=True))
    with pytest.raises(BackupError, match="cut off"):
        refuse_half_restored(data)
    restore(folder, data, url(data), NOW + timedelta(minutes=1), replace=True)
    refuse_half_restored(data)
    assert ledger(data) == before


# --- retention ------------------------------------------------------------------------------------


def bodies(data: Path) -> dict[int, bytes]:
    """Return the archived bytes of every snapshot."""
    with Database(url(data)).reading() as session:
        shown = list(retention.shown(session))
    return {snapshot: read_body(data / "archive", capture) for snapshot, capture in shown}


def prune_all(data: Path, **options: bool) -> int:
    later = NOW + timedelta(days=400)
    return prune(Database(url(data)), data / "archive", later, later, **options).captures


def test_every_snapshot_keeps_its_bytes_when_old_captures_go(data: Path) -> None:
    before = bodies(data)
    size = sum(path.stat().st_size for path in (data / "archive").iterdir())
    assert prune_all(data, preview=True) > 0
    assert bodies(data) == before
    assert prune_all(data) > 0
    assert bodies(data) == before
    assert len(before) >= 7
    assert sum(path.stat().st_size for path in (data / "archive").iterdir()) < size
    assert archive_problems(Database(url(data)), data / "archive") == []
    assert prune_all(data) == 0, "there is nothing left to drop"
    for path in (data / "archive").iterdir():
        assert all(r.status for r in iter_responses(path)), "still an archive to any reader"
    with Database(url(data)).reading() as session:
        assert problems(session) == []


def test_young_captures_stay(data: Path) -> None:
    assert prune(Database(url(data)), data / "archive", NOW, NOW).captures == 0


@pytest.mark.parametrize(
    "point", ["prune_rename_before", "prune_rename_after", "store_commit_after"]
)
def test_a_killed_pruning_loses_nothing_that_was_shown(point: str, data: Path) -> None:
    before = bodies(data)
    assert dies_at(point, lambda: prune_all(data))
    assert bodies(data) == before
    prune_all(data)
    assert bodies(data) == before


# --- what verify finds ----------------------------------------------------------------------------


@pytest.fixture
def verify(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    monkeypatch.setenv("POLICYWATCH_DATA", str(data))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(data / "sources"))

    def call(code: int, *options: str) -> str:
        monkeypatch.setattr("sys.argv", ["policywatch", "verify", *options])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = "".join(capsys.readouterr())
        assert ended.value.code == code, said
        return said

    return call


def sql(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "policywatch.db") as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute(statement)


def test_a_sound_folder_is_sound(verify: Callable[..., str]) -> None:
    assert verify(0).strip().endswith("sound")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE capture SET body_sha256 = 'x' WHERE id IN (SELECT capture_id FROM snapshot)",
            "other bytes",
        ),
        ("DELETE FROM page WHERE id = 1", "is missing"),
        (
            "UPDATE change SET snapshot_id = (SELECT min(id) FROM snapshot s "
            "WHERE s.page_id <> change.page_id) WHERE sequence = 1",
            "another page",
        ),
        ("UPDATE policy SET redirect_to = id WHERE id = (SELECT max(id) FROM policy)", "circles"),
        ("UPDATE change SET recorded_at = '2020' WHERE sequence = 2", "in front of it"),
        ("UPDATE change SET announcement = 'announced' WHERE sequence = 1", "lacks change"),
    ],
)
def test_each_broken_promise_is_named(
    statement: str, said: str, data: Path, verify: Callable[..., str]
) -> None:
    sql(data, statement)
    assert said in verify(1)


def test_a_torn_feed_is_named(data: Path, verify: Callable[..., str]) -> None:
    feed = data / "public" / "feeds" / "all.json"
    feed.write_bytes(feed.read_bytes()[:-20])
    assert "all.json: not whole" in verify(1)
    assert verify(0, "--quick")


def test_nothing_published_is_nothing_broken(data: Path) -> None:
    shutil.rmtree(data / "public")
    assert feed_problems(Database(url(data)), data / "public") == []
