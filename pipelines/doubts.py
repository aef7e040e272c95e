"""What looks badly read among a source's pages: nothing goes wrong silently.

Pure: facts of snapshots in, plain rows out. A doubt is a reason to look, never a verdict, and
changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from store.records import SHANGHAI, SnapshotFacts

DoubtKind = Literal["missing", "tie", "short", "falling"]

FEWEST_SIBLINGS = 8
"""Below so many pages of a source nothing is usual."""

SHORT_SHARE, SHORT_CHARS = 0.1, 150
"""A body is short below this share of its siblings' median, and shorter than a notice."""

FEWEST_TODAY = 5
FALLEN_SHARE = 0.5
"""A source's share of text in its bytes has fallen below this share of what it was."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to look at a source's reading; url None: the whole source.

    missing: a field every article has. tie: two values of equal weight. short: a body far
    shorter than its siblings'. falling: the share of text in the bytes fell between runs.
    """

    source_id: str
    kind: DoubtKind
    url: str | None
    detail: str


def doubts(snapshots: Iterable[SnapshotFacts]) -> tuple[Doubt, ...]:
    """Return the doubts about each source, by id, in the order of the classes above."""
    by_source: dict[str, list[SnapshotFacts]] = defaultdict(list)
    for snapshot in snapshots:
        by_source[snapshot.source_id].append(snapshot)
    return tuple(doubt for _, facts in sorted(by_source.items()) for doubt in _of_source(facts))


def _of_source(facts: Sequence[SnapshotFacts]) -> Iterator[Doubt]:
    current = [f for f in facts if f.current]
    for page in current:
        yield from _missing(page)
    for page in current:
        for name, rival in sorted(page.rivals.items()):
            yield Doubt(page.source_id, "tie", page.url, f"{name}: also {rival}")
    yield from _short(current)
    yield from _falling(facts)


def _missing(page: SnapshotFacts) -> Iterator[Doubt]:
    lacking = [name for name in ("title", "published_on") if not getattr(page, name)]
    if not page.body_chars and not page.attachments:
        lacking.append("body_text")
    if lacking:
        yield Doubt(page.source_id, "missing", page.url, ", ".join(lacking))


def _short(current: Sequence[SnapshotFacts]) -> Iterator[Doubt]:
    """Yield pages with a body that is a scrap of the usual; without any body is `missing`."""
    sizes = [page.body_chars for page in current if page.body_chars]
    if len(sizes) < FEWEST_SIBLINGS:
        return
    usual = median(sizes)
    limit = min(SHORT_CHARS, SHORT_SHARE * usual)
    for page in current:
        if 0 < page.body_chars < limit and not page.attachments:
            detail = f"{page.body_chars} characters, usually {usual:.0f}"
            yield Doubt(page.source_id, "short", page.url, detail)


def _falling(facts: Sequence[SnapshotFacts]) -> Iterator[Doubt]:
    """Yield the source if what was read on its last day holds far less text than before.

    A redesign does that, and so does a reader that lost the body; both deserve a look.
    """
    shares: dict[str, list[float]] = defaultdict(list)
    for snapshot in facts:
        if snapshot.body_bytes:
            day = snapshot.recorded_at.astimezone(SHANGHAI).date().isoformat()
            shares[day].append(snapshot.body_chars / snapshot.body_bytes)
    if not shares:
        return
    last = max(shares)
    now = shares.pop(last)
    before = [share for day in shares.values() for share in day]
    if len(now) < FEWEST_TODAY or len(before) < FEWEST_SIBLINGS:
        return
    was, became = median(before), median(now)
    if became < FALLEN_SHARE * was:
        detail = f"{last}: {became:.1%} of the bytes are text, {was:.1%} before"
        yield Doubt(facts[0].source_id, "falling", None, detail)
