"""Immediate alerts: what waits for a subscriber becomes one message a dossier, or one for many.

The pending rows were written with their changes; composing takes them into stored deliveries in
one write transaction, so that a kill leaves either the rows waiting or a whole message.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from feeds.addresses import is_channel
from feeds.digest import envelope
from feeds.digest.entries import Entry, grouped, lead
from feeds.digest.layout import Content, Page, Press
from feeds.errors import MailRefused
from feeds.headline import headline
from feeds.render import official_link
from feeds.settings import MailSettings
from feeds.words import shanghai_day
from store import alerts, digests, ledger
from store.database import Database
from store.digests import Made
from store.records import Change, Subscription

GROUP_FROM = 4
"""From so many dossiers at once on they go out as one message: nobody reads a flood of mails."""
CHANNEL_LINES = 8
"""Chat channels take about 2,000 bytes (企业微信: 2048)."""


def compose_alerts(database: Database, settings: MailSettings, now: datetime) -> int:
    """Turn every waiting alert into a stored delivery; return how many deliveries were made."""
    made = 0
    with database.writing() as session:
        waiting = alerts.pending(session)
        if not waiting:
            return 0
        first = min(sequence for rows in waiting.values() for _, sequence in rows)
        told = {change.sequence: change for change in ledger.changes(session, after=first - 1)}
        for subscription in digests.subscriptions(session):
            rows = [(alert, told[seq]) for alert, seq in waiting.get(subscription.id, ())]
            for batch in _batches(rows):
                _store(session, subscription, batch, settings, now)
                made += 1
    return made


def _batches(rows: Sequence[tuple[int, Change]]) -> Iterator[list[tuple[int, Change]]]:
    """Yield what goes into one message: a dossier's alerts, or all when many dossiers come."""
    policies = sorted({change.policy_id for _, change in rows})
    if len(policies) >= GROUP_FROM:
        yield list(rows)
        return
    for policy_id in policies:
        yield [(alert, change) for alert, change in rows if change.policy_id == policy_id]


def _store(
    session: Session,
    subscription: Subscription,
    batch: Sequence[tuple[int, Change]],
    settings: MailSettings,
    now: datetime,
) -> None:
    """Store the message and note which alerts it tells; one that cannot be made is refused."""
    alert_ids, changes = [alert for alert, _ in batch], [change for _, change in batch]
    content = content_of(changes, subscription, settings)
    name = f"<alert.{alert_ids[0]}.{subscription.id}@{settings.domain}>"
    thread = _thread(session, subscription, changes)
    try:
        sealed = envelope.seal(content, settings, now, replies_to=thread)
        own = envelope.own_headers(subscription, settings, message_id=name)
        made = Made(subscription, name, own, sealed, content.change_ids)
    except MailRefused as refused:
        # One unusable address must not cost the others their alert (invariant 9).
        refusal = str(refused)
        made = Made(subscription, name, b"", change_ids=content.change_ids, refused=refusal)
    (delivery_id,) = digests.add_deliveries(session, None, [made])
    alerts.told_in(session, alert_ids, delivery_id)


def content_of(
    changes: Sequence[Change], subscription: Subscription, settings: MailSettings
) -> Content:
    """Return what the alert says: laid out like a digest, or a few lines for a chat channel."""
    found = grouped(changes)
    day = max(shanghai_day(change.recorded_at) for change in changes)
    said = headline(found[0].leading) if len(found) == 1 else f"{len(found)}项政策动态"
    page = Page("提醒", day, found, f"社工政策提醒：{said}", diffs=subscription.diffs)
    if is_channel(subscription.address):
        return _short(page, changes)
    return Press(settings).lay_out(page)


def _short(page: Page, changes: Sequence[Change]) -> Content:
    lines = [_line(entry, page) for entry in page.found[:CHANNEL_LINES]]
    if len(page.found) > CHANNEL_LINES:
        lines.append(f"……另有{len(page.found) - CHANNEL_LINES}项")
    return Content(page.subject, "\n".join(lines), "", tuple(change.id for change in changes))


def _line(entry: Entry, page: Page) -> str:
    link = official_link(entry.leading)
    return f"{lead(entry, page.day, {})}{f' {link}' if link else ''}"


def _thread(session: Session, subscription: Subscription, changes: Sequence[Change]) -> str | None:
    """Return the policy's first notice, which a later one replies to; None in a grouped message."""
    policies = {change.policy_id for change in changes}
    if len(policies) != 1:
        return None
    return alerts.first_notice(session, subscription.id, policies.pop())
