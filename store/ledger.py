"""The append-only ledger: what happened, to what, when we saw it, why we believe it.

`record` writes everything one finding means, inside the caller's one write transaction: snapshot,
role, keys, lifecycle steps, changes. Sequence and recorded_at are assigned here, inside the write
lock, so a reader that has seen sequence n will never see a smaller one appear.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from store import alerts, candidates, codec, dossiers, lifecycle, moves, pages, prepared
from store.records import (
    SHANGHAI,
    Change,
    ChangeDraft,
    Diff,
    Document,
    Finding,
    LifecycleStep,
    PageFacts,
    Reason,
)
from store.tables import ChangeRow, MemberRow, PageRow, PolicyRow, SnapshotRow

ROWS_PER_QUERY = 100


def record(
    session: Session, facts: PageFacts, page_id: int, finding: Finding, now: datetime
) -> list[str]:
    """Record one finding on a touched page; return the ids of the changes it became.

    now: read from the clock inside the write lock, so that instants rise with the sequence.
    """
    policy_id = finding.verdict.policy_id or dossiers.begin(session, finding, now)
    place = (page_id, finding.part)
    before: int | None = prepared.ask(session, _SNAPSHOT, page_id=page_id, part=place[1]).scalar()
    at = before if finding.verdict.kind == "same" else None
    snapshot_id = at or _snapshot(session, facts, page_id, finding)
    dossiers.put(
        session, place, finding, policy_id=policy_id, snapshot_id=snapshot_id, joins=before is None
    )
    candidates.index(session, *place, finding.keys, anew=before is not None)
    stepped = lifecycle.state(
        session, place, finding.steps, policy_id=policy_id, now=now, anew=before is not None
    )
    moved = stepped or finding.verdict.kind != "same"
    if finding.verdict.kind == "revised":
        pages.changed(session, page_id, facts.visited_at)
    dossiers.refresh(session, policy_id, now, moved=moved)
    if not finding.changes:
        return []
    told = _told_of(session, finding.url, finding.part, policy_id) | {"source_id": facts.source_id}
    return [_append(session, told, draft, now) for draft in finding.changes]


def append(
    session: Session, url: str, part: int, draft: ChangeDraft, *, policy_id: str, now: datetime
) -> str:
    """Append a change about a page part already recorded (withdrawn, a step due); return its id."""
    return _append(session, _told_of(session, url, part, policy_id), draft, now)


def release(session: Session, source_id: str, now: datetime) -> int:
    """Announce what the flood gate held of a source, as new rows; return how many.

    Of withdrawals only those whose page is gone still: what came back, or was found at another
    address of its site meanwhile, was never withdrawn.
    """
    released = select(ChangeRow.released_from).where(col(ChangeRow.released_from).is_not(None))
    held = session.exec(
        select(ChangeRow)
        .where(
            ChangeRow.source_id == source_id,
            ChangeRow.announcement == "held",
            col(ChangeRow.id).not_in(released),
        )
        .order_by(col(ChangeRow.sequence))
    ).all()
    newest = {(row.page_id, row.part): row.id for row in held if row.kind == "withdrawn"}
    told = [
        row
        for row in held
        if row.kind != "withdrawn"
        or (newest[row.page_id, row.part] == row.id and _is_gone(session, row))
    ]
    for row in told:
        values = row.model_dump(exclude={"sequence", "id", "recorded_at", "announcement"})
        values |= {"recorded_at": now, "announcement": "announced", "released_from": row.id}
        _insert(session, values)
    return len(told)


def _is_gone(session: Session, row: ChangeRow) -> bool:
    page = session.get_one(PageRow, row.page_id)
    policy_id = dossiers.survivor(session, row.policy_id)
    return page.withdrawn and moves.lives_on(session, page.url, policy_id, row.role) is None


def changes(
    session: Session,
    *,
    after: int = 0,
    upto: int | None = None,
    limit: int | None = None,
    newest_first: bool = False,
    policy_id: str | None = None,
    page_url: str | None = None,
) -> list[Change]:
    """Return changes with sequence in (after, upto], each with the document it speaks of."""
    bounds = {"upto": upto, "policy_id": policy_id, "page_url": page_url}
    given = {name: value for name, value in bounds.items() if value is not None}
    statement = _changes(frozenset(given))
    if newest_first:
        statement = statement.order_by(None).order_by(col(ChangeRow.sequence).desc())
    if limit is not None:
        statement = statement.limit(limit)
    return [_change(row) for row in prepared.ask(session, statement, after=after, **given)]


def at(session: Session, sequences: Sequence[int]) -> list[Change]:
    """Return the changes with these sequences, in the order asked for; an unknown one is left out.

    Asks for a hundred at a time: databases bound how many values one question may hold.
    """
    found: dict[int, Change] = {}
    for start in range(0, len(sequences), ROWS_PER_QUERY):
        some = sequences[start : start + ROWS_PER_QUERY]
        rows = prepared.ask(session, _AT, sequences=some)
        found |= {row.sequence: _change(row) for row in rows}
    return [found[sequence] for sequence in sequences if sequence in found]


def titles(session: Session, change_ids: Collection[str]) -> dict[str, str]:
    """Return, by change id, the title of the policy it happened to."""
    rows = session.exec(
        select(ChangeRow.id, ChangeRow.policy_title).where(col(ChangeRow.id).in_(change_ids))
    )
    return dict(rows.all())


def last_sequence(session: Session, before: datetime | None = None) -> int:
    """Return the last sequence recorded (before that instant), 0 for an empty ledger."""
    statement = select(func.max(ChangeRow.sequence))
    if before is not None:
        statement = statement.where(ChangeRow.recorded_at < before)
    return session.exec(statement).one() or 0


def revised_since(session: Session, source_id: str, since: datetime) -> int:
    """Return how many revisions of a source's pages were recorded at that instant or later."""
    statement = select(func.count()).where(
        ChangeRow.source_id == source_id,
        ChangeRow.kind == "revised",
        ChangeRow.recorded_at >= since,
    )
    return session.exec(statement).one()


