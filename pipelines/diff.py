"""Article-level differences between two versions of a text, exact and readable.

Both texts are cut into blocks (one line each: a heading, an article, an item, a paragraph); blocks
are paired, first those with the same text, then with the same words, then with the same number,
then the most alike in order. Inside an edited block the characters are marked.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import Indel

from pipelines.alignment import rising, shared_runs
from pipelines.canonical import canonical_text
from store.records import Diff, DiffBlock, Edit

_LABEL = re.compile(
    r"^[\s\u3000]*(第[〇零一二三四五六七八九十百千\d]+[编章节条款项]"
    r"|[（(][〇零一二三四五六七八九十\d]+[)）]"
    r"|[〇零一二三四五六七八九十]+、"
    r"|\d{1,3}[.．、](?!\d))[\s\u3000]*"
)
_ARTICLE_INSIDE = re.compile(
    r"(?<=[。；])[ \u3000]*(?=第[〇零一二三四五六七八九十百千\d]+[章条][ \u3000])"
)
_FULL_LINE = 20
"""A line this long that ends without punctuation was broken by its page, not by its author."""
_ALIKE = 0.5
"""Blocks less alike than this are not one block edited, but one gone and another come."""
_ALIKE_ELSEWHERE = 0.7
"""The same for blocks that stand at different places."""
_MANY = 40_000
"""Pairs of unlike blocks above which looking for the most alike ones is given up."""
_SCRAP = 2
"""A kept run shorter than this between two changes makes the marks unreadable: it is marked too."""
_DIGITS = "0123456789.．〇零一二三四五六七八九十百千万两"
_NUMERALS = frozenset(_DIGITS)

Pairs = dict[int, int]
"""Old block → new block, by position."""


def compare(old: str, new: str) -> Diff:
    """Return the differences of two texts; no blocks when they are equal.

    Blocks stand in the order of the new text, deleted ones where they stood. `moved` blocks kept
    their words but not their place or number. Guarantees `apply(old, compare(old, new)) == new`.
    """
    if old == new:
        return Diff()
    before, after = old.split("\n"), new.split("\n")
    pairs = _by_text(before, after)
    pairs = _by_words(before, after, pairs)
    pairs = _by_number(before, after, pairs)
    pairs = _by_likeness(before, after, pairs)
    return Diff(tuple(_blocks(before, after, pairs)))


def reflow(text: str) -> str:
    """Return the text with one paragraph or article a line, however the page broke its lines.

    For comparing copies from two sites, of which one breaks a line after every comma and another
    prints all articles in one paragraph. Words are kept; only line breaks and blanks change.
    """
    lines: list[str] = []
    for raw in _ARTICLE_INSIDE.sub("\n", text).split("\n"):
        line = raw.strip()
        if lines and line and _continues(lines[-1], line):
            lines[-1] += line
        elif line:
            lines.append(line)
    return "\n".join(lines)


def _continues(before: str, line: str) -> bool:
    """Return whether a line goes on with the sentence of the line before it."""
    return before[-1] in "，、,（(" or (
        len(before) >= _FULL_LINE and before[-1] not in "。；！？：:;" and label(line) is None
    )


def apply(old: str, diff: Diff) -> str:
    """Return the new text. Raises ValueError when the diff was not made from this old text."""
    if not diff.blocks:
        return old
    if sorted(block.old for block in diff.blocks if block.old is not None) != sorted(
        old.split("\n")
    ):
        raise ValueError("diff: apply: the diff was made from another old text: compare again")
    return "\n".join(block.new for block in diff.blocks if block.new is not None)


def label(block: str) -> str | None:
    """Return the block's number (`第八条`, `（二）`, `三、`) without spaces, None if none."""
    found = _LABEL.match(block)
    return found[1] if found else None


@lru_cache(maxsize=4096)
def _words(block: str) -> str:
    """Return the block's canonical words without its number: what it says wherever it stands."""
    return canonical_text(_without_label(block))


# --- pairing: each step keeps the pairs it is given and adds some --------------------------------


def _by_text(old: list[str], new: list[str]) -> Pairs:
    """Pair equal blocks, first those that keep their order; a blank line never moves."""
    pairs = _equal_pairs(old, new, {}, lambda block: block)
    in_order = dict(rising(sorted(pairs.items())))
    return {a: b for a, b in pairs.items() if in_order.get(a) == b or len(old[a].strip()) > 3}


def _by_words(old: list[str], new: list[str], pairs: Pairs) -> Pairs:
    """Pair blocks that say the same under another number or in another spelling."""
    return pairs | _equal_pairs(old, new, pairs, _words)


def _by_number(old: list[str], new: list[str], pairs: Pairs) -> Pairs:
    """Pair blocks of one number (unique in both texts) that are alike."""
    places = [_unique_labels(old, pairs.keys()), _unique_labels(new, pairs.values())]
    shared = [(at, places[1][name]) for name, at in places[0].items() if name in places[1]]
    alike = [(a, b) for a, b in shared if _likeness(old[a], new[b]) >= _ALIKE]
    return pairs | dict(alike)


def _by_likeness(old: list[str], new: list[str], pairs: Pairs) -> Pairs:
    """Pair what is left: the most alike blocks between the same neighbours, then anywhere."""
    found = dict(pairs)
    for olds, news in _open_stretches(old, new, pairs):
        found |= _most_alike(old, new, olds, news, _ALIKE)
    olds = [a for a in range(len(old)) if a not in found]
    taken = set(found.values())
    news = [b for b in range(len(new)) if b not in taken]
    return found | _most_alike(old, new, olds, news, _ALIKE_ELSEWHERE)


