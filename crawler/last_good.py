"""What a source's columns showed at their last good visit, for the doctor to compare with."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from crawler.archive import read_body
from crawler.errors import ArchiveError, BodyError
from crawler.probes import Sample
from crawler.sources import Source
from pipelines.decode import decode
from store import captures, visits
from store.database import Database
from store.records import Visit

MEMORY = timedelta(days=90)
"""How far back a good visit is looked for."""


def last_good_visits(
    database: Database, archive: Path, source: Source, now: datetime
) -> dict[str, Sample]:
    """Return each column's first page at its latest good visit of the last 90 days, by id."""
    with database.reading() as session:
        good: dict[str, Visit] = {}
        for visit in visits.outcomes(session, source.id, now - MEMORY):
            if visit.listing is not None and visit.outcome in {"ok", "unchanged"}:
                known = good.get(visit.column_id or "")
                if known is None or known.run_id != visit.run_id:
                    good[visit.column_id or ""] = visit
        return {column: _sample(session, archive, visit) for column, visit in good.items()}


def _sample(session: Session, archive: Path, visit: Visit) -> Sample:
    assert visit.listing is not None, "only visits with rows are samples"
    return Sample(visit.visited_at, visit.listing.entries, _charset(session, archive, visit))


def _charset(session: Session, archive: Path, visit: Visit) -> str | None:
    """Return the encoding the page was in, None where its bytes cannot be had any more."""
    capture = captures.get(session, visit.capture_id) if visit.capture_id else None
    if capture is None:
        return None
    try:
        return decode(read_body(archive, capture), capture.content_type).charset
    except (ArchiveError, BodyError):
        return None
