"""Lifecycle steps as pages state them: bound to their policy, happened, or waiting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from store import codec
from store.records import SHANGHAI, Document, LifecycleStep
from store.tables import MatchKeyRow, MemberRow, PageRow, SnapshotRow, StepRow

SHOWS_THE_POLICY = ("original", "draft", "reprint", "implementing")
"""Roles of pages whose title and 文号 are the policy's own."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A step that a page states of another policy than its own.

    policy_id: what it is bound to, None while it waits. stated_by: the policy of the page that
    says so; document: that page's.
    """

    id: int
    step: LifecycleStep
    policy_id: str | None
    stated_by: str
    document: Document


def state(
    session: Session,
    place: tuple[int, int],
    stated: Sequence[LifecycleStep],
    *,
    policy_id: str,
    now: datetime,
) -> bool:
    """Make the steps stated at `place` (page row id, part) exactly these; return whether any
    came or went.

    A step already there keeps its binding and whether it happened, so that reading a page again
    tells nobody anything twice. A step on the document's own policy has happened if its day is
    not in the future: the change that brings the document tells of it.
    """
    page_id, part = place
    rows = session.exec(select(StepRow).where(StepRow.page_id == page_id, StepRow.part == part))
    before = {_identity(row): row for row in rows}
    wanted = {_identity(row): row for row in (_row(step, place, now) for step in stated)}
    for identity in before.keys() - wanted.keys():
        session.delete(before[identity])
    for identity in sorted(wanted.keys() - before.keys()):
        row = wanted[identity]
        if not (row.target_title or row.target_number):
            row.policy_id, row.happened = policy_id, row.on_day <= _day(now)
        session.add(row)
    for identity in wanted.keys() & before.keys():
        before[identity].target_key = wanted[identity].target_key
    session.flush()
    return before.keys() != wanted.keys()


def follow(session: Session, policy_id: str) -> None:
    """Give the policy the steps that its pages state of their own policy's life, and no others.

    For dossiers made one or apart: a step about the page's own policy goes where the page goes.
    """
    own = session.exec(
        select(StepRow)
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(StepRow.page_id))
            & (col(MemberRow.part) == col(StepRow.part)),
        )
        .where(
            MemberRow.policy_id == policy_id,
            StepRow.target_title == "",
            StepRow.target_number == "",
        )
    )
    for row in own:
        row.policy_id = policy_id
        session.add(row)
    session.flush()


def spoken(session: Session, policy_ids: Collection[str]) -> list[Spoken]:
    """Return the steps of other policies that have to do with these: by day, then as stated.

    Those their pages state, those bound to them, and those that speak of a title or 文号 under
    which one of their texts is known.
    """
    names = _names(session, policy_ids)
    rows = session.exec(
        select(StepRow, MemberRow.policy_id, SnapshotRow.document)
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(StepRow.page_id))
            & (col(MemberRow.part) == col(StepRow.part)),
        )
        .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
        .where(
            or_(StepRow.target_title != "", StepRow.target_number != ""),
            or_(
                col(MemberRow.policy_id).in_(policy_ids),
                col(StepRow.policy_id).in_(policy_ids),
                col(StepRow.target_key).in_(names),
                col(StepRow.target_number).in_(names),
            ),
        )
        .order_by(StepRow.on_day, StepRow.step, col(StepRow.id))
    )
    return [
        Spoken(row.id or 0, _step(row), row.policy_id, by, codec.load(Document, document))
        for row, by, document in rows
    ]


def bind(session: Session, step_id: int, policy_id: str | None, now: datetime) -> bool:
    """Bind a step to the policy it speaks of; return whether its readers must be told of it now.

    None lets it wait again. A step whose day is still to come is told when it is due.
    """
    row = session.get_one(StepRow, step_id)
    told = told_steps(session, policy_id) if policy_id else set()
    row.policy_id, row.happened = policy_id, policy_id is not None and row.on_day <= _day(now)
    session.add(row)
    session.flush()
    return row.happened and once(_step(row)) not in told


def _names(session: Session, policy_ids: Collection[str]) -> set[str]:
    """Return the canonical titles and 文号 under which the policies' own texts are known."""
    rows = session.exec(
        select(MatchKeyRow.value)
        .join(
            MemberRow,
            (col(MemberRow.page_id) == col(MatchKeyRow.page_id))
            & (col(MemberRow.part) == col(MatchKeyRow.part)),
        )
        .where(
            col(MemberRow.policy_id).in_(policy_ids),
            col(MemberRow.role).in_(SHOWS_THE_POLICY),
            col(MatchKeyRow.kind).in_(("title", "number")),
        )
        .distinct()
    )
    return set(rows)


