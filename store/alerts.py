"""Immediate alerts: which subscription waits for which change, and in what message it was told.

The pending row is written in the transaction of its change (DESIGN rule 4): `queue` is called by
the ledger with the pure match function that the database was opened with.
"""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select

from store.records import Change, Filter
from store.subscribers import subscriptions
from store.tables import AlertRow, ChangeRow, DeliveryRow

Wants = Callable[[Filter, Change], bool]
"""Whether a filter wants a change; pure, given by whoever opens the database."""

WANTS = "wants"
"""The key of `Session.info` under which the match function travels with a write session."""


def queue(session: Session, read_change: Callable[[], Change]) -> None:
    """Let every immediate subscription that wants the change wait for it.

    read_change: gives the change as readers see it; asked only if somebody may want it.
    """
    wants: Wants | None = session.info.get(WANTS)
    waiting = subscriptions(session, rhythm="immediately") if wants else []
    if not wants or not waiting:
        return
    change = read_change()
    for subscription in waiting:
        if wants(subscription.filter, change):
            session.add(AlertRow(change_id=change.id, subscription_id=subscription.id))


def pending(session: Session) -> dict[int, list[tuple[int, int]]]:
    """Return, by subscription, (alert id, change sequence) of what no message tells yet."""
    rows = session.exec(
        select(AlertRow.subscription_id, AlertRow.id, ChangeRow.sequence)
        .join(ChangeRow, col(ChangeRow.id) == col(AlertRow.change_id))
        .where(col(AlertRow.delivery_id).is_(None))
        .order_by(col(AlertRow.id))
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for subscription_id, alert_id, sequence in rows:
        assert alert_id is not None, "a stored row has an id"
        assert sequence is not None, "a stored row has an id"
        found.setdefault(subscription_id, []).append((alert_id, sequence))
    return found


def told_in(session: Session, alert_ids: Sequence[int], delivery_id: int) -> None:
    """Note that these alerts are told by that message."""
    for alert_id in alert_ids:
        alert = session.get_one(AlertRow, alert_id)
        alert.delivery_id = delivery_id
        session.add(alert)


def first_notice(session: Session, subscription_id: int, policy_id: str) -> str | None:
    """Return the Message-ID in which the subscription first heard of the policy, or None."""
    return session.exec(
        select(DeliveryRow.message_id)
        .join(AlertRow, col(AlertRow.delivery_id) == col(DeliveryRow.id))
        .join(ChangeRow, col(ChangeRow.id) == col(AlertRow.change_id))
        .where(AlertRow.subscription_id == subscription_id, ChangeRow.policy_id == policy_id)
        .order_by(col(DeliveryRow.id))
        .limit(1)
    ).first()
