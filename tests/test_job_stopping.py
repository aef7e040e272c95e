"""Told to stop, a run and the daemon finish the page in hand, lose nothing, and go on later."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crawl_site import PATHS, SITE, Desk, TinySite, page, serving

from crawler.run import LOG_NAME
from jobs.stopping import EXIT_STOPPED
from store.lock import owner_of

ROOT = Path(__file__).parent.parent


FREE = 2
"""So many pages are answered at once, the others when the test lets them."""


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """What the held pages wait for."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def site(release: threading.Event) -> Iterator[TinySite]:
    pages = {path: page(f"关于第{n}批社会工作服务的通知") for n, path in enumerate(PATHS)}
    held = {path: replace(answer, until=release) for path, answer in pages.items()}
    free = {path: pages[path] for path in PATHS[:FREE]}
    with serving(SITE | held | free) as served:
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


def wait_until(happened: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Return when it has happened; fail when the process ended without it."""
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def in_hand(site: TinySite) -> Callable[[], bool]:
    """Return whether a page was asked for that is held."""
    return lambda: not {*PATHS[FREE:]}.isdisjoint(site.paths())


def told_to_stop(desk: Desk) -> Callable[[], bool]:
    """Return whether the crawl child has heard that it shall stop."""
    return lambda: "told to stop" in (desk.folder / LOG_NAME).read_text(encoding="utf-8")


def told(desk: Desk) -> Counter[str]:
    with sqlite3.connect(desk.folder / "policywatch.db") as database:
        rows = database.execute(
            "SELECT p.url FROM change c JOIN page p ON p.id = c.page_id WHERE c.kind = 'new'"
        )
        return Counter(url for (url,) in rows)


def test_a_run_told_to_stop_says_so_and_the_next_one_finishes(
    desk: Desk, site: TinySite, release: threading.Event
) -> None:
    first = start(desk, "run")
    wait_until(in_hand(site), first)
    asked = site.paths()
    first.send_signal(signal.SIGTERM)
    wait_until(told_to_stop(desk), first)
    release.set()
    _, said = first.communicate()
    assert site.paths() == asked, "the page in hand is the last"
    assert first.returncode == EXIT_STOPPED
    assert "the next run goes on" in said
    assert "Traceback" not in said
    assert told(desk) == Counter(), "nothing half known is told"
    second = start(desk, "run")
    _, said = second.communicate()
    assert second.returncode == 0, said
    assert told(desk) == Counter(site.base + path for path in PATHS)


def test_daemon_and_cron_share_one_database_and_the_daemon_ends_in_order(
    desk: Desk, site: TinySite, release: threading.Event
) -> None:
    daemon = start(desk, "daemon")
    wait_until(in_hand(site), daemon)
    beside = start(desk, "run")
    _, said = beside.communicate()
    assert beside.returncode == 75
    assert "held by pid" in said
    daemon.send_signal(signal.SIGTERM)
    wait_until(told_to_stop(desk), daemon)
    release.set()
    _, said = daemon.communicate()
    assert daemon.returncode == 0, said
    assert "Traceback" not in said
    owner = owner_of(desk.folder / "run.lock")
    assert owner is None or not Path(f"/proc/{owner.pid}").exists(), "no child is left behind"
