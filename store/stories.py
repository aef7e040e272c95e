"""The story behind a dossier and a source, for those who want the evidence. Writes nothing.

Which bytes a page was read from, how they were decoded, why the page was put where it is; how the
visits of a month ended; what is known of which topic in which region.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, select

from store import codec, dossiers
from store.records import Capture, Damage, Outcome, Repair
from store.tables import (
    CaptureRow,
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
    rows = session.exec(
        select(MemberRow, SnapshotRow, PageRow.url)
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(MemberRow.policy_id == policy_id)
        .order_by(PageRow.url, col(MemberRow.part))
    ).all()
    return [_story(session, member, snapshot, url) for member, snapshot, url in rows]


def titles(session: Session, policy_ids: Sequence[str]) -> list[Title]:
    """Return the policies of these ids by title, for links."""
    rows = session.exec(select(PolicyRow).where(col(PolicyRow.id).in_(policy_ids)))
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


def _story(session: Session, member: MemberRow, snapshot: SnapshotRow, url: str) -> PageStory:
    row = session.get(CaptureRow, snapshot.capture_id) if snapshot.capture_id else None
    return PageStory(
        page_url=url,
        part=member.part,
        why=member.reason,
        score=member.score,
        runner_up=member.runner_up,
        charset=snapshot.charset,
        declared=tuple(snapshot.declared),
        quality=snapshot.quality,
        repairs=codec.load_all(Repair, snapshot.repairs),
        damage=codec.load_all(Damage, snapshot.damage),
        recorded_at=snapshot.recorded_at,
        capture=Capture(**row.model_dump()) if row else None,
    )


def _linked(session: Session, policy_id: str, *, own: str, other: str) -> list[str]:
    # An outer join, so that SQLite begins at the few pages of the policy: left to choose, it reads
    # every key of that kind in the ledger.
    written = session.exec(
        select(MatchKeyRow.value)
        .select_from(MemberRow)
        .outerjoin(
            MatchKeyRow,
            (col(MemberRow.page_id) == col(MatchKeyRow.page_id))
            & (col(MemberRow.part) == col(MatchKeyRow.part))
            & (col(MatchKeyRow.kind) == own),
        )
        .where(MemberRow.policy_id == policy_id)
        .distinct()
    )
    values = [value for value in written if value is not None]
    if not values:
        return []
    rows = session.exec(
        select(MemberRow.policy_id)
        .join(
            MatchKeyRow,
            (col(MemberRow.page_id) == col(MatchKeyRow.page_id))
            & (col(MemberRow.part) == col(MatchKeyRow.part)),
        )
        .where(MatchKeyRow.kind == other, col(MatchKeyRow.value).in_(values))
        .distinct()
    )
    return sorted({dossiers.survivor(session, found) for found in rows} - {policy_id})