def once(step: LifecycleStep) -> tuple[str, str]:
    """Return what makes two statements of a step one event: a policy ends once, changes often."""
    return (step.step, (step.on or "") if step.step in {"revised", "consultation"} else "")


def told_steps(session: Session, policy_id: str) -> set[tuple[str, str]]:
    """Return the steps of the policy that readers know of, as `once` names them."""
    rows = session.exec(
        select(StepRow).where(StepRow.policy_id == policy_id, col(StepRow.happened).is_(True))
    )
    return {once(_step(row)) for row in rows}


def due(session: Session, now: datetime) -> list[tuple[str, str, int, LifecycleStep]]:
    """Return steps whose day has come and that no change has told, each once per policy.

    As (policy id, URL and part of a page that states it, step), by day.
    """
    rows = session.exec(
        select(StepRow, PageRow.url)
        .join(PageRow, col(PageRow.id) == col(StepRow.page_id))
        .where(
            col(StepRow.policy_id).is_not(None),
            col(StepRow.happened).is_(False),
            StepRow.on_day <= _day(now),
        )
        .order_by(StepRow.on_day, col(StepRow.policy_id), PageRow.url, col(StepRow.part))
    )
    first: dict[tuple[str, tuple[str, str]], tuple[str, str, int, LifecycleStep]] = {}
    for row, url in rows:
        policy_id, step = row.policy_id or "", _step(row)
        first.setdefault((policy_id, once(step)), (policy_id, url, row.part, step))
    return list(first.values())


def mark_happened(session: Session, policy_id: str, step: LifecycleStep) -> None:
    """Note that readers know of this step, wherever it is stated for the policy."""
    rows = session.exec(select(StepRow).where(StepRow.policy_id == policy_id))
    for row in rows:
        if once(_step(row)) == once(step):
            row.happened = True
            session.add(row)


def happened(session: Session, policy_id: str, now: datetime) -> set[str]:
    """Return the kinds of step that have happened to the policy by the Shanghai day of `now`."""
    rows = session.exec(
        select(StepRow.step).where(StepRow.policy_id == policy_id, StepRow.on_day <= _day(now))
    )
    return set(rows)


def steps(session: Session, policy_id: str) -> tuple[LifecycleStep, ...]:
    """Return the policy's steps by day, each once however many copies state it."""
    rows = session.exec(
        select(StepRow)
        .where(StepRow.policy_id == policy_id)
        .order_by(StepRow.on_day, StepRow.step, col(StepRow.id))
    )
    unique = {(row.step, row.on_day): _step(row) for row in reversed(rows.all())}
    return tuple(sorted(unique.values(), key=lambda step: (step.on or "", step.step)))


def _day(now: datetime) -> str:
    return now.astimezone(SHANGHAI).date().isoformat()


def _identity(row: StepRow) -> tuple[str, str, str, str]:
    return (row.step, row.on_day, row.target_title, row.target_number)


def _row(step: LifecycleStep, place: tuple[int, int], now: datetime) -> StepRow:
    return StepRow(
        page_id=place[0],
        part=place[1],
        step=step.step,
        on_day=step.on or "",
        sentence=step.sentence,
        target_title=step.target_title or "",
        target_number=step.target_number or "",
        target_key=step.target_key or "",
        recorded_at=now,
    )


def _step(row: StepRow) -> LifecycleStep:
    return LifecycleStep(
        step=row.step,  # type: ignore[arg-type]
        on=row.on_day or None,
        sentence=row.sentence,
        target_title=row.target_title or None,
        target_number=row.target_number or None,
        target_key=row.target_key or None,
    )
