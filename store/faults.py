"""One registry of the points where a kill could hurt, and the means to be killed there.

Every irreversible act (commit, archive write, rename, send, child exit) is bracketed by
`reach(name)`. In production a reach costs one dictionary look-up. A test names a point in
`POLICYWATCH_FAULT` (`name` or `name:3` for the third time it is reached) and the process dies
there as by `kill -9`, with nothing flushed and nothing caught; with `POLICYWATCH_FAULT_HOW=hang`
it stands still there instead, with `allocate` it takes memory until it gets no more.
`POLICYWATCH_FAULT_MARK` names a file that is made at the death:
where it exists already nobody dies, so that what is started in the victim's place lives.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path

HANG_S = 600.0
"""How long a process that was asked to hang does: longer than anybody waits for it."""

BLOCK_BYTES, MOST_BLOCKS = 16 * 1024 * 1024, 1024
"""What is taken at a time, and how often: more than any limit of ours."""

FAULT_POINTS: dict[str, str] = {}
_reached: Counter[str] = Counter()


class UnknownFaultPoint(KeyError):
    """A reach of a name that no room has registered: a slip in the code, not in the input."""


def register(**points: str) -> None:
    """Add points to the registry; called once per room, at import."""
    FAULT_POINTS.update(points)


def reach(name: str) -> None:
    """Return, unless a test asked to die at this very point."""
    wanted = os.environ.get("POLICYWATCH_FAULT")
    if wanted is None:
        return
    if name not in FAULT_POINTS:
        raise UnknownFaultPoint(name)
    _reached[name] += 1
    point, _, nth = wanted.partition(":")
    if point == name and _reached[name] == int(nth or 1) and _may_die():
        how = os.environ.get("POLICYWATCH_FAULT_HOW")
        if how == "hang":
            time.sleep(HANG_S)
        elif how == "allocate":
            _take_memory()
        os.kill(os.getpid(), signal.SIGKILL)


def _take_memory() -> None:
    """Take memory until MemoryError; it is given back as that is raised. Return without a limit."""
    taken: list[bytearray] = []
    try:
        while len(taken) < MOST_BLOCKS:
            taken.append(bytearray(BLOCK_BYTES))  # of zeros: nothing of it is touched
    finally:
        taken.clear()


def _may_die() -> bool:
    mark = os.environ.get("POLICYWATCH_FAULT_MARK")
    if mark is None:
        return True
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
