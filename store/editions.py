"""What a publication asks: which changes a feed holds, which dossiers moved, who sits where.

Every question here is answered from keys and plain columns; documents are loaded afterwards, and
only those that will be shown (`ledger.at`, `dossiers.policy`). Writes nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count as count_from

from sqlalchemy import ColumnElement, String, bindparam, cast, func
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, or_, select

from store import dossiers, prepared
from store.records import Announcement, Filter, PartialDate
from store.tables import ChangeRow, MemberRow, PageRow, PolicyRow, SnapshotRow, StepRow

SHELF_SIZE = 500
"""Policies on one page of the library; the page of a policy never changes."""

DAYS_THAT_MATTER = ("effective", "expired", "repealed")

WORDS_SCAN = 20_000
"""How many of the newest changes a search in whole texts looks through."""

_HOLDS_A_POLICY = (
    col(PolicyRow.redirect_to).is_(None),
    PolicyRow.status != "cited",
    col(PolicyRow.genre).in_(("policy", "draft")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change stands in the ledger and when it was recorded."""

    sequence: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A policy as a list or a search shows it."""

    id: str
    title: str
    document_number: str | None
    region: str | None
    genre: str
    topics: tuple[str, ...]
    status: str
    first_seen_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day in a policy's life; on: the whole day; url: the page that states it."""

    policy_id: str
    title: str
    status: str
    step: str
    on: PartialDate
    url: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Facets:
    """The values that changes readers may see have: what there is a feed for."""

    regions: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def __sub__(self, other: "Facets") -> "Facets":
        return Facets(
            self.regions - other.regions,
            self.genres - other.genres,
            self.topics - other.topics,
            self.sources - other.sources,
        )

    def __or__(self, other: "Facets") -> "Facets":
        return Facets(
            self.regions | other.regions,
            self.genres | other.genres,
            self.topics | other.topics,
            self.sources | other.sources,
        )


def places(
    session: Session,
    wanted: Filter,
    *,
    announcements: Sequence[Announcement] = ("announced",),
    limit: int,
    upto: int | None = None,
) -> list[Place]:
    """Return the newest changes that may match the filter, newest first.

    Exact but for `words`, where a change is returned that `feeds.filters.matches` may refuse, and
    only the newest WORDS_SCAN are looked through.
    """
    statement = (
        select(ChangeRow.sequence, ChangeRow.recorded_at)
        .where(*_clauses(wanted), col(ChangeRow.announcement).in_(announcements))
        .order_by(col(ChangeRow.sequence).desc())
        .limit(limit)
    )
    if upto is not None:
        statement = statement.where(col(ChangeRow.sequence) <= upto)
    if wanted.words:
        newest = upto or session.exec(select(func.max(ChangeRow.sequence))).one() or 0
        statement = statement.join(
            SnapshotRow, col(SnapshotRow.id) == col(ChangeRow.snapshot_id)
        ).where(col(ChangeRow.sequence) > newest - WORDS_SCAN, _says(wanted.words))
    return [Place(sequence or 0, at) for sequence, at in session.exec(statement)]


def count(
    session: Session, announcements: Sequence[Announcement] = (), since: datetime | None = None
) -> int:
    """Return how many changes there are of these announcements (none = all), since that instant."""
    statement = select(func.count()).select_from(ChangeRow)
    if announcements:
        statement = statement.where(col(ChangeRow.announcement).in_(announcements))
    if since is not None:
        statement = statement.where(ChangeRow.recorded_at >= since)
    return session.exec(statement).one()


def by_region(session: Session, since: datetime) -> dict[str, int]:
    """Return how many changes were announced since that instant, by province."""
    province = func.substr(ChangeRow.region, 1, 2)
    rows = session.exec(
        select(province, func.count())
        .where(ChangeRow.recorded_at >= since, ChangeRow.announcement == "announced")
        .group_by(province)
    )
    return {region: times for region, times in rows if region}


def newest_by_source(session: Session) -> dict[str, datetime]:
    """Return when each source last brought something a reader may see, by its id."""
    rows = session.exec(
        select(ChangeRow.source_id, func.max(ChangeRow.recorded_at))
        .where(ChangeRow.announcement != "irrelevant", col(ChangeRow.source_id).is_not(None))
        .group_by(ChangeRow.source_id)
    )
    return {source_id: at for source_id, at in rows if source_id}


