"""Visits that found their page as it was last settled, taken in by the hundred.

They bring no news: nothing is read, decided or told, only noted that the page was seen again. All
others are read first and taken in whole, each in a savepoint of its own (DESIGN invariant 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from store import visits
from store.records import Entry, Visit
from store.tables import CaptureRow, PageFileRow, PageRow, VisitRow


@dataclass(frozen=True, slots=True)
class QuietVisit:
    """A visit that brought its page's settled bytes. links_files: what they say may be news."""

    visit_id: int
    page_id: int
    url: str
    visited_at: datetime
    entry: Entry | None
    links_files: bool


def among(session: Session, queue: Sequence[Visit]) -> list[QuietVisit]:
    """Return those of the visits, each to another page, that found it as it is known, in order.

    A page that was missing or withdrawn is not: that it is back is for the caller to decide.
    """
    asked = {visit.id: visit for visit in queue if visit.outcome in {"ok", "unchanged"}}
    found = session.exec(
        select(VisitRow.id, PageRow.id)
        .join(CaptureRow, col(CaptureRow.id) == col(VisitRow.capture_id))
        .join(PageRow, col(PageRow.url) == col(VisitRow.url))
        .where(
            col(VisitRow.id).in_(asked.keys()),
            col(PageRow.body_sha256) == col(CaptureRow.body_sha256),
            col(PageRow.missing_days).is_(None),
            col(PageRow.withdrawn).is_(False),
        )
        .order_by(col(VisitRow.id))
    ).all()
    page_ids = [page_id for _, page_id in found]
    linking = set(
        session.exec(select(PageFileRow.page_id).where(col(PageFileRow.page_id).in_(page_ids)))
    )
    return [
        QuietVisit(visit.id, page_id, visit.url, visit.visited_at, visit.entry, page_id in linking)
        for visit, page_id in ((asked[visit_id], page_id) for visit_id, page_id in found)
        if visit.id is not None and page_id is not None
    ]


def settle(session: Session, quiet: Sequence[QuietVisit]) -> None:
    """Note that the pages were seen as they are known, and mark the visits as taken in."""
    seen = update(PageRow).where(col(PageRow.id) == bindparam("page_id"))
    seen = seen.values(last_visited_at=bindparam("at"))
    listed = seen.values(entry_title=bindparam("title"), entry_on=bindparam("day"))
    rows = [{"page_id": visit.page_id, "at": visit.visited_at} for visit in quiet]
    by_row = [
        {**row, "title": visit.entry.title, "day": visit.entry.on}
        for row, visit in zip(rows, quiet, strict=True)
        if visit.entry is not None
    ]
    plain = [row for row, visit in zip(rows, quiet, strict=True) if visit.entry is None]
    connection = session.connection()
    for statement, values in ((seen, plain), (listed, by_row)):
        if values:
            connection.execute(statement, values)
    visits.settle(session, [visit.visit_id for visit in quiet])
