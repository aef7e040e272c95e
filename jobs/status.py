"""How the product stands, as plain values for a person or a monitor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config import Config, mail_settings
from feeds.receipts import standing
from store import digests, health, runs
from store.database import Database


def status(database: Database, config: Config, now: datetime, due: Sequence[str]) -> dict[str, Any]:
    """Return the state of the product; due: the sources that wait to be crawled."""
    with database.reading() as session:
        sources = health.statuses(session)
        ended = runs.last_finished_at(session)
        digest = digests.last_run(session, "daily")
        mail = standing(session)
    age = (now - ended).total_seconds() / 3600 if ended else None
    return {
        "last_run_at": ended.isoformat() if ended else None,
        "age_h": age,
        "due": list(due),
        "last_digest_on": digest.on if digest else None,
        **mail,
        "mail": "smtp" if mail_settings(config).smtp else "maildir",
        "sources": [
            {
                "id": s.source_id,
                "name": s.name,
                "health": s.health,
                "since": s.since.isoformat() if s.since else None,
                "last_success_at": s.last_success_at.isoformat() if s.last_success_at else None,
                "held": s.held_reason if s.held else "",
                "detail": s.detail,
            }
            for s in sources
        ],
    }
