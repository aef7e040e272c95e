"""Pages together with their files: what was fetched is looked up, `pipelines.attached` judges.

Every way into the ledger (run, redecode, replay) completes its readings here, so that a page reads
the same whichever way it came. It fetches nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from crawler.addresses import canonical_url
from crawler.archived import read_body
from crawler.page import read_page
from crawler.sources import Source
from pipelines.attached import ReadFile, file_document, is_from_file, with_files
from pipelines.classify import classify
from pipelines.extract import Rules
from pipelines.files import FILES_VERSION
from store import candidates, files, pages
from store.files import FileState
from store.records import Capture, Decoded, Document, Entry, FileText, Reading, Visit

FileReader = Callable[[bytes, str], FileText]
"""Reads one file's bytes under its name, within limits (`crawler.files.read_limited`)."""

NO_PAGE = frozenset({"html"})
"""What a file's address may answer with and is no file after all: it is read as a page."""


def file_state(
    session: Session,
    archive: Path,
    visit: Visit,
    capture: Capture,
    read: FileReader,
) -> FileState:
    """Return what the file says that the visit brought; bytes read before are not read again.

    Raises ArchiveError or BodyError when the bytes cannot be had.
    """
    known = files.at(session, visit.url, capture.body_sha256)
    if known is not None and known.version == FILES_VERSION:
        return replace(known, seen_at=visit.visited_at, capture_id=capture.id)
    return FileState(
        url=visit.url,
        sha256=capture.body_sha256,
        read=read(read_body(archive, capture), visit.url),
        version=FILES_VERSION,
        seen_at=visit.visited_at,
        capture_id=capture.id,
    )


def files_moved_on(session: Session, url: str) -> bool:
    """Return whether a file that the page links to has other bytes than the page's last state."""
    current = {state.sha256 for state in files.linked_from(session, url)} - {files.NO_BYTES}
    if not current:
        return False
    parts = candidates.parts_of(session, url)
    return not current <= {a.sha256 for part in parts for a in part.document.attachments}


def read_captured(
    session: Session,
    archive: Path,
    url: str,
    capture: Capture,
    source: Source | None,
    *,
    column_id: str | None,
    entry: Entry | None = None,
) -> Reading:
    """Return the reading of a capture with what its files say and its source's file sharpens.

    url: canonical. entry: the row that led here: it names a file that stands for itself; None for
    the row that the page is known by.
    Raises ArchiveError or BodyError when its bytes cannot be had.
    """
    role = _role(source, column_id)
    file = files.at(session, url, capture.body_sha256)
    if file is not None and file.read.kind not in NO_PAGE:
        return _file_reading(file, entry or _known_row(session, url), role)
    reading = read_page(
        read_body(archive, capture),
        capture.content_type,
        capture.url,
        rules=Rules(site_name=source.name) if source else None,
        column_role=role,
    )
    return completed(session, reading, source, column_id)


def completed(
    session: Session, reading: Reading, source: Source | None, column_id: str | None = None
) -> Reading:
    """Return the reading with what the fetched files of its documents say."""
    addresses = file_addresses(reading, source)
    known = files.latest(session, addresses.values())
    read = {
        url: ReadFile(known[address].sha256, known[address].read)
        for url, address in addresses.items()
        if address in known
    }
    if not read:
        return reading
    documents = tuple(with_files(document, read) for document in reading.documents)
    classes = tuple(
        classify(document, _role(source, column_id)) if is_from_file(document) else before
        for document, before in zip(documents, reading.classifications, strict=True)
    )
    return replace(reading, documents=documents, classifications=classes)


def file_addresses(reading: Reading, source: Source | None) -> dict[str, str]:
    """Return the canonical address of each attachment of the reading, by its address as written."""
    written = (a.url for document in reading.documents for a in document.attachments)
    return {url: address for url in written if (address := _canonical(url, source))}


def _canonical(url: str, source: Source | None) -> str | None:
    try:
        return canonical_url(url, source)
    except ValueError:
        return None  # a text capture names its files without an address


def _file_reading(file: FileState, entry: Entry | None, role: str | None) -> Reading:
    """Return a file that a row leads to as the page it stands for."""
    document: Document = file_document(file.url, entry, ReadFile(file.sha256, file.read))
    return Reading(
        file.url,
        "article",
        Decoded("", "binary", ("file",)),
        documents=(document,),
        classifications=(classify(document, role),),
        detail=f"a file: {file.read.kind}",
    )


def _known_row(session: Session, url: str) -> Entry | None:
    page = pages.known(session, [url]).get(url)
    return Entry(url, page.entry_title, page.entry_on) if page and page.entry_title else None


def _role(source: Source | None, column_id: str | None) -> str | None:
    columns = source.columns if source else ()
    return next((c.role for c in columns if c.id == column_id), None)
