"""Leads: policies that relevant pages name and nobody has seen, for an operator to look for.

Asks the store, fetches nothing, writes nothing; a lead is never announced (DESIGN rule 10).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session

from pipelines.canonical import canonical_title, simplify
from pipelines.subject import names_policy
from store import relations
from store.records import Citation
from store.relations import Citing

_SHORTEST_NAME = 5
"""Characters of a policy's name; less is what a text calls one it has named before (《办法》)."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A policy that is cited and was never seen.

    policies, sources: how many dossiers and sources name it; fifteen reprints of one text count
    once. sentence, page_url: where it is named first. policy_id: its dossier, if one has begun
    from what others say of it.
    """

    title: str | None
    document_number: str | None
    policies: int
    sources: int
    sentence: str
    page_url: str
    policy_id: str | None


@dataclass
class _Name:
    citation: Citation
    page_url: str
    policies: set[str] = field(default_factory=set)
    sources: set[str | None] = field(default_factory=set)


def leads(session: Session) -> list[Lead]:
    """Return the policies that relevant pages name and nobody has seen, most named first."""
    titles, numbers = relations.seen(session, "title"), relations.seen(session, "number")
    begun = relations.cited_only(session)
    found = [
        Lead(
            title=name.citation.title,
            document_number=name.citation.document_number,
            policies=len(name.policies),
            sources=len(name.sources),
            sentence=name.citation.sentence,
            page_url=name.page_url,
            policy_id=begun.get(key),
        )
        for key, name in _names(relations.citing(session)).items()
        if key not in titles and simplify(name.citation.document_number or "") not in numbers
    ]
    return sorted(found, key=lambda lead: (-lead.policies, -lead.sources, lead.title or ""))


def _names(pages: Iterable[Citing]) -> dict[str, _Name]:
    """Return each name that can be one policy's, by canonical title, or 文号 where it has none."""
    names: dict[str, _Name] = {}
    for page in pages:
        for citation in page.citations:
            if key := _key(citation):
                name = names.setdefault(key, _Name(citation, page.page_url))
                name.policies.add(page.policy_id)
                name.sources.add(page.source_id)
    return names


def _key(citation: Citation) -> str:
    """Return what the citation is counted under, "" for what cannot be looked for (`《办法》`)."""
    if not citation.title:
        return simplify(citation.document_number or "")
    key = canonical_title(citation.title)
    named = citation.document_number or names_policy(citation.title)
    return key if named and len(key) >= _SHORTEST_NAME else ""
