"""Runs: one crawl of some sources, from its start to its settling."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store.tables import RunRow


def begin(
    session: Session, source_ids: Sequence[str], now: datetime, *, backfill: bool = False
) -> int:
    """Open a run over these sources and return its id.

    backfill: it walks back for what was published before; none of it is news.
    """
    row = RunRow(started_at=now, sources=list(source_ids), backfill=backfill)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def finish(session: Session, run_id: int, now: datetime) -> None:
    """Close the run: its visits are all settled."""
    row = session.get_one(RunRow, run_id)
    row.finished_at, row.settled = now, True
    session.add(row)


def newest_at(session: Session) -> datetime | None:
    """Return the latest instant at which a run began, or None before the first."""
    statement = select(RunRow.started_at).order_by(col(RunRow.started_at).desc()).limit(1)
    return session.exec(statement).first()


def backfills(session: Session) -> frozenset[int]:
    """Return the ids of the runs that were backfills."""
    return frozenset(session.exec(select(RunRow.id).where(col(RunRow.backfill))))  # type: ignore[arg-type]


def last_finished_at(session: Session) -> datetime | None:
    """Return when the last whole run ended, or None: the dead man's switch reads this."""
    return session.exec(
        select(RunRow.finished_at)
        .where(col(RunRow.finished_at).is_not(None))
        .order_by(col(RunRow.id).desc())
        .limit(1)
    ).first()
