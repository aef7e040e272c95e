"""Logs: quiet by default; at debug one line per visit, each with its run, source and URL."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from crawl_site import PATHS, SITE, Desk, serving

import scheduler

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str, str]:
    """One run at debug, one as always; the desk and what each said on standard error."""
    desk = Desk(tmp_path_factory.mktemp("logs"))
    with serving(SITE) as site:
        desk.watch("calm", site.base, "/zcwj/")
        return desk, run(desk, "-v"), run(desk)


def run(desk: Desk, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *options, "run", "--once"],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "POLICYWATCH_DATA": str(desk.folder),
            "POLICYWATCH_SOURCES": str(desk.sources),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def test_a_run_that_goes_well_says_nothing(ran: tuple[Desk, str, str]) -> None:
    assert ran[2] == ""


def test_at_debug_each_visit_has_one_line_with_run_source_and_url(
    ran: tuple[Desk, str, str],
) -> None:
    lines = [json.loads(line) for line in ran[1].splitlines() if line.startswith("{")]
    settled = [line for line in lines if line["event"] == "settled"]
    assert len(settled) == len(PATHS)
    assert len({line["url"] for line in settled}) == len(PATHS)
    for line in settled:
        assert (line["run"], line["source"], line["outcome"]) == (1, "calm", "ok")
        assert line["level"] == "debug"


def test_the_crawls_own_log_names_every_visit_of_the_last_crawl(
    ran: tuple[Desk, str, str],
) -> None:
    text = (ran[0].folder / "crawl.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    seen = [line for line in lines if line["event"] == "visit"]
    assert seen
    assert all(line["run"] == 2 and line["source"] == "calm" and line["url"] for line in seen)
    assert not [line for line in lines if "scrapy" in str(line.get("logger", ""))]


def test_the_crawls_own_log_counts_what_went_over_the_wire(ran: tuple[Desk, str, str]) -> None:
    text = (ran[0].folder / "crawl.log").read_text(encoding="utf-8")
    [line] = [line for line in map(json.loads, text.splitlines()) if line["level"] == "info"]
    assert (line["event"], line["source"]) == ("source visited", "calm")
    assert (line["request_count"], line["response_count"]) == (2, 2), "robots.txt and the list"
    assert line["response_bytes"] < len(SITE["/zcwj/"].body), "the list has not changed"


def test_a_verbose_daemon_has_verbose_children() -> None:
    assert scheduler.command("run", verbose=True)[-2:] == ["-v", "run"]
    assert scheduler.command("run")[-2:] == ["cli", "run"]
