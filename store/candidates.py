"""What the archive holds that may be kin to a page: found by shared keys, as it stands now."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, delete, insert, or_, select
from sqlmodel import Session, col

from store import codec, prepared
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
    if not ranked:
        return []
    rows = prepared.ask(session, _ON_PAGES, page_ids=[page_id for page_id, _ in ranked])
    found = {(row.page_id, row.part): _candidate(row) for row in rows}
    kin = [found[place] for place in ranked if place in found]
    return [c for c in kin if (c.page_url, c.part) != (url, part)]


def _indexed(session: Session, keys: Sequence[MatchKey]) -> Sequence[Row[tuple[str, int, int]]]:
    """Return the kind of key, page and part of all that is indexed under one of the keys."""
    sought: dict[str, list[str]] = {}
    for key in keys:
        sought.setdefault(key.kind, []).append(key.value)
    if not sought:
        return []
    values = {kind: some[:KEYS_PER_QUERY] for kind, some in sought.items()}
    return prepared.ask(session, _under_keys(tuple(sorted(sought))), **values).all()


@cache
def _under_keys(kinds: tuple[str, ...]) -> Select[str, int, int]:
    """Return the statement that finds page parts by values of these kinds; there are seven."""
    clauses = [
        and_(
            col(MatchKeyRow.kind) == kind,
            col(MatchKeyRow.value).in_(bindparam(kind, expanding=True)),
        )
        for kind in kinds
    ]
    statement = select(col(MatchKeyRow.kind), col(MatchKeyRow.page_id), col(MatchKeyRow.part))
    return statement.where(or_(*clauses))


def known_part(session: Session, url: str, part: int) -> Candidate | None:
    """Return the latest recorded state of this very page part, or None."""
    row = prepared.ask(session, _AT_PART, url=url, part=part).first()
    return _candidate(row) if row else None


def place_of(session: Session, url: str, part: int) -> tuple[str, Role]:
    """Return the policy and the role that a recorded page part has."""
    row = prepared.ask(session, _PLACE, url=url, part=part).one()
    return row.policy_id, row.role


def parts_of(session: Session, url: str) -> list[Candidate]:
    """Return the latest recorded state of each part of the page, in order."""
    return [_candidate(row) for row in prepared.ask(session, _AT_PAGE, url=url)]


def classification(session: Session, url: str, part: int) -> Classification:
    """Return how the latest state of a recorded page part was classified."""
    return read_as(session, url, part)[0]


def read_as(session: Session, url: str, part: int) -> tuple[Classification, str]:
    """Return how the latest state of a recorded page part was classified, and by which readers."""
    row = prepared.ask(session, _READ_AS, url=url, part=part).one()
    return codec.load(Classification, row.classification), row.reader_version


def reader_version(session: Session, url: str) -> str | None:
    """Return which readers made the page's newest snapshot, None if it has none."""
    return prepared.ask(session, _NEWEST_READER, url=url).scalar()


def index(
    session: Session, page_id: int, part: int, keys: Sequence[MatchKey], *, anew: bool = True
) -> None:
    """Make the page part findable under exactly these keys; anew: it may be under others so far."""
    if anew:
        prepared.ask(session, _FORGET, at_page=page_id, at_part=part)
    rows = [
        {"page_id": page_id, "part": part, "kind": key.kind, "value": key.value}
        for key in dict.fromkeys(keys)
    ]
    prepared.put(session, _INSERT, rows)


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


_OF_URL = col(PageRow.url) == bindparam("url")
_OF_PART = and_(_OF_URL, col(MemberRow.part) == bindparam("part"))

_CANDIDATES = (
    select(
        *prepared.fields(MemberRow, "page_id", "policy_id", "part", "role", "genre"),
        col(PageRow.url),
        *prepared.fields(SnapshotRow, "content_hash", "document"),
    )
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
)
_ON_PAGES = _CANDIDATES.where(col(MemberRow.page_id).in_(bindparam("page_ids", expanding=True)))
_AT_PART = _CANDIDATES.where(_OF_PART)
_AT_PAGE = _CANDIDATES.where(_OF_URL).order_by(col(MemberRow.part))

_PLACE = (
    select(*prepared.fields(MemberRow, "policy_id", "role"))
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .where(_OF_PART)
)
_READ_AS = (
    select(*prepared.fields(SnapshotRow, "classification", "reader_version"))
    .join(MemberRow, col(MemberRow.snapshot_id) == col(SnapshotRow.id))
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .where(_OF_PART)
)
_NEWEST_READER = (
    select(col(SnapshotRow.reader_version))
    .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
    .where(_OF_URL)
    .order_by(col(SnapshotRow.id).desc())
    .limit(1)
)

_INSERT = insert(MatchKeyRow)
_FORGET = delete(MatchKeyRow).where(
    col(MatchKeyRow.page_id) == bindparam("at_page"), col(MatchKeyRow.part) == bindparam("at_part")
)
