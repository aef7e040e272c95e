"""Work that dies at a fault point, in a fork of this process: there is no start to wait for."""

import os
import signal
from collections.abc import Callable

from store import faults


def dies_at(point: str, work: Callable[[], object]) -> bool:
    """Do the work in a fork with the fault set; return whether it was killed there."""
    pid = os.fork()
    if pid == 0:
        os.environ["POLICYWATCH_FAULT"] = point
        faults._reached.clear()
        try:
            work()
        finally:
            os._exit(0)  # whatever happened: only the signal counts
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
