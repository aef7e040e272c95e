"""Where two strings agree: equal runs, in order, fast enough for a 300-article regulation.

Unique landmarks cut both strings into short segments; each segment is aligned minimally.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

_LANDMARK = re.compile("[的和为在对与会是有不以及中作人一年工民发](?=(.{15}))")
_SMALL = 1500
"""Below this a minimal alignment costs less than looking for landmarks."""
_LARGEST = 400_000_000
"""Product of two lengths above which segments without a landmark are taken for strangers: the
alignment needs an eighth of it in bytes, and texts that long with nothing in common are none."""


@dataclass(frozen=True, slots=True)
class Run:
    """`size` equal characters at `a` in the one string and at `b` in the other."""

    a: int
    b: int
    size: int

    @property
    def a_end(self) -> int:
        """One past the run's last character in the first string."""
        return self.a + self.size

    @property
    def b_end(self) -> int:
        """One past the run's last character in the second string."""
        return self.b + self.size


def shared_runs(a: str, b: str) -> list[Run]:
    """Return the maximal equal runs of a common alignment of two strings, in order."""
    runs: list[Run] = []
    for run in _segment_runs(a, b):
        if runs and runs[-1].a_end == run.a and runs[-1].b_end == run.b:
            runs[-1] = Run(runs[-1].a, runs[-1].b, runs[-1].size + run.size)
        else:
            runs.append(run)
    return runs


def _segment_runs(a: str, b: str) -> Iterator[Run]:
    cuts = [(0, 0), *_landmarks(a, b), (len(a), len(b))]
    for (a0, b0), (a1, b1) in pairwise(cuts):
        for run in _minimal_runs(a[a0:a1], b[b0:b1]):
            yield Run(a0 + run.a, b0 + run.b, run.size)


def _minimal_runs(a: str, b: str) -> Iterator[Run]:
    if a == b:
        if a:
            yield Run(0, 0, len(a))
    elif a and b and len(a) * len(b) <= _LARGEST:
        for step in Indel.opcodes(a, b):
            if step.tag == "equal":
                yield Run(step.src_start, step.dest_start, step.src_end - step.src_start)


def _landmarks(a: str, b: str) -> list[tuple[int, int]]:
    """Return places where both strings have the same words, unique in each, in rising order."""
    if min(len(a), len(b)) < _SMALL:
        return []
    in_a, in_b = _unique_places(a), _unique_places(b)
    return rising([(at, in_b[words]) for words, at in in_a.items() if words in in_b])


def _unique_places(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    repeated = set()
    for found in _LANDMARK.finditer(text):
        if places.setdefault(found[1], found.start(1)) != found.start(1):
            repeated.add(found[1])
    return {words: at for words, at in places.items() if words not in repeated}


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence that rises on both sides (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    previous = [-1] * len(pairs)
    for at, (_, b) in enumerate(pairs):
        pile = bisect_left(tails, b)
        previous[at] = ends[pile - 1] if pile else -1
        tails[pile : pile + 1] = [b]
        ends[pile : pile + 1] = [at]
    chosen, at = [], ends[-1] if ends else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = previous[at]
    return chosen[::-1]
