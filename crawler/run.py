"""Starts one crawl child, waits for it within limits, and says how it ended and where it was.

The only way the rest of the program crawls. It opens no network and no reactor of its own.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from crawler.backfill import Backfill
from crawler.errors import CrawlError
from crawler.pulse import InHand, PulseState, read_pulse
from crawler.sources import Source

GRACE_S = 20.0
"""How long a child that was told to stop may finish what is on its way."""

WATCH_S = 2.0
"""How often a person who waits is shown where the crawl stands."""

LAST_WORDS_S = 20.0
"""How long a child that hangs may take to write where it stands, on a busy machine, too."""

LOG_NAME = "crawl.log"
"""The child's log lines (JSON), in the data folder; of the last crawl only."""

PULSE_NAME = "crawl.pulse"
"""What the child has in hand, in the data folder; of the last crawl only."""

STALL_S = 120.0
"""A child that has said nothing for so long is stuck on the answer in its hand."""

DATABASE_VARIABLE = "POLICYWATCH_DATABASE_URL"
_SECRETS = {
    f"POLICYWATCH_{name}"
    for name in ("SMTP_PASSWORD", "UNSUBSCRIBE_SECRET", "ALERT_URLS", "HEARTBEAT_URL")
}

_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """One crawl: which sources, under which run, where the results go, within which limits.

    now: the aware instant that counts as its start; None for the machine's clock. backfill: how
    far back to walk; None for an ordinary crawl. timeout_s: of the whole crawl; source_timeout_s:
    of one source, None without limit. resting: ids of the columns that are left alone, by source;
    their pages are looked at again all the same.
    """

    run_id: int
    source_ids: Sequence[str]
    data: Path
    database_url: str
    sources: Path
    contact: str
    now: datetime | None = None
    timeout_s: float = 3600.0
    source_timeout_s: float | None = None
    stall_s: float = STALL_S
    memory_mb: int = 1500
    backfill: Backfill | None = None
    resting: Mapping[str, Collection[str]] = field(default_factory=dict)

    def asked(self, source: Source) -> Source:
        """Return the source with those of its columns that this crawl asks."""
        resting = self.resting.get(source.id, ())
        columns = tuple(column for column in source.columns if column.id not in resting)
        return source.model_copy(update={"columns": columns})


