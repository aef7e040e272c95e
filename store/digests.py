"""Digest windows and deliveries: find-or-create, so that twice sends once.

Who subscribes to what is `store.subscribers`, re-exported here for the callers of both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from store.records import Delivery, DeliveryState, DigestRun, Subscription
from store.subscribers import subscribe, subscriptions, unsubscribe
from store.tables import DeliveryRow, DigestRunRow

__all__ = ["subscribe", "subscriptions", "unsubscribe"]
DigestRhythm = Literal["daily", "weekly"]


def last_run(session: Session, rhythm: DigestRhythm) -> DigestRun | None:
    """Return the newest window of this rhythm, or None before the first."""
    row = session.exec(
        select(DigestRunRow)
        .where(DigestRunRow.rhythm == rhythm)
        .order_by(col(DigestRunRow.on_day).desc())
        .limit(1)
    ).first()
    return _run(row) if row else None


def run_on(session: Session, rhythm: DigestRhythm, on: str) -> DigestRun | None:
    """Return the window of that day, or None if there is none."""
    row = session.exec(
        select(DigestRunRow).where(DigestRunRow.rhythm == rhythm, DigestRunRow.on_day == on)
    ).first()
    return _run(row) if row else None


def open_run(session: Session, rhythm: DigestRhythm, on: str, upto: int) -> DigestRun:
    """Return the window of that day, made as (last window's end, upto] if there is none yet."""
    found = run_on(session, rhythm, on)
    if found is not None:
        return found
    last = last_run(session, rhythm)
    after = last.upto if last else 0
    row = DigestRunRow(rhythm=rhythm, on_day=on, after=after, upto=max(after, upto))
    session.add(row)
    session.flush()
    return _run(row)


@dataclass(frozen=True, slots=True)
class Made:
    """A message that was composed: for whom, what it tells; refused: why it cannot be sent."""

    subscription: Subscription
    message_id: str
    message: bytes
    change_ids: tuple[str, ...] = ()
    refused: str = ""


def add_deliveries(session: Session, run_id: int | None, made: Iterable[Made]) -> list[int]:
    """Store composed messages as pending, or as refused; return their ids in order.

    run_id: None for an immediate alert. A Message-ID stands for one window (or one alert) and one
    subscription and is unique, so that nothing can be stored twice.
    """
    rows = [
        DeliveryRow(
            digest_run_id=run_id,
            subscription_id=one.subscription.id,
            address=one.subscription.address,
            message_id=one.message_id,
            message=one.message,
            change_ids=list(one.change_ids),
            state="refused" if one.refused else "pending",
            cause="address" if one.refused else "",
            detail=one.refused,
        )
        for one in made
    ]
    session.add_all(rows)
    session.flush()
    return [row.id or 0 for row in rows]


def deliveries(
    session: Session, run_id: int | None = None, states: Sequence[DeliveryState] | None = None
) -> list[Delivery]:
    """Return deliveries in the order they were composed, of one window or of all."""
    statement = select(DeliveryRow).order_by(col(DeliveryRow.id))
    if run_id is not None:
        statement = statement.where(DeliveryRow.digest_run_id == run_id)
    if states is not None:
        statement = statement.where(col(DeliveryRow.state).in_(states))
    return [_delivery(row) for row in session.exec(statement)]


def alert_deliveries(session: Session) -> list[Delivery]:
    """Return the messages of immediate alerts, in the order they were composed."""
    rows = session.exec(
        select(DeliveryRow)
        .where(col(DeliveryRow.digest_run_id).is_(None))
        .order_by(col(DeliveryRow.id))
    )
    return [_delivery(row) for row in rows]


def tally(session: Session) -> dict[DeliveryState, int]:
    """Return how many deliveries stand in each state; reads no message."""
    rows = session.exec(select(DeliveryRow.state, func.count()).group_by(col(DeliveryRow.state)))
    return dict(rows.all())  # type: ignore[return-value]


def attempted_since(session: Session, since: datetime) -> int:
    """Return how many deliveries were last tried at or after that instant: a day's quota used."""
    return session.exec(select(func.count()).where(col(DeliveryRow.attempted_at) >= since)).one()


def latest_ends(session: Session, address: str, limit: int) -> list[Delivery]:
    """Return the newest deliveries to the address that came to an end, newest first."""
    rows = session.exec(
        select(DeliveryRow)
        .where(DeliveryRow.address == address, col(DeliveryRow.state).in_(("sent", "refused")))
        .where(col(DeliveryRow.attempted_at).is_not(None))
        .order_by(col(DeliveryRow.attempted_at).desc(), col(DeliveryRow.id).desc())
        .limit(limit)
    )
    return [_delivery(row) for row in rows]


def set_state(
    session: Session,
    delivery_id: int,
    state: DeliveryState,
    *,
    detail: str = "",
    cause: str = "",
    attempted_at: datetime | None = None,
    due_at: datetime | None = None,
    deferred_at: datetime | None = None,
) -> None:
    """Move a delivery to `state`; attempted_at counts one more attempt.

    deferred_at: a server put it off then; the first such instant is kept.
    """
    row = session.get_one(DeliveryRow, delivery_id)
    row.state, row.detail, row.cause, row.due_at = state, detail, cause, due_at
    row.deferred_at = row.deferred_at or deferred_at
    if attempted_at is not None:
        row.attempted_at, row.attempts = attempted_at, row.attempts + 1
    session.add(row)


def _run(row: DigestRunRow) -> DigestRun:
    return DigestRun(
        id=row.id or 0,
        rhythm=row.rhythm,  # type: ignore[arg-type]
        on=row.on_day,
        after=row.after,
        upto=row.upto,
    )


_SAME_NAME = (
    *("digest_run_id", "subscription_id", "address", "message_id", "message", "state", "attempts"),
    *("detail", "cause", "deferred_at", "attempted_at", "due_at"),
)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id or 0,
        change_ids=tuple(row.change_ids or ()),
        **{name: getattr(row, name) for name in _SAME_NAME},
    )
