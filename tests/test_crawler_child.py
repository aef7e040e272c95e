"""The crawl child as a process: no kill loses a page, every end has its reason."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from crawl_site import NOW, PATHS, ROWS, SITE, Answer, Desk, know, page, serving

from crawler.archived import read_body
from crawler.backfill import Backfill
from crawler.fetch import BEAT_S, Crawl, groups_by_host
from crawler.run import PULSE_NAME, CrawlPlan, _start, child_arguments, crawl
from crawler.sources import load_sources
from store import captures
from store.database import Database


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.mark.parametrize("fault", ["archive_write_after:5", "visit_commit_before:4"])
def test_a_kill_anywhere_loses_no_page_and_the_next_run_finishes(desk, monkeypatch, fault):
    with serving(SITE) as site:
        desk.watch("killed", site.base, "/zcwj/")
        monkeypatch.setenv("POLICYWATCH_FAULT", fault)
        result = desk.crawl()
        monkeypatch.delenv("POLICYWATCH_FAULT")
        assert result.exit_code == -9
        assert "signal 9" in result.detail
        know(desk, desk.visits())
        first = desk.run_id
        desk.crawl(now=NOW + timedelta(minutes=10))
    seen = [v for run in (first, desk.run_id) for v in desk.visits(run) if v.target == "page"]
    assert sorted(v.url for v in seen) == sorted(site.base + path for path, _, _ in ROWS)
    with desk.database.reading() as session:
        for visit in seen:
            capture = captures.get(session, visit.capture_id)
            assert read_body(desk.folder / "archive", capture)


def test_what_a_plan_asks_for_is_said_to_the_child(desk):
    desk.watch("deep", "http://127.0.0.1:9", "/zcwj/")
    plan = replace(
        desk.plan(),
        backfill=Backfill(pages=20, since="2019-06"),
        resting={"deep": frozenset({"zcwj"})},
        source_ids=("deep",),
    )
    said = child_arguments(plan)
    for words in (["--backfill", "--pages", "20", "--since", "2019-06"], ["--rest", "deep/zcwj"]):
        at = said.index(words[0])
        assert said[at : at + len(words)] == words
    assert "--backfill" not in child_arguments(replace(plan, backfill=None))


def test_a_crawl_that_takes_too_long_is_stopped_and_says_so(desk):
    slow = {path: replace(page("慢"), pause_s=1) for path in PATHS}
    with serving(SITE | slow) as site:
        desk.watch("slow", site.base, "/zcwj/")
        result = desk.crawl(timeout_s=2.5)
    assert not result.completed
    assert "did not finish within 2.5 s" in result.detail
    assert result.exit_code in {143, -signal.SIGTERM}, "asked to end, not killed"


def test_a_child_told_to_stop_while_it_starts_ends_like_any_other(desk):
    heard = threading.Event()
    with serving({path: replace(answer, until=heard) for path, answer in SITE.items()}) as site:
        desk.watch("begun", site.base, "/zcwj/")
        with (desk.folder / "crawl.log").open("wb") as log:
            child = _start(desk.plan(), log)
        pulse = desk.folder / PULSE_NAME
        while not (pulse.exists() and pulse.stat().st_size):
            time.sleep(0.01)  # the reactor turns, the spider is not yet open
        child.terminate()
        while "told to stop" not in (desk.folder / "crawl.log").read_text(encoding="utf-8"):
            time.sleep(0.01)
        heard.set()
        assert child.wait() == 143
        child.stdin.close()
    assert len(site.paths()) <= 1


def test_a_child_whose_parent_dies_ends_at_once(desk):
    with serving({"/zcwj/": replace(SITE["/zcwj/"], until=threading.Event())}) as site:
        desk.watch("orphan", site.base, "/zcwj/")
        command = [sys.executable, "-m", "crawler.fetch", "--data", str(desk.folder)]
        command += ["--database", desk.url, "--sources", str(desk.sources), "--run", "1"]
        command += ["--source", "orphan", "--contact", "x", "--leave-with-parent"]
        root = Path(__file__).parent.parent
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, cwd=root, stderr=subprocess.DEVNULL
        )
        child.stdin.close()
        assert child.wait() == 1


def test_sources_on_one_host_are_visited_one_after_the_other(desk):
    desk.watch("a", "http://127.0.0.1:1", "/a/")
    desk.watch("b", "http://127.0.0.1:2", "/b/")
    desk.watch("c", "http://127.0.0.1:1", "/c/")
    groups = groups_by_host(load_sources(desk.sources).values())
    assert sorted([source.id for source in group] for group in groups) == [["a", "c"], ["b"]]


def test_a_child_that_cannot_work_says_why(tmp_path):
    (tmp_path / "sources").mkdir()
    plan = CrawlPlan(
        run_id=1,
        source_ids=("nobody",),
        data=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'x.db'}",
        sources=tmp_path / "sources",
        contact="x",
    )
    result = crawl(plan)
    assert (result.completed, result.exit_code) == (False, 2)
    assert "no source definition" in result.detail


def test_a_database_that_fails_in_the_middle_ends_the_child_with_an_error(desk):
    with serving(SITE) as site:
        desk.watch("broken", site.base, "/zcwj/")
        with Database(desk.url).writing() as session:
            session.connection().exec_driver_sql("DROP TABLE visit")
        result = desk.crawl()
    assert result.exit_code == 1
    assert not result.completed


def test_a_disk_that_refuses_is_no_reactor_that_hangs():
    """Or a child without signs of life would be killed, and the source it reads be blamed."""
    beats, later = [], []

    def refuse():
        raise OSError("Input/output error")

    context = SimpleNamespace(flush=refuse, pulse=SimpleNamespace(beat=lambda: beats.append(1)))
    crawling = SimpleNamespace(_context=context, _beat=None)
    loop = SimpleNamespace(call_later=lambda delay_s, *_: later.append(delay_s))
    Crawl._beat(crawling, loop)
    assert (beats, later) == ([1], [BEAT_S])


def test_a_wall_that_all_pages_lead_to_stays_a_wall_when_it_answers_304(desk):
    wall = Answer(
        b"<html><script>document.cookie='x=1';location.reload();</script></html>", etag='"wall"'
    )
    to_the_wall = Answer(status=302, headers=(("Location", "/wall.html"),))
    with serving(SITE) as site:
        desk.watch("walled", site.base, "/zcwj/")
        desk.crawl()
        know(desk, desk.visits())
        site.pages.update({"/wall.html": wall, **dict.fromkeys(PATHS, to_the_wall)})
        desk.crawl(now=NOW + timedelta(days=2))
    assert {desk.of("walled")[path].outcome for path in PATHS} == {"challenged"}
