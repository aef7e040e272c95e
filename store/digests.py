"""Digest windows and deliveries: find-or-create, so that twice sends once.

Who subscribes to what is `store.subscribers`, re-exported here for the callers of both.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from store.records import Delivery, DeliveryState, DigestRun, Subscription
from store.subscribers import subscribe, subscriptions, unsubscribe
from store.tables import DeliveryRow, DigestRunRow, MailContentRow

__all__ = ["subscribe", "subscriptions", "unsubscribe"]
DigestRhythm = Literal["daily", "weekly"]


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


def run_before(session: Session, rhythm: DigestRhythm, on: str) -> DigestRun | None:
    """Return the newest window of this rhythm before that day, or None if it is the first."""
    row = session.exec(
        select(DigestRunRow)
        .where(DigestRunRow.rhythm == rhythm, DigestRunRow.on_day < on)
        .order_by(col(DigestRunRow.on_day).desc())
        .limit(1)
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


@dataclass(frozen=True, slots=True)
class Made:
    """A message that was composed: for whom, what it tells; refused: why it cannot be sent.

    message: the header lines that are this subscriber's own; sealed: all the rest, which many
    share.
    """

    subscription: Subscription
    message_id: str
    message: bytes
    sealed: bytes = b""
    change_ids: tuple[str, ...] = ()
    refused: str = ""


def add_deliveries(session: Session, run_id: int | None, made: Iterable[Made]) -> list[int]:
    """Store composed messages as pending, or as refused; return their ids in order.

    run_id: None for an immediate alert. A Message-ID stands for one window (or one alert) and one
    subscription and is unique, so that nothing can be stored twice. Content is stored once.
    """
    composed = list(made)
    contents = _content_ids(session, {one.sealed for one in composed if one.sealed})
    rows = [_delivery_values(run_id, one, contents) for one in composed]
    if not rows:
        return []
    stored = insert(DeliveryRow).returning(col(DeliveryRow.id), sort_by_parameter_order=True)
    return [delivery_id or 0 for delivery_id in session.exec(stored, params=rows).scalars()]


def _delivery_values(
    run_id: int | None, one: Made, contents: Mapping[bytes, int]
) -> dict[str, object]:
    return {
        "digest_run_id": run_id,
        "subscription_id": one.subscription.id,
        "address": one.subscription.address,
        "message_id": one.message_id,
        "message": one.message,
        "content_id": contents.get(one.sealed),
        "change_ids": list(one.change_ids),
        "state": "refused" if one.refused else "pending",
        "cause": "address" if one.refused else "",
        "detail": one.refused,
        "attempts": 0,
    }


def _content_ids(session: Session, sealed: Collection[bytes]) -> dict[bytes, int]:
    """Return the id of each content, stored now where it is new."""
    digests = {hashlib.sha256(content).hexdigest(): content for content in sealed}
    known = select(MailContentRow.digest, MailContentRow.id).where(
        col(MailContentRow.digest).in_(digests)
    )
    found = dict(session.exec(known).all())
    new = [MailContentRow(digest=d, sealed=c) for d, c in sorted(digests.items()) if d not in found]
    session.add_all(new)
    session.flush()
    found |= {row.digest: row.id for row in new}
    return {digests[digest]: content_id or 0 for digest, content_id in found.items()}


def deliveries(
    session: Session, run_id: int | None = None, states: Sequence[DeliveryState] | None = None
) -> list[Delivery]:
    """Return deliveries in the order they were composed, of one window or of all."""
    statement = select(DeliveryRow).order_by(col(DeliveryRow.id))
    if run_id is not None:
        statement = statement.where(DeliveryRow.digest_run_id == run_id)
    if states is not None:
        statement = statement.where(col(DeliveryRow.state).in_(states))
    return _deliveries(session, session.exec(statement).all())


def alert_deliveries(session: Session) -> list[Delivery]:
    """Return the messages of immediate alerts, in the order they were composed."""
    rows = session.exec(
        select(DeliveryRow)
        .where(col(DeliveryRow.digest_run_id).is_(None))
        .order_by(col(DeliveryRow.id))
    )
    return _deliveries(session, rows.all())


def tally(session: Session) -> dict[DeliveryState, int]:
    """Return how many deliveries stand in each state; reads no message."""
    rows = session.exec(select(DeliveryRow.state, func.count()).group_by(col(DeliveryRow.state)))
    return dict(rows.all())  # type: ignore[return-value]


def attempted_since(session: Session, since: datetime) -> int:
    """Return how many deliveries were last tried at or after that instant: a day's quota used."""
    return session.exec(select(func.count()).where(col(DeliveryRow.attempted_at) >= since)).one()


