"""What a policy's pages say of other policies and others of it; its versions. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select

from store import codec, dossiers, editions, ledger
from store.records import Change, Citation, PartialDate
from store.tables import (
    MatchKeyRow,
    MemberRow,
    PageRow,
    PolicyRow,
    SnapshotRow,
    StepRow,
)

TEXTS = ("original", "draft", "implementing", "reprint", "clone")
"""The roles in which a page shows the policy itself: who holds one of them has been seen."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One policy ends or changes another: which step, when, where it is said.

    policy_id: the other one; None where no dossier of that name is known. title: its name.
    """

    policy_id: str | None
    title: str
    step: str
    on: PartialDate | None
    page_url: str


@dataclass(frozen=True, slots=True)
class Version:
    """One state of one page of a dossier. characters: of its text; current: its latest state."""

    page_url: str
    part: int
    recorded_at: datetime
    characters: int
    current: bool


@dataclass(frozen=True, slots=True)
class Citing:
    """A relevant page part and the policies that its text names."""

    policy_id: str
    page_url: str
    source_id: str | None
    citations: tuple[Citation, ...]


def history(session: Session, policy_id: str) -> list[Change]:
    """Return every change of the dossier and of those merged into it, oldest first."""
    former = [gone for gone, kept in editions.redirects(session).items() if kept == policy_id]
    told = [c for one in (policy_id, *former) for c in ledger.changes(session, policy_id=one)]
    return sorted(told, key=lambda change: change.sequence)


def versions(session: Session, policy_id: str) -> list[Version]:
    """Return every state of the dossier's pages, by page, oldest first."""
    rows = session.exec(
        select(SnapshotRow, PageRow.url, MemberRow.snapshot_id)
        .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(SnapshotRow.page_id))
            & (col(MemberRow.part) == col(SnapshotRow.part)),
        )
        .where(MemberRow.policy_id == policy_id)
        .order_by(PageRow.url, col(SnapshotRow.part), col(SnapshotRow.id))
    )
    return [
        Version(url, row.part, row.recorded_at, len(row.document["body_text"]), row.id == latest)
        for row, url, latest in rows
    ]


def replaces(session: Session, policy_id: str) -> list[Ending]:
    """Return what the policy's own pages end or change (`同时废止《…》`), by day."""
    rows = session.exec(
        _endings().where(
            MemberRow.policy_id == policy_id, col(StepRow.policy_id).is_distinct_from(policy_id)
        )
    )
    return [
        _ending(session, step, url, step.policy_id, step.target_title or step.target_number)
        for step, url, _ in rows
    ]


def replaced_by(session: Session, policy_id: str) -> list[Ending]:
    """Return which policies' pages end or change this one, by day."""
    rows = session.exec(
        _endings().where(StepRow.policy_id == policy_id, MemberRow.policy_id != policy_id)
    )
    return [_ending(session, step, url, other, "") for step, url, other in rows]


def citing(session: Session) -> Iterator[Citing]:
    """Yield every relevant page part that names a policy, with what it names, by page."""
    cited = col(SnapshotRow.document)["policies_cited"]
    rows = session.exec(
        select(MemberRow.policy_id, PageRow.url, PageRow.source_id, cited)
        .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .where(col(SnapshotRow.classification)["relevance"].as_string() != "no")
        .order_by(col(MemberRow.page_id), col(MemberRow.part))
    )
    for policy_id, url, source_id, citations in rows:
        if citations:
            yield Citing(policy_id, url, source_id, codec.load_all(Citation, citations))


def seen(session: Session, kind: str) -> set[str]:
    """Return the keys of that kind (`title`, `number`) under which a policy's text is known."""
    return set(
        session.exec(
            select(MatchKeyRow.value)
            .join(
                MemberRow,
                (col(MemberRow.page_id) == col(MatchKeyRow.page_id))
                & (col(MemberRow.part) == col(MatchKeyRow.part)),
            )
            .where(MatchKeyRow.kind == kind, col(MemberRow.role).in_(TEXTS))
            .distinct()
        )
    )


def cited_only(session: Session) -> dict[str, str]:
    """Return, by canonical title, the dossiers that so far hold only what others say of them."""
    rows = session.exec(
        select(MatchKeyRow.value, MemberRow.policy_id)
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(MatchKeyRow.page_id))
            & (col(MemberRow.part) == col(MatchKeyRow.part)),
        )
        .join(PolicyRow, col(PolicyRow.id) == col(MemberRow.policy_id))
        .where(MatchKeyRow.kind == "cited_title", PolicyRow.status == "cited")
        .order_by(col(MemberRow.policy_id).desc())
    )
    return dict(rows.all())


def _endings() -> Select[StepRow, str, str]:
    """Return the statement of steps that speak of another policy, with whose page says so."""
    return (
        select(StepRow, PageRow.url, MemberRow.policy_id)
        .join(PageRow, col(PageRow.id) == col(StepRow.page_id))
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(StepRow.page_id))
            & (col(MemberRow.part) == col(StepRow.part)),
        )
        .where(or_(StepRow.target_title != "", StepRow.target_number != ""))
        .order_by(StepRow.on_day, col(StepRow.id))
    )


def _ending(session: Session, step: StepRow, url: str, other: str | None, named: str) -> Ending:
    title = dossiers.title(session, other) if other else named
    return Ending(other, title, step.step, step.on_day or None, url)
