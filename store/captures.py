"""Where the bytes of each response lie: the index over the WARC archive."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session, col

from store import prepared
from store.records import Capture
from store.tables import CaptureRow


def add(session: Session, capture: Capture) -> int:
    """Store the capture and return its id."""
    row = CaptureRow(**{name: getattr(capture, name) for name in _FIELDS})
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def add_all(session: Session, new: Sequence[Capture]) -> list[int]:
    """Store the captures and return their ids, in the same order."""
    if not new:
        return []
    rows = [{name: getattr(capture, name) for name in _FIELDS} for capture in new]
    statement = insert(CaptureRow).returning(col(CaptureRow.id), sort_by_parameter_order=True)
    return [row_id or 0 for row_id in session.connection().execute(statement, rows).scalars()]


def get(session: Session, capture_id: int) -> Capture | None:
    """Return the capture of that id, or None."""
    return of_ids(session, [capture_id]).get(capture_id)


def of_ids(session: Session, capture_ids: Sequence[int]) -> dict[int, Capture]:
    """Return the captures of these ids that there are, by id."""
    rows = prepared.ask(session, _OF_IDS, asked=capture_ids)
    return {row.id: Capture(**row._mapping) for row in rows}


def latest(session: Session, url: str) -> Capture | None:
    """Return the newest successful capture of this URL that has a body, or None."""
    row = session.connection().execute(_LATEST, {"asked": url}).first()
    return Capture(**row._mapping) if row else None


def latest_of(session: Session, urls: Sequence[str]) -> dict[str, Capture]:
    """Return `latest` of each of these URLs that has one, by URL."""
    found: dict[str, Capture] = {}
    for start in range(0, len(urls), _URLS_AT_ONCE):
        some = {"asked": urls[start : start + _URLS_AT_ONCE]}
        rows = session.connection().execute(_LATEST_OF, some)
        found |= {row.url: Capture(**row._mapping) for row in rows}
    return found


def addresses(session: Session, capture_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the address that was asked for, by capture; ids that are None are left out."""
    ids = [capture_id for capture_id in capture_ids if capture_id is not None]
    statement = select(col(CaptureRow.id), col(CaptureRow.url)).where(col(CaptureRow.id).in_(ids))
    return {row.id: row.url for row in session.connection().execute(statement)}


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

_CAPTURES = select(*prepared.fields(CaptureRow, *_FIELDS, "id"))
_OF_IDS = _CAPTURES.where(col(CaptureRow.id).in_(bindparam("asked", expanding=True)))
_WHOLE = (col(CaptureRow.status) < 300, col(CaptureRow.body_bytes) > 0)
_RECORD = [col(getattr(CaptureRow, name)) for name in (*_FIELDS, "id")]
_LATEST = (
    select(*_RECORD)
    .where(col(CaptureRow.url) == bindparam("asked"), *_WHOLE)
    .order_by(col(CaptureRow.id).desc())
    .limit(1)
)  # asked before every request: made once, and its rows become no objects of the session
_LATEST_OF = select(*_RECORD).where(
    col(CaptureRow.id).in_(
        select(func.max(col(CaptureRow.id)))
        .where(col(CaptureRow.url).in_(bindparam("asked", expanding=True)), *_WHOLE)
        .group_by(col(CaptureRow.url))
    )
)
_URLS_AT_ONCE = 500
"""In one statement: a database takes so many values and not many more."""


def of_row(row: CaptureRow) -> Capture:
    """Return the capture that a row holds."""
    return Capture(**{name: getattr(row, name) for name in _FIELDS}, id=row.id)
