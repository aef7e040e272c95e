"""What attached files said: one row per address and content, and which pages link to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from store import prepared
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
    row = prepared.ask(session, _AT, url=url, sha256=sha256).first()
    return _state(row) if row else None


def latest(session: Session, urls: Iterable[str]) -> dict[str, FileState]:
    """Return, by canonical address, the newest state of each file that was ever fetched."""
    asked = list(urls)
    rows = prepared.ask(session, _OLDEST_FIRST, urls=asked) if asked else ()
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
    prepared.ask(session, _UNLINK, page_id=page_id)
    rows = [{"page_id": page_id, "url": url} for url in dict.fromkeys(urls)]
    prepared.put(session, _LINK, rows)


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


def _state(row: FileRow | Row[Any]) -> FileState:
    read = FileText(row.kind, row.text, row.detail)  # type: ignore[arg-type]
    return FileState(row.url, row.sha256, read, row.version, row.seen_at, row.capture_id)


_STATES = select_rows(
    *prepared.fields(
        FileRow, "url", "sha256", "kind", "text", "detail", "version", "seen_at", "capture_id"
    )
)
_AT = _STATES.where(
    col(FileRow.url) == bindparam("url"), col(FileRow.sha256) == bindparam("sha256")
)
_OLDEST_FIRST = _STATES.where(col(FileRow.url).in_(bindparam("urls", expanding=True))).order_by(
    col(FileRow.seen_at)
)
_UNLINK = delete(PageFileRow).where(col(PageFileRow.page_id) == bindparam("page_id"))
_LINK = insert(PageFileRow)
