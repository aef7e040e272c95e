"""Reading archived pages anew after a room has improved: corrections, never news, never a fetch.

The bytes are the same, so whatever changes is our reading (DESIGN rule 13): the ledger gets a
`corrected` row that is not announced. Settling does the same to a page before it compares a new
state with the old one, or a better extractor would make every page with a counter look revised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from crawler.archive import read_body
from crawler.errors import ArchiveError, BodyError
from crawler.page import READER_VERSION, read_page
from crawler.recording import Circumstances, record_page
from crawler.sources import Source
from pipelines.extract import Rules
from store import captures, pages
from store.database import Database
from store.records import Capture, PageFacts, Reading

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Reread:
    """How many pages were read anew, the changes they became, and what could not be read."""

    pages: int
    changes: tuple[str, ...]
    unreadable: dict[str, str]


def reread_all(
    database: Database,
    archive: Path,
    sources: Mapping[str, Source],
    clock: Callable[[], datetime],
    progress: Progress = lambda stage, done, total: None,
) -> Reread:
    """Read every page's settled capture again and record what reads differently."""
    with database.reading() as session:
        urls = pages.archived(session)
    changes: list[str] = []
    unreadable: dict[str, str] = {}
    for done, url in enumerate(urls):
        try:
            with database.writing() as session:
                changes += reread(session, archive, sources, url, clock())
        except (ArchiveError, BodyError) as error:
            unreadable[url] = str(error)
        progress("pages", done + 1, len(urls))
    return Reread(len(urls), tuple(changes), unreadable)


def reread(
    session: Session, archive: Path, sources: Mapping[str, Source], url: str, now: datetime
) -> list[str]:
    """Record how one page's settled capture reads now; return the ids of the changes.

    Raises ArchiveError or BodyError when its bytes cannot be had.
    """
    state = pages.state(session, url)
    capture = captures.get(session, state.settled_capture_id or 0) if state else None
    if state is None or capture is None:
        return []
    source = sources.get(state.source_id or "")
    reading = read_captured(read_body(archive, capture), capture, source, state.column_id)
    facts = PageFacts(
        url=url,
        kind=reading.kind,
        source_id=state.source_id,
        column_id=state.column_id,
        visited_at=state.last_visited_at,
        capture_id=capture.id,
        body_sha256=state.body_sha256,
        present=False,
    )
    return record_page(session, facts, reading, circumstances_of(source), now)


def read_captured(
    body: bytes, capture: Capture, source: Source | None, column_id: str | None
) -> Reading:
    """Return the reading of a capture's body with what its source's file sharpens."""
    columns = source.columns if source else ()
    return read_page(
        body,
        capture.content_type,
        capture.url,
        rules=Rules(site_name=source.name) if source else None,
        column_role=next((c.role for c in columns if c.id == column_id), None),
    )


def circumstances_of(
    source: Source | None, *, baseline: bool = False, held: bool = False
) -> Circumstances:
    """Return what a source's file says about how its pages' changes are told."""
    government = source is not None and source.kind == "government"
    return Circumstances(
        reader_version=READER_VERSION,
        baseline=baseline,
        held=held,
        is_clone=source is not None and source.clone_of is not None,
        reprints=source is not None and not government,
        region=source.region if source is not None and government else None,
    )
