"""Changes to a text that keep its repairs where they belong.

Every step after the bytes edits the text; offsets of what earlier steps repaired move along.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from store.records import Repair


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` becomes `after`; offsets are of the text before any edit of its step."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class Story:
    """A text and everything that has been undone in it; offsets are of this text."""

    text: str
    repairs: tuple[Repair, ...] = ()

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

        def moved(repair: Repair) -> Repair:
            at = bisect_right(ends, repair.start)
            inside = at < len(edits) and edits[at].start < repair.start
            start = edits[at].start if inside else repair.start
            return replace(repair, start=start + drift[at])

        return Story(text, tuple(moved(repair) for repair in (*self.repairs, *found)))


def aggregated(kind: str, text: str, edits: Sequence[Edit], evidence: str) -> list[Repair]:
    """One certain repair that stands for all the edits, shown by the first; empty for none."""
    if not edits:
        return []
    first = edits[0]
    before, after = text[first.start : first.end][:40], first.after[:40]
    return [Repair(kind, first.start, before, after, evidence, "certain", count=len(edits))]
