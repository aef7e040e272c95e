"""The facts of every stored snapshot that tell whether its page was read well."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from store.records import SnapshotFacts
from store.tables import CaptureRow, MemberRow, PageRow, SnapshotRow


def snapshot_facts(session: Session, source_id: str | None = None) -> Iterator[SnapshotFacts]:
    """Yield the facts of every snapshot of a source's pages, oldest first; None: of all sources."""
    statement = (
        select(SnapshotRow, PageRow, MemberRow, CaptureRow)
        .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(SnapshotRow.page_id))
            & (col(MemberRow.part) == col(SnapshotRow.part)),
        )
        .outerjoin(CaptureRow, col(CaptureRow.id) == col(SnapshotRow.capture_id))
        .order_by(col(SnapshotRow.id))
        .execution_options(yield_per=200)
    )
    if source_id is not None:
        statement = statement.where(PageRow.source_id == source_id)
    for row, page, member, capture in session.exec(statement):
        yield _facts(row, page, row.id == member.snapshot_id, capture)


def _facts(
    row: SnapshotRow, page: PageRow, current: bool, capture: CaptureRow | None
) -> SnapshotFacts:
    document: dict[str, Any] = row.document
    evidence = document["evidence"].items()
    return SnapshotFacts(
        source_id=page.source_id or "",
        url=page.url,
        recorded_at=row.recorded_at,
        current=current,
        title=document["title"],
        published_on=document["published_on"],
        body_chars=len(document["body_text"]),
        attachments=len(document["attachments"]),
        body_bytes=capture.body_bytes if capture is not None else None,
        rivals={name: why["rival"] for name, why in evidence if why.get("rival")},
    )
