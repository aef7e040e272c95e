"""One digest window: open it once, compose everybody's mail, store them, lay copies beside.

Composing happens inside the one write transaction that opens the window, so a kill leaves either
no window or a whole one; whatever runs afterwards finds it and sends what is stored (rule 15).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from feeds.digest.compose import compose, message_id
from feeds.errors import MailRefused
from feeds.files import put_whole
from feeds.settings import MailSettings
from store import digests, health, ledger
from store.database import Database
from store.records import Delivery, DigestRun, Subscription

Rhythm = Literal["daily", "weekly"]


def compose_day(
    database: Database,
    on: str,
    cut_at: datetime,
    settings: MailSettings,
    *,
    rhythm: Rhythm = "daily",
) -> list[Delivery]:
    """Return the deliveries of the window of day `on` (`2026-06-07`), composed if it is new.

    cut_at: 08:00 Asia/Shanghai of that day; what was recorded from then on belongs to the next.
    A day before the newest window that has none of its own gets none: its changes were already
    told in a later one. Also makes sure each mail lies in `settings.digests` as `DAY-ID.eml`.
    """
    with database.writing() as session:
        run = digests.run_on(session, rhythm, on)
        if run is None:
            last = digests.last_run(session, rhythm)
            if last is not None and last.on > on:
                return []
            upto = ledger.last_sequence(session, before=cut_at)
            run = digests.open_run(session, rhythm, on, upto)
            _compose_all(session, run, settings)
        deliveries = digests.deliveries(session, run_id=run.id)
    _put_copies(run, deliveries, settings)
    return deliveries


def _compose_all(session: Session, run: DigestRun, settings: MailSettings) -> None:
    changes = ledger.changes(session, after=run.after, upto=run.upto)
    sources = health.statuses(session)
    for subscription in _subscribers(session, run):
        name = message_id(run, subscription, settings)
        try:
            message = compose(run, changes, sources, subscription, settings)
        except MailRefused as error:
            # One unusable address must not cost the others their digest (invariant 9).
            refused = digests.add_delivery(session, run.id, subscription, name, b"")
            digests.set_state(session, refused.id, "refused", detail=str(error))
            continue
        if message is not None:
            digests.add_delivery(session, run.id, subscription, name, bytes(message))


def _subscribers(session: Session, run: DigestRun) -> Sequence[Subscription]:
    return [s for s in digests.subscriptions(session) if s.rhythm == run.rhythm]


def _put_copies(run: DigestRun, deliveries: Sequence[Delivery], settings: MailSettings) -> None:
    for delivery in (delivery for delivery in deliveries if delivery.message):
        name = f"{run.on}-{delivery.subscription_id}.eml"
        put_whole(settings.digests / name, delivery.message)