def _equal_pairs(old: list[str], new: list[str], pairs: Pairs, key: Callable[[str], str]) -> Pairs:
    """Pair the n-th free old block of a key with the n-th free new one; empty keys stay alone."""
    taken = set(pairs.values())
    waiting: dict[str, list[int]] = defaultdict(list)
    for b in reversed([b for b in range(len(new)) if b not in taken]):
        waiting[key(new[b])].append(b)
    found = {}
    for a in (a for a in range(len(old)) if a not in pairs):
        words = key(old[a])
        if waiting.get(words) and (words or not old[a]):
            found[a] = waiting[words].pop()
    return found


def _unique_labels(blocks: list[str], taken: Iterable[int]) -> dict[str, int]:
    done = set(taken)
    places: dict[str, list[int]] = defaultdict(list)
    for at, block in enumerate(blocks):
        if name := label(block):
            places[name].append(at)
    return {name: at[0] for name, at in places.items() if len(at) == 1 and at[0] not in done}


def _open_stretches(
    old: list[str], new: list[str], pairs: Pairs
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the unpaired blocks that lie between the same two pairs on both sides."""
    taken = set(pairs.values())
    a0 = b0 = 0
    for a1, b1 in [*rising(sorted(pairs.items())), (len(old), len(new))]:
        olds = [a for a in range(a0, a1) if a not in pairs]
        news = [b for b in range(b0, b1) if b not in taken]
        if olds and news:
            yield olds, news
        a0, b0 = a1 + 1, b1 + 1


def _most_alike(
    old: list[str], new: list[str], olds: list[int], news: list[int], least: float
) -> Pairs:
    """Pair greedily, best first, each block once; ties go to the earlier blocks."""
    if len(olds) * len(news) > _MANY:
        return {}
    scored = ((_likeness(old[a], new[b], least), a, b) for a in olds for b in news)
    found: Pairs = {}
    taken: set[int] = set()
    for _, a, b in sorted((-score, a, b) for score, a, b in scored if score >= least):
        if a not in found and b not in taken:
            found[a] = b
            taken.add(b)
    return found


def _likeness(old: str, new: str, least: float = 0.0) -> float:
    """Return 0..1; numbers left out, so that two short items do not resemble by `（一）` alone."""
    one, other = _without_label(old), _without_label(new)
    total = len(one) + len(other)
    if not one or not other or 2 * min(len(one), len(other)) < least * total:
        return 0.0
    return Indel.normalized_similarity(one, other, score_cutoff=least)


def _without_label(block: str) -> str:
    found = _LABEL.match(block)
    return (block[found.end() :] if found else block).strip()


# --- output --------------------------------------------------------------------------------------


def _blocks(old: list[str], new: list[str], pairs: Pairs) -> Iterator[DiffBlock]:
    """Yield the blocks in the order of the new text, deleted ones before what followed them."""
    origin = {b: a for a, b in pairs.items()}
    in_place = dict(rising(sorted(pairs.items())))
    gone = iter([a for a in range(len(old)) if a not in pairs])
    next_gone = next(gone, None)
    for b, text in enumerate(new):
        a = origin.get(b)
        if a is not None and in_place.get(a) == b:
            while next_gone is not None and next_gone < a:
                yield DiffBlock("deleted", label(old[next_gone]), old[next_gone], None)
                next_gone = next(gone, None)
        if a is None:
            yield DiffBlock("inserted", label(text), None, text)
        else:
            yield _paired(old[a], text, in_place=in_place.get(a) == b)
    while next_gone is not None:
        yield DiffBlock("deleted", label(old[next_gone]), old[next_gone], None)
        next_gone = next(gone, None)


def _paired(old: str, new: str, *, in_place: bool) -> DiffBlock:
    if old == new and in_place:
        return DiffBlock("same", label(new), old, new)
    if old == new or (_words(old) == _words(new) and label(old) != label(new)):
        return DiffBlock("moved", label(new), old, new)
    return DiffBlock("edited", label(new), old, new, tuple(_edits(old, new)))


def _edits(old: str, new: str) -> Iterator[Edit]:
    """Yield kept, deleted and inserted runs; a deletion comes before the insertion in its place."""
    at_old = at_new = 0
    for run in [*_readable_runs(old, new), None]:
        a, b = (run[0], run[1]) if run else (len(old), len(new))
        if a > at_old:
            yield Edit("-", old[at_old:a])
        if b > at_new:
            yield Edit("+", new[at_new:b])
        if run:
            yield Edit("=", old[a : a + run[2]])
            at_old, at_new = a + run[2], b + run[2]


def _readable_runs(old: str, new: str) -> list[tuple[int, int, int]]:
    """Return the kept runs without the scraps that chance leaves between two changes.

    Nor does a run end within a number: 800元 became 1000元, not 8 became 1 and a 0 came.
    """
    shared = [(run.a, run.b, run.size) for run in shared_runs(old, new)]
    runs = [_between_numbers(old, new, run) for run in shared]
    ends = {(0, 0), (len(old), len(new))}
    return [
        (a, b, size)
        for a, b, size in runs
        if size and (size >= _SCRAP or (a, b) in ends or (a + size, b + size) in ends)
    ]


def _between_numbers(old: str, new: str, run: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the run without the digits at its ends that belong to a number that changed."""
    a, b, size = run
    if old[a - 1 : a] in _NUMERALS or new[b - 1 : b] in _NUMERALS:
        cut = size - len(old[a : a + size].lstrip(_DIGITS))
        a, b, size = a + cut, b + cut, size - cut
    if old[a + size : a + size + 1] in _NUMERALS or new[b + size : b + size + 1] in _NUMERALS:
        size = len(old[a : a + size].rstrip(_DIGITS))
    return a, b, size
