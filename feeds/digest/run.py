"""One digest window: open it once, compose everybody's mail, store them, lay copies beside.

Composing happens inside the one write transaction that opens the window, so a kill leaves either
no window or a whole one; whatever runs afterwards finds it and sends what is stored (rule 15).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import Session

from feeds.digest.compose import LENGTHS, Desk, cut_at, message_id
from feeds.digest.outages import Notice, notices
from feeds.digest.upcoming import DAYS_AHEAD
from feeds.errors import MailRefused
from feeds.files import put_whole
from feeds.settings import MailSettings
from store import deadlines, digests, health, ledger
from store.database import Database
from store.digests import Made
from store.records import Change, Delivery, DigestRun, SourceStatus

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
            window = _window(session, rhythm, on, cut_at)
            if window is None:
                return []
            run = digests.open_run(session, rhythm, on, window.upto)
            digests.add_deliveries(session, run.id, _composed(session, run, settings))
        deliveries = digests.deliveries(session, run_id=run.id)
    _put_copies(run, deliveries, settings)
    return deliveries


def preview(
    database: Database,
    on: str,
    cut_at: datetime,
    settings: MailSettings,
    *,
    rhythm: Rhythm = "daily",
) -> list[tuple[str, bytes]]:
    """Return (address, mail) of that day, stored ones as stored; store and send nothing."""
    with database.reading() as session:
        run = digests.run_on(session, rhythm, on)
        if run is not None:
            return [(d.address, d.message) for d in digests.deliveries(session, run_id=run.id)]
        window = _window(session, rhythm, on, cut_at)
        composed = _composed(session, window, settings) if window else ()
        return [
            (made.subscription.address, made.message + made.sealed)
            for made in composed
            if made.message
        ]


def _window(session: Session, rhythm: Rhythm, on: str, cut_at: datetime) -> DigestRun | None:
    """Return the window that day would open, None if a later day has told its changes."""
    last = digests.last_run(session, rhythm)
    if last is not None and last.on > on:
        return None
    after = last.upto if last else 0
    upto = ledger.last_sequence(session, before=cut_at)
    return DigestRun(id=0, rhythm=rhythm, on=on, after=after, upto=max(after, upto))


def _composed(session: Session, run: DigestRun, settings: MailSettings) -> Iterator[Made]:
    """Yield each subscriber's mail; those with nothing to read get none."""
    changes = ledger.changes(session, after=run.after, upto=run.upto)
    dated = _dated(session, run)
    sources = [s for s in health.statuses(session) if _is_watched(s, settings)]
    told = _outages(session, run, sources, settings)
    desk = Desk(run, changes, sources, settings, dated=dated, told=told)
    for subscription in digests.subscriptions(session, rhythm=run.rhythm):
        name = message_id(run, subscription, settings)
        try:
            mail = desk.mail(subscription)
        except MailRefused as refused:
            # One unusable address must not cost the others their digest (invariant 9).
            yield Made(subscription, name, b"", refused=str(refused))
            continue
        if mail is not None:
            yield Made(subscription, name, mail.own, mail.sealed, mail.change_ids)


def _is_watched(source: SourceStatus, settings: MailSettings) -> bool:
    """Tell whether coverage speaks of it: one switched off on purpose was not missed."""
    return settings.watched is None or source.source_id in settings.watched


def _dated(session: Session, run: DigestRun) -> list[Change]:
    first = date.fromisoformat(run.on)
    last = first + timedelta(DAYS_AHEAD)
    return deadlines.dated(session, first.isoformat(), last.isoformat(), upto=run.upto)


def _outages(
    session: Session, run: DigestRun, sources: Sequence[SourceStatus], settings: MailSettings
) -> tuple[Notice, ...]:
    """Return the outages to tell of: those that became long, or ended, since the last window."""
    upto = cut_at(run, settings)
    before = digests.run_before(session, run.rhythm, run.on)
    after = cut_at(before, settings) if before else upto - LENGTHS[run.rhythm]
    return notices(health.history(session, upto), sources, after=after, upto=upto)


def _put_copies(run: DigestRun, deliveries: Sequence[Delivery], settings: MailSettings) -> None:
    for delivery in (delivery for delivery in deliveries if delivery.message):
        name = f"{run.on}-{delivery.subscription_id}.eml"
        put_whole(settings.digests / name, delivery.message)
