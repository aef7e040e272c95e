"""Which page parts make one policy, from all the ties between them at once. Pure.

The crawl joins a page to what is known when it arrives; this takes the whole archive together.
Both end in the same dossiers: what ties hold together, except where a person said otherwise.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

Place = tuple[str, int]
"""A page part: its URL and its place among the page's documents."""
Pair = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Tie:
    """Why two page parts belong together: how strongly (0..1), in the words of a verdict.

    weak: the one only speaks of the other, or both of a third.
    """

    one: Place
    other: Place
    score: float
    why: str
    weak: bool = False


def gather(
    places: Collection[Place],
    ties: Iterable[Tie],
    *,
    together: Sequence[Pair] = (),
    apart: Collection[Pair] = (),
    rivals: Collection[Pair] = (),
) -> list[frozenset[Place]]:
    """Return the groups of places that are one policy each, by their smallest place.

    together, apart: a person's decisions, of `together` the newest first. They outweigh any tie:
    no tie, and no older decision, brings two parts into one group that stand `apart`. rivals: texts
    of one name that are two policies; no weak tie brings those together. Of ties that cannot all be
    kept the strongest are. The order of `places` and `ties` does not matter.
    """
    groups = _Groups(places, apart)
    for one, other in together:
        groups.unite(one, other)
    in_order = sorted(ties, key=_strongest_first)
    for tie in (tie for tie in in_order if not tie.weak):
        groups.unite(tie.one, tie.other)
    groups.keep_apart(rivals)
    for tie in (tie for tie in in_order if tie.weak):
        groups.unite(tie.one, tie.other)
    return groups.all()


def _strongest_first(tie: Tie) -> tuple[float, Place, Place]:
    first, second = sorted((tie.one, tie.other))
    return (-tie.score, first, second)


class _Groups:
    """Disjoint sets of places; those that stand apart never come into one."""

    def __init__(self, places: Collection[Place], apart: Collection[Pair]) -> None:
        self._group: dict[Place, set[Place]] = {place: {place} for place in places}
        self._foes: dict[Place, set[Place]] = {}
        self.keep_apart(apart)

    def keep_apart(self, pairs: Collection[Pair]) -> None:
        """From now on bring no two of a pair into one group; those that are in one stay."""
        for one, other in pairs:
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)

    def unite(self, one: Place, other: Place) -> None:
        """Make the groups of two places one unless somebody in them stands apart."""
        if one not in self._group or other not in self._group:
            return
        smaller, larger = sorted((self._group[one], self._group[other]), key=len)
        if smaller is larger or any(self._foes.get(p, set()) & larger for p in smaller):
            return
        larger |= smaller
        for place in smaller:
            self._group[place] = larger

    def all(self) -> list[frozenset[Place]]:
        """Return every group once, in the order of their smallest places."""
        found = {id(group): group for group in self._group.values()}
        return sorted((frozenset(group) for group in found.values()), key=min)
