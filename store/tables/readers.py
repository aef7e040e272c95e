"""What readers and operators are sent: subscriptions, digests, alerts, alarms."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from store.records import DeliveryState
from store.tables.fields import as_json, at, one_of


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
    filter: dict[str, Any] = as_json()
    filter_key: str
    rhythm: str = "daily"
    all_quiet: bool = False
    diffs: bool = True
    details: bool = True
    active: bool = True
    created_at: datetime = at()
    suspended_at: datetime | None = at(nullable=True)
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


class MailContentRow(SQLModel, table=True):
    """What many mails have in common, once: everything but the headers that are one person's own.

    digest: SHA-256 of it, so that like content is one row. Holds no address of a subscriber.
    """

    __tablename__ = "mail_content"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    sealed: bytes


class DeliveryRow(SQLModel, table=True):
    """One message to one address, stored before it is sent; unique per window and subscription.

    message: the headers that are this subscriber's own, `content_id` the rest; where that is None
    (a version before 0006 composed it) message is all of it. digest_run_id: None for an immediate
    alert. change_ids: exactly what it tells, None where a version before 0002 composed it.
    deferred_at: when a server first put it off. due_at: not to be tried before; None = at once.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("digest_run_id", "subscription_id"),
        one_of("state", DeliveryState),
    )
    id: int | None = Field(default=None, primary_key=True)
    digest_run_id: int | None = Field(default=None, foreign_key="digest_run.id")
    subscription_id: int = Field(foreign_key="subscription.id")
    address: str
    message_id: str = Field(unique=True)
    message: bytes
    content_id: int | None = Field(default=None, foreign_key="mail_content.id")
    change_ids: list[str] | None = as_json()
    state: str = Field(default="pending", index=True)
    cause: str = ""
    attempts: int = 0
    deferred_at: datetime | None = at(nullable=True)
    attempted_at: datetime | None = at(nullable=True)
    due_at: datetime | None = at(nullable=True)
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

    tried, affects: what the program did about it by itself, whom it touches; empty where nothing
    is to say. told_at: when a channel first took it. settled: nothing more is to be said of it.
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
    tried: str = ""
    affects: str = ""
    opened_at: datetime = at()
    told_at: datetime | None = at(nullable=True)
    reminders: int = 0
    acked_until: datetime | None = at(nullable=True)
    closed_at: datetime | None = at(nullable=True)
    settled: bool = False