def withheld(session: Session, policy_id: str, url: str) -> bool:
    """Return whether the newest change about that page withheld its damaged body (rule 13)."""
    return bool(prepared.ask(session, _WITHHELD, policy=policy_id, url=url).scalar())


def run_of(
    session: Session, announcements: Sequence[Announcement], *, first: int, size: int
) -> list[int]:
    """Return `size` sequences of these announcements (none = all), from the `first`-th, oldest.

    The ledger is append-only, so the same question has the same answer for ever.
    """
    statement = select(ChangeRow.sequence).order_by(col(ChangeRow.sequence))
    if announcements:
        statement = statement.where(col(ChangeRow.announcement).in_(announcements))
    return [sequence or 0 for sequence in session.exec(statement.offset(first).limit(size))]


def facets(session: Session, after: int = 0) -> Facets:
    """Return the regions, genres, topics and sources of visible changes recorded after that one."""
    topics = cast(col(ChangeRow.topics), String)  # PostgreSQL cannot compare JSON
    rows = session.exec(
        select(ChangeRow.region, ChangeRow.genre, ChangeRow.source_id, topics)
        .where(col(ChangeRow.sequence) > after, ChangeRow.announcement != "irrelevant")
        .distinct()
    ).all()
    return Facets(
        regions=frozenset(region[:2] for region, *_ in rows if region),
        genres=frozenset(row[1] for row in rows),
        topics=frozenset(topic for row in rows for topic in json.loads(row[3])),
        sources=frozenset(row[2] for row in rows if row[2]),
    )


def moved_since(session: Session, after: int, since: datetime | None) -> set[str]:
    """Return living policies with a change after that sequence, or refreshed since that instant."""
    changed = session.exec(
        select(ChangeRow.policy_id).where(col(ChangeRow.sequence) > after).distinct()
    )
    found = {dossiers.survivor(session, policy_id) for policy_id in changed}
    if since is not None:
        touched = select(PolicyRow.id).where(PolicyRow.updated_at >= since)
        found |= set(session.exec(touched.where(col(PolicyRow.redirect_to).is_(None))))
    return found


def last_touched_at(session: Session) -> datetime | None:
    """Return when a policy was last refreshed, None where there is none."""
    return session.exec(select(func.max(PolicyRow.updated_at))).one()


def redirects(session: Session) -> dict[str, str]:
    """Return, by its own id, the living survivor of every policy that was ever merged away."""
    rows = session.exec(
        select(PolicyRow.id, PolicyRow.redirect_to).where(col(PolicyRow.redirect_to).is_not(None))
    )
    direct = {old: new or "" for old, new in rows}
    return {old: _end_of(direct, old) for old in direct}


def visible(
    session: Session, policy_ids: Sequence[str], former: Mapping[str, str]
) -> frozenset[str]:
    """Return those of the policies a reader may see: something in them was found relevant.

    former: what `redirects` returned; a merged dossier's changes stay under its old id and count
    for the survivor.
    """
    asked = set(policy_ids)
    ids = [*policy_ids, *(old for old, survivor in former.items() if survivor in asked)]
    found: set[str] = set()
    for start in range(0, len(ids), SHELF_SIZE):
        seen = session.exec(
            select(ChangeRow.policy_id)
            .where(
                col(ChangeRow.policy_id).in_(ids[start : start + SHELF_SIZE]),
                ChangeRow.announcement != "irrelevant",
            )
            .distinct()
        )
        found |= {former.get(policy_id, policy_id) for policy_id in seen}
    return frozenset(found & asked)


def order(session: Session) -> list[str]:
    """Return the ids of all policies ever, first seen first: no policy ever changes its place."""
    rows = session.exec(select(PolicyRow.id).order_by(col(PolicyRow.first_seen_at), PolicyRow.id))
    return list(rows)


def cards(session: Session, ids: Sequence[str]) -> list[Card]:
    """Return the living policies among these as lists show them, first seen first.

    Dossiers that hold only talk about a policy (news, citations) have no card.
    """
    rows = session.exec(
        select(PolicyRow)
        .where(col(PolicyRow.id).in_(ids), *_HOLDS_A_POLICY)
        .order_by(col(PolicyRow.first_seen_at), PolicyRow.id)
    )
    return [_card(row) for row in rows]


