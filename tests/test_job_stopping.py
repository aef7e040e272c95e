"""Told to stop, a run and the daemon finish the page in hand, lose nothing, and go on later."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crawl_site import PATHS, SITE, Answer, Desk, TinySite, page, serving

from jobs.stopping import EXIT_STOPPED
from store.lock import owner_of

ROOT = Path(__file__).parent.parent


def slow(pause_s: float) -> dict[str, Answer]:
    titles = {path: f"关于第{n}批社会工作服务的通知" for n, path in enumerate(PATHS)}
    return SITE | {p: replace(page(title), pause_s=pause_s) for p, title in titles.items()}


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[TinySite]:
    """A site that takes so many seconds for a page (param)."""
    with serving(slow(request.param)) as served:
        yield served


@pytest.fixture
def desk(tmp_path: Path, site: TinySite) -> Desk:
    desk = Desk(tmp_path)
    desk.watch("slow", site.base, "/zcwj/")
    return desk


def start(desk: Desk, verb: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "POLICYWATCH_DATA": str(desk.folder),
        "POLICYWATCH_SOURCES": str(desk.sources),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "cli", verb],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_pages(site: TinySite, count: int) -> None:
    deadline = time.monotonic() + 60
    while sum(path in PATHS for path in site.paths()) < count:
        assert time.monotonic() < deadline, "the crawl never began"
        time.sleep(0.05)


def told(desk: Desk) -> Counter[str]:
    with sqlite3.connect(desk.folder / "policywatch.db") as database:
        rows = database.execute(
            "SELECT p.url FROM change c JOIN page p ON p.id = c.page_id WHERE c.kind = 'new'"
        )
        return Counter(url for (url,) in rows)


@pytest.mark.parametrize("site", [0.25], indirect=True)
def test_a_run_told_to_stop_says_so_and_the_next_one_finishes(desk: Desk, site: TinySite) -> None:
    first = start(desk, "run")
    wait_for_pages(site, 2)
    first.send_signal(signal.SIGTERM)
    _, said = first.communicate(timeout=60)
    assert first.returncode == EXIT_STOPPED
    assert "the next run goes on" in said
    assert "Traceback" not in said
    assert told(desk) == Counter(), "nothing half known is told"
    second = start(desk, "run")
    _, said = second.communicate(timeout=60)
    assert second.returncode == 0, said
    assert told(desk) == Counter(site.base + path for path in PATHS)


@pytest.mark.parametrize("site", [4.0], indirect=True)
def test_daemon_and_cron_share_one_database_and_the_daemon_ends_in_order(
    desk: Desk, site: TinySite
) -> None:
    daemon = start(desk, "daemon")
    wait_for_pages(site, 1)
    beside = start(desk, "run")
    _, said = beside.communicate(timeout=60)
    assert beside.returncode == 75
    assert "held by pid" in said
    daemon.send_signal(signal.SIGTERM)
    _, said = daemon.communicate(timeout=60)
    assert daemon.returncode == 0, said
    assert "Traceback" not in said
    owner = owner_of(desk.folder / "run.lock")
    assert owner is None or not Path(f"/proc/{owner.pid}").exists(), "no child is left behind"
