"""What an operator decided about identity: these page parts are one policy, those are not.

A decision is about page parts, not dossiers, so that it outlives them; it is told in the ledger
as a correction and never announced (DESIGN rule 14). The crawl asks `divided` before it merges
dossiers by itself, so that no later run undoes what a person said.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations, product

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from store import candidates, dossiers, ledger
from store.errors import DecisionRefused
from store.records import ChangeDraft, Policy
from store.tables import DecisionRow, MemberRow, PageRow

Place = tuple[int, int]
"""Page row id and part."""


def merge(session: Session, policy_ids: Sequence[str], now: datetime) -> str:
    """Make these dossiers one for good and return its id, that of the oldest.

    Raises DecisionRefused for an id that was never given and for fewer than two dossiers.
    """
    found = {policy.id: policy for policy in (_living(session, i) for i in policy_ids)}
    if len(found) < 2:
        raise DecisionRefused(f"merge {' '.join(policy_ids)}: one dossier; name two or more")
    for one, other in combinations(found, 2):
        pairs = product(_places(session, one), _places(session, other))
        _decide(session, pairs, "together", now)
    survivor = dossiers.merge(session, list(found), now)
    for gone in sorted(found.keys() - {survivor}):
        why = f"人工判定为同一政策：《{found[gone].title}》（{gone}）并入本档案"
        _tell(session, survivor, ChangeDraft("merged", "unannounced", why), now)
    return survivor


def split(session: Session, url: str, part: int | None, now: datetime) -> tuple[str, str]:
    """Give a page part a dossier of its own for good; return the id it left and its new one.

    part: None where the page has only one. Raises DecisionRefused for a page that was never
    recorded, a part to be named, and the only page of a dossier.
    """
    part = _part(session, url, part)
    moved = candidates.known_part(session, url, part)
    assert moved is not None, f"{url} part {part}: found a moment ago"
    left = moved.policy_id
    place = (_page_id(session, url), part)
    rest = [other for other in _places(session, left) if other != place]
    if not rest:
        raise DecisionRefused(f"split {url}: the only page of {left}, there is nothing to leave")
    _decide(session, product([place], rest), "apart", now)
    policy_id = dossiers.leave(session, url, part, now)
    why = f"人工判定：与档案{left}不是同一政策，另立档案"
    ledger.append(
        session, url, part, ChangeDraft("corrected", "unannounced", why), policy_id=policy_id,
        now=now,
    )  # fmt: skip
    why = f"人工判定：《{moved.document.title or url}》不属于本档案，分为档案{policy_id}"
    _tell(session, left, ChangeDraft("corrected", "unannounced", why), now)
    return left, policy_id


def divided(session: Session, policy_id: str, other_id: str) -> bool:
    """Return whether an operator decided that a page of one is no page of the other."""
    one, other = aliased(MemberRow), aliased(MemberRow)
    found = session.exec(
        select(DecisionRow.verdict)
        .join(
            one,
            (col(one.page_id) == col(DecisionRow.page_id))
            & (col(one.part) == col(DecisionRow.part)),
        )
        .join(
            other,
            (col(other.page_id) == col(DecisionRow.other_page_id))
            & (col(other.part) == col(DecisionRow.other_part)),
        )
        .where(
            DecisionRow.verdict == "apart",
            or_(
                (col(one.policy_id) == policy_id) & (col(other.policy_id) == other_id),
                (col(one.policy_id) == other_id) & (col(other.policy_id) == policy_id),
            ),
        )
        .limit(1)
    )
    return found.first() is not None


def is_decided(session: Session, url: str, part: int) -> bool:
    """Return whether a person said anything about this page part: then it never moves by itself."""
    page_id = _page_id(session, url)
    found = session.exec(
        select(DecisionRow.verdict)
        .where(
            or_(
                (col(DecisionRow.page_id) == page_id) & (col(DecisionRow.part) == part),
                (col(DecisionRow.other_page_id) == page_id) & (col(DecisionRow.other_part) == part),
            )
        )
        .limit(1)
    )
    return found.first() is not None


def mergeable(session: Session, policy_ids: Sequence[str]) -> list[str]:
    """Return those that may become one, the first and what nobody divided from those kept."""
    kept: list[str] = []
    for policy_id in dict.fromkeys(policy_ids):
        if not any(divided(session, one, policy_id) for one in kept):
            kept.append(policy_id)
    return kept


def _living(session: Session, policy_id: str) -> Policy:
    policy = dossiers.policy(session, policy_id)
    if policy is None:
        raise DecisionRefused(f"policy {policy_id}: no such id; `policywatch policy` shows them")
    return policy


def _part(session: Session, url: str, part: int | None) -> int:
    parts = [candidate.part for candidate in candidates.parts_of(session, url)]
    if not parts:
        raise DecisionRefused(f"page {url}: never recorded; give its address as `policy` shows it")
    if part is None and len(parts) == 1:
        return parts[0]
    if part not in parts:
        known = "、".join(map(str, parts))
        raise DecisionRefused(f"page {url}: holds the parts {known}; name one with --part")
    return part


def _decide(
    session: Session, pairs: Iterable[tuple[Place, Place]], verdict: str, now: datetime
) -> None:
    for pair in pairs:
        (page_id, part), (other_page_id, other_part) = sorted(pair)
        session.merge(
            DecisionRow(
                page_id=page_id,
                part=part,
                other_page_id=other_page_id,
                other_part=other_part,
                verdict=verdict,
                decided_at=now,
            )
        )
    session.flush()


def _tell(session: Session, policy_id: str, draft: ChangeDraft, now: datetime) -> None:
    """Append the correction about the page that speaks for the dossier."""
    speaker = _living(session, policy_id).members[0]
    ledger.append(session, speaker.page_url, speaker.part, draft, policy_id=policy_id, now=now)


def _places(session: Session, policy_id: str) -> list[Place]:
    rows = session.exec(
        select(MemberRow.page_id, MemberRow.part)
        .where(MemberRow.policy_id == policy_id)
        .order_by(col(MemberRow.page_id), col(MemberRow.part))
    )
    return [(page_id, part) for page_id, part in rows]


def _page_id(session: Session, url: str) -> int:
    return session.exec(select(PageRow.id).where(PageRow.url == url)).one() or 0
