"""Lifecycle steps as pages state them: bound to their policy, happened, or waiting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, delete, insert, or_, union
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from store import codec, prepared
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
    anew: bool = True,
) -> bool:
    """Make the steps stated at `place` (page row id, part) exactly these; return whether any
    came or went. anew: others may be stated there so far.

    A step already there keeps its binding and whether it happened, so that reading a page again
    tells nobody anything twice. A step on the document's own policy has happened if its day is
    not in the future: the change that brings the document tells of it.
    """
    page_id, part = place
    rows = prepared.ask(session, _STATED_AT, page_id=page_id, part=part) if anew else ()
    before = {_identity(row._asdict()): row for row in rows}
    wanted = {_identity(row): row for row in (_row(step, place, now) for step in stated)}
    for identity in before.keys() - wanted.keys():
        prepared.ask(session, _DELETE, at_key=before[identity].id)
    new = [wanted[identity] for identity in sorted(wanted.keys() - before.keys())]
    for row in new:
        own = not (row["target_title"] or row["target_number"])
        row["policy_id"] = policy_id if own else None
        row["happened"] = own and row["on_day"] <= _day(now)
    prepared.put(session, _INSERT, new)
    for identity in wanted.keys() & before.keys():
        key = wanted[identity]["target_key"]
        if before[identity].target_key != key:
            prepared.ask(session, _CHANGE, at_key=before[identity].id, target_key=key)
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
    rows = prepared.ask(session, _SPOKEN, ids=list(policy_ids))
    return [
        Spoken(
            row.id,
            _step(row),
            row.policy_id,
            row.stated_by,
            codec.load(Document, row.document),
        )
        for row in rows
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


def once(step: LifecycleStep) -> tuple[str, str]:
    """Return what makes two statements of a step one event: a policy ends once, changes often."""
    return (step.step, (step.on or "") if step.step in {"revised", "consultation"} else "")


def told_steps(session: Session, policy_id: str) -> set[tuple[str, str]]:
    """Return the steps of the policy that readers know of, as `once` names them."""
    return {once(_step(row)) for row in prepared.ask(session, _TOLD, policy=policy_id)}


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
    rows = prepared.ask(session, _COME, policy=policy_id, day=_day(now))
    return set(rows.scalars())


def steps(session: Session, policy_id: str) -> tuple[LifecycleStep, ...]:
    """Return the policy's steps by day, each once however many copies state it."""
    rows = prepared.ask(session, _OF_POLICY, policy=policy_id).all()
    unique = {(row.step, row.on_day): _step(row) for row in reversed(rows)}
    return tuple(sorted(unique.values(), key=lambda step: (step.on or "", step.step)))


def _day(now: datetime) -> str:
    return now.astimezone(SHANGHAI).date().isoformat()


def _identity(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return (row["step"], row["on_day"], row["target_title"], row["target_number"])


def _row(step: LifecycleStep, place: tuple[int, int], now: datetime) -> dict[str, Any]:
    return {
        "page_id": place[0],
        "part": place[1],
        "step": step.step,
        "on_day": step.on or "",
        "sentence": step.sentence,
        "target_title": step.target_title or "",
        "target_number": step.target_number or "",
        "target_key": step.target_key or "",
        "recorded_at": now,
    }


def _step(row: StepRow | Row[Any]) -> LifecycleStep:
    return LifecycleStep(
        step=row.step,  # type: ignore[arg-type]
        on=row.on_day or None,
        sentence=row.sentence,
        target_title=row.target_title or None,
        target_number=row.target_number or None,
        target_key=row.target_key or None,
    )


_STEP = prepared.fields(
    StepRow,
    *("id", "policy_id", "step", "on_day", "sentence"),
    *("target_title", "target_number", "target_key"),
)
_STATED_AT = select_rows(*_STEP).where(
    col(StepRow.page_id) == bindparam("page_id"), col(StepRow.part) == bindparam("part")
)
_OF_ITS_POLICY = col(StepRow.policy_id) == bindparam("policy")
_TOLD = select_rows(*_STEP).where(_OF_ITS_POLICY, col(StepRow.happened).is_(True))
_COME = select_rows(col(StepRow.step)).where(
    _OF_ITS_POLICY, col(StepRow.on_day) <= bindparam("day")
)
_OF_POLICY = (
    select_rows(*_STEP)
    .where(_OF_ITS_POLICY)
    .order_by(col(StepRow.on_day), col(StepRow.step), col(StepRow.id))
)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_STATED_BY = and_(
    col(MemberRow.page_id) == col(StepRow.page_id), col(MemberRow.part) == col(StepRow.part)
)
_NAMES = (  # canonical titles and 文号 under which the policies' own texts are known
    select_rows(col(MatchKeyRow.value))
    .join(
        MemberRow,
        and_(
            col(MemberRow.page_id) == col(MatchKeyRow.page_id),
            col(MemberRow.part) == col(MatchKeyRow.part),
        ),
    )
    .where(
        col(MemberRow.policy_id).in_(_IDS),
        col(MemberRow.role).in_(SHOWS_THE_POLICY),
        col(MatchKeyRow.kind).in_(("title", "number")),
    )
)
_THEIRS = union(  # each of these goes by an index; one question with `or` would read every step
    select_rows(col(StepRow.id))
    .join(MemberRow, _STATED_BY)
    .where(col(MemberRow.policy_id).in_(_IDS)),
    select_rows(col(StepRow.id)).where(col(StepRow.policy_id).in_(_IDS)),
    select_rows(col(StepRow.id)).where(col(StepRow.target_key).in_(_NAMES)),
    select_rows(col(StepRow.id)).where(col(StepRow.target_number).in_(_NAMES)),
)
_SPOKEN = (
    select_rows(*_STEP, col(MemberRow.policy_id).label("stated_by"), col(SnapshotRow.document))
    .join(MemberRow, _STATED_BY)
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
    .where(
        or_(col(StepRow.target_title) != "", col(StepRow.target_number) != ""),
        col(StepRow.id).in_(_THEIRS),
    )
    .order_by(col(StepRow.on_day), col(StepRow.step), col(StepRow.id))
)
_INSERT = insert(StepRow)
_CHANGE = prepared.change(StepRow)
_DELETE = delete(StepRow).where(col(StepRow.id) == bindparam("at_key"))
