"""Dossiers: a policy, its pages in their roles, its lifecycle; found by key, read by intent."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, insert
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, or_, select, update

from store import codec, lifecycle, moves, prepared
from store.records import (
    Document,
    Finding,
    MatchKey,
    Member,
    PartialDate,
    Policy,
    Role,
)
from store.tables import MatchKeyRow, MemberRow, PageRow, PolicyRow, SnapshotRow, StepRow

SPEAKS_FIRST = ("original", "implementing", "reprint", "draft", "clone", "interpretation", "news")
"""Whose document speaks for the policy: the earliest role in this list (`precedence`)."""


def roles(session: Session, policy_id: str) -> frozenset[Role]:
    """Return the roles that pages have in the dossier so far."""
    return frozenset(prepared.ask(session, _ROLES, policy=policy_id).scalars())


def survivor(session: Session, policy_id: str) -> str:
    """Return the id that speaks for this one today, following merges."""
    on: str | None = policy_id
    while on is not None:
        policy_id, on = on, prepared.ask(session, _REDIRECT, policy=on).scalar_one()
    return policy_id


def merge(session: Session, policy_ids: Sequence[str], now: datetime) -> str:
    """Make these dossiers one and return its id: the oldest survives, the others redirect to it."""
    rows = [session.get_one(PolicyRow, survivor(session, i)) for i in policy_ids]
    first, *others = sorted({r.id: r for r in rows}.values(), key=lambda r: (r.first_seen_at, r.id))
    for other in others:
        for table in (MemberRow, StepRow):
            session.exec(
                update(table).where(col(table.policy_id) == other.id).values(policy_id=first.id)
            )
        other.redirect_to = first.id
        session.add(other)
    session.flush()
    session.expire_all()
    refresh(session, first.id, now)
    return first.id


def title(session: Session, policy_id: str) -> str:
    """Return the policy's title as it stands."""
    return str(prepared.ask(session, _TITLE, policy=policy_id).scalar_one())


def by_key(session: Session, keys: Sequence[MatchKey]) -> list[str]:
    """Return the ids of policies one of whose originals, drafts or reprints has one of the keys."""
    clauses = [(MatchKeyRow.kind == key.kind) & (MatchKeyRow.value == key.value) for key in keys]
    if not clauses:
        return []
    rows = session.exec(
        select(MemberRow.policy_id)
        .join(
            MatchKeyRow,
            (col(MatchKeyRow.page_id) == col(MemberRow.page_id))
            & (col(MatchKeyRow.part) == col(MemberRow.part)),
        )
        .where(
            or_(*clauses),
            col(MemberRow.role).in_(lifecycle.SHOWS_THE_POLICY),
        )
        .order_by(MemberRow.policy_id)
        .distinct()
    )
    return sorted({survivor(session, policy_id) for policy_id in rows})


def precedence(
    role: str, first_on: PartialDate | None, place: tuple[str, int], *, has_text: bool
) -> tuple[object, ...]:
    """Return by what a page part at `place` (URL, part) speaks for its policy: the least does.

    Its role, then whether it holds a text at all, then who was first: a city that prints its
    province's policy as its own is later. Nothing here depends on the order of discovery.
    """
    return (SPEAKS_FIRST.index(role), not has_text, first_on or "9999", *place)


def _precedence(member: Row[Any]) -> tuple[object, ...]:
    document = member.document
    first_on = document["published_on"] or document["written_on"]
    has_text = bool(document["body_text"].strip())
    return precedence(member.role, first_on, (member.url, member.part), has_text=has_text)


def _speaking_first(session: Session, policy_id: str) -> list[Row[Any]]:
    """Return a dossier's members by precedence, but for a page whose text its own site shows at
    another address now: that address speaks in its stead, with the text as it stands there.
    """
    ordered = sorted(prepared.ask(session, _MEMBERS, policy=policy_id), key=_precedence)
    if not ordered or not ordered[0].withdrawn:
        return ordered
    place = moves.lives_on(session, ordered[0].url, policy_id, ordered[0].role)
    return sorted(ordered, key=lambda m: (m.url, m.part) != place) if place else ordered


def begin(session: Session, finding: Finding, now: datetime) -> str:
    """Open a dossier for the finding and return its permanent id."""
    title = finding.verdict.policy_title or finding.document.title or finding.url
    genre = finding.classification.genre
    return _open(session, (finding.url, finding.part), title, genre=genre, now=now)


