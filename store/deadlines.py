"""Dates that readers must not miss: which announced changes state one within a span of days."""

from collections.abc import Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from store import ledger
from store.records import Change, PartialDate
from store.tables import ChangeRow, SnapshotRow

_DATES = ("consultation_ends_on", "effective_on", "expires_on")


def dated(session: Session, first: PartialDate, last: PartialDate, *, upto: int) -> list[Change]:
    """Return the announced changes, up to that sequence, of every policy with a date in the span.

    first, last: `YYYY-MM-DD`, both inside. All announced changes of such a policy are returned,
    oldest first, because a later one may have moved the date.
    """
    stated = [col(SnapshotRow.document)[name].as_string().between(first, last) for name in _DATES]
    found = session.exec(
        select(ChangeRow.policy_id)
        .join(SnapshotRow, col(SnapshotRow.id) == col(ChangeRow.snapshot_id))
        .where(ChangeRow.announcement == "announced", col(ChangeRow.sequence) <= upto)
        .where(or_(*stated))
        .distinct()
    ).all()
    return [change for policy_id in sorted(found) for change in _told(session, policy_id, upto)]


def _told(session: Session, policy_id: str, upto: int) -> Sequence[Change]:
    changes = ledger.changes(session, upto=upto, policy_id=policy_id)
    return [change for change in changes if change.announcement == "announced"]
