"""How the product stands, as plain values for a person or a monitor."""

import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config import Config, mail_settings
from crawler.sources import Source
from feeds.receipts import standing
from jobs.rhythm import States, asked, due_at, due_sources
from store import alarms, columns, digests, health, runs
from store.database import Database
from store.lock import owner_of
from store.records import SourceStatus

NEXT = 5
"""So many of the sources that are visited next are named."""


def status(
    database: Database, config: Config, sources: Mapping[str, Source], now: datetime
) -> dict[str, Any]:
    """Return the state of the product."""
    with database.reading() as session:
        known = health.statuses(session)
        states = columns.states(session)
        ended = runs.last_finished_at(session)
        daily = digests.last_run(session, "daily")
        weekly = digests.last_run(session, "weekly")
        mail = standing(session)
        withheld = alarms.withheld(session, now - timedelta(days=7), now)
    watched = [source for source in sources.values() if source.enabled]
    upcoming = sorted((due_at(source, states, now), source.id) for source in watched)
    to_come = [(at, sources[name]) for at, name in upcoming if at > now][:NEXT]
    return {
        "last_run_at": _iso(ended),
        "age_h": _age_h(ended, now),
        "running": _running(config.data / "run.lock"),
        "due": due_sources(sources.values(), states, now),
        "next": [_visit_to_come(source, states, at) for at, source in to_come],
        "last_digest_on": daily.on if daily else None,
        "last_weekly_on": weekly.on if weekly else None,
        **mail,
        "mail": "smtp" if mail_settings(config).smtp else "maildir",
        "withheld_7d": withheld,
        "disk": _disk(config),
        "health": dict(Counter(_word(s, sources) for s in known)),
        "unvisited": sorted({s.id for s in watched} - {s.source_id for s in known if s.health}),
        "retired": [_retired(s) for s in sources.values() if s.retired],
        "sources": [_row(s, now) for s in known],
    }


def _row(source: SourceStatus, now: datetime) -> dict[str, Any]:
    return {
        "id": source.source_id,
        "name": source.name,
        "health": source.health,
        "since": _iso(source.since),
        "last_success_at": _iso(source.last_success_at),
        "age_h": _age_h(source.last_success_at, now),
        "held": source.held_reason if source.held else "",
        "detail": source.detail,
    }


def _visit_to_come(source: Source, states: States, at: datetime) -> dict[str, Any]:
    """Return when a source is visited next, and which of its columns are asked then."""
    columns = [column.id for column in asked(source, states, at)]
    return {"id": source.id, "at": _iso(at), "columns": columns, "of": len(source.columns)}


def _word(status: SourceStatus, sources: Mapping[str, Source]) -> str:
    source = sources.get(status.source_id)
    if source is None or not source.enabled:
        return "retired" if source and source.retired else "off"
    return status.health or "never"


def _retired(source: Source) -> dict[str, Any]:
    assert source.retired is not None
    return {"id": source.id, "name": source.name, **source.retired.model_dump()}


def _running(lock: Path) -> dict[str, Any] | None:
    """Return who is at work, as the lock file says; None where nobody is, or nobody living."""
    owner = owner_of(lock)
    if owner is None or not Path(f"/proc/{owner.pid}").exists():
        return None
    silence = owner.silence()
    return {
        "pid": owner.pid,
        "since": owner.since,
        "silent_s": None if silence is None else round(silence.total_seconds()),
    }


def _disk(config: Config) -> dict[str, int]:
    """Return bytes: free on the data folder's disk, and what archive and database take."""
    archive = sum(path.stat().st_size for path in config.archive.glob("*.warc.gz"))
    database = sum(path.stat().st_size for path in config.data.glob("policywatch.db*"))
    free = shutil.disk_usage(config.data).free
    return {"free_bytes": free, "archive_bytes": archive, "database_bytes": database}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _age_h(at: datetime | None, now: datetime) -> float | None:
    return (now - at).total_seconds() / 3600 if at else None
