"""Which captures and visits must stay, which may go, and where captures that stay lie afterwards.

The promise: what a snapshot was read from keeps its bytes, so whatever was shown to anybody can be
shown again and read anew. Nothing that was shown rests on a visit: the ledger's evidence is words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, delete, func, select, union, update

from store.captures import of_row
from store.records import Capture
from store.tables import CaptureRow, ColumnRow, FileRow, PageRow, SnapshotRow, VisitRow

AT_ONCE = 500
"""Databases bound how many values one question may hold."""


def prunable(session: Session, before: datetime) -> list[Capture]:
    """Return the captures older than `before` that nothing needs any more, by file and place.

    Needed are those that a snapshot, a page's present state or a file's text was read from, those
    not settled yet, and the latest good one of each address, which the next visit asks about.
    """
    needed: CompoundSelect[Any] = union(
        select(SnapshotRow.capture_id).where(col(SnapshotRow.capture_id).is_not(None)),
        select(PageRow.settled_capture_id).where(col(PageRow.settled_capture_id).is_not(None)),
        select(FileRow.capture_id).where(col(FileRow.capture_id).is_not(None)),
        select(VisitRow.capture_id).where(
            col(VisitRow.settled).is_(False), col(VisitRow.capture_id).is_not(None)
        ),
        select(func.max(CaptureRow.id))
        .where(CaptureRow.status < 300, CaptureRow.body_bytes > 0)
        .group_by(CaptureRow.url),
    )
    rows = session.exec(
        select(CaptureRow)
        .where(CaptureRow.fetched_at < before, col(CaptureRow.id).not_in(needed))
        .order_by(CaptureRow.warc_file, col(CaptureRow.warc_offset))
    )
    return [of_row(row) for row in rows]


def in_file(session: Session, warc_file: str) -> list[Capture]:
    """Return the captures that lie in one archive file, in order of their place."""
    rows = session.exec(
        select(CaptureRow)
        .where(CaptureRow.warc_file == warc_file)
        .order_by(col(CaptureRow.warc_offset))
    )
    return [of_row(row) for row in rows]


def archive_files(session: Session) -> frozenset[str]:
    """Return the names of all archive files that hold a capture."""
    return frozenset(session.exec(select(CaptureRow.warc_file).distinct()))


def shown(session: Session) -> Iterator[tuple[int, Capture]]:
    """Yield every snapshot's id with the capture it was read from, by file and place."""
    rows = session.exec(
        select(SnapshotRow.id, CaptureRow)
        .join(CaptureRow, col(CaptureRow.id) == col(SnapshotRow.capture_id))
        .order_by(CaptureRow.warc_file, col(CaptureRow.warc_offset))
        .execution_options(yield_per=200)
    )
    for snapshot_id, row in rows:
        yield snapshot_id or 0, of_row(row)


def move(session: Session, places: Mapping[int, int], warc_file: str) -> None:
    """Say that captures lie in another file now; places: offset by capture id."""
    for capture_id, offset in places.items():
        row = session.get_one(CaptureRow, capture_id)
        row.warc_file, row.warc_offset = warc_file, offset
        session.add(row)


def drop(session: Session, capture_ids: Sequence[int]) -> None:
    """Forget captures; the visits that brought them stay, without bytes."""
    for start in range(0, len(capture_ids), AT_ONCE):
        ids = capture_ids[start : start + AT_ONCE]
        of_visits = update(VisitRow).where(col(VisitRow.capture_id).in_(ids))
        session.exec(of_visits.values(capture_id=None))
        session.exec(delete(CaptureRow).where(col(CaptureRow.id).in_(ids)))


def old_visits(session: Session, before: datetime) -> list[int]:
    """Return the ids of the visits older than `before` that nothing asks about any more.

    Needed are those not settled yet, the last one to each address, and the last sweep of every
    column, by which a source is judged while that column rests. What reads further back (outcomes,
    what a list usually shows, a failure to be tried again, the doctor's last good look) ends at
    `visits.REMEMBERED`.
    """
    needed: CompoundSelect[Any] = union(
        select(func.max(VisitRow.id)).group_by(col(VisitRow.url)), _last_sweeps()
    )
    rows = session.exec(
        select(VisitRow.id)
        .where(
            VisitRow.visited_at < before,
            col(VisitRow.settled).is_(True),
            col(VisitRow.id).not_in(needed),
        )
        .order_by(col(VisitRow.id))
    )
    return [visit_id for visit_id in rows if visit_id is not None]


def _last_sweeps() -> Any:
    """Return the question for the visits to every column's list in the run that asked it last."""
    last = aliased(VisitRow)
    return (
        select(VisitRow.id)
        .join(
            last,
            and_(
                col(last.run_id) == col(VisitRow.run_id),
                col(last.source_id) == col(VisitRow.source_id),
                col(last.column_id) == col(VisitRow.column_id),
            ),
        )
        .join(
            ColumnRow,
            and_(
                col(ColumnRow.source_id) == col(last.source_id),
                col(ColumnRow.column_id) == col(last.column_id),
                col(ColumnRow.visited_at) == col(last.visited_at),
            ),
        )
        .where(VisitRow.target == "listing", last.target == "listing")
    )


def forget_visits(session: Session, visit_ids: Sequence[int]) -> None:
    """Forget visits; runs and captures stay."""
    for start in range(0, len(visit_ids), AT_ONCE):
        ids = visit_ids[start : start + AT_ONCE]
        session.exec(delete(VisitRow).where(col(VisitRow.id).in_(ids)))
