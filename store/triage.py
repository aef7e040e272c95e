"""What of the last days an operator should look at: pages read badly, places that were in doubt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from store.captures import of_row
from store.records import Capture
from store.tables import (
    CaptureRow,
    ChangeRow,
    DecisionRow,
    MemberRow,
    PageRow,
    SnapshotRow,
    VisitRow,
)

PLAUSIBLE = 0.9
"""A place in a dossier that scored less and had another in view is a doubt."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One page to look at. what: the evidence; capture: the bytes it was read from, if any."""

    source_id: str | None
    url: str
    what: str
    seen_at: datetime
    capture: Capture | None


def drifted(session: Session, since: datetime) -> list[Doubtful]:
    """Return the pages whose latest visit since then brought something else than a page."""
    newest = (
        select(func.max(VisitRow.id))
        .where(VisitRow.visited_at >= since, VisitRow.target == "page")
        .group_by(VisitRow.url)
    )
    rows = session.exec(
        select(VisitRow, CaptureRow)
        .join(CaptureRow, col(CaptureRow.id) == col(VisitRow.capture_id), isouter=True)
        .where(col(VisitRow.id).in_(newest), VisitRow.outcome == "drifted")
        .order_by(VisitRow.source_id, col(VisitRow.id))
    )
    return [
        Doubtful(v.source_id, v.url, v.detail, v.visited_at, of_row(c) if c else None)
        for v, c in rows
    ]


def withheld(session: Session, since: datetime) -> list[Doubtful]:
    """Return the pages told since then without their body, because too much of it is damaged."""
    rows = session.exec(
        select(PageRow, ChangeRow, SnapshotRow, CaptureRow)
        .join(ChangeRow, col(ChangeRow.page_id) == col(PageRow.id))
        .join(SnapshotRow, col(SnapshotRow.id) == col(ChangeRow.snapshot_id))
        .join(CaptureRow, col(CaptureRow.id) == col(SnapshotRow.capture_id), isouter=True)
        .where(col(ChangeRow.body_withheld).is_(True), ChangeRow.recorded_at >= since)
        .order_by(PageRow.source_id, col(ChangeRow.sequence))
    )
    found = {
        page.url: Doubtful(
            page.source_id,
            page.url,
            f"质量 {snapshot.quality:.2f}，编码 {snapshot.charset}",
            change.recorded_at,
            of_row(capture) if capture else None,
        )
        for page, change, snapshot, capture in rows
    }
    return list(found.values())


def placed_in_doubt(session: Session, since: datetime) -> Iterator[tuple[Doubtful, str, str]]:
    """Yield the pages put into one dossier while another was in view: (page, chosen, other).

    Pages that an operator has decided about are left out.
    """
    decided = select(DecisionRow.page_id).union(select(DecisionRow.other_page_id))
    rows = session.exec(
        select(MemberRow, PageRow, SnapshotRow, CaptureRow)
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .join(CaptureRow, col(CaptureRow.id) == col(SnapshotRow.capture_id), isouter=True)
        .where(
            col(MemberRow.runner_up).is_not(None),
            MemberRow.score < PLAUSIBLE,
            SnapshotRow.recorded_at >= since,
            col(MemberRow.page_id).not_in(decided),
        )
        .order_by(col(MemberRow.score), PageRow.url)
    )
    for member, page, snapshot, capture in rows:
        what = f"{member.reason}（{member.score:.2f}）"
        kept = of_row(capture) if capture else None
        doubtful = Doubtful(page.source_id, page.url, what, snapshot.recorded_at, kept)
        yield doubtful, member.policy_id, member.runner_up or ""
