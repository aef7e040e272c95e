"""What a source's columns showed at their last good visit, for the doctor to compare with."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from crawler.archived import read_body
from crawler.errors import ArchiveError, BodyError
from crawler.page import read_page
from crawler.probes import Sample
from crawler.sources import Source
from pipelines.decode import decode
from pipelines.extract import Rules
from store import captures, visits
from store.database import Database
from store.records import Document, Visit

MEMORY = visits.REMEMBERED
"""How far back a good visit is looked for."""


def last_good_visits(
    database: Database, archive: Path, source: Source, now: datetime
) -> dict[str, Sample]:
    """Return each column's first page at its latest good visit of the last 90 days, by id."""
    with database.reading() as session:
        lists: dict[str, Visit] = {}
        pages: dict[str, Visit] = {}
        for visit in visits.outcomes(session, source.id, now - MEMORY):
            if visit.outcome not in {"ok", "unchanged"} or visit.column_id is None:
                continue
            if visit.target == "page":
                pages[visit.column_id] = visit
            elif visit.listing is not None:
                known = lists.get(visit.column_id)
                if known is None or known.run_id != visit.run_id:
                    lists[visit.column_id] = visit
        return {
            column_id: _sample(session, archive, source, visit, pages.get(column_id))
            for column_id, visit in lists.items()
        }


def _sample(
    session: Session, archive: Path, source: Source, visit: Visit, page: Visit | None
) -> Sample:
    assert visit.listing is not None, "only visits with rows are samples"
    return Sample(
        visited_at=visit.visited_at,
        entries=visit.listing.entries,
        charset=_charset(session, archive, visit),
        article_url=page.url if page else None,
        article=_article(session, archive, source, page) if page else None,
    )


def _article(session: Session, archive: Path, source: Source, page: Visit) -> Document | None:
    """Return the page as its archived bytes read, None where they cannot be had or are none."""
    capture = captures.get(session, page.capture_id) if page.capture_id else None
    if capture is None:
        return None
    try:
        body = read_body(archive, capture)
    except (ArchiveError, BodyError):
        return None
    rules = Rules(site_name=source.name)
    documents = read_page(body, capture.content_type, capture.url, rules=rules).documents
    return documents[0] if documents else None


def _charset(session: Session, archive: Path, visit: Visit) -> str | None:
    """Return the encoding the page was in, None where its bytes cannot be had any more."""
    capture = captures.get(session, visit.capture_id) if visit.capture_id else None
    if capture is None:
        return None
    try:
        return decode(read_body(archive, capture), capture.content_type).charset
    except (ArchiveError, BodyError):
        return None
