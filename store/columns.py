"""Columns: whether their baseline is done, when they were last read. Answers what is due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from store import codec, prepared
from store.tables import ColumnRow


@dataclass(frozen=True, slots=True)
class ColumnState:
    """baseline_at: end of the first complete sweep; visited_at: the last try, good or bad."""

    source_id: str
    column_id: str
    baseline_at: datetime | None
    swept_at: datetime | None
    visited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a backfill of a column goes on: a page of its list, which one, and what comes after.

    ahead: further addresses of the column, in order (a paper's days).
    """

    url: str
    number: int
    ahead: tuple[str, ...] = ()


def cursor(session: Session, source_id: str, column_id: str) -> Cursor | None:
    """Return where the column's backfill was cut off, None where none waits."""
    row = session.get(ColumnRow, (source_id, column_id))
    return codec.load(Cursor, row.backfill) if row and row.backfill else None


def move(session: Session, source_id: str, column_id: str, to: Cursor | None) -> None:
    """Note where the column's backfill goes on; None when it is at its end."""
    row = session.get(ColumnRow, (source_id, column_id)) or ColumnRow(
        source_id=source_id, column_id=column_id
    )
    row.backfill = codec.dump(to) if to else None
    session.add(row)


def state(session: Session, source_id: str, column_id: str) -> ColumnState:
    """Return the column's state; a column never visited has None everywhere."""
    row = prepared.ask(session, _OF_COLUMN, source=source_id, column=column_id).first()
    if row is None:
        return ColumnState(source_id, column_id, None, None, None)
    return ColumnState(**row._mapping)


def states(session: Session) -> dict[tuple[str, str], ColumnState]:
    """Return the state of every column ever visited, by (source id, column id)."""
    rows = session.exec(select(ColumnRow).order_by(col(ColumnRow.source_id)))
    return {(row.source_id, row.column_id): _state(row) for row in rows}


def baselined(session: Session) -> frozenset[tuple[str, str]]:
    """Return the columns whose baseline is done, as (source id, column id)."""
    rows = prepared.ask(session, _BASELINED)
    return frozenset((row.source_id, row.column_id) for row in rows)


def visited(
    session: Session, source_id: str, column_id: str, now: datetime, *, swept: bool
) -> None:
    """Note a visit; swept: the column was read whole, which also ends its baseline."""
    row = session.get(ColumnRow, (source_id, column_id)) or ColumnRow(
        source_id=source_id, column_id=column_id
    )
    row.visited_at = now
    if swept:
        row.swept_at = now
        row.baseline_at = row.baseline_at or now
    session.add(row)


def _state(row: ColumnRow) -> ColumnState:
    return ColumnState(row.source_id, row.column_id, row.baseline_at, row.swept_at, row.visited_at)


_OF_COLUMN = select_rows(
    *prepared.fields(ColumnRow, "source_id", "column_id", "baseline_at", "swept_at", "visited_at")
).where(
    col(ColumnRow.source_id) == bindparam("source"), col(ColumnRow.column_id) == bindparam("column")
)
_BASELINED = select_rows(*prepared.fields(ColumnRow, "source_id", "column_id")).where(
    col(ColumnRow.baseline_at).is_not(None)
)
