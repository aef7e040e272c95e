"""What the crawl writes: runs, captures, visits, rows of lists, how sources fare."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from store.records import Health, Outcome
from store.tables.fields import as_json, at, one_of


class RunRow(SQLModel, table=True):
    """One crawl of some sources; written at its start and its end. finished_at None = cut off.

    backfill: it walked back for what was published before the column was watched.
    """

    __tablename__ = "run"
    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = at()
    finished_at: datetime | None = at(nullable=True)
    sources: list[str] = as_json()
    settled: bool = False
    backfill: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class CaptureRow(SQLModel, table=True):
    """Where the bytes of one response lie in the archive; written by the crawl."""

    __tablename__ = "capture"
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(index=True)
    fetched_at: datetime = at()
    status: int
    content_type: str | None = None
    body_sha256: str
    body_bytes: int
    etag: str | None = None
    last_modified: str | None = None
    warc_file: str
    warc_offset: int


class VisitRow(SQLModel, table=True):
    """One fetch and its outcome; written by the crawl, marked settled with its page's changes."""

    __tablename__ = "visit"
    __table_args__ = (
        one_of("outcome", Outcome),
        Index("ix_visit_source_at", "source_id", "visited_at"),
        Index("ix_visit_unsettled", "settled", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    source_id: str
    column_id: str | None = None
    url: str = Field(index=True)
    target: str
    outcome: str
    visited_at: datetime = at()
    status: int | None = None
    detail: str = ""
    capture_id: int | None = Field(default=None, foreign_key="capture.id")
    entry: dict[str, Any] | None = as_json()
    listing: dict[str, Any] | None = as_json()
    complete: bool = False
    settled: bool = False


class ListedRow(SQLModel, table=True):
    """A URL that a column lists or listed; written when a listing is settled.

    baseline: it was first seen in the column's first complete sweep.
    """

    __tablename__ = "listed"
    source_id: str = Field(primary_key=True)
    column_id: str = Field(primary_key=True)
    url: str = Field(primary_key=True, index=True)
    entry_on: str | None = None
    baseline: bool = False
    last_listed_at: datetime = at()


class SourceRow(SQLModel, table=True):
    """A source's health and whether the flood gate holds it; written when a run is settled."""

    __tablename__ = "source"
    __table_args__ = (one_of("health", Health),)
    id: str = Field(primary_key=True)
    name: str
    region: str | None = None
    health: str | None = None
    since: datetime | None = at(nullable=True)
    last_visit_at: datetime | None = at(nullable=True)
    last_success_at: datetime | None = at(nullable=True)
    last_outcome: str | None = None
    detail: str = ""
    held_at: datetime | None = at(nullable=True)
    held_reason: str = ""


class ColumnRow(SQLModel, table=True):
    """A column's baseline and its last complete sweep; written when a listing is settled.

    backfill: where a backfill that was cut off goes on; written by the crawl.
    """

    __tablename__ = "column_state"
    source_id: str = Field(primary_key=True)
    column_id: str = Field(primary_key=True)
    baseline_at: datetime | None = at(nullable=True)
    swept_at: datetime | None = at(nullable=True)
    visited_at: datetime | None = at(nullable=True)
    backfill: dict[str, Any] | None = as_json()


class HealthEventRow(SQLModel, table=True):
    """A source changed state; append-only. notified_at: when the operator was told."""

    __tablename__ = "health_event"
    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(index=True)
    source_name: str
    happened_at: datetime = at()
    was: str
    now: str
    reason: str
    remedy: str
    notified_at: datetime | None = at(nullable=True)
