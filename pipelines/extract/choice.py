"""A chosen value with the evidence that chose it and the candidates that lost."""

from collections.abc import Iterable
from dataclasses import dataclass

from store.records import Certainty, Evidence

MAX_OTHERS = 5
"""How many losing candidates an evidence names; a page of headings has hundreds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value a rule proposes for a field; block is where it stands in the outline, if it does."""

    value: str
    rule: str
    where: str = ""
    certainty: Certainty = "stated"
    block: int | None = None


def choose(candidates: Iterable[Candidate]) -> tuple[Candidate | None, Evidence | None]:
    """Return the first candidate and its evidence, which names the other values proposed."""
    ranked = [candidate for candidate in candidates if candidate.value]
    if not ranked:
        return None, None
    best = ranked[0]
    others = dict.fromkeys(c.value for c in ranked[1:] if c.value != best.value)
    return best, Evidence(best.rule, best.where, best.certainty, tuple(others)[:MAX_OTHERS])
