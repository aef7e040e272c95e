"""Dossiers: a policy, its pages in their roles, its lifecycle; found by key, read by intent."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, or_, select, update

from store import codec, lifecycle
from store.records import (
    Candidate,
    Classification,
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
"""Whose document speaks for the policy: the earliest role in this list."""

CANDIDATE_LIMIT = 60
KEYS_PER_QUERY = 200


def find_candidates(
    session: Session, keys: Sequence[MatchKey], *, url: str, part: int
) -> list[Candidate]:
    """Return page parts that share a key with a document at (url, part), itself excluded.

    Ordered by how many keys they share, then by age; at most CANDIDATE_LIMIT. Keys that name the
    page count before the bands of a fingerprint, of which a popular form shares many.
    """
    named: Counter[tuple[int, int]] = Counter()
    alike: Counter[tuple[int, int]] = Counter()
    for key_kind in sorted({key.kind for key in keys}):
        values = [key.value for key in keys if key.kind == key_kind][:KEYS_PER_QUERY]
        rows = session.exec(
            select(MatchKeyRow.page_id, MatchKeyRow.part).where(
                MatchKeyRow.kind == key_kind, col(MatchKeyRow.value).in_(values)
            )
        )
        (alike if key_kind == "band" else named).update((row[0], row[1]) for row in rows)
    found_at = named.keys() | alike.keys()
    ranked = sorted(found_at, key=lambda at: (-named[at], -alike[at], at))[:CANDIDATE_LIMIT]
    found = [_candidate(session, *place) for place in ranked]
    return [c for c in found if c is not None and (c.page_url, c.part) != (url, part)]


def known_part(session: Session, url: str, part: int) -> Candidate | None:
    """Return the latest recorded state of this very page part, or None."""
    page = session.exec(select(PageRow).where(PageRow.url == url)).first()
    return _candidate(session, page.id or 0, part) if page else None


def parts_of(session: Session, url: str) -> list[Candidate]:
    """Return the latest recorded state of each part of the page, in order."""
    places = session.exec(
        select(MemberRow.page_id, MemberRow.part)
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(PageRow.url == url)
        .order_by(col(MemberRow.part))
    ).all()
    found = [_candidate(session, page_id, part) for page_id, part in places]
    return [candidate for candidate in found if candidate is not None]


def classification(session: Session, url: str, part: int) -> Classification:
    """Return how the latest state of a recorded page part was classified."""
    snapshot = session.exec(
        select(SnapshotRow)
        .join(MemberRow, col(MemberRow.snapshot_id) == col(SnapshotRow.id))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(PageRow.url == url, MemberRow.part == part)
    ).one()
    return codec.load(Classification, snapshot.classification)


def reader_version(session: Session, url: str) -> str | None:
    """Return which readers made the page's newest snapshot, None if it has none."""
    return session.exec(
        select(SnapshotRow.reader_version)
        .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
        .where(PageRow.url == url)
        .order_by(col(SnapshotRow.id).desc())
        .limit(1)
    ).first()


def roles(session: Session, policy_id: str) -> frozenset[Role]:
    """Return the roles that pages have in the dossier so far."""
    found = session.exec(select(MemberRow.role).where(MemberRow.policy_id == policy_id))
    return frozenset(found)  # type: ignore[arg-type]


def survivor(session: Session, policy_id: str) -> str:
    """Return the id that speaks for this one today, following merges."""
    row = session.get_one(PolicyRow, policy_id)
    while row.redirect_to is not None:
        row = session.get_one(PolicyRow, row.redirect_to)
    return row.id


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
    return session.get_one(PolicyRow, policy_id).title


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
    page = session.exec(select(PageRow).where(PageRow.url == url)).one()
    member = session.get_one(MemberRow, (page.id, part))
    title = session.get_one(SnapshotRow, member.snapshot_id).document["title"]
    left = member.policy_id
    policy_id = _open(session, (url, part), title or url, genre=member.genre, now=now)
    member.policy_id = policy_id
    session.add(member)
    session.flush()
    for changed in (left, policy_id):
        lifecycle.follow(session, changed)
        refresh(session, changed, now)
    return policy_id


