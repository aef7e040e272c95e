"""Who wants what: addresses and their filters, apart from the content, erasable.

Addresses come in already checked (`feeds.addresses`); they leave this room for the mail and for
the operator's own list, and nothing here puts one into a log or an error message.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store import codec, prepared
from store.records import Filter, Subscription
from store.tables import AlertRow, DeliveryRow, SubscriptionRow

Rhythm = Literal["daily", "weekly", "immediately"]


def subscribe(
    session: Session,
    address: str,
    wanted: Filter,
    now: datetime,
    *,
    rhythm: Rhythm = "daily",
    all_quiet: bool = False,
    diffs: bool = True,
    details: bool = True,
) -> Subscription:
    """Return the active subscription of this address, filter and rhythm, made if there is none.

    The options are set as given, and a suspension ends: who subscribes again can be reached again.
    """
    key = json.dumps(codec.dump(wanted), ensure_ascii=False, sort_keys=True)
    row = session.exec(
        _active().where(
            SubscriptionRow.address == address,
            SubscriptionRow.filter_key == key,
            SubscriptionRow.rhythm == rhythm,
        )
    ).first()
    row = row or SubscriptionRow(
        address=address,
        filter=codec.dump(wanted),
        filter_key=key,
        rhythm=rhythm,
        created_at=now,
    )
    row.all_quiet, row.diffs, row.details = all_quiet, diffs, details
    row.suspended_at, row.suspended_why = None, ""
    session.add(row)
    session.flush()
    return _subscription(row)


def subscriptions(
    session: Session, *, rhythm: Rhythm | None = None, suspended: bool = False
) -> list[Subscription]:
    """Return the active subscriptions, of one rhythm or of all, in the order they were made.

    suspended: those of addresses that refuse mail too, which get none until they subscribe again.
    """
    statement = _SUBSCRIPTIONS if rhythm is None else _OF_RHYTHM
    asked = {} if rhythm is None else {"rhythm": rhythm}
    rows = prepared.ask(session, statement, **asked)
    return [_subscription(row) for row in rows if suspended or row.suspended_at is None]


def first_at(session: Session, rhythm: Rhythm) -> datetime | None:
    """Return when the oldest active subscription of this rhythm was made, None without any."""
    statement = _active().where(SubscriptionRow.rhythm == rhythm)
    return min((row.created_at for row in session.exec(statement)), default=None)


def unsubscribe(session: Session, address: str, subscription_id: int | None = None) -> int:
    """End every active subscription of the address, or the one of that id; return how many.

    What waits to be sent to them is not sent any more.
    """
    statement = _active()
    if subscription_id is None:
        statement = statement.where(SubscriptionRow.address == address)
    else:
        statement = statement.where(SubscriptionRow.id == subscription_id)
    rows = session.exec(statement).all()
    for row in rows:
        row.active = False
        session.add(row)
    _cancel(session, [row.id for row in rows])
    return len(rows)


@dataclass(frozen=True, slots=True)
class Membership:
    """A subscription, active or ended; its address is empty once it was erased."""

    subscription: Subscription
    active: bool


def find(session: Session, subscription_id: int) -> Membership | None:
    """Return the subscription of that number, ended ones too; None if there never was one."""
    row = session.get(SubscriptionRow, subscription_id)
    return Membership(_subscription(row), row.active) if row else None


def resume(session: Session, subscription_id: int) -> None:
    """Take the end of a subscription back, unless the same wish was subscribed anew since.

    What was cancelled meanwhile stays so; an erased address cannot come back.
    """
    row = session.get_one(SubscriptionRow, subscription_id)
    same = _active().where(
        SubscriptionRow.address == row.address,
        SubscriptionRow.filter_key == row.filter_key,
        SubscriptionRow.rhythm == row.rhythm,
    )
    if row.address and session.exec(same).first() is None:
        row.active = True
        session.add(row)


def suspend(session: Session, address: str, why: str, now: datetime) -> int:
    """Stop writing to the address until somebody subscribes it again; return how many."""
    rows = session.exec(_active().where(SubscriptionRow.address == address)).all()
    for row in rows:
        row.suspended_at, row.suspended_why = now, why
        session.add(row)
    return len(rows)


def erase(session: Session, address: str) -> list[tuple[str, int]]:
    """Forget the address: end its subscriptions, blank it and its mails wherever they are kept.

    Returns (Message-ID, subscription id) of each mail, for the copies outside the database.
    """
    unsubscribe(session, address)
    rows = session.exec(select(DeliveryRow).where(DeliveryRow.address == address)).all()
    for delivery in rows:
        delivery.address, delivery.message, delivery.content_id = "", b"", None
        session.add(delivery)
    owned = select(SubscriptionRow).where(SubscriptionRow.address == address)
    for subscription in session.exec(owned):
        subscription.address = ""
        session.add(subscription)
    return [(row.message_id, row.subscription_id) for row in rows]


def _active() -> SelectOfScalar[SubscriptionRow]:
    return (
        select(SubscriptionRow)
        .where(col(SubscriptionRow.active).is_(True))
        .order_by(col(SubscriptionRow.id))
    )


def _cancel(session: Session, subscription_ids: Sequence[int | None]) -> None:
    waiting = select(DeliveryRow).where(
        col(DeliveryRow.subscription_id).in_(subscription_ids), DeliveryRow.state == "pending"
    )
    for delivery in session.exec(waiting):
        delivery.state, delivery.cause, delivery.detail = "refused", "unsubscribed", "已退订"
        session.add(delivery)
    queued = select(AlertRow).where(
        col(AlertRow.subscription_id).in_(subscription_ids), col(AlertRow.delivery_id).is_(None)
    )
    for alert in session.exec(queued):
        session.delete(alert)


_SUBSCRIPTIONS = (
    select_rows(
        *prepared.fields(
            SubscriptionRow,
            *("id", "address", "filter", "rhythm", "all_quiet", "diffs", "details"),
            *("suspended_at", "suspended_why"),
        )
    )
    .where(col(SubscriptionRow.active).is_(True))
    .order_by(col(SubscriptionRow.id))
)
_OF_RHYTHM = _SUBSCRIPTIONS.where(col(SubscriptionRow.rhythm) == bindparam("rhythm"))


def _subscription(row: SubscriptionRow | Row[Any]) -> Subscription:
    return Subscription(
        id=row.id or 0,
        address=row.address,
        filter=codec.load(Filter, row.filter),
        rhythm=row.rhythm,  # type: ignore[arg-type]
        all_quiet=row.all_quiet,
        diffs=row.diffs,
        details=row.details,
        suspended=row.suspended_why,
    )
