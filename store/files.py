"""What attached files said: one row per address and content, and which pages link to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from store.records import FileText
from store.tables import FileRow, PageFileRow, PageRow

NO_BYTES = ""
"""The sha256 of a file that never came whole: larger than allowed."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file said when last seen with these bytes.

    url: canonical. version: of the reader. capture_id: where the bytes lie, None if unknown.
    """

    url: str
    sha256: str
    read: FileText
    version: int
    seen_at: datetime
    capture_id: int | None = None


def put(session: Session, state: FileState) -> None:
    """Store what the file said; the same bytes at the same address replace what they said."""
    row = FileRow(
        url=state.url,
        sha256=state.sha256,
        kind=state.read.kind,
        text=state.read.text,
        detail=state.read.detail,
        version=state.version,
        seen_at=state.seen_at,
        capture_id=state.capture_id,
    )
    session.merge(row)
    session.flush()


def at(session: Session, url: str, sha256: str) -> FileState | None:
    """Return what the file at this address said with these bytes, None if it was never read."""
    row = session.get(FileRow, (url, sha256))
    return _state(row) if row else None


def latest(session: Session, urls: Iterable[str]) -> dict[str, FileState]:
    """Return, by canonical address, the newest state of each file that was ever fetched."""
    rows = session.exec(
        select(FileRow).where(col(FileRow.url).in_(list(urls))).order_by(col(FileRow.seen_at))
    )
    return {row.url: _state(row) for row in rows}


def said(session: Session, sha256: str) -> FileText | None:
    """Return what the file with these bytes says, wherever it was found; None if unknown."""
    row = session.exec(select(FileRow).where(FileRow.sha256 == sha256).limit(1)).first()
    return _state(row).read if row else None


def outdated(session: Session, version: int) -> list[FileState]:
    """Return the states that another version of the reader read and whose bytes we have."""
    rows = session.exec(
        select(FileRow)
        .where(FileRow.version != version, col(FileRow.capture_id).is_not(None))
        .order_by(FileRow.url, FileRow.sha256)
    )
    return [_state(row) for row in rows]


def link(session: Session, page_id: int, urls: Iterable[str]) -> None:
    """Note that the page links to exactly these files."""
    session.exec(delete(PageFileRow).where(col(PageFileRow.page_id) == page_id))
    session.add_all(PageFileRow(page_id=page_id, url=url) for url in dict.fromkeys(urls))
    session.flush()


def linking_pages(session: Session, url: str) -> list[str]:
    """Return the addresses of the recorded pages that link to the file, oldest first."""
    return list(
        session.exec(
            select(PageRow.url)
            .join(PageFileRow, col(PageFileRow.page_id) == col(PageRow.id))
            .where(PageFileRow.url == url)
            .order_by(col(PageRow.id))
        )
    )


def linked_from(session: Session, page_url: str) -> list[FileState]:
    """Return the newest state of every fetched file that the page links to."""
    urls = session.exec(
        select(PageFileRow.url)
        .join(PageRow, col(PageRow.id) == col(PageFileRow.page_id))
        .where(PageRow.url == page_url)
    ).all()
    return list(latest(session, urls).values())


def _state(row: FileRow) -> FileState:
    read = FileText(row.kind, row.text, row.detail)  # type: ignore[arg-type]
    return FileState(row.url, row.sha256, read, row.version, row.seen_at, row.capture_id)
