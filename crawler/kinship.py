"""All ties between the page parts of an archive, found as the crawl finds them: by shared keys.

Pure but for `load`. Cost per part does not grow with the archive: only parts that share a key are
compared, and of those the crawl's number (`candidates.CANDIDATE_LIMIT`).
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby, product

from pipelines.fingerprint import lookup_keys, match_keys
from pipelines.gather import Pair, Tie
from pipelines.links import Link, are_rivals, find_link
from store.candidates import CANDIDATE_LIMIT
from store.parts import Part
from store.records import Document, MatchKey, Role

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class State:
    """One state of a page part, with the role it has by the rules of today."""

    document: Document
    role: Role


Load = Callable[[int, Part], State]
"""Returns the state that a snapshot of a part holds; asked for the same one more than once."""


@dataclass(frozen=True, slots=True)
class Kinship:
    """The strongest tie of each two parts that have one; the parts that are rivals (`links`)."""

    ties: tuple[Tie, ...]
    rivals: tuple[Pair, ...]


def find_kin(parts: Sequence[Part], load: Load, progress: Progress) -> Kinship:
    """Return what each two parts of the archive are to each other, in the order of the parts."""
    index = _Index()
    for at, part in enumerate(parts):
        for snapshot in part.snapshots:
            index.add(at, match_keys(load(snapshot, part).document))
    index.close()
    ties: list[Tie] = []
    rivals: list[Pair] = []
    compared: set[tuple[int, int]] = set()
    for at, part in enumerate(parts):
        sought = {k for s in part.snapshots for k in lookup_keys(load(s, part).document)}
        for other in index.kin(at, sought):
            pair = (min(at, other), max(at, other))
            if pair not in compared:
                compared.add(pair)
                one, another = parts[pair[0]], parts[pair[1]]
                if tie := _tie(one, another, load):
                    ties.append(tie)
                elif _are_rivals(
                    load(one.snapshots[-1], one), load(another.snapshots[-1], another)
                ):
                    rivals.append((one.place, another.place))
        progress("identify", at + 1, len(parts))
    return Kinship(tuple(ties), tuple(rivals))


def _tie(one: Part, other: Part, load: Load) -> Tie | None:
    """Return the strongest tie between any two states of two parts, None if there is none."""
    states = product(
        [load(snapshot, one) for snapshot in one.snapshots],
        [load(snapshot, other) for snapshot in other.snapshots],
    )
    links = [find_link(a.document, a.role, b.document, b.role) for a, b in states]
    found: list[Link] = [link for link in links if link]
    if not found:
        return None
    best = max(found, key=lambda link: (link.score, link.kind, link.detail))
    why = f"{best.kind}: {best.detail}"
    return Tie(one.place, other.place, best.score, why, weak=best.kind == "cited")


def _are_rivals(one: State, other: State) -> bool:
    return are_rivals(one.document, one.role, other.document, other.role)


class _Index:
    """Who is known under which key. LSH bands, fifty a text, lie in arrays: most are nobody's."""

    def __init__(self) -> None:
        self._named: dict[MatchKey, list[int]] = defaultdict(list)
        self._bands: dict[int, tuple[int, ...]] = {}
        self._hashes, self._owners = array("Q"), array("L")

    def add(self, at: int, keys: Iterable[MatchKey]) -> None:
        for key in keys:
            if key.kind == "band":
                self._hashes.append(_hash(key))
                self._owners.append(at)
            else:
                self._named[key].append(at)

    def close(self) -> None:
        """Keep the bands that more than one part has; call it once, before `kin`."""
        in_order = sorted(range(len(self._hashes)), key=self._hashes.__getitem__)
        for band, places in groupby(in_order, key=self._hashes.__getitem__):
            owners = tuple(self._owners[place] for place in places)
            if len(owners) > 1:
                self._bands[band] = owners
        self._hashes, self._owners = array("Q"), array("L")

    def kin(self, at: int, sought: Iterable[MatchKey]) -> list[int]:
        """Return the parts most worth comparing with this one, as `find_candidates` ranks them."""
        named: Counter[int] = Counter()
        alike: Counter[int] = Counter()
        for key in sought:
            if key.kind == "band":
                alike.update(self._bands.get(_hash(key), ()))
            else:
                named.update(self._named.get(key, ()))
        found = (named.keys() | alike.keys()) - {at}
        return sorted(found, key=lambda o: (-named[o], -alike[o], o))[:CANDIDATE_LIMIT]


def _hash(key: MatchKey) -> int:
    return int.from_bytes(blake2b(key.value.encode(), digest_size=8).digest())
