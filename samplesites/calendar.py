"""The calendar of the sample sites: which day it is, and when that day is looked at.

A day is seen at 07:30 in Shanghai, before offices open; so what a site shows on day d was put up
after 07:30 on the day before. Nothing here reads the machine's clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2026, 6, 1)
"""Day 0: a Monday, no holiday near."""
LOOKED_AT = time(7, 30)
OFFICE_CLOSES = time(17, 40)


def seen_at(start: date, day: int) -> datetime:
    """Return the aware UTC instant at which day `day` is looked at: 07:30 in Shanghai."""
    local = datetime.combine(start + timedelta(days=day), LOOKED_AT, SHANGHAI)
    return local.astimezone(UTC)


def changed_at(start: date, day: int) -> datetime:
    """Return the UTC instant at which the changes of day `day` were put up, before it is seen.

    That is the close of office on the day before; what day 0 shows was up since the last Friday.
    """
    days_before = 1 if day else 3
    local = datetime.combine(start + timedelta(days=day - days_before), OFFICE_CLOSES, SHANGHAI)
    return local.astimezone(UTC)


@dataclass(slots=True)
class Calendar:
    """The day the sites live in. One calendar is shared by all servers; reading it is atomic."""

    start: date = START
    day: int = 0

    @property
    def now(self) -> datetime:
        """The aware UTC instant of today, 07:30 in Shanghai."""
        return seen_at(self.start, self.day)

    def advance(self, days: int = 1) -> None:
        """Let `days` days pass. Raises ValueError for less than one: time does not run back."""
        if days < 1:
            raise ValueError(f"calendar: cannot advance by {days} days; give 1 or more")
        self.day += days
