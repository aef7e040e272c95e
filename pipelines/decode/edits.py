"""Changes to a text that keep its repairs where they belong.

Every step after the bytes edits the text; offsets of what earlier steps repaired move along.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeVar

from store.records import Damage, Repair

_Placed = TypeVar("_Placed", Repair, Damage)


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` becomes `after`; offsets are of the text before any edit of its step."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class Story:
    """A text, what has been undone in it and what stays lost; offsets are of this text."""

    text: str
    repairs: tuple[Repair, ...] = ()
    damage: tuple[Damage, ...] = ()

    def reported(self, places: Iterable[Damage]) -> "Story":
        """The story with more places known as damaged."""
        return replace(self, damage=(*self.damage, *places))

    def edited(self, edits: Sequence[Edit], found: Sequence[Repair]) -> "Story":
        """The story after one step: its edits in order and apart, `found` with old offsets."""
        if not edits:
            return replace(self, repairs=(*self.repairs, *found))
        pieces: list[str] = []
        end = 0
        for edit in edits:
            pieces += (self.text[end : edit.start], edit.after)
            end = edit.end
        text = "".join([*pieces, self.text[end:]])
        ends = [edit.end for edit in edits]
        drift = [0, *accumulate(len(edit.after) - (edit.end - edit.start) for edit in edits)]

        def moved(place: _Placed) -> _Placed:
            at = bisect_right(ends, place.start)
            inside = at < len(edits) and edits[at].start < place.start
            start = edits[at].start if inside else place.start
            return replace(place, start=start + drift[at])

        repairs = tuple(moved(repair) for repair in (*self.repairs, *found))
        return Story(text, repairs, tuple(moved(place) for place in self.damage))


def aggregated(kind: str, text: str, edits: Sequence[Edit], evidence: str) -> list[Repair]:
    """One certain repair that stands for all the edits, shown by the first; empty for none."""
    if not edits:
        return []
    first = edits[0]
    before, after = text[first.start : first.end][:40], first.after[:40]
    return [Repair(kind, first.start, before, after, evidence, "certain", count=len(edits))]
