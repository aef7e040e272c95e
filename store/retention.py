"""Which captures must stay, which may go, and where those that stay lie afterwards.

The promise: what a snapshot was read from keeps its bytes, so whatever was shown to anybody can be
shown again and read anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect
from sqlmodel import Session, col, delete, func, select, union, update

from store.captures import of_row
from store.records import Capture
from store.tables import CaptureRow, FileRow, PageRow, SnapshotRow, VisitRow

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
