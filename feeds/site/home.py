"""The front page: what is new by day, what ends soon, and where we could not look.

Pure: records in, one HTML page out. "As of" is the newest instant the ledger speaks of, never the
clock, so the same ledger gives the same page.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from feeds.settings import PublishSettings
from feeds.site.shell import page
from feeds.standing import SourceLine, visited
from feeds.words import GENRES, REGIONS, exact_day, region_name, shanghai_day
from store.editions import Deadline
from store.records import Change

RECENT_DAYS = 7
TOPIC_CHIPS = 24


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page is made of.

    news: announced changes, newest first; told: how many there are in all, recent: those of the
    last week. policies: how many the library holds. as_of None = nothing ever ran.
    """

    news: Sequence[Change]
    told: int
    recent: int
    policies: int
    deadlines: Sequence[Deadline]
    lines: Sequence[SourceLine]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """The changes recorded on one Chinese calendar day, newest first."""

    on: date
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of a filter: its key, its word, how many entries have it."""

    key: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A consultation still open on the day the ledger speaks of."""

    policy_id: str
    title: str
    ends_on: date
    days_left: int


def home_page(front: Front, settings: PublishSettings) -> bytes:
    """Return `index.html`."""
    counted = visited(front.lines)
    missed = [line for line in counted if line.standing == "failed"]
    calls = open_calls(front.deadlines, shanghai_day(front.as_of)) if front.as_of else []
    return page(
        "home.html",
        settings,
        scripted=True,
        front=front,
        days=days(front.news),
        older=front.told - len(front.news),
        calls=calls,
        chips=chips(front.news),
        counted=counted,
        missed=missed,
        waiting=[line for line in front.lines if line.standing in ("never", "unsure")],
    )


def days(changes: Sequence[Change]) -> list[Day]:
    """Return the changes by Chinese calendar day, in the order given."""
    grouped = groupby(changes, key=lambda change: shanghai_day(change.recorded_at))
    return [Day(on, tuple(group)) for on, group in grouped]


def open_calls(deadlines: Iterable[Deadline], today: date) -> list[OpenCall]:
    """Return the consultations that have not ended by `today`, the first to end first."""
    found = []
    for deadline in deadlines:
        ends_on = exact_day(deadline.on)
        still = deadline.step == "consultation" and deadline.status == "consultation"
        if still and ends_on is not None and ends_on >= today:
            left = (ends_on - today).days
            found.append(OpenCall(deadline.policy_id, deadline.title, ends_on, left))
    return sorted(found, key=lambda call: (call.ends_on, call.policy_id))


def chips(changes: Sequence[Change]) -> dict[str, list[Chip]]:
    """Return the filters that these changes give rise to, with how many each would show."""
    regions = Counter(change.region[:2] for change in changes if change.region)
    genres: Counter[str] = Counter(change.genre for change in changes)
    topics = Counter(topic for change in changes for topic in change.topics)
    return {
        "region": [
            Chip(key, region_name(key), regions[key])
            for key in sorted(regions, key=lambda key: (key not in REGIONS, key))
        ],
        "genre": [Chip(key, word, genres[key]) for key, word in GENRES.items() if key in genres],
        "topic": [
            Chip(key, key, count)
            for key, count in sorted(topics.items(), key=lambda topic: (-topic[1], topic[0]))
        ][:TOPIC_CHIPS],
    }
