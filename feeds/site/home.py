"""The front page: what is new by day, the deadlines, the policies, the sources, the feeds.

Pure: an edition's records in, one self-contained HTML page out. "As of" is the ledger's newest
instant, never the clock, so the same ledger gives the same page.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from feeds.channel import BEFORE_ANY_ITEM
from feeds.coverage import LOOK_WORDS, Look, look
from feeds.settings import PublishSettings
from feeds.site.shell import page
from feeds.words import GENRES, REGIONS, exact_day, region_name, shanghai_day
from store.records import Change, Policy, SourceStatus

RECENT_DAYS = 7
TOPIC_CHIPS = 24


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
class SourceLine:
    """One row of the source table: how we stand with it, and its newest relevant find."""

    status: SourceStatus
    look: Look
    word: str
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A consultation still open on the day the ledger speaks of."""

    policy: Policy
    ends_on: date
    days_left: int


def home_page(
    changes: Sequence[Change],
    policies: Sequence[Policy],
    sources: Sequence[SourceStatus],
    settings: PublishSettings,
) -> bytes:
    """Return `index.html`; changes and policies newest first, irrelevant ones not shown."""
    told = [change for change in changes if change.announcement == "announced"]
    shown = told[: settings.page_changes]
    as_of = _as_of(changes, sources)
    return page(
        "home.html",
        settings,
        root="",
        as_of=as_of if as_of > BEFORE_ANY_ITEM else None,
        days=_days(shown),
        recent=sum(as_of - change.recorded_at <= timedelta(days=RECENT_DAYS) for change in told),
        older=len(told) - len(shown),
        deadlines=_deadlines(policies, shanghai_day(as_of)),
        policies=policies,
        chips=_chips(shown, policies),
        sources=_source_lines(sources, changes),
    )


def _as_of(changes: Sequence[Change], sources: Iterable[SourceStatus]) -> datetime:
    visits = (source.last_visit_at for source in sources if source.last_visit_at)
    return max((*visits, *(change.recorded_at for change in changes[:1])), default=BEFORE_ANY_ITEM)


def _days(changes: Sequence[Change]) -> list[Day]:
    grouped = groupby(changes, key=lambda change: shanghai_day(change.recorded_at))
    return [Day(on, tuple(group)) for on, group in grouped]


def _deadlines(policies: Iterable[Policy], today: date) -> list[Deadline]:
    found = []
    for policy in policies:
        ends_on = exact_day(policy.document.consultation_ends_on) if policy.document else None
        if policy.status == "consultation" and ends_on is not None and ends_on >= today:
            found.append(Deadline(policy, ends_on, (ends_on - today).days))
    return sorted(found, key=lambda deadline: (deadline.ends_on, deadline.policy.id))


def _chips(changes: Sequence[Change], policies: Sequence[Policy]) -> dict[str, list[Chip]]:
    entries: list[Change | Policy] = [*changes, *policies]
    regions = Counter(entry.region for entry in entries if entry.region)
    genres: Counter[str] = Counter(entry.genre for entry in entries)
    topics = Counter(topic for entry in entries for topic in entry.topics)
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


def _source_lines(sources: Iterable[SourceStatus], changes: Sequence[Change]) -> list[SourceLine]:
    newest: dict[str | None, datetime] = {}
    for change in changes:
        if change.announcement != "irrelevant":
            newest.setdefault(change.source_id, change.recorded_at)
    order: tuple[Look, ...] = ("failed", "never", "held", "silent", "looked")
    lines = []
    for source in sources:
        state = look(source)
        found = newest.get(source.source_id)
        lines.append(SourceLine(source, state, LOOK_WORDS[state], found))
    return sorted(lines, key=lambda line: (order.index(line.look), line.status.source_id))
