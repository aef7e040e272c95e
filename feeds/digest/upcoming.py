"""What ends or begins within the next days, whenever it was announced: the dates not to miss. Pure.

A date known only by its month is none here: nobody can be told to be in time for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from feeds.filters import matches
from feeds.headline import title
from feeds.render import official_link
from feeds.words import day_words, exact_day
from store.records import Change, Filter

DAYS_AHEAD = 14
_DATES = {
    "consultation_ends_on": "征求意见截止",
    "effective_on": "施行",
    "expires_on": "失效",
}
_SPEAKS_FOR_POLICY = ("original", "draft")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, what happens on it, to what; link: the official page, None if there is no address."""

    on: date
    what: str
    title: str
    link: str | None
    days_left: int

    @property
    def words(self) -> str:
        """`6月20日（还有13天）征求意见截止：社会工作者继续教育办法（征求意见稿）`."""
        left = f"还有{self.days_left}天" if self.days_left else "今天"
        day = day_words(self.on, self.on)
        return f"{day}（{left}）{self.what}：{self.title}"


def upcoming(told: Sequence[Change], wanted: Filter, day: date) -> tuple[Deadline, ...]:
    """Return the deadlines of [day, day + 14] that the filter wants, soonest first.

    told: announced changes, all there are of each policy. A policy's latest word on a date holds;
    a policy that was withdrawn has no dates any more.
    """
    by_policy = sorted(told, key=lambda change: (change.policy_id, change.sequence))
    found = [
        deadline
        for _, changes in groupby(by_policy, key=lambda change: change.policy_id)
        for deadline in _of_policy(list(changes), wanted, day)
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.on, deadline.what, deadline.title)))


def _of_policy(changes: Sequence[Change], wanted: Filter, day: date) -> list[Deadline]:
    standing = [c.kind for c in changes if c.kind in ("withdrawn", "returned")]
    if standing and standing[-1] == "withdrawn":
        return []
    speaking = [c for c in changes if c.role in _SPEAKS_FOR_POLICY and c.kind != "lifecycle"]
    return [
        deadline
        for field, what in _DATES.items()
        if (latest := _latest_stating(speaking, field)) is not None
        and matches(wanted, latest)
        and (deadline := _deadline(latest, field, what, day)) is not None
    ]


def _latest_stating(changes: Sequence[Change], field: str) -> Change | None:
    stating = [change for change in changes if getattr(change.document, field)]
    return stating[-1] if stating else None


def _deadline(change: Change, field: str, what: str, day: date) -> Deadline | None:
    on = exact_day(getattr(change.document, field))
    if on is None or not day <= on <= day + timedelta(DAYS_AHEAD):
        return None
    return Deadline(on, what, title(change), official_link(change), (on - day).days)
