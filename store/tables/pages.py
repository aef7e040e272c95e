"""What settling keeps of pages: their state, their files, every snapshot."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from store.records import FileKind
from store.tables.fields import as_json, at, one_of


class PageRow(SQLModel, table=True):
    """One canonical URL that the archive knows; written when a visit to it is settled.

    missing_days: Shanghai days on which it was gone or absent from its listing, while that holds.
    settled_capture_id: the capture the current snapshots were read from.
    """

    __tablename__ = "page"
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    source_id: str | None = Field(default=None, index=True)
    column_id: str | None = None
    kind: str = "article"
    first_seen_at: datetime = at()
    last_visited_at: datetime = at()
    last_changed_at: datetime = at()
    entry_title: str | None = None
    entry_on: str | None = None
    missing_days: list[str] | None = as_json()
    withdrawn: bool = False
    settled_capture_id: int | None = Field(default=None, foreign_key="capture.id")
    body_sha256: str | None = None


class FileRow(SQLModel, table=True):
    """What an attached file said, one row per address and content; written by settling.

    version: of the reader. seen_at: when these bytes were last served; the newest row is current.
    """

    __tablename__ = "file"
    __table_args__ = (one_of("kind", FileKind),)
    url: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True, index=True)
    kind: str
    text: str
    detail: str = ""
    version: int
    seen_at: datetime = at()
    capture_id: int | None = Field(default=None, foreign_key="capture.id")


class PageFileRow(SQLModel, table=True):
    """A page links to a file; written with the page."""

    __tablename__ = "page_file"
    page_id: int = Field(foreign_key="page.id", primary_key=True)
    url: str = Field(primary_key=True, index=True)


class SnapshotRow(SQLModel, table=True):
    """One distinct state of one document of a page (`part`), with the story of its reading."""

    __tablename__ = "snapshot"
    __table_args__ = (Index("ix_snapshot_page_part", "page_id", "part"),)
    id: int | None = Field(default=None, primary_key=True)
    page_id: int = Field(foreign_key="page.id")
    part: int
    content_hash: str
    capture_id: int | None = Field(default=None, foreign_key="capture.id")
    recorded_at: datetime = at()
    document: dict[str, Any] = as_json()
    classification: dict[str, Any] = as_json()
    charset: str
    declared: list[str | None] = as_json()
    quality: float
    repairs: list[dict[str, Any]] = as_json()
    damage: list[dict[str, Any]] = as_json()
    reader_version: str
