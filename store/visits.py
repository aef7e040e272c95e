"""What the crawl saw, fetch by fetch. Unsettled visits are the queue between crawl and ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from store import codec, prepared
from store.records import Entry, Listing, Visit
from store.tables import VisitRow

REMEMBERED = timedelta(days=90)
"""How far back anybody asks what visits found; none is forgotten sooner."""

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
    return _records(session, _VISITS.where(col(VisitRow.settled).is_(False)))


def count(session: Session, run_id: int) -> int:
    """Return how many visits a run has made so far."""
    statement = select(func.count()).where(col(VisitRow.run_id) == run_id)
    return session.connection().execute(statement).scalar_one()


def requests(session: Session, after: datetime) -> dict[str, int]:
    """Return how many visits after that instant asked something of a site, by source.

    One without an answer counts where the site was silent, not where we did not ask.
    """
    asked = or_(col(VisitRow.status).is_not(None), col(VisitRow.outcome) == "unreachable")
    statement = select(col(VisitRow.source_id), func.count().label("requests")).where(
        col(VisitRow.visited_at) > after, asked
    )
    found = session.connection().execute(statement.group_by(col(VisitRow.source_id)))
    return {row.source_id: row.requests for row in found}


def settle(session: Session, visit_ids: Sequence[int]) -> None:
    """Mark the visits as taken in; call it in the transaction that records what they brought."""
    prepared.ask(session, _SETTLE, ids=list(visit_ids))


def fail(session: Session, visit_id: int, detail: str) -> None:
    """Settle a visit whose page could not be taken in: it drifted from what we can read."""
    row = session.get_one(VisitRow, visit_id)
    row.outcome, row.detail, row.settled = "drifted", detail, True
    session.add(row)


def outcomes(session: Session, source_id: str, after: datetime) -> list[Visit]:
    """Return the source's visits after that instant, oldest first."""
    theirs = (col(VisitRow.source_id) == source_id, col(VisitRow.visited_at) > after)
    return _records(session, _VISITS.where(*theirs))


def last_sweep(session: Session, source_id: str, column_id: str, at: datetime) -> list[Visit]:
    """Return the visits to a column's listing in the run that visited it at that instant."""
    theirs = (
        col(VisitRow.source_id) == source_id,
        col(VisitRow.column_id) == column_id,
        col(VisitRow.target) == "listing",
    )
    run = select(col(VisitRow.run_id)).where(*theirs, col(VisitRow.visited_at) == at).limit(1)
    return _records(session, _VISITS.where(*theirs, col(VisitRow.run_id) == run.scalar_subquery()))


_SETTLE = update(VisitRow).where(col(VisitRow.id).in_(bindparam("ids", expanding=True)))
_SETTLE = _SETTLE.values(settled=True)
_VISITS = select(*(col(getattr(VisitRow, name)) for name in (*_PLAIN, "entry", "listing", "id")))
_VISITS = _VISITS.order_by(col(VisitRow.id))


def _records(session: Session, statement: Select[Any]) -> list[Visit]:
    """Return what the statement finds; no row becomes an object of the session: there are many."""
    found = session.connection().execute(statement)
    return [_record(dict(row._mapping)) for row in found]


def _record(values: dict[str, Any]) -> Visit:
    entry, listing = values.pop("entry"), values.pop("listing")
    return Visit(
        **values,
        entry=codec.load(Entry, entry) if entry else None,
        listing=codec.load(Listing, listing) if listing else None,
    )