def leave(session: Session, url: str, part: int, now: datetime) -> str:
    """Move a page part from its dossier to one of its own and return that one's permanent id.

    The steps it states of its own policy's life go with it; both dossiers are brought in line.
    What other pages state of the two is for the caller to bind anew.
    """
    policy_id = open_for(session, (url, part), now)
    move(session, (url, part), policy_id, now)
    return policy_id


def move(session: Session, place: tuple[str, int], policy_id: str, now: datetime) -> str:
    """Move a page part (URL, part) to that dossier and return the one it leaves, as `leave` does.

    The page must not be the only one of its dossier.
    """
    page_id = session.exec(select(PageRow.id).where(PageRow.url == place[0])).one()
    member = session.get_one(MemberRow, (page_id, place[1]))
    left, member.policy_id = member.policy_id, policy_id
    session.add(member)
    session.flush()
    for changed in (left, policy_id):
        lifecycle.follow(session, changed)
        refresh(session, changed, now)
    return left


def open_for(
    session: Session, place: tuple[str, int], now: datetime, title: str | None = None
) -> str:
    """Open a dossier for a recorded page part (URL, part), still empty; return its permanent id.

    title: of the policy that the page is about, where it is not the policy itself.
    """
    page_id = session.exec(select(PageRow.id).where(PageRow.url == place[0])).one()
    member = session.get_one(MemberRow, (page_id, place[1]))
    title = title or session.get_one(SnapshotRow, member.snapshot_id).document["title"]
    return _open(session, place, title or place[0], genre=member.genre, now=now)


def _open(
    session: Session, place: tuple[str, int], title: str, *, genre: str, now: datetime
) -> str:
    policy_id = _free_id(session, f"{place[0]}#{place[1]}")
    row = {
        "id": policy_id,
        "title": title,
        "issuers": [],
        "genre": genre,
        "topics": [],
        "status": "cited",
        "first_seen_at": now,
        "updated_at": now,
    }
    prepared.ask(session, _INSERT_POLICY, **row)
    return policy_id


def put(
    session: Session,
    place: tuple[int, int],
    finding: Finding,
    *,
    policy_id: str,
    snapshot_id: int,
    joins: bool,
) -> None:
    """Put the page part at `place` (page row id, part) into the dossier in its role.

    joins: it is in no dossier yet.
    """
    verdict = finding.verdict
    row = {
        "policy_id": policy_id,
        "role": verdict.role,
        "genre": finding.classification.genre,
        "snapshot_id": snapshot_id,
    }
    if joins or verdict.kind != "same":
        row |= {"reason": verdict.reason, "score": verdict.score, "runner_up": verdict.runner_up}
    if joins:
        prepared.ask(session, _INSERT_MEMBER, page_id=place[0], part=place[1], **row)
    else:
        prepared.ask(session, _CHANGE_MEMBER, at_page=place[0], at_part=place[1], **row)


def refresh(session: Session, policy_id: str, now: datetime, *, moved: bool = True) -> None:
    """Bring the policy's own facts in line with the member that speaks for it.

    updated_at moves with them, and where the caller says that its pages or steps `moved`.
    """
    was = prepared.ask(session, _FACTS, policy=policy_id).one()._asdict()
    members = _speaking_first(session, policy_id)
    speaker, document = members[0], members[0].document
    facts = was | {"region": document["region"], "topics": speaker.classification["topics"]}
    if SPEAKS_FIRST.index(speaker.role) < SPEAKS_FIRST.index("interpretation"):
        facts["title"] = document["title"] or was["title"]
        facts["document_number"] = document["document_number"]
        facts["issuers"] = document["issuers"]
        facts["genre"] = speaker.genre
    status = _status(session, policy_id, {member.role for member in members}, now)
    standing = status in {"issued", "effective", "consultation"}
    facts["status"] = "withdrawn" if speaker.withdrawn and standing else status
    if moved or facts != was:
        prepared.ask(session, _CHANGE_POLICY, at_key=policy_id, **facts, updated_at=now)


def policies(session: Session) -> list[Policy]:
    """Return every living dossier with members and steps, oldest first."""
    rows = session.exec(
        select(PolicyRow)
        .where(col(PolicyRow.redirect_to).is_(None))
        .order_by(col(PolicyRow.first_seen_at), PolicyRow.id)
    ).all()
    return [_policy(session, row) for row in rows]


