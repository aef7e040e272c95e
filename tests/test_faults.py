"""No irreversible act without a fault point, none untested; and what a machine can do to a run."""

import ast
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from alembic import command
from crawl_site import PATHS, SITE, Desk, serving
from deaths import dies_at
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

import cli
import scheduler  # noqa: F401  (imports every room, which registers its fault points)
from crawler import archive, fetch, proposals, pruning  # noqa: F401
from crawler.archive import ArchiveWriter
from crawler.archived import iter_responses
from feeds.alerts import AppriseNotifier, send_alarms
from jobs.rhythm import clock_trouble
from store import database as store_database
from store import restore  # noqa: F401
from store.alarms import Alarm
from store.database import Database
from store.explain import explained
from store.faults import FAULT_POINTS
from store.migrations import _config
from store.verify import problems

NOON = datetime(2026, 6, 7, 4, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
ROOMS = ("store", "crawler", "feeds", "jobs")
METHODS = {"commit", "fsync", "notify", "upgrade", "write_text", "write_bytes"}
FUNCTIONS = {
    *("urlopen", "os.link", "os.pwrite", "shutil.copyfile", "shutil.copy2", "shutil.move"),
}
"""After both something stands that was not there before; a rename is told apart below."""

KILLED_ELSEWHERE = {
    "alert_send_before",
    "alert_send_after",
    "migration_backup_before",
    "migration_backup_after",
    "migration_commit_before",
    "migration_commit_after",
    "backup_rename_before",
    "backup_rename_after",
    "restore_move_before",
    "restore_move_after",
    "prune_rename_before",
    "prune_rename_after",
    "proposal_rename_before",
    "proposal_rename_after",
    "secret_link_before",
    "secret_link_after",
    "heartbeat_call_before",
    "heartbeat_call_after",
}
"""Points that an ordinary run does not reach; `test_job_killed` kills a run at all the others.

Killed here, in `test_faults_files` and in `test_backup`."""

WITHOUT = {
    "feeds/alerts.py:send_alarms": "calls what has the points itself",
    "feeds/transport.py:send": "the same, from a delivery",
    "jobs/crawling.py:run": "a copy of a log for people; the log is there still",
    "jobs/guard.py:_note": "scratch: a file that says nothing means that nobody died",
    "jobs/triage.py:_saved": "made anew each time it is asked for",
    "crawler/pulse.py:_put": "scratch: a torn line means that nothing is known",
    "crawler/bundle.py:_unpacked": "in a folder that ends with the block",
    "store/lock.py:_say": "a line of fixed length; the lock itself is the kernel's",
    "store/backup.py:file": "in a folder that has not its name yet; back_up has the points",
    "store/backup.py:_write_manifest": "the same",
    "store/restore.py:_staged": "in a folder of its own; restore has the points",
}
"""Acts that need no point, and why."""


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "versions" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    yield f"{path.relative_to(ROOT)}:{node.name}", node


def calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def named(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def is_irreversible(call: ast.Call) -> bool:
    renames = named(call) in {"replace", "rename"} and len(call.args) == 1 and not call.keywords
    return renames or named(call) in METHODS or ast.unparse(call.func) in FUNCTIONS


def points_of(function: ast.FunctionDef) -> list[str]:
    return [
        call.args[0].value
        for call in calls(function)
        if named(call) == "reach" and isinstance(call.args[0], ast.Constant)
    ]


def test_every_irreversible_act_stands_between_two_fault_points() -> None:
    bare = [
        where
        for where, function in functions()
        if any(map(is_irreversible, calls(function)))
        and len(points_of(function)) < 2
        and where not in WITHOUT
    ]
    assert bare == []


def test_every_point_that_is_registered_is_reached_and_the_reverse() -> None:
    reached = {point for _, function in functions() for point in points_of(function)}
    assert reached == set(FAULT_POINTS)


def test_points_come_in_pairs_and_say_what_a_death_there_means() -> None:
    assert all(len(meaning) > 20 for meaning in FAULT_POINTS.values())
    for point in FAULT_POINTS:
        if point.endswith("_before"):
            assert point.removesuffix("_before") + "_after" in FAULT_POINTS


# --- deaths that an ordinary run does not come by ---------------------------------------------


def old_database(folder: Path) -> Path:
    path = folder / "policywatch.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with sqlite3.connect(path) as old:
        old.execute(
            "INSERT INTO digest_run (id, rhythm, on_day, after, upto) "
            "VALUES (1, 'daily', '2026-06-07', 0, 0)"
        )
    return path


OPEN = "import sys; from store.database import Database; Database(sys.argv[1]).close()"


@pytest.mark.parametrize(
    "point", sorted(point for point in KILLED_ELSEWHERE if point.startswith("migration"))
)
def test_a_migration_that_was_killed_is_done_by_the_next_start(point: str, tmp_path: Path) -> None:
    path = old_database(tmp_path)
    assert dies_at(point, lambda: Database(f"sqlite:///{path}"))
    Database(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT on_day FROM digest_run").fetchall() == [("2026-06-07",)]
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


class Channel:
    """An operator's channel; what it took lies in a file, which outlives a fork."""

    def __init__(self, told: Path) -> None:
        self.told = told

    def notify(self, title: str, body: str) -> bool:
        with self.told.open("a", encoding="utf-8") as file:
            file.write(f"{title}\n")
        return True


@pytest.mark.parametrize(("point", "told"), [("alert_send_before", 1), ("alert_send_after", 2)])
def test_an_alarm_is_never_lost_and_at_worst_told_twice(
    point: str, told: int, tmp_path: Path
) -> None:
    """At the boundary to somebody else's service one repetition cannot be told from a loss."""
    notifier = AppriseNotifier([])
    notifier._channels = Channel(tmp_path / "told")  # type: ignore[assignment]
    alarm = Alarm(0, "sick", "demo", "来源异常：演示", "没有任何回应", "看一看", NOON)

    def tell() -> None:
        send_alarms(Database(f"sqlite:///{tmp_path / 'x.db'}"), notifier, [alarm], NOON)

    assert dies_at(point, tell)
    tell()
    tell()
    assert len((tmp_path / "told").read_text(encoding="utf-8").splitlines()) == told


def test_every_point_is_killed_somewhere() -> None:
    from test_job_killed import RUN_POINTS

    assert set(RUN_POINTS) | KILLED_ELSEWHERE == set(FAULT_POINTS)
    assert not set(RUN_POINTS) & KILLED_ELSEWHERE


# --- the disk ------------------------------------------------------------------------------------


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(
    not can_mount(), reason="unshare -rm (a mount of our own) refused"
)

STORY = """
set -u
mount -t tmpfs -o size=64m none "$DATA"
run() { "$PYTHON" -m cli run --once >/dev/null 2>"$OUT/$1"; echo $? >"$OUT/$1.code"; }
"$PYTHON" -c "$OPEN" "$POLICYWATCH_DATABASE_URL"
head -c 64m /dev/zero >"$DATA/filler" 2>/dev/null; truncate -s -16K "$DATA/filler"
run full
rm "$DATA/filler"; mount -o remount,bind,ro "$DATA" || exit 1
run read-only
mount -o remount,bind,rw "$DATA" || exit 1
run mended
cp "$DATA/policywatch.db" "$DATA"/archive/*.warc.gz "$OUT/"
"""


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A run on a full disk, on a read-only one, and on one that was mended; what the site holds."""
    folder = tmp_path_factory.mktemp("disk")
    data, out = folder / "data", folder / "out"
    data.mkdir()
    out.mkdir()
    desk = Desk(folder / "desk")
    with serving(SITE) as site:
        desk.watch("calm", site.base, "/zcwj/")
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", STORY],
            env={
                **os.environ,
                "PYTHON": sys.executable,
                "PYTHONPATH": str(ROOT),
                "OPEN": OPEN,
                "OUT": str(out),
                "DATA": str(data),
                "POLICYWATCH_DATA": str(data),
                "POLICYWATCH_DATABASE_URL": f"sqlite:///{data}/policywatch.db",
                "POLICYWATCH_SOURCES": str(desk.sources),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return out, sorted(site.base + path for path in PATHS)


@needs_mounts
@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_disk_that_refuses_is_named_with_what_to_do(
    trouble: str, mended: tuple[Path, list[str]]
) -> None:
    out, _ = mended
    said = (out / trouble).read_text()
    assert (out / f"{trouble}.code").read_text() == "74\n", said
    assert trouble[1:] in said
    assert "nothing that was recorded is lost" in said
    assert "Traceback" not in said


@needs_mounts
def test_what_a_refusing_disk_put_off_is_whole_once_it_is_mended(
    mended: tuple[Path, list[str]],
) -> None:
    out, urls = mended
    assert (out / "mended.code").read_text() == "0\n", (out / "mended").read_text()
    with Database(f"sqlite:///{out / 'policywatch.db'}").reading() as session:
        assert problems(session) == []
        told = session.execute(text("SELECT p.url FROM change c JOIN page p ON p.id = c.page_id"))
        assert sorted(url for (url,) in told) == urls
    archived = {r.url for path in out.glob("*.warc.gz") for r in iter_responses(path)}
    assert archived >= set(urls)


def test_a_record_the_disk_refused_leaves_no_half_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, now = ArchiveWriter(tmp_path, 1), datetime(2026, 6, 7, tzinfo=UTC)
    kept = writer.write("http://a.example/1", 200, [], b"one", fetched_at=now)
    with monkeypatch.context() as full:

        def refuse(file: BinaryIO, record: bytes) -> None:
            file.write(record[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(archive, "_write", refuse)
        with pytest.raises(OSError, match="No space left"):
            writer.write("http://a.example/2", 200, [], b"two", fetched_at=now)
    after = writer.write("http://a.example/3", 200, [], b"three", fetched_at=now)
    writer.close()
    assert after.warc_file != kept.warc_file, "what follows a torn record could not be read"
    urls = [r.url for path in sorted(tmp_path.iterdir()) for r in iter_responses(path)]
    assert urls == ["http://a.example/1", "http://a.example/3"]


def test_what_the_disk_would_not_keep_is_never_taken_for_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux calls the next wait a success, though what it could not write is lost (fsync(2))."""
    writer = ArchiveWriter(tmp_path, 1)
    writer.write("http://a.example/1", 200, [], b"one", fetched_at=NOON)
    with monkeypatch.context() as failing:

        def refuse(_descriptor: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        failing.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="Input/output"):
            writer.sync()
    for again in (writer.sync, writer.close, writer.sync):
        with pytest.raises(OSError, match="Input/output"):
            again()
    writer.write("http://a.example/2", 200, [], b"two", fetched_at=NOON)
    with pytest.raises(OSError, match="Input/output"):
        writer.sync()


def test_the_disk_is_waited_for_once_where_nothing_was_written_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, kept = ArchiveWriter(tmp_path, 1), []
    monkeypatch.setattr(os, "fsync", kept.append)
    writer.write("http://a.example/1", 200, [], b"one", fetched_at=NOON)
    for once in (writer.sync, writer.sync, writer.close):
        once()
    assert len(kept) == 1


# --- the database, the clock ---------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    desk = Desk(tmp_path)
    desk.watch("calm", "http://127.0.0.1:9", "/zcwj/")
    monkeypatch.setenv("POLICYWATCH_DATA", str(tmp_path))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(desk.sources))

    def call(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["policywatch", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return call


def test_a_locked_database_is_named_after_the_wait(
    shell: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(store_database, "BUSY_TIMEOUT_S", 0.05)
    with sqlite3.connect(tmp_path / "policywatch.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert shell("ack", "all") == 74
        other.execute("ROLLBACK")
    said = capsys.readouterr().err
    assert "database is locked" in said
    assert "end that one" in said


def test_a_damaged_database_file_is_named_with_the_way_back(
    shell: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("policywatch.db-wal", "policywatch.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "policywatch.db").write_bytes(b"no database at all, " * 500)
    assert shell("status") == 74
    assert "policywatch restore" in capsys.readouterr().err


def test_a_slip_of_ours_is_not_dressed_up_as_the_machines() -> None:
    assert explained(ValueError("disk is full")) is None
    assert explained(OSError(errno.ENOTDIR, "Not a directory")) is None
    assert explained(OperationalError("SELECT", {}, Exception("no such table: x"))) is None


def test_a_slip_of_ours_has_an_exit_code_of_its_own(
    shell: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("store.verify.problems", lambda session: [][1])
    assert shell("verify") == 70
    assert "IndexError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ahead", "told"), [(None, False), (-100.0, False), (0.9, False), (1.1, True), (9000.0, True)]
)
def test_a_clock_that_went_back_is_told(ahead: float | None, told: bool) -> None:
    newest = None if ahead is None else NOON + timedelta(hours=ahead)
    words = clock_trouble(newest, NOON)
    assert (words is not None) == told
    if words:
        assert "timedatectl" in words
