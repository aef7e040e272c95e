"""How a run is told to stop: at the next page that is whole, with everything closed.

A signal only sets a flag; the work asks for it between pages and ends by raising. What was
captured stays, and the next run goes on where this one stopped.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
EXIT_STOPPED = 128 + signal.SIGTERM
"""What shells and systemd know as "ended because it was told to"."""


class Stopped(Exception):
    """The run was told to stop and has; nothing is lost, nothing is wrong."""


class StopFlag:
    """Whether somebody asked for the end."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def ask(self) -> None:
        """Ask for the end, from a signal handler or another thread."""
        self._asked.set()

    def wait(self) -> None:
        """Return when the end is asked for."""
        self._asked.wait()

    def check(self) -> None:
        """Raise Stopped if the end was asked for; call it where nothing is half done."""
        if self._asked.is_set():
            raise Stopped("told to stop: what was captured is kept, the next run goes on with it")


@contextmanager
def stop_on_signals(flag: StopFlag) -> Iterator[None]:
    """Let SIGTERM and SIGINT ask for the end during the block; a second one ends it at once."""
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ask(_number: int, _frame: FrameType | None) -> None:
        flag.ask()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
