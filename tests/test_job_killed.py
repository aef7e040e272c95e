"""kill -9 at every registered fault point: start again, and the ledger is the undisturbed one."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hours import DIGEST_AT

import scheduler  # noqa: F401  (imports every room, which registers its fault points)
from crawler import fetch  # noqa: F401
from demo import mail_server
from samplesites import SampleInternet, serve
from samplesites.roster import ROSTER
from store import digests
from store.database import Database
from store.faults import FAULT_POINTS
from store.records import Filter
from store.verify import problems

ELSEWHERE = (
    *(
        "alert_",
        "backup_",
        "heartbeat_",
        "migration_",
        "proposal_",
        "prune_",
        "restore_",
        "secret_",
    ),
)
"""Beginnings of points that an ordinary run does not reach; `test_faults`, `test_faults_files` and
`test_backup` do."""

RUN_POINTS = sorted(point for point in FAULT_POINTS if not point.startswith(ELSEWHERE))

SITES = ("demo_trs", "demo_swchina")
NTH = {
    "store_commit_before": 12,
    "store_commit_after": 12,
    "settle_page_taken": 15,
    "feeds_rename_before": 3,
}
"""Which reach of a point to die at: late enough that half of the work is done."""

LEDGER = """
    SELECT g.url, s.content_hash, c.kind, c.role, c.evidence, c.announcement,
           (SELECT group_concat(url || role, ' ') FROM (
                SELECT p.url, m.role FROM member m JOIN page p ON p.id = m.page_id
                WHERE m.policy_id = c.policy_id ORDER BY p.url))
    FROM change c JOIN page g ON g.id = c.page_id JOIN snapshot s ON s.id = c.snapshot_id
"""


@pytest.fixture(scope="module")
def internet() -> Iterator[SampleInternet]:
    roster = tuple(item for item in ROSTER if item[1].id in SITES)
    with serve(port_base=23700, roster=roster) as sites:
        yield sites


def run(data: Path, port: int, **faults: str) -> subprocess.CompletedProcess[str]:
    """Run `policywatch run --once` as cron would, in a process of its own."""
    environment = {
        **os.environ,
        "POLICYWATCH_DATA": str(data),
        "POLICYWATCH_SOURCES": str(data / "sources"),
        "POLICYWATCH_DIGEST_AT": DIGEST_AT,
        "POLICYWATCH_SMTP_HOST": "127.0.0.1",
        "POLICYWATCH_SMTP_PORT": str(port),
        "POLICYWATCH_SMTP_SECURITY": "plain",
        **faults,
    }
    command = [sys.executable, "-m", "cli", "run", "--once"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def prepare(data: Path, internet: SampleInternet) -> None:
    internet.write_sources(data / "sources")
    with open_database(data).writing() as session:
        digests.subscribe(session, "team@example.cn", Filter(), internet.now, all_quiet=True)


def open_database(data: Path) -> Database:
    return Database(f"sqlite:///{data / 'policywatch.db'}")


def ledger_of(data: Path) -> set[tuple[object, ...]]:
    with sqlite3.connect(data / "policywatch.db") as database:
        rows = database.execute(LEDGER).fetchall()
        assert len(rows) == len(set(rows)), "a change stands twice in the ledger"
        return set(rows)


@pytest.fixture(scope="module")
def undisturbed(
    internet: SampleInternet, tmp_path_factory: pytest.TempPathFactory
) -> set[tuple[object, ...]]:
    data = tmp_path_factory.mktemp("undisturbed")
    with mail_server() as (inbox, port):
        prepare(data, internet)
        done = run(data, port)
        assert done.returncode == 0, done.stderr
        assert len(inbox.messages) == 1
    ledger = ledger_of(data)
    assert len(ledger) > 20
    return ledger


@pytest.mark.parametrize("point", RUN_POINTS)
def test_a_run_killed_at_a_fault_point_loses_and_doubles_nothing(
    point: str,
    internet: SampleInternet,
    undisturbed: set[tuple[object, ...]],
    tmp_path: Path,
) -> None:
    mark = tmp_path / "died"
    with mail_server() as (inbox, port):
        prepare(tmp_path, internet)
        fault = {
            "POLICYWATCH_FAULT": f"{point}:{NTH.get(point, 1)}",
            "POLICYWATCH_FAULT_MARK": str(mark),
        }
        died = run(tmp_path, port, **fault)
        assert mark.exists(), f"{point} was never reached: {died.stderr}"
        assert died.returncode in {0, 1, -signal.SIGKILL}
        again = run(tmp_path, port)
        assert again.returncode == 0, again.stdout + again.stderr
        with open_database(tmp_path).reading() as session:
            assert problems(session) == []
        names = [message.split(b"Message-ID:")[1].split()[0] for message in inbox.messages]
    assert ledger_of(tmp_path) == undisturbed
    assert 1 <= len(names) <= 2
    assert len(set(names)) == 1
    assert not list((tmp_path / "public").rglob("*.tmp"))