def latest_ends(session: Session, address: str, limit: int) -> list[Delivery]:
    """Return the newest deliveries to the address that came to an end, newest first."""
    rows = session.exec(
        select(DeliveryRow)
        .where(DeliveryRow.address == address, col(DeliveryRow.state).in_(("sent", "refused")))
        .where(col(DeliveryRow.attempted_at).is_not(None))
        .order_by(col(DeliveryRow.attempted_at).desc(), col(DeliveryRow.id).desc())
        .limit(limit)
    )
    return _deliveries(session, rows.all())


def set_state(
    session: Session,
    delivery_id: int,
    state: DeliveryState,
    *,
    detail: str = "",
    cause: str = "",
    attempted_at: datetime | None = None,
    due_at: datetime | None = None,
    deferred_at: datetime | None = None,
) -> None:
    """Move a delivery to `state`; attempted_at counts one more attempt.

    deferred_at: a server put it off then; the first such instant is kept.
    """
    row = session.get_one(DeliveryRow, delivery_id)
    row.state, row.detail, row.cause, row.due_at = state, detail, cause, due_at
    row.deferred_at = row.deferred_at or deferred_at
    if attempted_at is not None:
        row.attempted_at, row.attempts = attempted_at, row.attempts + 1
    session.add(row)


def by_number(session: Session, delivery_ids: Sequence[int]) -> list[Delivery]:
    """Return the deliveries of these ids that exist, in the order they were composed."""
    rows = session.exec(
        select(DeliveryRow)
        .where(col(DeliveryRow.id).in_(delivery_ids))
        .order_by(col(DeliveryRow.id))
    )
    return _deliveries(session, rows.all())


def send_again(session: Session, delivery_id: int, detail: str) -> None:
    """Let a delivery wait as if it had never been put off; what was tried stays counted."""
    row = session.get_one(DeliveryRow, delivery_id)
    row.state, row.detail, row.cause = "pending", detail, ""
    row.due_at = row.deferred_at = None
    session.add(row)


def _run(row: DigestRunRow) -> DigestRun:
    return DigestRun(
        id=row.id or 0,
        rhythm=row.rhythm,  # type: ignore[arg-type]
        on=row.on_day,
        after=row.after,
        upto=row.upto,
    )


_SAME_NAME = (
    *("digest_run_id", "subscription_id", "address", "message_id", "state", "attempts"),
    *("detail", "cause", "deferred_at", "attempted_at", "due_at"),
)


def _deliveries(session: Session, rows: Sequence[DeliveryRow]) -> list[Delivery]:
    """Return the rows as records, each message whole; shared content is read once."""
    wanted = {row.content_id for row in rows if row.content_id is not None}
    shared = select(MailContentRow.id, MailContentRow.sealed).where(
        col(MailContentRow.id).in_(wanted)
    )
    contents: dict[int | None, bytes] = {None: b"", **dict(session.exec(shared).all())}
    return [
        Delivery(
            id=row.id or 0,
            message=row.message + contents[row.content_id],
            change_ids=tuple(row.change_ids or ()),
            **{name: getattr(row, name) for name in _SAME_NAME},
        )
        for row in rows
    ]
