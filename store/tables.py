"""The SQLModel tables. Rows do not leave this room; `store.records` values do.

`table=True` models do not validate, so closed vocabularies are CHECKed by the database and
instants pass through `UtcDateTime`, which refuses naive ones. JSON columns hold whole records
(`store.codec`). Every table says who writes it.
"""

from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import JSON, CheckConstraint, Column, Dialect, Index, UniqueConstraint, text
from sqlalchemy.types import String, TypeDecorator
from sqlmodel import Field, SQLModel

from store.records import (
    Announcement,
    ChangeKind,
    DeliveryState,
    FileKind,
    Genre,
    Health,
    Outcome,
    Role,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant, stored as sortable ISO 8601 text with microseconds."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text stored; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: the store takes aware UTC instants only")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the instant as aware UTC."""
        return None if value is None else datetime.fromisoformat(value)


def _one_of(column: str, vocabulary: Any) -> CheckConstraint:
    words = ", ".join(f"'{word}'" for word in get_args(vocabulary))
    return CheckConstraint(f"{column} IN ({words})", name=f"ck_{column}")


def _at(**options: Any) -> Any:
    return Field(sa_column=Column(UtcDateTime, nullable=options.pop("nullable", False), **options))


def _json() -> Any:
    return Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class RunRow(SQLModel, table=True):
    """One crawl of some sources; written at its start and its end. finished_at None = cut off.

    backfill: it walked back for what was published before the column was watched.
    """

    __tablename__ = "run"
    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = _at()
    finished_at: datetime | None = _at(nullable=True)
    sources: list[str] = _json()
    settled: bool = False
    backfill: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class CaptureRow(SQLModel, table=True):
    """Where the bytes of one response lie in the archive; written by the crawl."""

    __tablename__ = "capture"
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(index=True)
    fetched_at: datetime = _at()
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
        _one_of("outcome", Outcome),
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
    visited_at: datetime = _at()
    status: int | None = None
    detail: str = ""
    capture_id: int | None = Field(default=None, foreign_key="capture.id")
    entry: dict[str, Any] | None = _json()
    listing: dict[str, Any] | None = _json()
    complete: bool = False
    settled: bool = False


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
    first_seen_at: datetime = _at()
    last_visited_at: datetime = _at()
    last_changed_at: datetime = _at()
    entry_title: str | None = None
    entry_on: str | None = None
    missing_days: list[str] | None = _json()
    withdrawn: bool = False
    settled_capture_id: int | None = Field(default=None, foreign_key="capture.id")
    body_sha256: str | None = None


class FileRow(SQLModel, table=True):
    """What an attached file said, one row per address and content; written by settling.

    version: of the reader. seen_at: when these bytes were last served; the newest row is current.
    """

    __tablename__ = "file"
    __table_args__ = (_one_of("kind", FileKind),)
    url: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True, index=True)
    kind: str
    text: str
    detail: str = ""
    version: int
    seen_at: datetime = _at()
    capture_id: int | None = Field(default=None, foreign_key="capture.id")


class PageFileRow(SQLModel, table=True):
    """A page links to a file; written with the page."""

    __tablename__ = "page_file"
    page_id: int = Field(foreign_key="page.id", primary_key=True)
    url: str = Field(primary_key=True, index=True)


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
    last_listed_at: datetime = _at()


class SnapshotRow(SQLModel, table=True):
    """One distinct state of one document of a page (`part`), with the story of its reading."""

    __tablename__ = "snapshot"
    __table_args__ = (Index("ix_snapshot_page_part", "page_id", "part"),)
    id: int | None = Field(default=None, primary_key=True)
    page_id: int = Field(foreign_key="page.id")
    part: int
    content_hash: str
    capture_id: int | None = Field(default=None, foreign_key="capture.id")
    recorded_at: datetime = _at()
    document: dict[str, Any] = _json()
    classification: dict[str, Any] = _json()
    charset: str
    declared: list[str | None] = _json()
    quality: float
    repairs: list[dict[str, Any]] = _json()
    damage: list[dict[str, Any]] = _json()
    reader_version: str


class PolicyRow(SQLModel, table=True):
    """One dossier. redirect_to: the older policy that survived a merge; the id is never reused."""

    __tablename__ = "policy"
    id: str = Field(primary_key=True)
    title: str
    document_number: str | None = None
    region: str | None = None
    issuers: list[str] = _json()
    genre: str
    topics: list[str] = _json()
    status: str
    first_seen_at: datetime = _at()
    updated_at: datetime = _at()
    redirect_to: str | None = Field(default=None, foreign_key="policy.id")


class MemberRow(SQLModel, table=True):
    """A page part's place in a dossier: which policy, in which role, why."""

    __tablename__ = "member"
    __table_args__ = (_one_of("role", Role), _one_of("genre", Genre))
    page_id: int = Field(foreign_key="page.id", primary_key=True)
    part: int = Field(primary_key=True)
    policy_id: str = Field(foreign_key="policy.id", index=True)
    role: str
    genre: str
    reason: str
    score: float = 1.0
    runner_up: str | None = None
    snapshot_id: int = Field(foreign_key="snapshot.id")


