"""Circuit breakers: a host that refuses us is left alone, then asked once, then trusted again.

Pure but for its own memory: the instant comes in as an argument, nothing sleeps.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REFUSALS = frozenset({403, 412, 418, 429, 503, 521})
"""Statuses by which Chinese government hosts turn crawlers away (403, 412 瑞数, 418 创宇盾, 429,
503, 521 加速乐); RFC 9110 gives 429 and 503 their meaning and `Retry-After`."""

THRESHOLD = 3
"""This many refusals in a row open the breaker; one success in between closes the count."""

COOLDOWN = timedelta(minutes=5)
LONGEST_COOLDOWN = timedelta(hours=6)


@dataclass
class _State:
    refusals: int = 0
    open_until: datetime | None = None
    cooldown: timedelta = COOLDOWN
    why: str = ""


@dataclass
class Breakers:
    """One breaker per host. Closed at first; half open once its cooldown is over."""

    _states: dict[str, _State] = field(default_factory=lambda: defaultdict(_State))

    def refuses(self, host: str, now: datetime) -> str | None:
        """Return why this host must not be asked now, or None if it may be.

        After the cooldown one request passes; until its answer is noted the others wait.
        """
        state = self._states[host]
        if state.open_until is None:
            return None
        if now < state.open_until:
            return f"{state.why}; not asked again before {state.open_until:%Y-%m-%d %H:%M} UTC"
        state.open_until = now + state.cooldown  # half open: this one is the probe
        return None

    def note(
        self, host: str, status: int, now: datetime, *, retry_after: timedelta | None = None
    ) -> None:
        """Take in an answer: a refusal counts towards opening, anything else closes."""
        if status not in REFUSALS:
            self._states[host] = _State()
            return
        state = self._states[host]
        state.refusals += 1
        probing = state.open_until is not None
        if not probing and retry_after is None and state.refusals < THRESHOLD:
            return
        if probing:
            state.cooldown = min(state.cooldown * 2, LONGEST_COOLDOWN)
        state.why = f"{host} answered HTTP {status} {state.refusals} times in a row"
        state.open_until = now + max(state.cooldown, retry_after or timedelta(0))
