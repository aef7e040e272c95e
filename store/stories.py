"""The story behind a dossier and a source, for those who want the evidence. Writes nothing.

Which bytes a page was read from, how they were decoded, why the page was put where it is; how the
visits of a month ended; what is known of which topic in which region.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, bindparam, cast, func
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from store import captures, codec, dossiers, prepared
from store.records import Capture, Damage, Outcome, Repair
from store.tables import (
    ChangeRow,
    MatchKeyRow,
    MemberRow,
    PageRow,
    PolicyRow,
    SnapshotRow,
    VisitRow,
)


@dataclass(frozen=True, slots=True)
class PageStory:
    """How one page part came into a dossier: the bytes, their reading, the verdict.

    capture: None where the page was recorded without its bytes. why: the verdict's reason; score:
    0..1; runner_up: the policy that came second.
    declared: the charsets that HTTP header and meta tag named, None where silent.
    """

    page_url: str
    part: int
    why: str
    score: float
    runner_up: str | None
    charset: str
    declared: tuple[str | None, ...]
    quality: float
    repairs: tuple[Repair, ...]
    damage: tuple[Damage, ...]
    recorded_at: datetime
    capture: Capture | None


@dataclass(frozen=True, slots=True)
class Title:
    """A policy that another one's page names: enough for a link."""

    id: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the ledger holds of one topic in one region: how many changes, the newest when."""

    region: str | None
    topic: str
    count: int
    newest_at: datetime


def pages(session: Session, policy_id: str) -> list[PageStory]:
    """Return the story of each page in the dossier, by URL and part."""
    rows = prepared.ask(session, _PAGES, policy=policy_id).all()
    return [_story(session, row) for row in rows]


def titles(session: Session, policy_ids: Sequence[str]) -> list[Title]:
    """Return the policies of these ids by title, for links."""
    rows = prepared.ask(session, _TITLES, ids=list(policy_ids)) if policy_ids else ()
    return sorted((Title(r.id, r.title, r.status) for r in rows), key=lambda t: (t.title, t.id))


def neighbours(session: Session, policy_ids: Collection[str]) -> set[str]:
    """Return the policies whose pages name one of these: those they cite and those citing them."""
    around: set[str] = set()
    for policy_id in policy_ids:
        around |= set(cites(session, policy_id)) | set(cited_by(session, policy_id))
    return around - set(policy_ids)


def cites(session: Session, policy_id: str) -> list[str]:
    """Return the living policies that this policy's pages name by title, by id."""
    return _linked(session, policy_id, own="cited_title", other="title")


def cited_by(session: Session, policy_id: str) -> list[str]:
    """Return the living policies one of whose pages names this one by title, by id."""
    return _linked(session, policy_id, own="title", other="cited_title")


def outcomes(session: Session, since: datetime) -> dict[str, dict[Outcome, int]]:
    """Return how visits since that instant ended, counted by source and outcome."""
    rows = session.exec(
        select(VisitRow.source_id, VisitRow.outcome, func.count())
        .where(VisitRow.visited_at >= since)
        .group_by(VisitRow.source_id, VisitRow.outcome)
        .order_by(VisitRow.source_id, VisitRow.outcome)
    )
    counted: dict[str, dict[Outcome, int]] = {}
    for source_id, outcome, times in rows:
        counted.setdefault(source_id, {})[outcome] = times  # type: ignore[index]
    return counted


def freshness(session: Session, since: datetime) -> list[Freshness]:
    """Return what visible changes recorded since then say of each topic in each region."""
    topics = cast(col(ChangeRow.topics), String)  # PostgreSQL cannot group by JSON
    rows = session.exec(
        select(
            ChangeRow.region,
            topics,
            func.count(),
            func.max(ChangeRow.recorded_at),
        )
        .where(ChangeRow.recorded_at >= since, ChangeRow.announcement != "irrelevant")
        .group_by(ChangeRow.region, topics)
    )
    found: dict[tuple[str | None, str], Freshness] = {}
    for region, written, times, newest_at in rows:
        for topic in json.loads(written):
            known = found.get((region, topic), Freshness(region, topic, 0, newest_at))
            newest = max(known.newest_at, newest_at)
            found[region, topic] = Freshness(region, topic, known.count + times, newest)
    return list(found.values())


def monthly(session: Session) -> list[tuple[str, int]]:
    """Return how many announced changes each month brought (`2026-06`, UTC), oldest first."""
    month = func.substr(ChangeRow.recorded_at, 1, 7)
    rows = session.exec(
        select(month, func.count())
        .where(ChangeRow.announcement == "announced")
        .group_by(month)
        .order_by(month)
    )
    return [(str(name), times) for name, times in rows]


def _story(session: Session, row: Row[Any]) -> PageStory:
    return PageStory(
        page_url=row.url,
        part=row.part,
        why=row.reason,
        score=row.score,
        runner_up=row.runner_up,
        charset=row.charset,
        declared=tuple(row.declared),
        quality=row.quality,
        repairs=codec.load_all(Repair, row.repairs),
        damage=codec.load_all(Damage, row.damage),
        recorded_at=row.recorded_at,
        capture=captures.get(session, row.capture_id) if row.capture_id else None,
    )


def _linked(session: Session, policy_id: str, *, own: str, other: str) -> list[str]:
    written = prepared.ask(session, _NAMES, policy=policy_id, kind=own).scalars()
    values = [value for value in written if value is not None]
    if not values:
        return []
    found = prepared.ask(session, _NAMED, kind=other, values=values).scalars().all()
    return sorted({dossiers.survivor(session, other_id) for other_id in found} - {policy_id})


_PAGES = (
    select_rows(
        *prepared.fields(MemberRow, "part", "reason", "score", "runner_up"),
        *prepared.fields(SnapshotRow, "charset", "declared", "quality", "repairs", "damage"),
        *prepared.fields(SnapshotRow, "recorded_at", "capture_id"),
        col(PageRow.url),
    )
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .where(col(MemberRow.policy_id) == bindparam("policy"))
    .order_by(col(PageRow.url), col(MemberRow.part))
)
_TITLES = select_rows(*prepared.fields(PolicyRow, "id", "title", "status")).where(
    col(PolicyRow.id).in_(bindparam("ids", expanding=True))
)
_OF_PART = and_(
    col(MemberRow.page_id) == col(MatchKeyRow.page_id),
    col(MemberRow.part) == col(MatchKeyRow.part),
)
_OF_KIND = col(MatchKeyRow.kind) == bindparam("kind")
_NAMES = (
    # An outer join, so that SQLite begins at the few pages of the policy: left to choose, it reads
    # every key of that kind in the ledger.
    select_rows(col(MatchKeyRow.value))
    .select_from(MemberRow)
    .outerjoin(MatchKeyRow, and_(_OF_PART, _OF_KIND))
    .where(col(MemberRow.policy_id) == bindparam("policy"))
    .distinct()
)
_NAMED = (
    select_rows(col(MemberRow.policy_id))
    .join(MatchKeyRow, _OF_PART)
    .where(_OF_KIND, col(MatchKeyRow.value).in_(bindparam("values", expanding=True)))
    .distinct()
)