class DecisionRow(SQLModel, table=True):
    """An operator's word on whether two page parts are one policy; the last one said holds.

    The pair is stored once, the smaller place first; written by `policies merge` and `split`.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("verdict IN ('together', 'apart')", name="ck_verdict"),
        Index("ix_decision_other", "other_page_id", "other_part"),
    )
    page_id: int = Field(foreign_key="page.id", primary_key=True)
    part: int = Field(primary_key=True)
    other_page_id: int = Field(foreign_key="page.id", primary_key=True)
    other_part: int = Field(primary_key=True)
    verdict: str
    decided_at: datetime = _at()


class MatchKeyRow(SQLModel, table=True):
    """An indexed handle under which a page part is found as a candidate."""

    __tablename__ = "match_key"
    __table_args__ = (Index("ix_match_key_kind_value", "kind", "value"),)
    page_id: int = Field(foreign_key="page.id", primary_key=True)
    part: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


class StepRow(SQLModel, table=True):
    """A lifecycle step that a page states; policy_id None until its target is known.

    happened: readers know of it (it was part of a change); a later day's step waits for its day.
    """

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("page_id", "part", "step", "target_title", "target_number", "on_day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    policy_id: str | None = Field(default=None, foreign_key="policy.id", index=True)
    page_id: int = Field(foreign_key="page.id")
    part: int
    step: str
    on_day: str = ""
    sentence: str
    target_title: str = ""
    target_number: str = ""
    target_key: str = Field(default="", index=True)
    happened: bool = False
    recorded_at: datetime = _at()


class ChangeRow(SQLModel, table=True):
    """One row of the append-only ledger; nothing ever updates or deletes one."""

    __tablename__ = "change"
    __table_args__ = (
        _one_of("kind", ChangeKind),
        _one_of("announcement", Announcement),
        {"sqlite_autoincrement": True},
    )
    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    recorded_at: datetime = _at(index=True)
    kind: str
    announcement: str
    policy_id: str = Field(foreign_key="policy.id", index=True)
    policy_title: str
    page_id: int = Field(foreign_key="page.id", index=True)
    part: int
    snapshot_id: int = Field(foreign_key="snapshot.id")
    source_id: str | None = Field(default=None, index=True)
    role: str
    genre: str
    topics: list[str] = _json()
    region: str | None = None
    possibly_relevant: bool = False
    body_withheld: bool = False
    evidence: str
    step: dict[str, Any] | None = _json()
    diff: dict[str, Any] | None = _json()
    reasons: list[dict[str, Any]] | None = _json()
    released_from: str | None = Field(default=None, index=True)


class SourceRow(SQLModel, table=True):
    """A source's health and whether the flood gate holds it; written when a run is settled."""

    __tablename__ = "source"
    __table_args__ = (_one_of("health", Health),)
    id: str = Field(primary_key=True)
    name: str
    region: str | None = None
    health: str | None = None
    since: datetime | None = _at(nullable=True)
    last_visit_at: datetime | None = _at(nullable=True)
    last_success_at: datetime | None = _at(nullable=True)
    last_outcome: str | None = None
    detail: str = ""
    held_at: datetime | None = _at(nullable=True)
    held_reason: str = ""


