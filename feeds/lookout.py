"""Reads from the store what `feeds.conditions` judges: how things stand for an operator now."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from feeds.conditions import Outlook
from store import alarms, digests, health
from store.database import Database
from store.records import SHANGHAI, Delivery

WEEK = timedelta(days=7)


def look_out(
    database: Database,
    now: datetime,
    *,
    enabled: Collection[str],
    digest_at: datetime,
    free_bytes: int,
    least_free_bytes: int,
) -> Outlook:
    """Return how things stand; digest_at: the instant today's daily digest is due."""
    with database.reading() as session:
        people = digests.subscriptions(session, suspended=True)
        expected = now >= digest_at and any(s.rhythm == "daily" and not s.suspended for s in people)
        newest_first = health.events(session)
        return Outlook(
            now=now,
            sources=[s for s in health.statuses(session) if s.source_id in enabled],
            remedies={e.source_id: e.remedy for e in reversed(newest_first)},
            subscriptions=people,
            digest_at=digest_at if expected else None,
            digest=_digest(session, digest_at) if expected else None,
            unknown=digests.deliveries(session, states=("unknown",)),
            free_bytes=free_bytes,
            least_free_bytes=least_free_bytes,
            withheld=(
                alarms.withheld(session, now - WEEK, now),
                alarms.withheld(session, now - 2 * WEEK, now - WEEK),
            ),
        )


def _digest(session: Session, digest_at: datetime) -> list[Delivery] | None:
    run = digests.run_on(session, "daily", digest_at.astimezone(SHANGHAI).date().isoformat())
    return None if run is None else digests.deliveries(session, run_id=run.id)
