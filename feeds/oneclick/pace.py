"""How often one caller may ask: a count for each within the last minute, in bounded memory."""

from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_S = 60.0
MOST_CALLERS = 10_000


class Pace:
    """Lets each caller through so many times a minute; the callers not seen longest are forgotten.

    clock: seconds that only ever grow (`time.monotonic`).
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()

    def lets(self, caller: str) -> bool:
        """Count the call and tell whether it is within the pace; a refused call is not counted."""
        now = self._clock()
        calls = self._calls.setdefault(caller, deque())
        self._calls.move_to_end(caller)
        while len(self._calls) > MOST_CALLERS:
            self._calls.popitem(last=False)
        while calls and now - calls[0] >= WINDOW_S:
            calls.popleft()
        if len(calls) >= self._per_minute:
            return False
        calls.append(now)
        return True
