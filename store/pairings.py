"""Which texts around a policy readers want side by side: the edition before, its draft, copies.

Reads only, and compares nothing: who asks brings the comparison (`pipelines.copies`).
"""

from collections.abc import Iterator

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session, col

from store import dossiers, lifecycle, prepared
from store.records import Pairing, Policy
from store.tables import MatchKeyRow, MemberRow, PageRow, PolicyRow, SnapshotRow, StepRow

COPIES = frozenset({"original", "reprint", "clone"})
"""Roles of pages that show the text of the policy; the first of them speaks for it."""


def pairings(session: Session, policy: Policy) -> list[Pairing]:
    """Return the pairs of texts: the edition before, the drafts, then the copies, by page."""
    if not policy.members or policy.members[0].role not in COPIES or not _text(policy):
        return []
    return [*_edition(session, policy), *_pages(session, policy)]


def _pages(session: Session, policy: Policy) -> Iterator[Pairing]:
    others = sorted(policy.members[1:], key=lambda m: (m.role != "draft", m.page_url, m.part))
    texts = _body_texts(session, policy.id) if others else {}
    for member in others:
        text = texts[member.page_url, member.part]
        named = (member.title or member.page_url, member.page_url, policy.id)
        if member.role == "draft" and text.strip():
            yield Pairing("draft", *named, old=text, new=_text(policy))
        elif member.role in COPIES:
            yield Pairing("copy", *named, old=_text(policy), new=text)


def _edition(session: Session, policy: Policy) -> Iterator[Pairing]:
    """Yield the policy whose place this one took: as its text says, else its last namesake."""
    found = _replaced(session, policy) or _namesakes(session, policy)
    before = max(found, key=lambda other: (_first_on(other), other.id), default=None)
    if before is not None:
        url = before.members[0].page_url
        yield Pairing("edition", before.title, url, before.id, old=_text(before), new=_text(policy))


def _replaced(session: Session, policy: Policy) -> list[Policy]:
    """Return the policies of its own name that this one's pages say it takes the place of."""
    stated = prepared.ask(session, _REPLACED, policy=policy.id)
    return _with_text(session, {one for one in stated.scalars() if one})


def _namesakes(session: Session, policy: Policy) -> list[Policy]:
    """Return earlier policies of the same name, region and issuers: a 试行 text, an old edition."""
    if policy.genre != "policy":
        return []
    rows = prepared.ask(session, _NAMESAKES, policy=policy.id, region=policy.region)
    others = _with_text(session, set(rows.scalars()))
    return [other for other in others if _comes_before(other, policy)]


def _comes_before(other: Policy, policy: Policy) -> bool:
    known = other.issuers and policy.issuers
    if known and not set(other.issuers) & set(policy.issuers):
        return False
    return "" < _first_on(other) < _first_on(policy)


def _with_text(session: Session, policy_ids: set[str]) -> list[Policy]:
    found = (dossiers.policy(session, policy_id) for policy_id in sorted(policy_ids))
    return [policy for policy in found if policy is not None and _text(policy)]


def _text(policy: Policy) -> str:
    return policy.document.body_text.strip() if policy.document else ""


def _first_on(policy: Policy) -> str:
    document = policy.document
    return (document.written_on or document.published_on or "") if document else ""


def _body_texts(session: Session, policy_id: str) -> dict[tuple[str, int], str]:
    """Return the present text of each page part of the dossier, by URL and part."""
    rows = prepared.ask(session, _TEXTS, policy=policy_id)
    return {(row.url, row.part): row.document["body_text"] for row in rows}


_OF_POLICY = col(MemberRow.policy_id) == bindparam("policy")
_TEXTS = (
    select(col(PageRow.url), col(MemberRow.part), col(SnapshotRow.document))
    .join(MemberRow, col(MemberRow.page_id) == col(PageRow.id))
    .join(SnapshotRow, col(SnapshotRow.id) == col(MemberRow.snapshot_id))
    .where(_OF_POLICY)
)
_REPLACED = (
    select(col(StepRow.policy_id))
    .join(
        MemberRow,
        and_(
            col(MemberRow.page_id) == col(StepRow.page_id),
            col(MemberRow.part) == col(StepRow.part),
        ),
    )
    .where(
        _OF_POLICY,
        col(StepRow.step) == "replaced",
        col(StepRow.policy_id) != bindparam("policy"),
    )
    .distinct()
)
_OF_PART = and_(
    col(MemberRow.page_id) == col(MatchKeyRow.page_id),
    col(MemberRow.part) == col(MatchKeyRow.part),
)
_ITS_TITLE = and_(
    col(MatchKeyRow.kind) == "title", col(MemberRow.role).in_(lifecycle.SHOWS_THE_POLICY)
)
_OWN_TITLES = (
    # An outer join, so that SQLite begins at the few pages of the policy, not at all titles.
    select(col(MatchKeyRow.value))
    .select_from(MemberRow)
    .outerjoin(MatchKeyRow, and_(_OF_PART, _ITS_TITLE))
    .where(_OF_POLICY)
)
_NAMESAKES = (
    select(col(PolicyRow.id))
    .join(MemberRow, col(MemberRow.policy_id) == col(PolicyRow.id))
    .join(MatchKeyRow, and_(_OF_PART, _ITS_TITLE))
    .where(
        col(MatchKeyRow.value).in_(_OWN_TITLES),
        col(PolicyRow.id) != bindparam("policy"),
        col(PolicyRow.genre) == "policy",
        col(PolicyRow.region).is_not_distinct_from(bindparam("region")),
    )
    .distinct()
)