def shelves(ids: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the number of each shelf, from 1, and the policies that stand on it."""
    for start in range(0, len(ids), SHELF_SIZE):
        yield start // SHELF_SIZE + 1, ids[start : start + SHELF_SIZE]


def latest_policies(session: Session, limit: int, former: Mapping[str, str]) -> list[str]:
    """Return the visible policies refreshed last, newest first, by id; not those only cited."""
    newest = select(PolicyRow.id).where(*_HOLDS_A_POLICY).limit(limit)
    newest = newest.order_by(col(PolicyRow.updated_at).desc(), col(PolicyRow.id).desc())
    found: list[str] = []
    for offset in count_from(0, limit):
        ids = list(session.exec(newest.offset(offset)))
        seen = visible(session, ids, former)
        found += [policy_id for policy_id in ids if policy_id in seen]
        if len(ids) < limit or len(found) >= limit:
            break
    return found[:limit]


def deadlines(session: Session, since_on: str) -> list[Deadline]:
    """Return the days on or after `since_on` that matter in policies' lives, by day.

    Only whole days: a month is no day in a calendar. Each day once, however many copies state it.
    """
    rows = session.exec(
        select(StepRow.step, StepRow.on_day, PolicyRow, PageRow.url)
        .join(PolicyRow, col(PolicyRow.id) == col(StepRow.policy_id))
        .join(PageRow, col(PageRow.id) == col(StepRow.page_id))
        .where(StepRow.on_day >= since_on, col(StepRow.step).in_(DAYS_THAT_MATTER))
        .order_by(StepRow.on_day, PolicyRow.id, StepRow.step, PageRow.url)
    ).all()
    found = {(row.id, step, on): _deadline(row, step, on, url) for step, on, row, url in rows[::-1]}
    found |= {(d.policy_id, d.step, d.on): d for d in _consultations(session, since_on)}
    return sorted(found.values(), key=lambda d: (d.on, d.policy_id, d.step))


def _consultations(session: Session, since_on: str) -> Iterator[Deadline]:
    drafts = session.exec(
        select(PolicyRow, SnapshotRow.document, PageRow.url)
        .join(MemberRow, col(MemberRow.policy_id) == col(PolicyRow.id))
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(MemberRow.role == "draft", col(PolicyRow.redirect_to).is_(None))
        .order_by(PolicyRow.id, PageRow.url)
    )
    for row, document, url in drafts:
        ends_on = document["consultation_ends_on"]
        if ends_on and ends_on >= since_on:
            yield _deadline(row, "consultation", ends_on, url)


def _clauses(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.regions:
        provinces = [region[:2] for region in wanted.regions]
        yield func.substr(ChangeRow.region, 1, 2).in_(provinces)
    if wanted.genres:
        yield col(ChangeRow.genre).in_(wanted.genres)
    if wanted.sources:
        yield col(ChangeRow.source_id).in_(wanted.sources)
    if wanted.topics:
        topics = cast(col(ChangeRow.topics), String)
        yield or_(*(topics.contains(json.dumps(t), autoescape=True) for t in wanted.topics))
    if not wanted.possibly:
        yield col(ChangeRow.possibly_relevant).is_(False)


def _says(words: Sequence[str]) -> ColumnElement[bool]:
    """Return whether title or document hold a word.

    A document lies in the database as it reads; in older rows, and where it holds half a surrogate
    pair, its non-ASCII is `\\uXXXX` (`store.database.to_json`).
    """
    document = cast(col(SnapshotRow.document), String)
    clauses = []
    for word in words:
        clauses.append(col(ChangeRow.policy_title).icontains(word, autoescape=True))
        for written in (json.dumps(word), json.dumps(word, ensure_ascii=False)):
            clauses.append(document.icontains(written[1:-1], autoescape=True))
    return or_(*clauses)


def _end_of(direct: Mapping[str, str], policy_id: str) -> str:
    while policy_id in direct:
        policy_id = direct[policy_id]
    return policy_id


def _deadline(row: PolicyRow, step: str, on: PartialDate, url: str) -> Deadline:
    return Deadline(row.id, row.title, row.status, step, on, url=url, updated_at=row.updated_at)


def _card(row: PolicyRow) -> Card:
    return Card(
        id=row.id,
        title=row.title,
        document_number=row.document_number,
        region=row.region,
        genre=row.genre,
        topics=tuple(row.topics),
        status=row.status,
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
    )


_WITHHELD = (
    select_rows(col(ChangeRow.body_withheld))
    .join(PageRow, col(PageRow.id) == col(ChangeRow.page_id))
    .where(col(ChangeRow.policy_id) == bindparam("policy"), col(PageRow.url) == bindparam("url"))
    .order_by(col(ChangeRow.sequence).desc())
    .limit(1)
)
