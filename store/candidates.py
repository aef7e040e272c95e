"""What the archive holds that may be kin to a page: found by shared keys, as it stands now."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, tuple_
from sqlmodel import Session, col, delete

from store import codec
from store.records import Candidate, Classification, Document, MatchKey, Role
from store.tables import MatchKeyRow, MemberRow, PageRow, SnapshotRow

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
    for row in _indexed(session, keys):
        (alike if row.kind == "band" else named)[row.page_id, row.part] += 1
    found_at = named.keys() | alike.keys()
    ranked = sorted(found_at, key=lambda at: (-named[at], -alike[at], at))[:CANDIDATE_LIMIT]
    places = tuple_(col(MemberRow.page_id), col(MemberRow.part))
    found = {(page_id, c.part): c for page_id, c in _found(session, places.in_(ranked))}
    kin = [found[place] for place in ranked if place in found]
    return [c for c in kin if (c.page_url, c.part) != (url, part)]


def _indexed(session: Session, keys: Sequence[MatchKey]) -> Sequence[Row[tuple[str, int, int]]]:
    """Return the kind of key, page and part of all that is indexed under one of the keys."""
    sought: dict[str, list[str]] = {}
    for key in keys:
        sought.setdefault(key.kind, []).append(key.value)
    if not sought:
        return []
    clauses = [
        and_(col(MatchKeyRow.kind) == kind, col(MatchKeyRow.value).in_(values[:KEYS_PER_QUERY]))
        for kind, values in sorted(sought.items())
    ]
    statement = select(col(MatchKeyRow.kind), col(MatchKeyRow.page_id), col(MatchKeyRow.part))
    return session.execute(statement.where(or_(*clauses))).all()


def known_part(session: Session, url: str, part: int) -> Candidate | None:
    """Return the latest recorded state of this very page part, or None."""
    this = and_(col(PageRow.url) == url, col(MemberRow.part) == part)
    return next((candidate for _, candidate in _found(session, this)), None)


def place_of(session: Session, url: str, part: int) -> tuple[str, Role]:
    """Return the policy and the role that a recorded page part has."""
    row = session.execute(
        select(col(MemberRow.policy_id), col(MemberRow.role))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(col(PageRow.url) == url, col(MemberRow.part) == part)
    ).one()
    return row.policy_id, row.role


def parts_of(session: Session, url: str) -> list[Candidate]:
    """Return the latest recorded state of each part of the page, in order."""
    found = _found(session, col(PageRow.url) == url)
    return sorted((candidate for _, candidate in found), key=lambda c: c.part)


def classification(session: Session, url: str, part: int) -> Classification:
    """Return how the latest state of a recorded page part was classified."""
    return read_as(session, url, part)[0]


def read_as(session: Session, url: str, part: int) -> tuple[Classification, str]:
    """Return how the latest state of a recorded page part was classified, and by which readers."""
    row = session.execute(
        select(col(SnapshotRow.classification), col(SnapshotRow.reader_version))
        .join(MemberRow, col(MemberRow.snapshot_id) == col(SnapshotRow.id))
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .where(col(PageRow.url) == url, col(MemberRow.part) == part)
    ).one()
    return codec.load(Classification, row.classification), row.reader_version


def reader_version(session: Session, url: str) -> str | None:
    """Return which readers made the page's newest snapshot, None if it has none."""
    return session.execute(
        select(col(SnapshotRow.reader_version))
        .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
        .where(col(PageRow.url) == url)
        .order_by(col(SnapshotRow.id).desc())
        .limit(1)
    ).scalar()


def index(session: Session, page_id: int, part: int, keys: Sequence[MatchKey]) -> None:
    """Make the page part findable under exactly these keys."""
    session.exec(
        delete(MatchKeyRow).where(
            col(MatchKeyRow.page_id) == page_id, col(MatchKeyRow.part) == part
        )
    )
    rows = [
        {"page_id": page_id, "part": part, "kind": key.kind, "value": key.value}
        for key in dict.fromkeys(keys)
    ]
    if rows:  # fifty at once: an object each would be a third of the cost of recording a page
        session.connection().execute(insert(MatchKeyRow), rows)


def _found(session: Session, where: ColumnElement[bool]) -> list[tuple[int, Candidate]]:
    """Return the page parts that the clause selects, each with its page's row id: one question."""
    rows = session.execute(_CANDIDATES.where(where))
    return [(row.page_id, _candidate(row)) for row in rows]


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(
        policy_id=row.policy_id,
        page_url=row.url,
        part=row.part,
        role=row.role,
        genre=row.genre,
        content_hash=row.content_hash,
        document=codec.load(Document, row.document),
    )


_CANDIDATES = (
    select(
        col(MemberRow.page_id),
        col(MemberRow.policy_id),
        col(PageRow.url),
        col(MemberRow.part),
        col(MemberRow.role),
        col(MemberRow.genre),
        col(SnapshotRow.content_hash),
        col(SnapshotRow.document),
    )
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
)