def busiest_day(session: Session, source_id: str) -> int:
    """Return the most new policies the source ever brought on one day, its baseline left out."""
    days = session.exec(
        select(ChangeRow.recorded_at).where(
            ChangeRow.source_id == source_id,
            ChangeRow.kind == "new",
            col(ChangeRow.announcement).not_in(("baseline", "held")),
        )
    )
    tally = Counter(at.astimezone(SHANGHAI).date() for at in days)
    return max(tally.values(), default=0)


@cache
def _changes(bounds: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """Return the statement for changes `after` a sequence and within these bounds, oldest first."""
    clauses = {
        "upto": col(ChangeRow.sequence) <= bindparam("upto"),
        "policy_id": col(ChangeRow.policy_id) == bindparam("policy_id"),
        "page_url": col(PageRow.url) == bindparam("page_url"),
    }
    return _WITH_DOCUMENT.where(
        col(ChangeRow.sequence) > bindparam("after"), *(clauses[name] for name in bounds)
    ).order_by(col(ChangeRow.sequence))


def _told_of(session: Session, url: str, part: int, policy_id: str) -> dict[str, Any]:
    """Return what every change of a policy about a recorded page part says of both, by column."""
    row = prepared.ask(session, _TOLD_OF, url=url, part=part, policy=policy_id).one()._asdict()
    classification = row.pop("classification")
    return row | {"topics": classification["topics"], "reasons": classification["reasons"]}


def _append(session: Session, told: Mapping[str, Any], draft: ChangeDraft, now: datetime) -> str:
    row = {
        **told,
        "recorded_at": now,
        "kind": draft.kind,
        "announcement": draft.announcement,
        "possibly_relevant": draft.possibly_relevant,
        "body_withheld": draft.body_withheld,
        "evidence": draft.evidence,
        "step": codec.dump(draft.step) if draft.step else None,
        "diff": codec.dump(draft.diff) if draft.diff else None,
    }
    return _insert(session, row)


def _insert(session: Session, row: dict[str, Any]) -> str:
    """Give the row its sequence and then its id, which no restored backup can give again.

    A clock that was set back does not make instants fall: digest windows are cut by them.
    """
    newest = prepared.ask(session, _NEWEST_AT).scalar()
    row["recorded_at"] = max(row["recorded_at"], newest) if newest else row["recorded_at"]
    place = f"{row['page_id']}-{row['part']}"
    sequence = prepared.insert_one(session, _INSERT, {**row, "id": f"pending-{place}"})
    seed = (
        f"{sequence}|{row['recorded_at'].isoformat()}|{row['page_id']}|{row['part']}|{row['kind']}"
    )
    change_id = hashlib.sha256(seed.encode()).hexdigest()[:20]
    prepared.ask(session, _NAME, at_key=sequence, id=change_id)
    if row["announcement"] == "announced":
        alerts.queue(session, lambda: at(session, [sequence])[0])
    return change_id


def _snapshot(session: Session, facts: PageFacts, page_id: int, finding: Finding) -> int:
    decoded = finding.decoded
    row = {
        "page_id": page_id,
        "part": finding.part,
        "content_hash": finding.content_hash,
        "capture_id": facts.capture_id,
        "recorded_at": facts.visited_at,
        "document": codec.dump(finding.document),
        "classification": codec.dump(finding.classification),
        "charset": decoded.charset,
        "declared": [decoded.header, decoded.meta],
        "quality": decoded.quality,
        "repairs": codec.dump_all(decoded.repairs),
        "damage": codec.dump_all(decoded.damage),
        "reader_version": finding.reader_version,
    }
    return prepared.insert_one(session, _INSERT_SNAPSHOT, row)


def _change(row: Row[Any]) -> Change:
    return Change(
        **{name: getattr(row, name) for name in _PLAIN},
        page_url=row.url,
        address=dossiers.served_elsewhere(row.document["url"], row.url),
        topics=tuple(row.topics),
        document=codec.load(Document, row.document),
        step=codec.load(LifecycleStep, row.step) if row.step else None,
        diff=codec.load(Diff, row.diff) if row.diff else None,
        reasons=codec.load_all(Reason, row.reasons),
    )


_PLAIN = (
    *("sequence", "id", "recorded_at", "kind", "announcement", "policy_id", "policy_title"),
    *("source_id", "role", "genre", "region", "possibly_relevant", "body_withheld", "evidence"),
)
_WITH_DOCUMENT = (
    select_rows(
        *prepared.fields(ChangeRow, *_PLAIN, "topics", "step", "diff", "reasons"),
        col(SnapshotRow.document),
        col(PageRow.url),
    )
    .join(SnapshotRow, col(SnapshotRow.id) == col(ChangeRow.snapshot_id))
    .join(PageRow, col(PageRow.id) == col(ChangeRow.page_id))
)
_AT = _WITH_DOCUMENT.where(col(ChangeRow.sequence).in_(bindparam("sequences", expanding=True)))
_TOLD_OF = (
    select_rows(
        *prepared.fields(MemberRow, "page_id", "part", "snapshot_id", "role", "genre"),
        col(PageRow.source_id),
        col(PolicyRow.id).label("policy_id"),
        col(PolicyRow.title).label("policy_title"),
        col(SnapshotRow.classification),
        col(SnapshotRow.document)["region"].as_string().label("region"),
    )
    .join(PageRow, col(PageRow.id) == col(MemberRow.page_id))
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
    .join(PolicyRow, col(PolicyRow.id) == bindparam("policy"))
    .where(col(PageRow.url) == bindparam("url"), col(MemberRow.part) == bindparam("part"))
)
_SNAPSHOT = select_rows(col(MemberRow.snapshot_id)).where(
    col(MemberRow.page_id) == bindparam("page_id"), col(MemberRow.part) == bindparam("part")
)
_NEWEST_AT = (
    select_rows(col(ChangeRow.recorded_at)).order_by(col(ChangeRow.sequence).desc()).limit(1)
)
_INSERT_SNAPSHOT = insert(SnapshotRow)
_INSERT = insert(ChangeRow)
_NAME = prepared.change(ChangeRow, "sequence")
