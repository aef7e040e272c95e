"""One registry of the points where a kill could hurt, and the means to be killed there.

Every irreversible act (commit, archive write, rename, send, child exit) is bracketed by
`reach(name)`. In production a reach costs one dictionary look-up. A test names a point in
`POLICYWATCH_FAULT` (`name` or `name:3` for the third time it is reached) and the process dies
there as by `kill -9`, with nothing flushed and nothing caught; with `POLICYWATCH_FAULT_HOW=hang`
it stands still there instead. `POLICYWATCH_FAULT_MARK` names a file that is made at the death:
where it exists already nobody dies, so that what is started in the victim's place lives.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path

HANG_S = 600.0
"""How long a process that was asked to hang does: longer than anybody waits for it."""

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
        if os.environ.get("POLICYWATCH_FAULT_HOW") == "hang":
            time.sleep(HANG_S)
        os.kill(os.getpid(), signal.SIGKILL)


def _may_die() -> bool:
    mark = os.environ.get("POLICYWATCH_FAULT_MARK")
    if mark is None:
        return True
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
