"""The pipeline over captured responses, without a network: any archive, ours or foreign.

A replay is a backfill (DESIGN rule 11): what it finds is recorded, and announced only where dated
within the last seven days. Deterministic: captures are taken in the order of the files.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from crawler.addresses import canonical_url, host_key
from crawler.archived import ArchivedResponse, iter_responses
from crawler.attached import FileReader, completed, file_addresses
from crawler.files import read_limited
from crawler.page import is_data, read_page
from crawler.recording import record_page
from crawler.rereading import circumstances_of
from crawler.sources import Source
from pipelines.files import FILES_VERSION
from store import files as attached_files
from store.database import Database
from store.files import FileState
from store.records import PageFacts, Reading

Clock = Callable[[], datetime]
Progress = Callable[[str, int, int], None]


log = structlog.get_logger()
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one capture. kind: the page kind, or `failed` where a rule of ours tripped."""

    url: str
    kind: str
    detail: str
    documents: int
    changes: int


@dataclass
class Summary:
    """Every capture of a replay and what it was read as."""

    captures: list[Replayed] = field(default_factory=list)

    @property
    def accounted(self) -> bool:
        """Whether every capture was read: as documents, a listing, or named as what it is."""
        return all(capture.kind != FAILED for capture in self.captures)

    def kinds(self) -> Counter[str]:
        """Return how many captures were read as what."""
        return Counter(capture.kind for capture in self.captures)

    def counts(self) -> dict[str, int]:
        """Return the last line of `replay --json` (DESIGN §5)."""
        kinds = self.kinds()
        documents, listings = kinds["article"], kinds["listing"] + kinds["issue"]
        return {
            "captures": len(self.captures),
            "documents": documents,
            "listings": listings,
            "other": len(self.captures) - documents - listings,
            "changes": sum(capture.changes for capture in self.captures),
        }


def replay_files(
    database: Database,
    files: Sequence[Path],
    sources: Mapping[str, Source],
    clock: Clock,
    progress: Progress = lambda stage, done, total: None,
    read_file: FileReader = read_limited,
) -> Summary:
    """Read every response of the files into the ledger; return what each became.

    Attached files come first, so that a page finds what they say wherever they lie; of a file that
    was captured in several states, pages get the last. Raises ArchiveError for a file that is no
    WARC; a torn tail is left out, as a reader would.
    """
    summary = Summary()
    by_host = _sources_by_host(sources)
    for path in files:
        for response in iter_responses(path):
            _take_file(database, response, by_host, read_file)
    for place, path in enumerate(files):
        for response in iter_responses(path):
            summary.captures.append(_replay_alone(database, response, by_host, clock))
            progress("captures", len(summary.captures), len(files) - place)
    return summary


def _take_file(
    database: Database,
    response: ArchivedResponse,
    by_host: Mapping[str, Source],
    read_file: FileReader,
) -> None:
    """Store what the capture says if it is a file for another program and was never read."""
    content_type = response.headers.get("content-type")
    whole = response.defect is None and response.status == 200
    if not whole or not is_data(response.body, content_type):
        return
    url = _known_as(response.url, _source_of(response.url, by_host))
    digest = sha256(response.body).hexdigest()
    with database.reading() as session:
        if attached_files.at(session, url, digest) is not None:
            return
    read = read_file(response.body, url)
    state = FileState(url, digest, read, FILES_VERSION, response.fetched_at)
    with database.writing() as session:
        attached_files.put(session, state)


def _replay_alone(
    database: Database,
    response: ArchivedResponse,
    by_host: Mapping[str, Source],
    clock: Clock,
) -> Replayed:
    """Return what the capture became; a capture that trips a rule fails alone, by name."""
    try:
        return _replay(database, response, by_host, clock)
    except SQLAlchemyError:
        raise  # the database is everybody's: a full disk is no page's fault
    except Exception as error:
        log.exception("capture_failed", url=response.url)
        return Replayed(response.url, FAILED, f"{type(error).__name__}: {error}", 0, 0)


def _replay(
    database: Database,
    response: ArchivedResponse,
    by_host: Mapping[str, Source],
    clock: Clock,
) -> Replayed:
    source = _source_of(response.url, by_host)
    url = _known_as(response.url, source)
    if response.defect is not None:
        return Replayed(url, "other", response.defect, 0, 0)
    reading = read_page(
        response.body,
        response.headers.get("content-type"),
        response.url,
        status=response.status,
        headers=response.headers,
    )
    changes = _record(database, response, reading, source, clock) if reading.documents else 0
    return Replayed(url, reading.kind, reading.detail, len(reading.documents), changes)


def _record(
    database: Database,
    response: ArchivedResponse,
    reading: Reading,
    source: Source | None,
    clock: Clock,
) -> int:
    facts = PageFacts(
        url=_known_as(response.url, source),
        kind=reading.kind,
        source_id=source.id if source else None,
        column_id=None,
        visited_at=response.fetched_at,
        capture_id=None,
        body_sha256=sha256(response.body).hexdigest(),
        present=False,
        files=tuple(file_addresses(reading, source).values()),
    )
    circumstances = circumstances_of(source, baseline=True)
    with database.writing() as session:
        reading = completed(session, reading, source)
        return len(record_page(session, facts, reading, circumstances, clock()))


def _sources_by_host(sources: Mapping[str, Source]) -> dict[str, Source]:
    return {
        host_key(base): source
        for source in sources.values()
        for base in (source.base_url, *source.aliases)
    }


def _source_of(url: str, by_host: Mapping[str, Source]) -> Source | None:
    try:
        return by_host.get(host_key(url))
    except ValueError:
        return None


def _known_as(url: str, source: Source | None) -> str:
    try:
        return canonical_url(url, source)
    except ValueError:
        return url
