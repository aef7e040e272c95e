"""What is due: columns by their rhythm, digests by their day. Pure.

Always judged from what the database says, never from memory, so that a machine that slept through
a day does that day's work when it wakes.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from crawler.sources import Column, Source
from store.columns import ColumnState
from store.digests import DigestRhythm
from store.records import SHANGHAI

Clock = Callable[[], datetime]

CATCH_UP_DAYS = 7
"""Missed digest days that are still made up for (DESIGN rule 15)."""

RHYTHM_SLACK = 0.9
"""A column is due a little before its rhythm is over, or cron at the same minute every day would
find it not quite due every other day."""

NEVER = datetime.min.replace(tzinfo=UTC)

States = Mapping[tuple[str, str], ColumnState]
"""Of every column ever visited, by (source id, column id)."""

RHYTHMS: tuple[DigestRhythm, ...] = ("daily", "weekly")


def utc_now() -> datetime:
    """Return the present instant, aware and in UTC: the only clock of the product."""
    return datetime.now(UTC)


def due_sources(sources: Iterable[Source], states: States, now: datetime) -> list[str]:
    """Return the ids of the enabled sources one of whose columns is due, longest waiting first.

    So that one which the time limit of a run left out is not left out again.
    """
    due = [
        (min(oldest), source.id)
        for source in sources
        if source.enabled
        and (
            oldest := [
                since
                for column in source.columns
                if (since := due_since(source, column, states, now)) <= now
            ]
        )
    ]
    return [source_id for _, source_id in sorted(due)]


def is_quiet(hours: str, now: datetime) -> bool:
    """Return whether the instant lies in these hours of Shanghai (`23:00-06:00`); "": never."""
    if not hours:
        return False
    begin, end = (time.fromisoformat(part) for part in hours.split("-"))
    clock = now.astimezone(SHANGHAI).time()
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def due_at(source: Source, states: States, now: datetime) -> datetime:
    """Return when the source's first column falls due, or fell."""
    return min(due_since(source, column, states, now) for column in source.columns)


def upcoming(
    sources: Iterable[Source], states: States, now: datetime
) -> dict[tuple[str, str], datetime]:
    """Return when each watched column is asked again, without those that are due already."""
    return {
        (source.id, column.id): at
        for source in sources
        for column in source.columns
        if source.enabled and (at := due_since(source, column, states, now)) > now
    }


def asked(source: Source, states: States, now: datetime) -> tuple[Column, ...]:
    """Return the columns that are asked in a visit of their source; the others rest.

    One that falls due within the hour comes along: of two columns of one rhythm, one would else
    wait for the next run, and every visit of the source would for ever be two.
    """
    return tuple(
        column
        for column in source.columns
        if due_since(source, column, states, now) <= now + _an_hour(column.rhythm_h)
    )


def resting(source: Source, states: States, now: datetime) -> frozenset[str]:
    """Return the ids of the columns that are left alone when their source is visited now."""
    return frozenset(c.id for c in source.columns) - {c.id for c in asked(source, states, now)}


def due_since(source: Source, column: Column, states: States, now: datetime) -> datetime:
    """Return when the column falls due, or fell; one never visited is due from the beginning.

    So is one whose visit lies ahead: the clock was wrong then, and to wait for it could take years.
    One that could not be read at its last visit is tried as often as its source is visited.
    """
    state = states.get((source.id, column.id))
    if state is None or state.visited_at is None or state.visited_at > now:
        return NEVER
    rhythm_h = column.rhythm_h if state.swept_at == state.visited_at else source.rhythm_h
    period = timedelta(hours=rhythm_h * RHYTHM_SLACK)
    return state.visited_at + period - spread(source.id, rhythm_h)


def spread(source_id: str, rhythm_h: float) -> timedelta:
    """Return by how much a source comes before its time, the same every day, another for each.

    So that sources which were once visited together do not all come together for ever: up to an
    hour, and no more than a tenth of the rhythm.
    """
    share = int.from_bytes(sha256(source_id.encode()).digest()[:4], "big") / 2**32
    return _an_hour(rhythm_h) * share


def _an_hour(rhythm_h: float) -> timedelta:
    """Return what counts as about the same time: an hour, of short rhythms a tenth."""
    return min(timedelta(hours=1), timedelta(hours=rhythm_h * 0.1))


def clock_trouble(newest_at: datetime | None, now: datetime) -> str | None:
    """Return what to say when the clock has gone back behind the last run; None while it has not.

    An hour is left to a clock that is being set right. Nothing is lost by going on: the ledger's
    own time never goes back, and digests wait until the clock is where it was.
    """
    if newest_at is None or newest_at - now <= timedelta(hours=1):
        return None
    return (
        f"clock: this machine says {now.isoformat(timespec='seconds')}, but the last run was "
        f"begun at {newest_at.isoformat(timespec='seconds')}; set the clock (timedatectl); what is "
        "recorded now is told in the digest after that time"
    )


def digest_days(
    rhythm: DigestRhythm, now: datetime, at: time, *, began: datetime | None, last_on: str | None
) -> list[str]:
    """Return the days whose digest hour has come and that have none yet, oldest first.

    at: the hour in Shanghai; began: when somebody first subscribed, None: nobody did; last_on: the
    day of the last digest. Weekly digests are Monday's. The first ever is the latest whose hour
    has come since somebody subscribed: no days before are made up for, and a cron that only ever
    runs before the hour sends yesterday's.
    """
    if began is None:
        return []
    here = now.astimezone(SHANGHAI)
    today = here.date() if here.time() >= at else here.date() - timedelta(1)
    began_on = began.astimezone(SHANGHAI).date()
    first = date.fromisoformat(last_on) + timedelta(1) if last_on else max(began_on, today)
    first = max(first, today - timedelta(CATCH_UP_DAYS - 1))
    days = (first + timedelta(n) for n in range((today - first).days + 1))
    return [day.isoformat() for day in days if rhythm == "daily" or day.isoweekday() == 1]


def cut(on: str, at: time) -> datetime:
    """Return the instant (UTC) at which the digest of that day is cut."""
    return datetime.combine(date.fromisoformat(on), at, SHANGHAI).astimezone(UTC)
