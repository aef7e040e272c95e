"""Delivers what was composed: pending → sending → sent, refused or unknown, each noted at once.

`sending` is committed before the message leaves. A delivery found in that state was in a
process's hands when it was killed: it is sent again under the same Message-ID, so that nothing is
lost and at most one duplicate reaches the server. `unknown` is left alone: the server had the
whole message and did not answer, and only a person can ask it.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.settings import MailSettings
from feeds.transport import Receipt, Transport
from store import digests, faults, subscribers
from store.database import Database
from store.records import SHANGHAI, Delivery, DeliveryState

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=12)
PATIENCE = {"sender": timedelta(days=7), "rate": timedelta(days=7)}
"""How long a put-off message is tried; for any other cause three days, as the British government's
service does. What is the operator's to mend gets as long as missed days are caught up."""
USUAL_PATIENCE = timedelta(days=3)
REFUSALS_TO_SUSPEND = 3
"""So many refusals of the address in a row, on as many days, and nothing more is sent to it."""

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
    pause: Callable[[float], None] = time.sleep,
) -> Delivered:
    """Send every delivery that is due; note what became of each; close transport.

    to: only those to this address. pause: waits so many seconds, to keep the provider's pace.

    Alerts go before digests, first tries before repeated ones. One recipient's refusal concerns
    nobody else. A server that is not there, or refuses login, sender or pace, ends the round: the
    rest stays pending untouched. troubles name deliveries by number, never by address.
    """
    with database.reading() as session:
        waiting = digests.deliveries(session, states=("pending", "sending"))
        used = digests.attempted_since(session, _midnight(now))
    due = [d for d in waiting if _is_due(d, now) and to in (None, d.address)]
    due.sort(key=lambda d: (d.deferred_at is not None, d.digest_run_id is not None, d.id))
    quota = settings.smtp.per_day if settings.smtp else None
    today = due if quota is None else due[: max(0, quota - used)]
    with closing(transport):
        outcome = Postman(database, transport, settings, now, pause).carry(today)
    return _with_left_over(outcome, len(due) - len(today), quota)


def next_attempt(deferred_at: datetime, attempts: int, now: datetime) -> datetime:
    """Return when a put-off message is tried again: after 15 minutes, 30, an hour … 12 hours."""
    wait: timedelta = FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 8)
    return now + min(wait, LONGEST_WAIT)


def is_unreachable(ends: Sequence[Delivery]) -> bool:
    """Tell whether the newest deliveries to an address are all refusals of it, on separate days."""
    refused = [d for d in ends if d.state == "refused" and d.cause == "address"]
    days = {d.attempted_at.astimezone(SHANGHAI).date() for d in refused if d.attempted_at}
    return len(refused) == len(ends) and len(days) >= REFUSALS_TO_SUSPEND


@dataclass
class Postman:
    """Carries deliveries one after the other at the provider's pace."""

    database: Database
    transport: Transport
    settings: MailSettings
    now: datetime
    pause: Callable[[float], None]

    def carry(self, due: Sequence[Delivery]) -> Delivered:
        """Send each; stop where the server would answer the next one alike."""
        states: Counter[DeliveryState] = Counter()
        troubles = []
        for place, delivery in enumerate(due):
            if place:
                self._keep_pace()
            receipt = self._send(delivery)
            states[receipt.state] += 1
            if receipt.state != "sent":
                troubles.append(f"delivery {delivery.id}: {receipt.state}: {receipt.detail}")
            if receipt.ends_round:
                rest = len(due) - place - 1
                states.update({"pending": rest} if rest else {})
                break
        return Delivered(dict(states), tuple(troubles))

    def _keep_pace(self) -> None:
        pace = self.settings.smtp.per_minute if self.settings.smtp else None
        if pace:
            self.pause(60 / pace)

    def _send(self, delivery: Delivery) -> Receipt:
        with self.database.writing() as session:
            digests.set_state(session, delivery.id, "sending", attempted_at=self.now)
        faults.reach("smtp_send_before")
        sender = self.settings.from_address
        receipt = self.transport.send(sender, delivery.address, delivery.message)
        faults.reach("smtp_send_after")
        return self._note(delivery, receipt)

    def _note(self, delivery: Delivery, receipt: Receipt) -> Receipt:
        """Store what became of it; a message put off for too long is refused in the end."""
        since = due_at = None
        if receipt.state == "pending" and receipt.cause is not None:
            since = delivery.deferred_at or self.now
            due_at = next_attempt(since, delivery.attempts + 1, self.now)
            if self.now - since >= PATIENCE.get(receipt.cause, USUAL_PATIENCE):
                receipt = replace(
                    receipt, state="refused", detail=f"多日未能送达：{receipt.detail}"
                )
        with self.database.writing() as session:
            digests.set_state(
                session,
                delivery.id,
                receipt.state,
                detail=receipt.detail,
                cause=receipt.cause or "",
                due_at=due_at if receipt.state == "pending" else None,
                deferred_at=since,
            )
            if receipt.state == "refused" and receipt.cause == "address":
                ends = digests.latest_ends(session, delivery.address, REFUSALS_TO_SUSPEND)
                if is_unreachable(ends):
                    subscribers.suspend(session, delivery.address, receipt.detail, self.now)
        return receipt


def _is_due(delivery: Delivery, now: datetime) -> bool:
    return delivery.state == "sending" or delivery.due_at is None or delivery.due_at <= now


def _midnight(now: datetime) -> datetime:
    return now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


def _with_left_over(outcome: Delivered, left: int, quota: int | None) -> Delivered:
    if not left:
        return outcome
    states = Counter(outcome.states)
    states["pending"] += left
    trouble = f"{left} deliveries wait: today's limit of {quota} messages is used up"
    return Delivered(dict(states), (*outcome.troubles, trouble))
