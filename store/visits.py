"""What the crawl saw, fetch by fetch. Unsettled visits are the queue between crawl and ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, func, select, update

from store import codec
from store.records import Entry, Listing, Visit
from store.tables import VisitRow

_PLAIN = (
    "run_id",
    "source_id",
    "column_id",
    "url",
    "target",
    "outcome",
    "visited_at",
    "status",
    "detail",
    "capture_id",
    "complete",
)


def add(session: Session, visit: Visit) -> int:
    """Store the visit, unsettled, and return its id."""
    row = VisitRow(**_values(visit))
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def add_all(session: Session, made: Sequence[Visit]) -> None:
    """Store the visits, unsettled, in this order."""
    if made:
        session.connection().execute(insert(VisitRow), [_values(visit) for visit in made])


def _values(visit: Visit) -> dict[str, Any]:
    return {
        **{name: getattr(visit, name) for name in _PLAIN},
        "entry": codec.dump(visit.entry) if visit.entry else None,
        "listing": codec.dump(visit.listing) if visit.listing else None,
        "settled": False,
    }


def unsettled(session: Session) -> list[Visit]:
    """Return every visit that no ledger transaction has taken in yet, oldest first."""
    rows = session.exec(
        select(VisitRow).where(col(VisitRow.settled).is_(False)).order_by(col(VisitRow.id))
    )
    return [_record(row) for row in rows]


def count(session: Session, run_id: int) -> int:
    """Return how many visits a run has made so far."""
    statement = select(func.count()).where(VisitRow.run_id == run_id).select_from(VisitRow)
    return int(session.exec(statement).one())


def settle(session: Session, visit_ids: Sequence[int]) -> None:
    """Mark the visits as taken in; call it in the transaction that records what they brought."""
    statement = update(VisitRow).where(col(VisitRow.id).in_(visit_ids)).values(settled=True)
    session.exec(statement)


def fail(session: Session, visit_id: int, detail: str) -> None:
    """Settle a visit whose page could not be taken in: it drifted from what we can read."""
    row = session.get_one(VisitRow, visit_id)
    row.outcome, row.detail, row.settled = "drifted", detail, True
    session.add(row)


def outcomes(session: Session, source_id: str, after: datetime) -> list[Visit]:
    """Return the source's visits after that instant, oldest first."""
    rows = session.exec(
        select(VisitRow)
        .where(VisitRow.source_id == source_id, VisitRow.visited_at > after)
        .order_by(col(VisitRow.id))
    )
    return [_record(row) for row in rows]


def _record(row: VisitRow) -> Visit:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Visit(
        **plain,
        entry=codec.load(Entry, row.entry) if row.entry else None,
        listing=codec.load(Listing, row.listing) if row.listing else None,
        id=row.id,
    )
