"""A dossier's whole account for an operator: its changes, versions, copies, neighbours.

Compares texts that the store holds; fetches nothing, writes nothing.
"""

from dataclasses import dataclass

from sqlmodel import Session

from pipelines import diff
from pipelines.canonical import simplify
from pipelines.noise import strip_noise
from store import relations, stories
from store.records import Change, Diff, Policy
from store.relations import Ending, Version
from store.stories import Title

_COPIES = frozenset({"reprint", "clone"})
_NAMED_AT_MOST = 6
"""So many articles are named by their numbers; of more, how many there are."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a policy's text and how it differs from the page that speaks for it."""

    page_url: str
    source_id: str | None
    role: str
    difference: str


@dataclass(frozen=True, slots=True)
class Account:
    """A policy and all that is known around it. history: oldest first, merged dossiers' too."""

    policy: Policy
    history: tuple[Change, ...]
    versions: tuple[Version, ...]
    copies: tuple[Copy, ...]
    cites: tuple[Title, ...]
    cited_by: tuple[Title, ...]
    replaces: tuple[Ending, ...]
    replaced_by: tuple[Ending, ...]


def account(session: Session, policy: Policy) -> Account:
    """Return the policy's account as the ledger has it now."""
    return Account(
        policy=policy,
        history=tuple(relations.history(session, policy.id)),
        versions=tuple(relations.versions(session, policy.id)),
        copies=tuple(copies(session, policy)),
        cites=tuple(stories.titles(session, stories.cites(session, policy.id))),
        cited_by=tuple(stories.titles(session, stories.cited_by(session, policy.id))),
        replaces=tuple(relations.replaces(session, policy.id)),
        replaced_by=tuple(relations.replaced_by(session, policy.id)),
    )


def copies(session: Session, policy: Policy) -> list[Copy]:
    """Return the policy's reprints and clones, each with what it leaves out, adds or changes."""
    if not policy.members or policy.document is None:
        return []
    texts = relations.body_texts(session, policy.id)
    own = simplify(strip_noise(policy.document.body_text))
    return [
        Copy(m.page_url, m.source_id, m.role, _difference(own, texts[m.page_url, m.part]))
        for m in policy.members[1:]
        if m.role in _COPIES
    ]


def _difference(own: str, copied: str) -> str:
    """Return e.g. `缺第八条；改第二条`, or 文字一致."""
    if not copied.strip():
        return "没有正文"
    compared = diff.compare(own, simplify(strip_noise(copied)))
    words = (("缺", "deleted"), ("改", "edited"), ("多", "inserted"))
    said = [sign + _labels(compared, op) for sign, op in words if _labels(compared, op)]
    return "；".join(said) or "文字一致"


def _labels(compared: Diff, op: str) -> str:
    blocks = [block for block in compared.blocks if block.op == op]
    labels = [block.label for block in blocks if block.label]
    if len(labels) == len(blocks) <= _NAMED_AT_MOST:
        return "、".join(labels)
    return f"{len(blocks)}段"
