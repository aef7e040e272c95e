"""How two texts resemble each other: the same, one inside the other, edited, or only alike.

Pure text against text; what the resemblance means for a policy is decided in `identify`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipelines.alignment import Run, shared_runs
from pipelines.canonical import canonical_text
from pipelines.fingerprint import shingles
from pipelines.noise import canonical_body, strip_noise

_LOST = "\ue000"
"""Stands in a canonical text where characters were lost; matches nothing, explains a gap."""
_DAMAGE = re.compile(r"[?？]{2,}|[\ufffd■□▇]+")
_FEW = 20
_LEAST_SHARED = 0.08
"""Texts sharing less of their sampled shingles are strangers; edited copies share .4 or more."""
_KEPT = 5
"""A shared run shorter than this is chance."""
_REPEATED = 8
"""Fewer characters stand in another text by chance."""
_SOLID = 12
"""A run shorter than this at either end of the shared part is chance, if much is missing by it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What two texts say differently at one place: `old` against `new`; either may be empty."""

    old: str
    new: str

    @property
    def size(self) -> int:
        """The length of its longer side."""
        return max(len(self.old), len(self.new))

    @property
    def has_digit(self) -> bool:
        """Whether a digit stands on either side."""
        return any(c.isdigit() for c in self.old + self.new)

    @property
    def is_loss(self) -> bool:
        """Whether characters marked as lost explain it."""
        return self.size <= 12 and (_LOST in self.old or _LOST in self.new)

    @property
    def is_slight(self) -> bool:
        """Whether a copy may differ so by accident: a loss, or one or two letters dropped."""
        dropped = not (self.old and self.new) and self.size <= 2 and not self.has_digit
        return self.size == 0 or self.is_loss or dropped

    @property
    def is_two_sided(self) -> bool:
        """Whether, at the end of a text, both sides say something of their own."""
        least = min(len(self.old), len(self.new))
        return not self.is_slight and (least >= 4 or (least >= 1 and self.has_digit))

    @property
    def is_filled_in(self) -> bool:
        """Whether, at the end of a text, both sides fill one blank: about as long, not the same.

        What an excerpt cuts off is much longer than the dress of the page that prints it.
        """
        return self.is_two_sided and self.size <= 4 * min(len(self.old), len(self.new))


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The shared runs of two texts, and what stands between, before and after them.

    coverage: shared characters over the length of the shorter text, 0..1. shorter, longer: the
    lengths of the canonical texts. gaps: the places inside the shared part where they differ.
    head, tail: the loose ends.
    """

    coverage: float
    shorter: int
    longer: int
    gaps: tuple[Gap, ...]
    head: Gap
    tail: Gap

    @property
    def edits(self) -> tuple[Gap, ...]:
        """The gaps that no accident of copying explains."""
        return tuple(gap for gap in self.gaps if not gap.is_slight)

    @property
    def differs(self) -> bool:
        """Whether they say something else, beyond damage and text before or after."""
        return bool(self.edits) or self.head.is_two_sided or self.tail.is_two_sided

    @property
    def is_identical(self) -> bool:
        """Whether nothing stands in one that does not stand in the other, lost places aside."""
        places = (*self.gaps, self.head, self.tail)
        return all(place.size == 0 or place.is_loss for place in places)


@lru_cache(maxsize=512)
def comparable(text: str) -> str:
    """Return the canonical text without site lines, lost characters marked."""
    if not _DAMAGE.search(text):
        return canonical_body(text)
    pieces = _DAMAGE.split(strip_noise(text))
    return _LOST.join(canonical_text(piece) for piece in pieces)


def resemblance(old: str, new: str) -> Resemblance:
    """Return how two raw texts resemble each other; symmetrical but for the sides' names."""
    a, b = comparable(old), comparable(new)
    shorter, longer = sorted((len(a), len(b)))
    runs = _solid_runs(a, b) if _worth_aligning(a, b) else []
    if not runs:
        return Resemblance(0.0, shorter, longer, (), Gap(a, b), Gap("", ""))
    return Resemblance(
        coverage=sum(run.size for run in runs) / shorter,
        shorter=shorter,
        longer=longer,
        gaps=tuple(_between(a, b, *pair) for pair in pairwise(runs)),
        head=_own_words(a, b, Gap(a[: runs[0].a], b[: runs[0].b])),
        tail=_own_words(a, b, Gap(a[runs[-1].a_end :], b[runs[-1].b_end :])),
    )


def _own_words(a: str, b: str, end: Gap) -> Gap:
    """Return a loose end without what only repeats words of the other text.

    Pages print the first words of a text once more as its headline, above or below it.
    """
    repeats_b = len(end.old) >= _REPEATED and end.old in b
    repeats_a = len(end.new) >= _REPEATED and end.new in a
    return Gap("" if repeats_b else end.old, "" if repeats_a else end.new)


def _worth_aligning(a: str, b: str) -> bool:
    """Return whether a sample says that the texts share anything; short ones always are.

    Most candidates of a large archive share a band by one common sentence: aligning them all
    would make a document's cost grow with the archive.
    """
    one, other = _sample(a), _sample(b)
    fewer = min(len(one), len(other))
    return fewer < _FEW or len(one & other) >= _LEAST_SHARED * fewer


@lru_cache(maxsize=512)
def _sample(canonical: str) -> frozenset[str]:
    return frozenset(shingles(canonical))


def _between(a: str, b: str, left: Run, right: Run) -> Gap:
    return Gap(a[left.a_end : right.a], b[left.b_end : right.b])


def _solid_runs(a: str, b: str) -> list[Run]:
    """Return the shared runs, without those that chance or a repeated headline put at an end."""
    runs = [run for run in shared_runs(a, b) if run.size >= _KEPT]
    while len(runs) > 1 and _is_chance(runs[0], _between(a, b, *runs[:2])):
        runs.pop(0)
    while len(runs) > 1 and _is_chance(runs[-1], _between(a, b, *runs[-2:])):
        runs.pop()
    if len(runs) > 1:
        runs[0] = _slid(a, runs[0], runs[1], _between(a, b, *runs[:2]))
    if runs:
        runs[0] = _grown_back(a, b, runs[0])
        runs[-1] = _grown_on(a, b, runs[-1])
    return runs


def _grown_back(a: str, b: str, run: Run) -> Run:
    """Return the first run with the equal characters before it, which a chance run had taken."""
    more = _equal_start(a[: run.a][::-1], b[: run.b][::-1])
    return Run(run.a - more, run.b - more, run.size + more)


def _grown_on(a: str, b: str, run: Run) -> Run:
    """Return the last run with the equal characters after it."""
    more = _equal_start(a[run.a_end :], b[run.b_end :])
    return Run(run.a, run.b, run.size + more)


def _equal_start(one: str, other: str) -> int:
    """Return how many characters two strings begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (x, y) in pairs if x != y), min(len(one), len(other)))


def _is_chance(run: Run, gap: Gap) -> bool:
    """Return whether an end run is too short beside the gap to belong to the shared part."""
    return run.size < _SOLID and gap.size > 4 * run.size


def _slid(a: str, first: Run, second: Run, gap: Gap) -> Run:
    """Return the first run moved up to the second one, where one side says its words twice.

    A page puts the headline above a text that begins with the same words: the words then belong
    to the text, and what stands between is loose, not inside it.
    """
    words = a[first.a : first.a_end]
    if not gap.old and gap.new.endswith(words):
        return Run(first.a, second.b - first.size, first.size)
    if not gap.new and gap.old.endswith(words):
        return Run(second.a - first.size, first.b, first.size)
    return first
