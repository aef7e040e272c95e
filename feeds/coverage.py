"""Where we looked and where we could not: "no news" and "not looked" never read the same.

Pure: a source's stored status in, one of five words out. Used by the site and by the digest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from feeds.words import OUTCOMES, clock_words
from store.records import SourceStatus

Look = Literal["looked", "silent", "held", "failed", "never"]
LOOK_WORDS: dict[Look, str] = {
    "looked": "已查看",
    "silent": "已查看，久无更新",
    "held": "已查看，暂缓通知",
    "failed": "未能查到",
    "never": "尚未查看",
}


DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sources of a window: those that were looked at, and those that were not.

    resting: those whose own rhythm is longer than the window and whose last look is within it:
    nobody looked, and nobody had to.
    """

    looked: tuple[SourceStatus, ...]
    missed: tuple[SourceStatus, ...]
    resting: tuple[SourceStatus, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """What readers call each source, by its id."""
        everyone = (*self.looked, *self.missed, *self.resting)
        return {source.source_id: source.name for source in everyone}

    @property
    def total(self) -> int:
        """How many sources there are."""
        return len(self.looked) + len(self.missed) + len(self.resting)


def look(status: SourceStatus, since: datetime | None = None) -> Look:
    """Return how the source stands; since: a success before this instant does not count."""
    if status.last_visit_at is None:
        return "never"
    success = status.last_success_at
    if status.health == "sick" or success is None or (since is not None and success < since):
        return "failed"
    if status.held:
        return "held"
    return "silent" if status.health == "silent" else "looked"


def coverage(
    sources: Sequence[SourceStatus],
    since: datetime,
    rhythms_h: Mapping[str, float] | None = None,
) -> Coverage:
    """Return which sources were looked at with success since that instant.

    rhythms_h: hours between two visits of a source, by its id; unknown = it is looked at daily.
    """
    looked, missed, resting = [], [], []
    for source in sources:
        rhythm = timedelta(hours=(rhythms_h or {}).get(source.source_id, 0))
        if look(source, since) not in ("failed", "never"):
            looked.append(source)
        elif rhythm > DAY and look(source, since - rhythm) not in ("failed", "never"):
            resting.append(source)
        else:
            missed.append(source)
    return Coverage(tuple(looked), tuple(missed), tuple(resting))


def why(status: SourceStatus) -> str:
    """Return one line for a source that was not looked at: the cause, since when."""
    if status.last_visit_at is None:
        return "尚未查看过"
    outcome = OUTCOMES.get(status.last_outcome or "", "原因未知")
    failed = status.health == "sick" or status.last_success_at is None
    cause = outcome if failed else "这段时间没有查看"
    if status.last_success_at is None:
        return f"{cause}；从未查到"
    return f"{cause}；上次查到：{clock_words(status.last_success_at)}"
