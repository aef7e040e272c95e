"""Where the bytes of each response lie: the index over the WARC archive."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from store.records import Capture
from store.tables import CaptureRow


def add(session: Session, capture: Capture) -> int:
    """Store the capture and return its id."""
    row = CaptureRow(**{name: getattr(capture, name) for name in _FIELDS})
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def get(session: Session, capture_id: int) -> Capture | None:
    """Return the capture of that id, or None."""
    row = session.get(CaptureRow, capture_id)
    return of_row(row) if row else None


def latest(session: Session, url: str) -> Capture | None:
    """Return the newest successful capture of this URL that has a body, or None."""
    row = session.exec(
        select(CaptureRow)
        .where(CaptureRow.url == url, CaptureRow.status < 300, CaptureRow.body_bytes > 0)
        .order_by(CaptureRow.id.desc())  # type: ignore[union-attr]
        .limit(1)
    ).first()
    return of_row(row) if row else None


def addresses(session: Session, capture_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the address that was asked for, by capture; ids that are None are left out."""
    ids = [capture_id for capture_id in capture_ids if capture_id is not None]
    rows = session.exec(select(CaptureRow.id, CaptureRow.url).where(col(CaptureRow.id).in_(ids)))
    return dict(rows.all())


_FIELDS = (
    "url",
    "fetched_at",
    "status",
    "content_type",
    "body_sha256",
    "body_bytes",
    "etag",
    "last_modified",
    "warc_file",
    "warc_offset",
)


def of_row(row: CaptureRow) -> Capture:
    """Return the capture that a row holds."""
    return Capture(**{name: getattr(row, name) for name in _FIELDS}, id=row.id)
