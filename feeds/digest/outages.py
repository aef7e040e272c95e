"""Sources that could not be looked at for long: readers are told once, and once when it is over.

Pure: judged from the history of health up to the end of a window, so that a window tells the same
whenever it is composed, and a source told of in one window is not told of in the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal

from feeds.filters import reaches
from feeds.words import OUTCOMES, day_words
from store.records import SHANGHAI, Filter, HealthEvent, SourceStatus

LONG = timedelta(days=7)
"""A source down for less is named in the coverage line only."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A source that fell sick: from when, until when (None while it lasts), why as far as known."""

    source: SourceStatus
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What readers of a source are told of its outage: that it lasts, or that it is over."""

    outage: Outage
    kind: Literal["down", "back"]

    def words(self, day: date) -> str:
        """Return the line, e.g. `吉林省民政厅：6月1日起未能查到（连接不上），恢复后会再告诉您`."""
        outage = self.outage
        began = day_words(_day(outage.began_at), day)
        if self.kind == "back" and outage.ended_at is not None:
            ended = day_words(_day(outage.ended_at), day)
            return f"{outage.source.name}：{began}至{ended}未能查到，现已恢复；其间发布的会补上"
        why = OUTCOMES.get(outage.source.last_outcome or "", "原因未知")
        return f"{outage.source.name}：{began}起一直未能查到（{why}），恢复后会再告诉您"


def notices(
    events: Sequence[HealthEvent],
    sources: Sequence[SourceStatus],
    *,
    after: datetime,
    upto: datetime,
) -> tuple[Notice, ...]:
    """Return what is to be told of the sources in the window (after, upto], by source.

    events: every change of health up to the window's end, oldest first.
    Down: the outage has become long within the window and lasts. Back: one that was told as long
    in an earlier window ended in this one.
    """
    known = {source.source_id: source for source in sources}
    found = []
    for outage in _outages([event for event in events if event.happened_at <= upto], known):
        long_at = outage.began_at + LONG
        if after < long_at <= upto and outage.ended_at is None:
            found.append(Notice(outage, "down"))
        elif long_at <= after and outage.ended_at is not None and after < outage.ended_at:
            found.append(Notice(outage, "back"))
    return tuple(sorted(found, key=lambda notice: (notice.kind, notice.outage.source.source_id)))


def concerning(told: Sequence[Notice], wanted: Filter) -> tuple[Notice, ...]:
    """Return the notices of sources from which something for this filter could come."""
    return tuple(
        notice
        for notice in told
        if reaches(wanted, notice.outage.source.source_id, notice.outage.source.region)
    )


def _outages(events: Sequence[HealthEvent], known: Mapping[str, SourceStatus]) -> Iterator[Outage]:
    by_source = sorted(events, key=lambda event: (event.source_id, event.id))
    for source_id, history in groupby(by_source, key=lambda event: event.source_id):
        if source_id not in known:
            continue
        began_at: datetime | None = None
        for event in history:
            if event.now == "sick":
                began_at = began_at or event.happened_at
            elif began_at is not None:
                yield Outage(known[source_id], began_at, event.happened_at)
                began_at = None
        if began_at is not None:
            yield Outage(known[source_id], began_at, None)


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()
