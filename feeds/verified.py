"""How lately known pages were looked at again, and how late an edit in place is seen. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.revisits import AGES, Delay

AGE_WORDS = dict(zip((age.name for age in AGES), ("一个月内", "半年内", "更早"), strict=True))
"""What readers call the age of a page: the time since it was seen to change, or first."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A source's pages of one age: how many, all looked at since when, an edit seen within what.

    expected: in readers' words; the slower of its ranks counts.
    """

    pages: int
    since: datetime
    expected: str


def verified(
    delays: Mapping[str, Sequence[Delay]],
) -> dict[str, dict[str, Verified]]:
    """Return what is verified, by source and age."""
    found: dict[str, dict[str, Verified]] = {}
    for source_id, of_source in delays.items():
        for age in AGE_WORDS:
            if ranks := [delay for delay in of_source if delay.age == age]:
                found.setdefault(source_id, {})[age] = _of_ranks(ranks)
    return found


def _of_ranks(ranks: Sequence[Delay]) -> Verified:
    hours = [delay.expected_h for delay in ranks]
    slowest = None if None in hours else max(hour for hour in hours if hour is not None)
    return Verified(
        sum(delay.pages for delay in ranks),
        min(delay.verified_since for delay in ranks),
        _expected_words(slowest),
    )


def _expected_words(hours: float | None) -> str:
    """Return the expected delay of an edit; None: the requests of the day do not reach the page."""
    if hours is None:
        return "每日请求不够，暂不复查"
    if hours < 48:
        return f"原地修改约{hours:.0f}小时可见"
    return f"原地修改约{hours / 24:.0f}天可见"