def policy(session: Session, policy_id: str) -> Policy | None:
    """Return the dossier of that id, following merges; None if the id was never given."""
    if prepared.ask(session, _TITLE, policy=policy_id).first() is None:
        return None
    row = prepared.ask(session, _POLICY, policy=survivor(session, policy_id)).one()
    return _policy(session, row)


def named(session: Session, name: str) -> list[str]:
    """Return the ids of living dossiers with this id, 文号, or a title that contains `name`."""
    rows = session.exec(
        select(PolicyRow.id)
        .where(
            col(PolicyRow.redirect_to).is_(None),
            or_(
                PolicyRow.id == name,
                PolicyRow.document_number == name,
                col(PolicyRow.title).contains(name, autoescape=True),
            ),
        )
        .order_by(PolicyRow.id)
    )
    return list(rows)


def _status(session: Session, policy_id: str, roles: set[str], now: datetime) -> str:
    """Return the status key: the furthest step that has happened by the Shanghai day of `now`."""
    if not roles & {"original", "reprint", "implementing", "draft", "clone"}:
        return "cited"
    happened = lifecycle.happened(session, policy_id, now)
    for step in ("repealed", "replaced", "expired", "revised", "effective", "issued"):
        if step in happened:
            return step
    return "consultation" if not roles & {"original", "reprint", "clone"} else "issued"


def _free_id(session: Session, seed: str) -> str:
    for turn in range(1000):
        digest = hashlib.sha256(f"{seed}|{turn}".encode()).hexdigest()[:12]
        if prepared.ask(session, _TITLE, policy=f"p{digest}").first() is None:
            return f"p{digest}"
    raise AssertionError(f"policy ids of {seed}: 1000 in use, none free")


def served_elsewhere(address: str, url: str) -> str | None:
    """Return the address a document was read from, None where its page is known under it."""
    return address if address != url else None


def _member(row: Row[Any]) -> Member:
    published_on: PartialDate | None = row.document["published_on"]
    return Member(
        page_url=row.url,
        part=row.part,
        source_id=row.source_id,
        role=row.role,
        genre=row.genre,
        title=row.document["title"],
        published_on=published_on,
        withdrawn=row.withdrawn,
        address=served_elsewhere(row.document["url"], row.url),
    )


def _policy(session: Session, row: PolicyRow | Row[Any]) -> Policy:
    members = _speaking_first(session, row.id)
    return Policy(
        id=row.id,
        title=row.title,
        document_number=row.document_number,
        region=row.region,
        issuers=tuple(row.issuers),
        genre=row.genre,  # type: ignore[arg-type]
        topics=tuple(row.topics),
        status=row.status,
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
        members=tuple(_member(member) for member in members),
        steps=lifecycle.steps(session, row.id),
        document=codec.load(Document, members[0].document) if members else None,
    )


_THIS = col(PolicyRow.id) == bindparam("policy")
_FIELDS = ("title", "document_number", "region", "issuers", "genre", "topics", "status")
_FACTS = select_rows(*prepared.fields(PolicyRow, *_FIELDS)).where(_THIS)
_POLICY = select_rows(
    *prepared.fields(PolicyRow, "id", *_FIELDS, "first_seen_at", "updated_at")
).where(_THIS)
_TITLE = select_rows(col(PolicyRow.title)).where(_THIS)
_REDIRECT = select_rows(col(PolicyRow.redirect_to)).where(_THIS)

_OF_POLICY = col(MemberRow.policy_id) == bindparam("policy")
_ROLES = select_rows(col(MemberRow.role)).where(_OF_POLICY)
_MEMBERS = (
    select_rows(
        *prepared.fields(MemberRow, "part", "role", "genre"),
        *prepared.fields(SnapshotRow, "document", "classification"),
        *prepared.fields(PageRow, "url", "source_id", "withdrawn"),
    )
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .where(_OF_POLICY)
)

_INSERT_POLICY = insert(PolicyRow)
_CHANGE_POLICY = prepared.change(PolicyRow)
_INSERT_MEMBER = insert(MemberRow)
_CHANGE_MEMBER = update(MemberRow).where(
    and_(
        col(MemberRow.page_id) == bindparam("at_page"),
        col(MemberRow.part) == bindparam("at_part"),
    )
)
