"""Delivers what was composed: pending → sending → sent, refused or unknown, each noted at once.

`sending` is committed before the message leaves. A delivery found in that state was in a
process's hands when it was killed: it is sent again under the same Message-ID, so that nothing is
lost and at most one duplicate reaches the server. `unknown` is left alone: the server had the
whole message and did not answer, and only a person can ask it.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from feeds.settings import MailSettings
from feeds.transport import Receipt, Transport
from store import digests, faults
from store.database import Database
from store.records import Delivery, DeliveryState

faults.register(
    smtp_send_before="a delivery is noted as sending, the message has not left",
    smtp_send_after="the server has the message, the database does not know yet",
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many deliveries ended in each state, and why the others did not."""

    states: dict[DeliveryState, int]
    troubles: tuple[str, ...] = ()


def deliver(
    database: Database,
    transport: Transport,
    settings: MailSettings,
    now: datetime,
    *,
    to: str | None = None,
) -> Delivered:
    """Send every delivery that is due, oldest first; note what became of each; close transport.

    to: only those to this address.

    One recipient's refusal concerns nobody else. A temporary refusal stays pending with the
    server's words. A server that is not there, or refuses the login, ends the round: the rest
    stays pending untouched. troubles name deliveries by number, never by address.
    """
    with database.reading() as session:
        waiting = digests.deliveries(session, states=("pending", "sending"))
    due = [delivery for delivery in waiting if to in (None, delivery.address)]
    with closing(transport):
        return _deliver_all(database, transport, settings, due, now=now)


def _deliver_all(
    database: Database,
    transport: Transport,
    settings: MailSettings,
    due: Sequence[Delivery],
    *,
    now: datetime,
) -> Delivered:
    states: Counter[DeliveryState] = Counter()
    troubles = []
    for place, delivery in enumerate(due, start=1):
        receipt = _deliver_one(database, transport, settings, delivery, now=now)
        states[receipt.state] += 1
        if receipt.state != "sent":
            troubles.append(f"delivery {delivery.id}: {receipt.state}: {receipt.detail}")
        if receipt.unreached:
            states["pending"] += len(due) - place
            break
    return Delivered(dict(states), tuple(troubles))


def _deliver_one(
    database: Database,
    transport: Transport,
    settings: MailSettings,
    delivery: Delivery,
    *,
    now: datetime,
) -> Receipt:
    with database.writing() as session:
        digests.set_state(session, delivery.id, "sending", attempted_at=now)
    faults.reach("smtp_send_before")
    receipt = transport.send(settings.from_address, delivery.address, delivery.message)
    faults.reach("smtp_send_after")
    with database.writing() as session:
        digests.set_state(session, delivery.id, receipt.state, detail=receipt.detail)
    return receipt
