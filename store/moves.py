"""Where a site shows a policy's text when its address is gone: what the dossiers know, no net.

A page that went is no withdrawn policy while its own site shows the text elsewhere; a reprint on
another site says nothing of that.
"""

from typing import Any

from sqlmodel import Session, col, select

from store.tables import MemberRow, PageRow

Place = tuple[str, int]
"""A page part: the page's canonical URL, and which of its documents."""


def lives_on(session: Session, url: str, policy_id: str, role: str) -> Place | None:
    """Return where else its own site still shows the text, None where it does not.

    A site with new software, or a page moved to another column: the address is gone, the policy is
    not withdrawn. A reprint on another site says nothing of that. role: of the page that is gone.
    """
    row = session.exec(
        _beside(session, url, policy_id)
        .where(
            col(MemberRow.role).in_({role, "original", "reprint"}),
            col(PageRow.missing_days).is_(None),
            col(PageRow.withdrawn).is_(False),
        )
        .order_by(col(PageRow.last_visited_at).desc(), PageRow.url)
    ).first()
    return None if row is None else (row[0], row[1])


def left_behind(session: Session, url: str, policy_id: str, role: str) -> Place | None:
    """Return where this page's site showed the text before and does no more.

    None where nothing of it was withdrawn, or it stands at another address still. role: of the
    page, whose place no page of another role has had.
    """
    alike = {"original", "reprint"} if role in {"original", "reprint"} else {role}
    others = session.exec(
        _beside(session, url, policy_id)
        .where(col(MemberRow.role).in_(alike))
        .order_by(col(PageRow.withdrawn), col(PageRow.last_visited_at).desc(), PageRow.url)
        .add_columns(col(PageRow.withdrawn))
    ).first()
    return (others[0], others[1]) if others is not None and others[2] else None


def source_of(session: Session, url: str) -> str | None:
    """Return the id of the source that a recorded page belongs to, None for an imported one's."""
    return session.exec(select(PageRow.source_id).where(PageRow.url == url)).one()


def vanished(session: Session, source_id: str, since_on: str) -> int:
    """Return how many of a source's own policy pages were missing on that day or later.

    Only those that stand nowhere else on its site. Their absence may wait for confirmation: pages
    that left together are confirmed one after the other. What was withdrawn before is not counted.
    """
    gone = session.exec(
        select(PageRow.url, MemberRow.policy_id, MemberRow.role, PageRow.missing_days)
        .join(MemberRow, col(MemberRow.page_id) == col(PageRow.id))
        .where(
            PageRow.source_id == source_id,
            col(PageRow.missing_days).is_not(None),
            col(PageRow.withdrawn).is_(False),
            col(MemberRow.role).in_(("original", "draft")),
        )
        .order_by(PageRow.url)
    ).all()
    lately = [page for *page, days in gone if days and days[-1] >= since_on]
    return len({page[0] for page in lately if lives_on(session, *page) is None})


def _beside(session: Session, url: str, policy_id: str) -> Any:
    """Return the question for the other addresses (URL, part) of a page's site in a dossier."""
    return (
        select(PageRow.url, MemberRow.part)
        .join(MemberRow, col(MemberRow.page_id) == col(PageRow.id))
        .where(
            MemberRow.policy_id == policy_id,
            PageRow.source_id == source_of(session, url),
            PageRow.url != url,
        )
    )
