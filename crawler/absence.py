"""When missing becomes withdrawn: only with evidence on different days (DESIGN invariant 5)."""

from collections.abc import Sequence

CONFIRMATION_DAYS = 3
"""Days of evidence before a page counts as withdrawn: the first, and two that confirm it."""


def missing_days(known: Sequence[str], on: str) -> tuple[str, ...]:
    """Return the days on which the page was missing, with this one added once."""
    return tuple(sorted({*known, on}))


def is_withdrawn(days: Sequence[str]) -> bool:
    """Return whether the evidence of these distinct days is enough."""
    return len(set(days)) >= CONFIRMATION_DAYS
