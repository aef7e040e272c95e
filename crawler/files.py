"""Reads one foreign file in a child process of its own: `python -m crawler.files NAME`.

A file may be built to exhaust or to take over whoever opens it. The child has a limit on memory
and processor time, writes no file, knows no secret of the environment and, where Linux lets it, has
no network; however it ends, the parent gets a `FileText`. Stores nothing.
"""

import argparse
import ctypes
import json
import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipelines.files import MAX_BYTES, read_file
from store.records import FileText

TIMEOUT_S = 30.0
MEMORY_MB = 768

_ROOT = Path(__file__).parent.parent
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""CLONE_NEWUSER and CLONE_NEWNET of unshare(2)."""

_OUT_OF_MEMORY = 3
"""The child's exit code when its memory did not suffice."""


def read_limited(
    body: bytes, name: str, *, timeout_s: float = TIMEOUT_S, memory_mb: int = MEMORY_MB
) -> FileText:
    """Return what the file says, within the limits; a file that breaks them is named for it.

    `too_slow`: not read in time. `bomb`: more memory than allowed. `damaged`: the reader ended
    over it; the detail says how.
    """
    if len(body) > MAX_BYTES:
        return FileText("too_big", detail=f"{len(body)} bytes, more than {MAX_BYTES}")
    command = [sys.executable, "-m", "crawler.files"]
    command += ["--memory-mb", str(memory_mb), "--cpu-s", str(int(timeout_s) + 1)]
    command += ["--", _argument(name)]
    try:
        child = subprocess.run(
            command, input=body, capture_output=True, timeout=timeout_s, env=_environment()
        )
    except subprocess.TimeoutExpired:
        return FileText("too_slow", detail=f"not read within {timeout_s:g} s")
    if child.returncode == 0:
        return FileText(**json.loads(child.stdout))
    if child.returncode in {_OUT_OF_MEMORY, -signal.SIGKILL}:
        return FileText("bomb", detail=f"needs more than {memory_mb} MB of memory to be read")
    if child.returncode == -signal.SIGXCPU:
        return FileText("too_slow", detail=f"more than {timeout_s:g} s of processor time")
    return FileText("damaged", detail=_last_line(child.stderr) or f"exit {child.returncode}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the file on standard input, print its FileText as JSON; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m crawler.files", description=__doc__)
    parser.add_argument("name", help="the file's name or address")
    parser.add_argument("--memory-mb", type=int, default=MEMORY_MB)
    parser.add_argument("--cpu-s", type=int, default=int(TIMEOUT_S))
    options = parser.parse_args(arguments)
    _limit(resource.RLIMIT_AS, options.memory_mb * 1024 * 1024)
    _limit(resource.RLIMIT_CPU, options.cpu_s)
    _limit(resource.RLIMIT_FSIZE, 0)
    _leave_the_network()
    body = sys.stdin.buffer.read()
    try:
        read = read_file(body, options.name)
    except (MemoryError, RecursionError) as error:
        print(type(error).__name__, file=sys.stderr)
        return _OUT_OF_MEMORY
    json.dump(asdict(read), sys.stdout)
    return 0


def _limit(what: int, amount: int) -> None:
    """Lower a limit of this process; a system that refuses (macOS: memory) goes without."""
    _, hard = resource.getrlimit(what)
    allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    try:
        resource.setrlimit(what, (allowed, hard))
    except (ValueError, OSError) as error:
        logging.getLogger(__name__).warning("limit %d is not set: %s", what, error)


def _leave_the_network() -> None:
    """Enter a network namespace without a network (Linux); where that is refused, go without."""
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


def _argument(name: str) -> str:
    """Return the end of a name, which decides, as an argument can carry it."""
    return "".join(c for c in name[-200:] if c.isprintable())


def _environment() -> dict[str, str]:
    """Return an environment without this program's settings: some of them are secrets."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


if __name__ == "__main__":
    sys.exit(main())