def _open(
    session: Session, place: tuple[str, int], title: str, *, genre: str, now: datetime
) -> str:
    policy_id = _free_id(session, f"{place[0]}#{place[1]}")
    row = PolicyRow(
        id=policy_id,
        title=title,
        issuers=[],
        genre=genre,
        topics=[],
        status="cited",
        first_seen_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return policy_id


def join(
    session: Session, page_id: int, finding: Finding, *, policy_id: str, snapshot_id: int
) -> None:
    """Put the page part into the dossier in its role, findable under its keys."""
    verdict = finding.verdict
    row = session.get(MemberRow, (page_id, finding.part))
    told = row is not None and verdict.kind == "same"
    row = row or MemberRow(
        page_id=page_id,
        part=finding.part,
        policy_id=policy_id,
        role=verdict.role,
        genre=finding.classification.genre,
        reason=verdict.reason,
        snapshot_id=snapshot_id,
    )
    row.policy_id, row.role, row.snapshot_id = policy_id, verdict.role, snapshot_id
    row.genre = finding.classification.genre
    if not told:
        row.reason, row.score, row.runner_up = verdict.reason, verdict.score, verdict.runner_up
    session.add(row)
    _replace_keys(session, page_id, finding)


def refresh(session: Session, policy_id: str, now: datetime, *, moved: bool = True) -> None:
    """Bring the policy's own facts in line with the member that speaks for it.

    updated_at moves with them, and where the caller says that its pages or steps `moved`.
    """
    policy = session.get_one(PolicyRow, policy_id)
    spoken = session.exec(
        select(MemberRow, SnapshotRow, PageRow)
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(MemberRow.policy_id == policy_id)
    ).all()
    member, snapshot, page = min(spoken, key=lambda m: (SPEAKS_FIRST.index(m[0].role), m[2].url))
    document = codec.load(Document, snapshot.document)
    if SPEAKS_FIRST.index(member.role) < SPEAKS_FIRST.index("interpretation"):
        policy.title = document.title or policy.title
        policy.document_number = document.document_number
        policy.issuers = list(document.issuers)
        policy.genre = member.genre
    policy.region = document.region
    policy.topics = list(snapshot.classification["topics"])
    policy.status = _status(session, policy_id, {m[0].role for m in spoken}, now)
    if page.withdrawn and policy.status in {"issued", "effective", "consultation"}:
        policy.status = "withdrawn"
    if moved or session.is_modified(policy):
        policy.updated_at = now
    session.add(policy)
    session.flush()


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
    if session.get(PolicyRow, policy_id) is None:
        return None
    return _policy(session, session.get_one(PolicyRow, survivor(session, policy_id)))


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
        if session.get(PolicyRow, f"p{digest}") is None:
            return f"p{digest}"
    raise AssertionError(f"policy ids of {seed}: 1000 in use, none free")


def _replace_keys(session: Session, page_id: int, finding: Finding) -> None:
    session.exec(
        delete(MatchKeyRow).where(
            col(MatchKeyRow.page_id) == page_id, col(MatchKeyRow.part) == finding.part
        )
    )
    for key in dict.fromkeys(finding.keys):
        session.add(MatchKeyRow(page_id=page_id, part=finding.part, kind=key.kind, value=key.value))
    session.flush()


def _candidate(session: Session, page_id: int, part: int) -> Candidate | None:
    member = session.get(MemberRow, (page_id, part))
    if member is None:
        return None
    snapshot = session.get_one(SnapshotRow, member.snapshot_id)
    return Candidate(
        policy_id=member.policy_id,
        page_url=session.get_one(PageRow, page_id).url,
        part=part,
        role=member.role,  # type: ignore[arg-type]
        genre=member.genre,  # type: ignore[arg-type]
        content_hash=snapshot.content_hash,
        document=codec.load(Document, snapshot.document),
    )


def served_elsewhere(address: str, url: str) -> str | None:
    """Return the address a document was read from, None where its page is known under it."""
    return address if address != url else None


def _member(row: MemberRow, snapshot: SnapshotRow, page: PageRow) -> Member:
    published_on: PartialDate | None = snapshot.document["published_on"]
    return Member(
        page_url=page.url,
        part=row.part,
        source_id=page.source_id,
        role=row.role,  # type: ignore[arg-type]
        genre=row.genre,  # type: ignore[arg-type]
        title=snapshot.document["title"],
        published_on=published_on,
        withdrawn=page.withdrawn,
        address=served_elsewhere(snapshot.document["url"], page.url),
    )


def _policy(session: Session, row: PolicyRow) -> Policy:
    joined = session.exec(
        select(MemberRow, SnapshotRow, PageRow)
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(MemberRow.policy_id == row.id)
    ).all()
    ordered = sorted(joined, key=lambda m: (SPEAKS_FIRST.index(m[0].role), m[2].url, m[0].part))
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
        members=tuple(_member(*m) for m in ordered),
        steps=lifecycle.steps(session, row.id),
        document=codec.load(Document, ordered[0][1].document) if ordered else None,
    )
