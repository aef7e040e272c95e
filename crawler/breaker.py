"""Circuit breakers: a host that refuses us is left alone, then asked once, then trusted again.

Pure but for its own memory: the instant comes in as an argument, nothing sleeps.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.records import SHANGHAI

REFUSALS = frozenset({403, 412, 418, 429, 503, 521})
"""Statuses by which Chinese government hosts turn crawlers away (403, 412 瑞数, 418 创宇盾, 429,
503, 521 加速乐); RFC 9110 gives 429 and 503 their meaning and `Retry-After`."""

THRESHOLD = 3
"""This many refusals in a row open the breaker; one plain answer in between closes the count."""

COOLDOWN = timedelta(minutes=5)
LONGEST_COOLDOWN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Resting:
    """Why a host is not asked now. silent: it did not answer; else it refused."""

    reason: str
    silent: bool


@dataclass
class _State:
    refusals: int = 0
    open_until: datetime | None = None
    cooldown: timedelta = COOLDOWN
    why: str = ""
    silent: bool = False


@dataclass
class Breakers:
    """One breaker per host. Closed at first; half open once its cooldown is over."""

    _states: dict[str, _State] = field(default_factory=lambda: defaultdict(_State))

    def resting(self, host: str, now: datetime) -> Resting | None:
        """Return why this host must not be asked now, or None if it may be.

        After the cooldown one request passes; until its answer is noted the others wait.
        """
        state = self._states[host]
        if state.open_until is None:
            return None
        if now < state.open_until:
            until = f"{state.open_until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            return Resting(f"{state.why}；北京时间 {until} 之前不再访问", state.silent)
        state.open_until = now + state.cooldown  # half open: this one is the probe
        return None

    def note(
        self, host: str, status: int | None, now: datetime, *, retry_after: timedelta | None = None
    ) -> None:
        """Take in an answer, None for silence: a refusal counts towards opening, others close."""
        if status is not None and status not in REFUSALS:
            self._states[host] = _State()
            return
        state = self._states[host]
        state.refusals += 1
        state.silent = status is None
        probing = state.open_until is not None
        if not probing and retry_after is None and state.refusals < THRESHOLD:
            return
        if probing:
            state.cooldown = min(state.cooldown * 2, LONGEST_COOLDOWN)
        answer = "没有回应" if status is None else f"回答 HTTP {status}"
        state.why = f"{host} {answer}，连续第 {state.refusals} 次"
        state.open_until = now + max(state.cooldown, retry_after or timedelta(0))
