"""The clock and the loop: starts the work again and again until it is told to stop.

`policywatch daemon` starts the very commands that cron would: each `policywatch run` is a process
of its own, so that what it leaks ends with it, what crashes it does not reach the loop, and a
changed configuration or source file holds from the next run on. What is due is asked of the
database by that run, never remembered here.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from config import Config
from jobs.job import Job, RunReport
from jobs.rhythm import utc_now
from jobs.settings import open_database, publish_settings, rules_of
from jobs.stopping import StopFlag, Stopped, stop_on_signals
from store.lock import TAKEOVER_AFTER, owner_of
from store.records import SHANGHAI

__all__ = [
    "Daemon",
    "Job",
    "RunReport",
    "open_database",
    "publish_settings",
    "rules_of",
    "utc_now",
]

log = structlog.get_logger()

CRAWL_EVERY = timedelta(minutes=10)

WATCH_S = 1.0
"""How often the daemon looks at its child and at whether it shall stop."""

STOP_S = 60.0
"""How long a child that was told to stop may finish the page in hand."""

_ROOT = Path(__file__).parent


class Daemon:
    """Starts `run` every ten minutes and `digest` at its hour, each as a child that is watched."""

    def __init__(
        self, config: Config, scheduler: BaseScheduler | None = None, *, verbose: bool = False
    ) -> None:
        """verbose: its children log every step, too."""
        self._config = config
        self._verbose = verbose
        self._scheduler = scheduler or BlockingScheduler(timezone=SHANGHAI)
        self._stop = StopFlag()

    def serve(self) -> None:
        """Work until SIGTERM or SIGINT; then end the children gently and return.

        misfire_grace_time is None: APScheduler's default of one second drops a job that a busy or
        sleeping machine starts late, and a digest would be missing that day.
        """
        hour, minute = self._config.digest_at.split(":")
        always = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(
            self._work,
            IntervalTrigger(seconds=int(CRAWL_EVERY.total_seconds())),
            ["run"],
            id="crawl",
            next_run_time=utc_now(),
            **always,
        )
        at_its_hour = CronTrigger(hour=hour, minute=minute, timezone=SHANGHAI)
        self._scheduler.add_job(self._work, at_its_hour, ["digest"], id="digest", **always)
        end = threading.Thread(target=self._end_when_asked, daemon=True)
        # Not sooner: a loop that does not run yet cannot be stopped, and would run for ever.
        self._scheduler.add_listener(lambda _: end.start(), EVENT_SCHEDULER_STARTED)
        with stop_on_signals(self._stop):
            self._scheduler.start()

    def _end_when_asked(self) -> None:
        """Wait for a signal, then let the jobs end and stop the loop."""
        self._stop.wait()
        self._scheduler.shutdown(wait=True)

    def _work(self, verb: str) -> None:
        """Start one command, wait for its end, and say how it ended."""
        try:
            code = self._watched(command(verb, verbose=self._verbose))
        except OSError as error:
            log.error("cannot_start", command=verb, why=str(error))
            return
        except Stopped:
            return
        say = log.info if code in _ORDINARY else log.error
        say("command_ended", command=verb, exit_code=code)

    def _watched(self, words: Sequence[str]) -> int:
        """Run the child to its end and return its exit code; one that hangs is killed.

        Raises Stopped when the daemon shall end; the child has ended by then.
        """
        child = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment()
        )
        try:
            while True:
                self._stop.check()
                try:
                    return child.wait(WATCH_S)
                except subprocess.TimeoutExpired:
                    self._kill_if_it_hangs(child)
        finally:
            _end(child)

    def _kill_if_it_hangs(self, child: "subprocess.Popen[bytes]") -> None:
        owner = owner_of(self._config.data / "run.lock")
        silence = owner.silence() if owner and owner.pid == child.pid else None
        if silence is not None and silence > TAKEOVER_AFTER:
            log.error("command_hangs", pid=child.pid, silent_s=silence.seconds)
            child.kill()


_ORDINARY = {0, 1, 75}
"""All well; a source failed, which has its own alarm; another run is at work."""


def command(verb: str, *, verbose: bool = False) -> list[str]:
    """Return the words that start this verb of the product with this interpreter."""
    return [sys.executable, "-m", "cli", *(["-v"] if verbose else []), verb]


def environment() -> dict[str, str]:
    """Return the environment with the product's modules findable from any folder."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Make sure the child is gone: ask, wait, then kill."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