_FATAL = ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL")
_DEATHS = {1, *(-signal.Signals[name] for name in _FATAL)}


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How the child ended. completed: every source was visited, whatever came of it.

    done: the sources it was through with, by id: empty, or why not to their end. hand: the answer
    it was reading when it died or got stuck. stalled: it hung and was killed.
    """

    completed: bool
    exit_code: int
    seconds: float
    detail: str = ""
    done: Mapping[str, str] = field(default_factory=dict)
    hand: InHand | None = None
    stalled: bool = False

    @property
    def died(self) -> bool:
        """Whether it ended by a crash, a kill or a hang: what it was not through with may go on.

        Not by SIGTERM (whoever sent that wants it to end), by the time limit or for bad arguments.
        """
        return self.stalled or self.exit_code in _DEATHS


def crawl(plan: CrawlPlan, watch: Callable[[], None] = lambda: None) -> CrawlResult:
    """Run the child to its end, or to the time limit, and return how it ended.

    watch is called every few seconds meanwhile, for who shows its progress. What the child wrote
    before a crash or a stop stays and is settled like the rest. Raises CrawlError if it cannot be
    started at all.
    """
    plan.data.mkdir(parents=True, exist_ok=True)
    log, pulse = plan.data / LOG_NAME, plan.data / PULSE_NAME
    pulse.unlink(missing_ok=True)
    started = time.monotonic()
    with log.open("wb") as stderr:
        child = _start(plan, stderr)
        try:
            end = _wait(child, plan, watch)
        finally:
            _end(child)
    said = read_pulse(pulse) or PulseState()
    code = child.returncode
    return CrawlResult(
        completed=code == 0,
        exit_code=code,
        seconds=time.monotonic() - started,
        detail=_detail(end, code, plan, log),
        done=said.done,
        hand=said.hand,
        stalled=end == "stalled",
    )


def _detail(end: "End", code: int, plan: CrawlPlan, log: Path) -> str:
    if code == 0:
        return ""
    if end == "late":
        return f"the crawl did not finish within {plan.timeout_s:g} s"
    if end == "stalled":
        return f"the crawl child hung for {plan.stall_s:g} s and was killed{_hung_in(log)}"
    return _why(code, log)


def _start(plan: CrawlPlan, stderr: BinaryIO) -> "subprocess.Popen[bytes]":
    try:
        # stdin is the leash: it closes when this process dies, however it dies.
        return subprocess.Popen(
            [sys.executable, "-m", "crawler.fetch", *child_arguments(plan)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=child_environment(plan.database_url),
        )
    except OSError as error:
        raise CrawlError(f"the crawl child cannot be started: {error}") from error


def child_arguments(plan: CrawlPlan) -> list[str]:
    """Return the words with which `crawler.fetch` is called to crawl this plan."""
    words = ["--data", str(plan.data.resolve())]
    words += ["--sources", str(plan.sources.resolve()), "--run", str(plan.run_id)]
    words += ["--contact", plan.contact, "--memory-mb", str(plan.memory_mb)]
    words += ["--leave-with-parent"]
    for source_id in plan.source_ids:
        words += ["--source", source_id]
        for column_id in sorted(plan.resting.get(source_id, ())):
            words += ["--rest", f"{source_id}/{column_id}"]
    if plan.now is not None:
        words += ["--now", plan.now.isoformat()]
    if plan.source_timeout_s is not None:
        words += ["--source-timeout-s", str(plan.source_timeout_s)]
    return words + _backfill_options(plan.backfill)


def child_environment(database_url: str) -> dict[str, str]:
    """Return the environment with our modules findable from any folder, and what a crawl may know.

    The database's address may hold a password, so it is no argument, which everybody can list;
    the other secrets are none of the crawl's business.
    """
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), DATABASE_VARIABLE: database_url}


def _backfill_options(backfill: Backfill | None) -> list[str]:
    if backfill is None:
        return []
    options = ["--backfill"]
    if backfill.pages is not None:
        options += ["--pages", str(backfill.pages)]
    if backfill.since is not None:
        options += ["--since", backfill.since]
    return options


End = Literal["ended", "late", "stalled"]


def _wait(child: "subprocess.Popen[bytes]", plan: CrawlPlan, watch: Callable[[], None]) -> End:
    """Wait for the child; kill it when it hangs: it could not even hear that it shall stop."""
    began = heard_at = time.monotonic()
    beats = 0
    while (left := began + plan.timeout_s - time.monotonic()) > 0:
        try:
            child.wait(min(left, WATCH_S))
        except subprocess.TimeoutExpired:
            watch()
        else:
            return "ended"
        said = read_pulse(plan.data / PULSE_NAME)
        if said is None or said.beats != beats:  # none: it has not begun, the time limit holds
            beats, heard_at = (said.beats if said else 0), time.monotonic()
        elif time.monotonic() - heard_at > plan.stall_s:
            _abort(child)
            return "stalled"
    return "late"


def _abort(child: "subprocess.Popen[bytes]") -> None:
    """Kill a child that hangs; its last words (faulthandler) say in the log where it stood."""
    child.send_signal(signal.SIGABRT)
    try:
        child.wait(LAST_WORDS_S)
    except subprocess.TimeoutExpired:
        child.kill()


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


def _hung_in(log: Path) -> str:
    """Return where the child stood when it was aborted, as its last words say."""
    said = log.read_text(encoding="utf-8", errors="replace").rpartition("Current thread")[2]
    place = re.search(r'File "([^"]+)", line (\d+) in (\S+)', said)
    return f" in {place[3]} ({Path(place[1]).name}:{place[2]})" if place else f" (see {log})"


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
