"""Subscriptions, digest windows and deliveries: find-or-create, so that twice sends once."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from store import codec
from store.records import Delivery, DeliveryState, DigestRun, Filter, Subscription
from store.tables import DeliveryRow, DigestRunRow, SubscriptionRow

Rhythm = Literal["daily", "weekly", "immediately"]
DigestRhythm = Literal["daily", "weekly"]


def subscribe(
    session: Session,
    address: str,
    wanted: Filter,
    now: datetime,
    *,
    rhythm: Rhythm = "daily",
    all_quiet: bool = False,
) -> Subscription:
    """Return the active subscription of this address, filter and rhythm, made if there is none."""
    key = json.dumps(codec.dump(wanted), ensure_ascii=False, sort_keys=True)
    row = session.exec(
        select(SubscriptionRow).where(
            SubscriptionRow.address == address,
            SubscriptionRow.filter_key == key,
            SubscriptionRow.rhythm == rhythm,
            col(SubscriptionRow.active).is_(True),
        )
    ).first()
    row = row or SubscriptionRow(
        address=address,
        filter=codec.dump(wanted),
        filter_key=key,
        rhythm=rhythm,
        created_at=now,
    )
    row.all_quiet = all_quiet
    session.add(row)
    session.flush()
    return _subscription(row)


def unsubscribe(session: Session, address: str) -> int:
    """End every active subscription of the address; return how many there were."""
    rows = session.exec(
        select(SubscriptionRow).where(
            SubscriptionRow.address == address, col(SubscriptionRow.active).is_(True)
        )
    ).all()
    for row in rows:
        row.active = False
        session.add(row)
    return len(rows)


def subscriptions(session: Session) -> list[Subscription]:
    """Return the active subscriptions in the order they were made."""
    rows = session.exec(
        select(SubscriptionRow)
        .where(col(SubscriptionRow.active).is_(True))
        .order_by(col(SubscriptionRow.id))
    )
    return [_subscription(row) for row in rows]


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


def add_delivery(
    session: Session,
    run_id: int,
    subscription: Subscription,
    message_id: str,
    message: bytes,
) -> Delivery:
    """Return the delivery of this window to this subscription, stored as pending if it is new."""
    row = session.exec(
        select(DeliveryRow).where(
            DeliveryRow.digest_run_id == run_id,
            DeliveryRow.subscription_id == subscription.id,
        )
    ).first()
    row = row or DeliveryRow(
        digest_run_id=run_id,
        subscription_id=subscription.id,
        address=subscription.address,
        message_id=message_id,
        message=message,
    )
    session.add(row)
    session.flush()
    return _delivery(row)


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


def set_state(
    session: Session,
    delivery_id: int,
    state: DeliveryState,
    *,
    detail: str = "",
    attempted_at: datetime | None = None,
) -> None:
    """Move a delivery to `state`; attempted_at counts one more attempt."""
    row = session.get_one(DeliveryRow, delivery_id)
    row.state, row.detail = state, detail
    if attempted_at is not None:
        row.attempted_at, row.attempts = attempted_at, row.attempts + 1
    session.add(row)


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        id=row.id or 0,
        address=row.address,
        filter=codec.load(Filter, row.filter),
        rhythm=row.rhythm,  # type: ignore[arg-type]
        all_quiet=row.all_quiet,
    )


def _run(row: DigestRunRow) -> DigestRun:
    return DigestRun(
        id=row.id or 0,
        rhythm=row.rhythm,  # type: ignore[arg-type]
        on=row.on_day,
        after=row.after,
        upto=row.upto,
    )


def _delivery(row: DeliveryRow) -> Delivery:
    fields = ("address", "message_id", "message", "state", "attempts", "detail")
    return Delivery(
        id=row.id or 0,
        digest_run_id=row.digest_run_id,
        subscription_id=row.subscription_id,
        **{name: getattr(row, name) for name in fields},
    )
