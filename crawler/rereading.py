"""Reading archived pages anew after a room has improved: corrections, never news, never a fetch.

The bytes are the same, so whatever changes is our reading (DESIGN rule 13): the ledger gets a
`corrected` row that is not announced. Settling does the same to a page before it compares a new
state with the old one, or a better extractor would make every page with a counter look revised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from crawler.archived import read_body
from crawler.attached import FileReader, file_addresses, read_captured
from crawler.errors import ArchiveError, BodyError
from crawler.files import read_limited
from crawler.page import READER_VERSION
from crawler.recording import Circumstances, record_page
from crawler.sources import Source
from pipelines.files import FILES_VERSION
from pipelines.roles import role_of
from store import captures, files, health, pages
from store.database import Database
from store.records import Classification, Document, PageFacts, Role

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
    read: FileReader = read_limited,
) -> Reread:
    """Read every page's settled capture again and record what reads differently; files first."""
    changes: list[str] = []
    unreadable = _reread_files(database, archive, read)
    with database.reading() as session:
        urls = pages.archived(session)
    for done, url in enumerate(urls):
        try:
            with database.writing() as session:
                changes += reread(session, archive, sources, url, clock())
        except (ArchiveError, BodyError) as error:
            unreadable[url] = str(error)
        progress("pages", done + 1, len(urls))
    return Reread(len(urls), tuple(changes), unreadable)


def _reread_files(database: Database, archive: Path, read: FileReader) -> dict[str, str]:
    """Read the files anew that an older reader read; return what could not be, with the reason."""
    with database.reading() as session:
        outdated = files.outdated(session, FILES_VERSION)
    unreadable = {}
    for state in outdated:
        try:
            with database.writing() as session:
                capture = captures.get(session, state.capture_id or 0)
                assert capture is not None, f"{state.url}: its capture's row is gone"
                anew = read(read_body(archive, capture), state.url)
                files.put(session, replace(state, read=anew, version=FILES_VERSION))
        except (ArchiveError, BodyError) as error:
            unreadable[state.url] = str(error)
    return unreadable


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
    reading = read_captured(session, archive, url, capture, source, column_id=state.column_id)
    status = health.status(session, state.source_id or "")
    facts = PageFacts(
        url=url,
        kind=reading.kind,
        source_id=state.source_id,
        column_id=state.column_id,
        visited_at=state.last_visited_at,
        capture_id=capture.id,
        body_sha256=state.body_sha256,
        present=False,
        files=tuple(file_addresses(reading, source).values()),
    )
    circumstances = circumstances_of(source, held=status is not None and status.held)
    return record_page(session, facts, reading, circumstances, now)


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


def role_by_rules(
    document: Document, classification: Classification, source: Source | None, *, was: Role | None
) -> Role:
    """Return a recorded page's role by the rules of today.

    was: its role so far, where its source is no longer watched (`source` None): what that was, a
    mirror or a site that only reprints, is known from nothing else.
    """
    known = circumstances_of(source)
    return role_of(
        document,
        classification,
        is_clone=known.is_clone or (source is None and was == "clone"),
        reprints=known.reprints or (source is None and was == "reprint"),
    )
