"""Fetched files into the store, before the pages that link to them are settled.

A file's visit is settled in the very transaction that stores what it says and records it with the
pages that link to it; pages that wait for their own settling take it up there. A kill at any
point loses nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel import Session

from crawler.attached import FileReader, file_state, files_moved_on
from crawler.body import TOO_LARGE
from crawler.errors import ArchiveError, BodyError
from crawler.rereading import reread
from crawler.sources import Source
from crawler.spiders.errand import is_file
from pipelines.files import FILES_VERSION
from store import captures, files, pages, visits
from store.database import Database
from store.files import NO_BYTES, FileState
from store.records import FileText, Visit

log = structlog.get_logger()


def on_files(queue: Sequence[Visit]) -> list[Visit]:
    """Return the visits that asked for files, in a fixed order."""
    found = (v for v in queue if v.target == "attachment" or _is_known_file(v))
    return sorted(found, key=lambda v: (v.url, v.id or 0))


def on_pages(session: Session, queue: Sequence[Visit]) -> list[Visit]:
    """Return the visits to pages; a file that a row leads to stands for itself and is one."""
    known = pages.known(session, [v.url for v in queue if v.target == "attachment"])
    return [
        v
        for v in queue
        if v.target == "page"
        or (v.target == "attachment" and (v.entry is not None or v.url in known))
    ]


def _is_known_file(visit: Visit) -> bool:
    """Return whether a page's revisit is one of a file that a row led to."""
    return visit.target == "page" and is_file(visit.url)


@dataclass(frozen=True, slots=True)
class Filing:
    """Takes in what files said. awaited: pages whose own visits are settled after the files."""

    database: Database
    archive: Path
    sources: Mapping[str, Source]
    clock: Callable[[], datetime]
    read: FileReader

    def take(self, visit: Visit, awaited: Collection[str]) -> list[str]:
        """Store what the visited file says; return the ids of the changes it became."""
        with self.database.reading() as session:
            state = self._state(session, visit)
        with self.database.writing() as session:
            changes = self._put(session, state, awaited) if state else []
            if visit.url not in awaited:
                visits.settle(session, [visit.id or 0])
        return changes

    def _state(self, session: Session, visit: Visit) -> FileState | None:
        """Return what the visit says of the file, None if it brought nothing to read."""
        capture = captures.get(session, visit.capture_id) if visit.capture_id else None
        if visit.outcome in {"ok", "unchanged"} and capture is not None:
            return file_state(session, self.archive, visit, capture, self.read)
        if not visit.detail.startswith(TOO_LARGE):
            return None
        read = FileText("too_big", detail=visit.detail)
        return FileState(visit.url, NO_BYTES, read, FILES_VERSION, visit.visited_at)

    def _put(self, session: Session, state: FileState, awaited: Collection[str]) -> list[str]:
        files.put(session, state)
        changes: list[str] = []
        for url in files.linking_pages(session, state.url):
            if url not in awaited and files_moved_on(session, url):
                changes += self.record_anew(session, url)
        return changes

    def record_anew(self, session: Session, url: str) -> list[str]:
        """Record a page whose bytes are the same with what its files say now."""
        try:
            return reread(session, self.archive, self.sources, url, self.clock())
        except (ArchiveError, BodyError) as error:
            log.warning("reread_failed", url=url, why=str(error))
            return []