class ColumnRow(SQLModel, table=True):
    """A column's baseline and its last complete sweep; written when a listing is settled.

    backfill: where a backfill that was cut off goes on; written by the crawl.
    """

    __tablename__ = "column_state"
    source_id: str = Field(primary_key=True)
    column_id: str = Field(primary_key=True)
    baseline_at: datetime | None = _at(nullable=True)
    swept_at: datetime | None = _at(nullable=True)
    visited_at: datetime | None = _at(nullable=True)
    backfill: dict[str, Any] | None = _json()


class HealthEventRow(SQLModel, table=True):
    """A source changed state; append-only. notified_at: when the operator was told."""

    __tablename__ = "health_event"
    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(index=True)
    source_name: str
    happened_at: datetime = _at()
    was: str
    now: str
    reason: str
    remedy: str
    notified_at: datetime | None = _at(nullable=True)


class SubscriptionRow(SQLModel, table=True):
    """An address and what it wants; unique while active. Apart from content, erasable."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "ux_subscription_active",
            "address",
            "filter_key",
            "rhythm",
            unique=True,
            sqlite_where=Column("active") == 1,
            postgresql_where=Column("active"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    address: str
    filter: dict[str, Any] = _json()
    filter_key: str
    rhythm: str = "daily"
    all_quiet: bool = False
    diffs: bool = True
    details: bool = True
    active: bool = True
    created_at: datetime = _at()
    suspended_at: datetime | None = _at(nullable=True)
    suspended_why: str = ""


class DigestRunRow(SQLModel, table=True):
    """One digest window of ledger sequences; unique per rhythm and day."""

    __tablename__ = "digest_run"
    __table_args__ = (UniqueConstraint("rhythm", "on_day"),)
    id: int | None = Field(default=None, primary_key=True)
    rhythm: str
    on_day: str
    after: int
    upto: int


class DeliveryRow(SQLModel, table=True):
    """One message to one address, stored before it is sent; unique per window and subscription.

    digest_run_id: None for an immediate alert. change_ids: exactly what it tells, None where a
    version before 0002 composed it. deferred_at: when a server first put it off. due_at: not to
    be tried before; None = at once.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("digest_run_id", "subscription_id"),
        _one_of("state", DeliveryState),
    )
    id: int | None = Field(default=None, primary_key=True)
    digest_run_id: int | None = Field(default=None, foreign_key="digest_run.id")
    subscription_id: int = Field(foreign_key="subscription.id")
    address: str
    message_id: str = Field(unique=True)
    message: bytes
    change_ids: list[str] | None = _json()
    state: str = Field(default="pending", index=True)
    cause: str = ""
    attempts: int = 0
    deferred_at: datetime | None = _at(nullable=True)
    attempted_at: datetime | None = _at(nullable=True)
    due_at: datetime | None = _at(nullable=True)
    detail: str = ""


class AlertRow(SQLModel, table=True):
    """A change that an immediate subscription waits for; written in the change's transaction.

    delivery_id: the message that tells it, None while it waits to be composed.
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("change_id", "subscription_id"),)
    id: int | None = Field(default=None, primary_key=True)
    change_id: str = Field(foreign_key="change.id")
    subscription_id: int = Field(foreign_key="subscription.id")
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id", index=True)


class AlarmRow(SQLModel, table=True):
    """Something an operator must know, open until its cause is gone; written by the scheduler.

    told_at: when a channel first took it. settled: nothing more is to be said of it.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "ux_alarm_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    title: str
    reason: str
    remedy: str
    opened_at: datetime = _at()
    told_at: datetime | None = _at(nullable=True)
    reminders: int = 0
    acked_until: datetime | None = _at(nullable=True)
    closed_at: datetime | None = _at(nullable=True)
    settled: bool = False
