"""A column's own rhythm: how long it usually stays without a new row, learned from its dates.

Pure. Counted in workdays of the Chinese calendar (State Council notice: holidays left out, the
weekends worked in their place counted), because offices publish on those. Used to tell a column
that fell silent from one that never says much.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median

import chinese_calendar  # type: ignore[import-untyped]

FEWEST_GAPS = 8
"""From fewer nothing is learned; the definition's quiet_days holds until then."""
NEWEST_DATES = 60
"""An office's habits of years ago say nothing of today's."""
USUALLY = 0.9
TIMES = 3
"""Silent is who stays quiet for three times what nine in ten of its pauses were. Were rows to come
by chance alone, one pause in a thousand would be that long (0.1 cubed). Not the longest pause: a
row pinned to the top for years would make it years."""
LEAST_WORKDAYS = 10
"""No column is silent before two working weeks."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a column's dates say: its newest row, and the pauses between days with new rows.

    pauses: in workdays, shortest first; a weekend with rows at both ends is a pause of 0.
    """

    newest: date
    pauses: tuple[int, ...]

    @property
    def usual(self) -> int:
        """The pause that nine in ten do not exceed."""
        return self.pauses[int(USUALLY * (len(self.pauses) - 1))]

    @property
    def allowed(self) -> int:
        """How many workdays the column may stay quiet."""
        return max(LEAST_WORKDAYS, TIMES * self.usual)

    def words(self) -> str:
        """Return how the allowance was learned, for the operator."""
        return (
            f"过去{len(self.pauses)}次更新一般相隔{median(self.pauses):g}个工作日，"
            f"九成不超过{self.usual}个，超过{self.allowed}个才提醒"
        )


def learned(dates: Iterable[date], today: date) -> Rhythm | None:
    """Return the rhythm of a column whose rows bear these dates, None if they are too few.

    Dates in the future are slips or announcements of things to come, and left out.
    """
    days = sorted({on for on in dates if on <= today})[-NEWEST_DATES:]
    if len(days) <= FEWEST_GAPS:
        return None
    pauses = sorted(workdays(before, after) for before, after in pairwise(days))
    return Rhythm(days[-1], tuple(pauses))


def workdays(after: date, upto: date) -> int:
    """Return how many workdays lie in (after, upto]; a year nobody announced yet: Monday–Friday."""
    return sum(_is_workday(after + timedelta(n)) for n in range(1, (upto - after).days + 1))


@lru_cache(maxsize=20_000)
def _is_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.isoweekday() <= 5
