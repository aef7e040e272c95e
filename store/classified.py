"""How stored documents are classified, and putting that right when the rules have changed.

The documents themselves are never touched: only what they are said to be about.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store import codec, dossiers, ledger
from store.records import ChangeDraft, Classification, Document, Role
from store.tables import MemberRow, PageRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class Classified:
    """One snapshot as it was classified, its page's role in the dossier.

    current: it is its page part's latest state.
    """

    snapshot_id: int
    page_url: str
    part: int
    source_id: str | None
    column_id: str | None
    document: Document
    classification: Classification
    role: Role
    current: bool


def page_ids(session: Session) -> list[int]:
    """Return the pages that hold documents, oldest first."""
    return sorted(session.exec(select(MemberRow.page_id).distinct()))


def of_page(session: Session, page_id: int) -> list[Classified]:
    """Return every snapshot of the page with its classification, oldest first."""
    rows = session.exec(
        select(SnapshotRow, PageRow, MemberRow)
        .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(SnapshotRow.page_id))
            & (col(MemberRow.part) == col(SnapshotRow.part)),
        )
        .where(SnapshotRow.page_id == page_id)
        .order_by(col(SnapshotRow.id))
    )
    return [_classified(snapshot, page, member) for snapshot, page, member in rows]


def correct(
    session: Session,
    was: Classified,
    now_is: Classification,
    role: Role,
    *,
    said: str,
    now: datetime,
) -> str | None:
    """Store how a snapshot is classified now, and its page's role; return the correction's id.

    None for a state that has been superseded: nobody is told about that. said: what is told. The
    page stays in its dossier, and the change is never announced. Rows of the ledger keep what was
    said then.
    """
    snapshot = session.get_one(SnapshotRow, was.snapshot_id)
    snapshot.classification = codec.dump(now_is)
    session.add(snapshot)
    if not was.current:
        return None
    member = session.get_one(MemberRow, (snapshot.page_id, was.part))
    member.genre, member.role = now_is.genre, role
    session.add(member)
    session.flush()
    dossiers.refresh(session, member.policy_id, now)
    draft = ChangeDraft("corrected", "unannounced", said)
    return ledger.append(
        session, was.page_url, was.part, draft, policy_id=member.policy_id, now=now
    )


def _classified(snapshot: SnapshotRow, page: PageRow, member: MemberRow) -> Classified:
    assert snapshot.id is not None
    return Classified(
        snapshot_id=snapshot.id,
        page_url=page.url,
        part=snapshot.part,
        source_id=page.source_id,
        column_id=page.column_id,
        document=codec.load(Document, snapshot.document),
        classification=codec.load(Classification, snapshot.classification),
        role=member.role,  # type: ignore[arg-type]
        current=snapshot.id == member.snapshot_id,
    )
