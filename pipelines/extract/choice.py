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
    """Return the first candidate and its evidence, which names the next other values proposed.

    One that the same rule proposed is its rival: rules rank, places within a rule hardly do.
    """
    best: Candidate | None = None
    rival: str | None = None
    others: dict[str, None] = {}
    for candidate in candidates:
        if not candidate.value:
            continue
        if best is None:
            best = candidate
        elif candidate.value != best.value:
            others[candidate.value] = None
            if rival is None and candidate.rule == best.rule:
                rival = candidate.value
        if len(others) == MAX_OTHERS:
            break
    if best is None:
        return None, None
    return best, Evidence(best.rule, best.where, best.certainty, tuple(others), rival)
