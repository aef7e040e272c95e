"""What the archive holds that may be kin to a page: found by shared keys, as it stands now."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from store import codec
from store.records import Candidate, Classification, Document, MatchKey
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
