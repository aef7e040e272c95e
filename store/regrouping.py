"""Puts page parts into the dossiers that identification gives them now; told as corrections.

Nothing here is ever announced (DESIGN rule 14): no policy became news because we know better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store import candidates, dossiers, ledger, lifecycle
from store.parts import Part, Place
from store.records import ChangeDraft, ChangeKind, MatchKey, Role
from store.tables import MatchKeyRow, MemberRow, PageRow, PolicyRow


@dataclass(frozen=True, slots=True)
class Move:
    """A page part that comes into a dossier, or takes another role in its own.

    why, score: of its place there. arrived, left: what is told in the dossier it comes to (unless
    that absorbs the one it comes from) and in the one it leaves ("" tells nothing).
    """

    part: Part
    role: Role
    why: str
    score: float
    arrived: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A dossier as it shall be: its id (None: to be opened), what moves in, what it absorbs.

    title: of a dossier to be opened whose first page is about a policy and not the policy itself.
    moves: of a dossier to be opened all its parts, the one that speaks for it first. absorbed: by
    id, the dossiers that end in this one, with what is told of each; their ids lead here.
    """

    policy_id: str | None
    title: str | None
    moves: tuple[Move, ...]
    absorbed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Regrouped:
    """The dossiers that were touched, absorbed ones too, and the corrections that tell of it."""

    policies: frozenset[str]
    changes: tuple[str, ...]


def regroup(session: Session, groups: Sequence[Group], now: datetime) -> Regrouped:
    """Make each group a dossier and tell of it.

    What pages state of other policies than their own is for the caller to bind anew.
    """
    made = [(_gathered(session, group, now), group) for group in groups]
    touched = {policy_id for policy_id, _ in made}
    touched |= {move.part.policy_id for group in groups for move in group.moves}
    for policy_id in sorted({dossiers.survivor(session, i) for i in touched}):
        lifecycle.follow(session, policy_id)
        dossiers.refresh(session, policy_id, now)
    told = [change for policy_id, group in made for change in _tell(session, policy_id, group, now)]
    absorbed = {gone for group in groups for gone in group.absorbed}
    return Regrouped(frozenset(touched | absorbed), tuple(told))


def index(session: Session, place: Place, keys: Sequence[MatchKey]) -> bool:
    """Make a page part findable under exactly these keys; return whether it was under others."""
    page_id = _page_id(session, place)
    rows = session.exec(
        select(MatchKeyRow.kind, MatchKeyRow.value).where(
            MatchKeyRow.page_id == page_id, MatchKeyRow.part == place[1]
        )
    )
    if {MatchKey(kind, value) for kind, value in rows} == set(keys):
        return False
    candidates.index(session, page_id, place[1], keys)
    return True


def _gathered(session: Session, group: Group, now: datetime) -> str:
    """Put the group's parts into its dossier and return its id."""
    first = group.moves[0].part.place
    policy_id = group.policy_id or dossiers.open_for(session, first, now, group.title)
    for move in group.moves:
        place = move.part.place
        member = session.get_one(MemberRow, (_page_id(session, place), place[1]))
        member.policy_id, member.role = policy_id, move.role
        member.reason, member.score, member.runner_up = move.why, move.score, None
        session.add(member)
    for gone in group.absorbed:
        row = session.get_one(PolicyRow, gone)
        row.redirect_to = policy_id
        session.add(row)
    session.flush()
    return policy_id


def _tell(session: Session, policy_id: str, group: Group, now: datetime) -> list[str]:
    """Append what is told of the group; return the ids of the changes."""
    policy = dossiers.policy(session, policy_id)
    assert policy is not None, f"policy {policy_id}: gathered a moment ago"
    speaker = (policy.members[0].page_url, policy.members[0].part)
    told: list[tuple[ChangeKind, str, Place, str]] = [
        ("merged", policy_id, speaker, said) for said in group.absorbed.values()
    ]
    for move in group.moves:
        if move.part.policy_id not in group.absorbed:
            told.append(("corrected", policy_id, move.part.place, move.arrived))
        if move.left:
            told.append(("corrected", move.part.policy_id, move.part.place, move.left))
    return [
        ledger.append(
            session, *place, ChangeDraft(kind, "unannounced", said), policy_id=about, now=now
        )
        for kind, about, place, said in told
    ]


def _page_id(session: Session, place: Place) -> int:
    return session.exec(select(PageRow.id).where(col(PageRow.url) == place[0])).one() or 0
