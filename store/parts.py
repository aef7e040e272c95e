"""Every page part of the archive with its place in a dossier: what identification starts from.

Reads only. A part's states are those its issuer gave it: one that a better reading of the same
bytes corrected counts no more.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from store import codec
from store.records import Classification, Document, Role
from store.tables import ChangeRow, DecisionRow, MemberRow, PageRow, SnapshotRow

Place = tuple[str, int]
"""A page part: its URL and its place among the page's documents."""


@dataclass(frozen=True, slots=True)
class Part:
    """A page part, the dossier it is in and its role there, and its states, the latest last."""

    place: Place
    source_id: str | None
    policy_id: str
    role: Role
    snapshots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What an operator decided about pairs of page parts; the newest first."""

    together: tuple[tuple[Place, Place], ...]
    apart: tuple[tuple[Place, Place], ...]


def parts(session: Session) -> list[Part]:
    """Return every page part that is in a dossier, by URL and part."""
    states = _states(session)
    rows = session.exec(
        select(MemberRow, PageRow.url, PageRow.source_id)
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .order_by(PageRow.url, col(MemberRow.part))
    )
    return [
        Part(
            place=(url, member.part),
            source_id=source_id,
            policy_id=member.policy_id,
            role=member.role,  # type: ignore[arg-type]
            snapshots=tuple(states[member.page_id, member.part]),
        )
        for member, url, source_id in rows
    ]


def state(session: Session, snapshot_id: int) -> tuple[Document, Classification]:
    """Return a state's document and how it is classified."""
    row = session.get_one(SnapshotRow, snapshot_id)
    found = codec.load(Document, row.document), codec.load(Classification, row.classification)
    session.expunge(row)
    return found


def decisions(session: Session) -> Decisions:
    """Return every decision on a pair of page parts."""
    rows = session.exec(
        select(DecisionRow).order_by(
            col(DecisionRow.decided_at).desc(),
            col(DecisionRow.page_id),
            col(DecisionRow.part),
            col(DecisionRow.other_page_id),
            col(DecisionRow.other_part),
        )
    ).all()
    urls = dict(session.exec(select(PageRow.id, PageRow.url)).all()) if rows else {}
    pairs: dict[str, list[tuple[Place, Place]]] = defaultdict(list)
    for row in rows:
        one = (urls[row.page_id], row.part)
        pairs[row.verdict].append((one, (urls[row.other_page_id], row.other_part)))
    return Decisions(tuple(pairs["together"]), tuple(pairs["apart"]))


def _states(session: Session) -> dict[tuple[int, int], list[int]]:
    """Return each part's snapshots, oldest first, without those a correction took the place of."""
    read_anew = set(_first_told_as(session, "corrected"))
    rows = session.exec(
        select(SnapshotRow.page_id, SnapshotRow.part, SnapshotRow.id).order_by(col(SnapshotRow.id))
    )
    states: dict[tuple[int, int], list[int]] = defaultdict(list)
    for page_id, part, snapshot_id in rows:
        held = states[page_id, part]
        if snapshot_id in read_anew and held:
            held.pop()
        held.append(snapshot_id or 0)
    return states


def _first_told_as(session: Session, kind: str) -> Iterator[int]:
    """Yield the snapshots of which the first change ever told was of that kind."""
    first = select(func.min(ChangeRow.sequence)).group_by(col(ChangeRow.snapshot_id))
    yield from session.exec(
        select(ChangeRow.snapshot_id).where(
            ChangeRow.kind == kind, col(ChangeRow.sequence).in_(first)
        )
    )
