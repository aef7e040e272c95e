"""Starts one crawl child, waits for it within limits, and says how it ended.

The only way the rest of the program crawls. It opens no network and no reactor of its own.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crawler.backfill import Backfill
from crawler.errors import CrawlError

GRACE_S = 20.0
"""How long a child that was told to stop may finish what is on its way."""

WATCH_S = 2.0
"""How often a person who waits is shown where the crawl stands."""

LOG_NAME = "crawl.log"
"""The child's log lines (JSON), in the data folder; of the last crawl only."""

_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """One crawl: which sources, under which run, where the results go, within which limits.

    now: the aware instant that counts as its start; None for the machine's clock. backfill: how
    far back to walk; None for an ordinary crawl.
    """

    run_id: int
    source_ids: Sequence[str]
    data: Path
    database_url: str
    sources: Path
    contact: str
    now: datetime | None = None
    timeout_s: float = 3600.0
    memory_mb: int = 1500
    backfill: Backfill | None = None


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How the child ended. completed: every source was visited, whatever came of it."""

    completed: bool
    exit_code: int
    seconds: float
    detail: str = ""


def crawl(plan: CrawlPlan, watch: Callable[[], None] = lambda: None) -> CrawlResult:
    """Run the child to its end, or to the time limit, and return how it ended.

    watch is called every few seconds meanwhile, for who shows its progress. What the child wrote
    before a crash or a stop stays and is settled like the rest. Raises CrawlError if it cannot be
    started at all.
    """
    plan.data.mkdir(parents=True, exist_ok=True)
    log = plan.data / LOG_NAME
    started = time.monotonic()
    with log.open("wb") as stderr:
        child = _start(plan, stderr)
        try:
            timed_out = _wait(child, plan.timeout_s, watch)
        finally:
            _end(child)
    code = child.returncode
    seconds = time.monotonic() - started
    if code == 0:
        return CrawlResult(completed=True, exit_code=0, seconds=seconds)
    detail = (
        f"the crawl did not finish within {plan.timeout_s:g} s" if timed_out else _why(code, log)
    )
    return CrawlResult(completed=False, exit_code=code, seconds=seconds, detail=detail)


def _start(plan: CrawlPlan, stderr: BinaryIO) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "crawler.fetch"]
    command += ["--data", str(plan.data.resolve()), "--database", plan.database_url]
    command += ["--sources", str(plan.sources.resolve()), "--run", str(plan.run_id)]
    command += ["--contact", plan.contact, "--memory-mb", str(plan.memory_mb)]
    command += ["--leave-with-parent"]
    for source_id in plan.source_ids:
        command += ["--source", source_id]
    if plan.now is not None:
        command += ["--now", plan.now.isoformat()]
    command += _backfill_options(plan.backfill)
    try:
        # stdin is the leash: it closes when this process dies, however it dies.
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=_environment(),
        )
    except OSError as error:
        raise CrawlError(f"the crawl child cannot be started: {error}") from error


def _environment() -> dict[str, str]:
    """Return the environment with this program's own modules findable from any folder."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _backfill_options(backfill: Backfill | None) -> list[str]:
    if backfill is None:
        return []
    options = ["--backfill"]
    if backfill.pages is not None:
        options += ["--pages", str(backfill.pages)]
    if backfill.since is not None:
        options += ["--since", backfill.since]
    return options


def _wait(child: "subprocess.Popen[bytes]", timeout_s: float, watch: Callable[[], None]) -> bool:
    """Wait for the child; True when it had to be told to stop."""
    deadline = time.monotonic() + timeout_s
    while (left := deadline - time.monotonic()) > 0:
        try:
            child.wait(min(left, WATCH_S))
        except subprocess.TimeoutExpired:
            watch()
        else:
            return False
    return True


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Make sure the child is gone: ask, wait, then kill."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _why(code: int, log: Path) -> str:
    ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"the crawl child ended with {ending}: {_last_error(log)} (see {log})"


def _last_error(log: Path) -> str:
    """Return the last thing the child's log calls an error, in one line."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    for line in reversed(lines):
        if not line.startswith("{"):
            return line[:300]  # a traceback from before or after the structured log
        entry = json.loads(line)
        if entry.get("level") in {"error", "critical"}:
            cause = str(entry.get("exception", "")).strip().rpartition("\n")[2]
            return f"{entry['event']} {cause}".strip()[:300]
    return "it logged no error"
