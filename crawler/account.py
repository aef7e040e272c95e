"""A dossier's whole account for an operator: its changes, versions, copies, neighbours.

Compares texts that the store holds; fetches nothing, writes nothing.
"""

from dataclasses import dataclass

from sqlmodel import Session

from pipelines.copies import compared
from store import relations, stories
from store.pairings import pairings
from store.records import Change, Comparison, Policy
from store.relations import Ending, Version
from store.stories import PageStory, Title


@dataclass(frozen=True, slots=True)
class Account:
    """A policy and all that is known around it. history: oldest first, merged dossiers' too.

    stories: of each page, how it was read and why it is in this dossier.
    """

    policy: Policy
    history: tuple[Change, ...]
    stories: tuple[PageStory, ...]
    versions: tuple[Version, ...]
    comparisons: tuple[Comparison, ...]
    cites: tuple[Title, ...]
    cited_by: tuple[Title, ...]
    replaces: tuple[Ending, ...]
    replaced_by: tuple[Ending, ...]


def account(session: Session, policy: Policy) -> Account:
    """Return the policy's account as the ledger has it now."""
    return Account(
        policy=policy,
        history=tuple(relations.history(session, policy.id)),
        stories=tuple(stories.pages(session, policy.id)),
        versions=tuple(relations.versions(session, policy.id)),
        comparisons=tuple(compared(pairing) for pairing in pairings(session, policy)),
        cites=tuple(stories.titles(session, stories.cites(session, policy.id))),
        cited_by=tuple(stories.titles(session, stories.cited_by(session, policy.id))),
        replaces=tuple(relations.replaces(session, policy.id)),
        replaced_by=tuple(relations.replaced_by(session, policy.id)),
    )
