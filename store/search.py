"""Finds policies by words of their title or by 文号, as the search page asks. Writes nothing.

Two characters are enough (社工): a plain scan of titles, since a trigram index cannot find them.
"""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, or_, select

from store import editions
from store.editions import Card
from store.records import Filter
from store.tables import PolicyRow


def policies(
    session: Session, words: Sequence[str], wanted: Filter, *, limit: int, former: Mapping[str, str]
) -> list[Card]:
    """Return visible policies whose title or 文号 hold every word, the last refreshed first.

    wanted: its regions, genres and topics narrow the search; its other fields are not asked.
    former: what `editions.redirects` returned.
    """
    statement = select(PolicyRow.id).where(
        col(PolicyRow.redirect_to).is_(None),
        PolicyRow.status != "cited",
        col(PolicyRow.genre).in_(("policy", "draft")),
    )
    for word in words:
        statement = statement.where(
            or_(
                col(PolicyRow.title).icontains(word, autoescape=True),
                col(PolicyRow.document_number).icontains(word, autoescape=True),
            )
        )
    if wanted.regions:
        provinces = [region[:2] for region in wanted.regions]
        statement = statement.where(func.substr(PolicyRow.region, 1, 2).in_(provinces))
    if wanted.genres:
        statement = statement.where(col(PolicyRow.genre).in_(wanted.genres))
    if wanted.topics:
        topics = cast(col(PolicyRow.topics), String)
        named = (topics.contains(json.dumps(topic), autoescape=True) for topic in wanted.topics)
        statement = statement.where(or_(*named))
    newest = statement.order_by(col(PolicyRow.updated_at).desc(), PolicyRow.id).limit(2 * limit)
    ids = list(session.exec(newest))
    seen = editions.visible(session, ids, former)
    known = {card.id: card for card in editions.cards(session, ids)}
    return [known[policy_id] for policy_id in ids if policy_id in seen][:limit]
