"""Puts the invented net under the product: no socket is opened, everything above them is real.

The crawl child is forked instead of started, so that a year does not import Scrapy 400 times. A
downloader handler answers its requests; the plain client (surveys, trials) is answered alike.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any, BinaryIO, NamedTuple
from unittest.mock import patch

from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings, Settings
from scrapy.utils.misc import load_object

from bench.year.world import Question, World
from crawler import client, fetch, run
from crawler.reach import NoAnswer
from crawler.run import CrawlPlan

_WORLD: list[World] = []


class WorldHandler:
    """Scrapy's download handler for http: asks the world instead of the network."""

    lazy = True

    @classmethod
    def from_crawler(cls, crawler: Any) -> "WorldHandler":
        return cls()

    async def download_request(self, request: Request) -> Response:
        headers = {
            name.decode().lower(): b", ".join(values).decode("latin-1")
            for name, values in request.headers.items()
        }
        reply = _WORLD[0].answer(Question(request.url, headers, request.body.decode()))
        if reply is None:
            raise DownloadConnectionRefusedError("Connection refused")
        served = Headers([(name, value.encode("latin-1")) for name, value in reply.headers])
        kind = responsetypes.from_args(headers=served, url=request.url, body=reply.body)
        return kind(url=request.url, status=reply.status, headers=served, body=reply.body)

    async def close(self) -> None:
        """Nothing is open."""


class Forked:
    """A child of this process, with the few words of `subprocess.Popen` that `crawl` uses."""

    stdin: BinaryIO | None

    def __init__(self, work: Callable[[], int], stderr: BinaryIO) -> None:
        leash, held = os.pipe()
        self.pid = os.fork()
        self.returncode: int | None = None
        if self.pid == 0:
            os.close(held)
            _become(work, leash, stderr.fileno())
        os.close(leash)
        self.stdin = os.fdopen(held, "wb")

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        ends = time.monotonic() + (timeout or 1e9)
        while (code := self.poll()) is None:
            if time.monotonic() > ends:
                raise TimeoutExpired("forked", timeout or 0)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def connect(world: World) -> None:
    """Let this process and its children see this world and no network."""
    _WORLD[:] = [world]
    settings: Callable[[str], dict[str, Any]] = vars(fetch)["common_settings"]

    def with_world(agent: str) -> dict[str, Any]:
        ours = settings(agent)
        handlers = {**ours["DOWNLOAD_HANDLERS"], "http": WorldHandler, "https": None}
        return {**ours, "DOWNLOAD_HANDLERS": handlers}

    patch.object(fetch, "common_settings", with_world).start()
    patch.object(run, "_start", _start).start()
    patch.object(client.Client, "_exchange", _exchange).start()


def load_components() -> None:
    """Import here, once, what Scrapy would import in every child: all that its settings name."""
    for setting in Settings(fetch.common_settings("")).attributes.values():
        for name in setting.value if isinstance(setting.value, BaseSettings) else [setting.value]:
            if isinstance(name, str) and name.startswith(("scrapy.", "crawler.")):
                with suppress(ImportError, NameError):  # what names no module is no component
                    load_object(name)


class Ended(NamedTuple):
    """How a child ended. exit_code: -9 where it was killed; cpu_s: with its own children."""

    exit_code: int
    peak_kb: int
    cpu_s: float


def in_fork(work: Callable[[], int], log: Path) -> Ended:
    """Do the work in a child and return how that ended."""
    with log.open("ab") as stderr:
        pid = os.fork()
        if pid == 0:
            _become(work, os.open(os.devnull, os.O_RDONLY), stderr.fileno())
        _, status, usage = os.wait4(pid, 0)
    code, cpu_s = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
    return Ended(code, usage.ru_maxrss, cpu_s)


def _become(work: Callable[[], int], stdin: int, stderr: int) -> None:
    """Do the work with these files and leave; what the parent had open is not ours to close."""
    code = 70
    try:
        os.dup2(stdin, 0)
        os.dup2(stderr, 1)
        os.dup2(stderr, 2)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww")
        )
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


def _start(plan: CrawlPlan, stderr: BinaryIO) -> Forked:
    def crawl() -> int:
        os.environ.update(run.child_environment(plan.database_url))
        return fetch.main(run.child_arguments(plan))

    return Forked(crawl, stderr)


def _exchange(self: client.Client, url: str, *limits: object) -> client.Answer:
    reply = _WORLD[0].answer(Question(url, {}))
    if reply is None:
        raise NoAnswer("http", "连接被拒绝")
    return client.Answer(url, reply.status, reply.headers, reply.body)
