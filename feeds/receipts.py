"""What became of the mails, for the operator: what waits, and a day's receipts person by person.

Addresses are shown masked; what a mail told is named by the ledger's own change ids.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from feeds.addresses import masked
from feeds.render import render
from feeds.words import RHYTHMS
from store import alarms, digests, ledger
from store.database import Database
from store.digests import DigestRhythm
from store.records import SHANGHAI, Delivery

_STATES = {
    "pending": "等待送出",
    "sending": "正在送出",
    "sent": "服务器已接收",
    "refused": "被拒绝",
    "unknown": "结果不明",
}


def standing(session: Session) -> dict[str, Any]:
    """Return deliveries by state, what waits, who is suspended, which alarms are open: plain."""
    waiting = digests.deliveries(session, states=("pending", "sending", "unknown"))
    people = digests.subscriptions(session, suspended=True)
    return {
        "deliveries": digests.tally(session),
        "waiting": [_waiting(delivery) for delivery in waiting],
        "suspended": [{"subscription": s.id, "why": s.suspended} for s in people if s.suspended],
        "alarms": [
            {
                "subject": alarm.subject,
                "title": alarm.title,
                "since": alarm.opened_at.isoformat(),
                "acked_until": alarm.acked_until.isoformat() if alarm.acked_until else None,
            }
            for alarm in alarms.unsettled(session)
            if alarm.closed_at is None
        ],
    }


def receipts(database: Database, on: str) -> list[dict[str, Any]]:
    """Return one row per message of a day (`2026-06-07`): to whom, what became of it, what it told.

    Digests of that day, and alerts last tried on it. changes: change id and policy title of
    exactly what the message tells; empty where a version that did not note it composed it.
    """
    with database.reading() as session:
        found = list(_of_day(session, on))
        told = ledger.titles(session, {name for _, d in found for name in d.change_ids})
    return [
        {
            "kind": kind,
            "delivery": delivery.id,
            "subscription": delivery.subscription_id,
            "to": masked(delivery.address),
            "state": delivery.state,
            "state_words": _STATES[delivery.state],
            "attempts": delivery.attempts,
            "last_attempt_at": delivery.attempted_at.isoformat() if delivery.attempted_at else None,
            "cause": delivery.cause,
            "detail": delivery.detail,
            "message_id": delivery.message_id,
            "changes": [{"id": name, "title": told.get(name)} for name in delivery.change_ids],
        }
        for kind, delivery in found
    ]


def receipts_page(rows: Sequence[Mapping[str, Any]], on: str) -> bytes:
    """Return the rows as one HTML page to keep or hand on: sums, then person by person.

    Addresses are masked in it, too; what did not get through is unfolded.
    """
    sums = Counter(row["state_words"] for row in rows)
    return render(
        "receipts.html", rows=rows, on=on, sums=sorted(sums.items()), rhythms=RHYTHMS
    ).encode()


def _of_day(session: Session, on: str) -> Iterator[tuple[str, Delivery]]:
    rhythms: tuple[DigestRhythm, ...] = ("daily", "weekly")
    for rhythm in rhythms:
        run = digests.run_on(session, rhythm, on)
        for delivery in digests.deliveries(session, run_id=run.id) if run else ():
            yield rhythm, delivery
    for delivery in digests.alert_deliveries(session):
        at = delivery.attempted_at
        if at is not None and at.astimezone(SHANGHAI).date().isoformat() == on:
            yield "immediately", delivery


def _waiting(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": delivery.id,
        "to": masked(delivery.address),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": delivery.due_at.isoformat() if delivery.due_at else None,
        "detail": delivery.detail,
    }
