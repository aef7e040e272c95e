"""The state of each source and its history: what coverage lines, alarms and `status` read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from store import prepared
from store.records import HealthEvent, SourceStatus
from store.tables import HealthEventRow, SourceRow

_STATUS = (
    "name",
    "region",
    "health",
    "since",
    "last_visit_at",
    "last_success_at",
    "last_outcome",
    "detail",
    "held_reason",
)


def statuses(session: Session) -> list[SourceStatus]:
    """Return every source that was ever enrolled, by id."""
    rows = session.exec(select(SourceRow).order_by(SourceRow.id))
    return [_status(row) for row in rows]


def status(session: Session, source_id: str) -> SourceStatus | None:
    """Return one source's state, or None if it was never enrolled."""
    row = prepared.ask(session, _OF_SOURCE, source=source_id).first()
    return _status(row) if row else None


def put(session: Session, status: SourceStatus) -> None:
    """Store the source's new state; hold and release go through `hold` and `release`."""
    row = session.get(SourceRow, status.source_id) or SourceRow(
        id=status.source_id, name=status.name
    )
    for name in _STATUS[:-1]:
        setattr(row, name, getattr(status, name))
    session.add(row)


def hold(session: Session, source_id: str, reason: str, now: datetime) -> None:
    """Close the flood gate on a source; a gate already closed keeps its first reason."""
    row = session.get_one(SourceRow, source_id)
    if row.held_at is None:
        row.held_at, row.held_reason = now, reason
        session.add(row)


def open_gate(session: Session, source_id: str) -> None:
    """Open the flood gate again; a source never visited has none to open."""
    row = session.get(SourceRow, source_id)
    if row is not None:
        row.held_at, row.held_reason = None, ""
        session.add(row)


def add_event(session: Session, event: HealthEvent) -> None:
    """Append a state change to the source's history; the event's id is assigned here."""
    session.add(
        HealthEventRow(
            source_id=event.source_id,
            source_name=event.source_name,
            happened_at=event.happened_at,
            was=event.was,
            now=event.now,
            reason=event.reason,
            remedy=event.remedy,
        )
    )


def events(session: Session, limit: int = 200) -> list[HealthEvent]:
    """Return the newest state changes of all sources, newest first."""
    rows = session.exec(select(HealthEventRow).order_by(col(HealthEventRow.id).desc()).limit(limit))
    return [_event(row) for row in rows]


def history(session: Session, until: datetime) -> list[HealthEvent]:
    """Return every state change of every source up to that instant, oldest first."""
    rows = session.exec(
        select(HealthEventRow)
        .where(col(HealthEventRow.happened_at) <= until)
        .order_by(col(HealthEventRow.id))
    )
    return [_event(row) for row in rows]


def _status(row: SourceRow | Row[Any]) -> SourceStatus:
    fields = {name: getattr(row, name) for name in _STATUS}
    return SourceStatus(source_id=row.id, **fields, held=row.held_at is not None)


def _event(row: HealthEventRow) -> HealthEvent:
    assert row.id is not None
    return HealthEvent(
        id=row.id,
        source_id=row.source_id,
        source_name=row.source_name,
        happened_at=row.happened_at,
        was=row.was,
        now=row.now,
        reason=row.reason,
        remedy=row.remedy,
    )


_OF_SOURCE = select_rows(*prepared.fields(SourceRow, "id", *_STATUS, "held_at")).where(
    col(SourceRow.id) == bindparam("source")
)
