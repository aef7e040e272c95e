"""Which policy a step speaks of, where several bear the name it gives. Pure: it chooses.

Provinces give their policies the same names, and every edition repeals the one before it under a
name it shares with it: so a name alone binds nothing.
"""

from collections.abc import Sequence

from pipelines.canonical import edition, simplify
from store.records import Document, LifecycleStep, Policy


def target_of(
    step: LifecycleStep, stated_by: Document, candidates: Sequence[Policy]
) -> Policy | None:
    """Return the policy that the step happens to, None where none of the candidates can be it.

    candidates: policies found under the step's title or 文号, the stating document's own left out.
    A 文号 settles it; a title counts within the stating document's region, for texts issued no
    later than it, the 试行 edition where the name says so; of several the latest, which is the one
    in force. The order of the candidates does not matter.
    """
    named = [policy for policy in candidates if _bears_number(policy, step.target_number)]
    here = [policy for policy in named if _same_region(policy, stated_by)]
    earlier = [policy for policy in here if _issued_on(policy.document) <= _issued_on(stated_by)]
    wanted = edition(step.target_title or "")
    of_edition = [policy for policy in earlier if edition(policy.title) == wanted]
    return max(of_edition or earlier, key=_latest, default=None)


def _bears_number(policy: Policy, number: str | None) -> bool:
    """Return whether the policy can be meant by that 文号; one without a number can be any."""
    known = simplify(policy.document_number or "")
    return not number or not known or known == simplify(number)


def _same_region(policy: Policy, stated_by: Document) -> bool:
    if policy.region is None or stated_by.region is None:
        return True
    return policy.region[:2] == stated_by.region[:2]


def _issued_on(document: Document | None) -> str:
    """Return the month a text is from, "" where unknown: pages may give no more than that."""
    return ((document.written_on or document.published_on or "") if document else "")[:7]


def _latest(policy: Policy) -> tuple[str, str, str]:
    document = policy.document
    day = (document.written_on or document.published_on or "") if document else ""
    return (day, document.url if document else "", policy.title)
