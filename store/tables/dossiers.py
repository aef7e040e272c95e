"""What is held of policies: members, decisions, keys, steps, changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.records import Announcement, ChangeKind, Genre, Role
from store.tables.fields import as_json, at, one_of


class PolicyRow(SQLModel, table=True):
    """One dossier. redirect_to: the older policy that survived a merge; the id is never reused."""

    __tablename__ = "policy"
    id: str = Field(primary_key=True)
    title: str
    document_number: str | None = None
    region: str | None = None
    issuers: list[str] = as_json()
    genre: str
    topics: list[str] = as_json()
    status: str
    first_seen_at: datetime = at()
    updated_at: datetime = at()
    redirect_to: str | None = Field(default=None, foreign_key="policy.id")


class MemberRow(SQLModel, table=True):
    """A page part's place in a dossier: which policy, in which role, why."""

    __tablename__ = "member"
    __table_args__ = (one_of("role", Role), one_of("genre", Genre))
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
    decided_at: datetime = at()


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
    recorded_at: datetime = at()


class ChangeRow(SQLModel, table=True):
    """One row of the append-only ledger; nothing ever updates or deletes one."""

    __tablename__ = "change"
    __table_args__ = (
        one_of("kind", ChangeKind),
        one_of("announcement", Announcement),
        {"sqlite_autoincrement": True},
    )
    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    recorded_at: datetime = at(index=True)
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
    topics: list[str] = as_json()
    region: str | None = None
    possibly_relevant: bool = False
    body_withheld: bool = False
    evidence: str
    step: dict[str, Any] | None = as_json()
    diff: dict[str, Any] | None = as_json()
    reasons: list[dict[str, Any]] | None = as_json()
    released_from: str | None = Field(default=None, index=True)
