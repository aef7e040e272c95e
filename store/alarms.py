"""Alarms: what an operator must know, open from the moment it is seen until its cause is gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from store.tables import AlarmRow, ChangeRow


@dataclass(frozen=True, slots=True)
class Alarm:
    """One trouble of one subject: since when, why, what to do, what was said of it so far.

    kind, subject: what is wrong with whom (`sick`, `mz_jl`); one alarm of a pair is open at a
    time. closed_at: when the cause was gone; None while it is there. told_at: None until a channel
    took it. acked_until: an operator knows, no reminder before. tried: what the program did by
    itself; affects: whom it touches; both may be empty.
    """

    id: int
    kind: str
    subject: str
    title: str
    reason: str
    remedy: str
    opened_at: datetime
    told_at: datetime | None = None
    reminders: int = 0
    acked_until: datetime | None = None
    closed_at: datetime | None = None
    tried: str = ""
    affects: str = ""


def unsettled(session: Session) -> list[Alarm]:
    """Return the alarms that are open, or closed without that having been told; oldest first."""
    rows = session.exec(
        select(AlarmRow).where(col(AlarmRow.settled).is_(False)).order_by(col(AlarmRow.id))
    )
    return [_alarm(row) for row in rows]


def keep(session: Session, found: Sequence[Alarm], now: datetime) -> None:
    """Make exactly these alarms the open ones: new ones open, known ones stay, the rest close.

    A trouble that came and went before any channel was told needs no word.
    """
    statement = select(AlarmRow).where(col(AlarmRow.closed_at).is_(None))
    known = {(row.kind, row.subject): row for row in session.exec(statement)}
    for alarm in found:
        row = known.pop((alarm.kind, alarm.subject), None) or AlarmRow(
            kind=alarm.kind,
            subject=alarm.subject,
            title=alarm.title,
            reason=alarm.reason,
            remedy=alarm.remedy,
            opened_at=alarm.opened_at,
        )
        row.title, row.reason, row.remedy = alarm.title, alarm.reason, alarm.remedy
        row.tried, row.affects = alarm.tried, alarm.affects
        session.add(row)
    for row in known.values():
        row.closed_at, row.settled = now, row.told_at is None
        session.add(row)


def lay_down(session: Session, subjects: Collection[str], now: datetime) -> None:
    """Close the alarms of subjects nobody watches any more, without a word: nothing recovered."""
    statement = select(AlarmRow).where(
        col(AlarmRow.settled).is_(False), col(AlarmRow.subject).in_(subjects)
    )
    for row in session.exec(statement):
        row.closed_at, row.settled = row.closed_at or now, True
        session.add(row)


def told(session: Session, alarm: Alarm, now: datetime) -> None:
    """Note that a channel took what the alarm has to say: its opening, a reminder, or its end."""
    row = session.get_one(AlarmRow, alarm.id)
    if alarm.closed_at is not None:
        row.settled = True
    elif row.told_at is None:
        row.told_at = now
    else:
        row.reminders += 1
    session.add(row)


def acknowledge(session: Session, subject: str | None, until: datetime) -> int:
    """Silence reminders of the open alarms of this subject (None: of all); return how many."""
    statement = select(AlarmRow).where(col(AlarmRow.closed_at).is_(None))
    if subject is not None:
        statement = statement.where(
            (col(AlarmRow.subject) == subject) | (col(AlarmRow.kind) == subject)
        )
    rows = session.exec(statement).all()
    for row in rows:
        row.acked_until = until
        session.add(row)
    return len(rows)


_SAME_NAME = (
    *("kind", "subject", "title", "reason", "remedy", "tried", "affects", "opened_at"),
    *("told_at", "reminders", "acked_until", "closed_at"),
)


def _alarm(row: AlarmRow) -> Alarm:
    assert row.id is not None
    return Alarm(id=row.id, **{name: getattr(row, name) for name in _SAME_NAME})


def withheld(session: Session, since: datetime, until: datetime) -> int:
    """Return how many changes recorded in [since, until) show no body because it is damaged."""
    return session.exec(
        select(func.count()).where(
            col(ChangeRow.body_withheld).is_(True),
            col(ChangeRow.recorded_at) >= since,
            col(ChangeRow.recorded_at) < until,
        )
    ).one()
