"""One bad byte costs one character: GB18030 and Big5 read anew around a fault.

Both read two bytes at a time, so a lost or bad byte shifts every pair up to the next ASCII
character. A small Viterbi search over the bytes of one run lets a byte be dropped at a price and
takes the reading whose Chinese is most plausible. The byte that is left of a lost character says
which characters it may have been, and so where the fault is; the character itself is never put
back: what is dropped becomes U+FFFD.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.decode.language import LanguageModel, ascii_class, load

DROPPED = -14.0
"""Nats for giving up one character; a misread pair costs more, a rare one less."""
ORPHAN = -11.0
"""Nats for taking an ASCII letter for the orphaned second byte of a character."""
ORPHAN_FIT = -14.0
"""Nats that some character with this byte must reach between its neighbours."""
LETTER = -3.0
"""Nats a single letter among Chinese costs beyond its class: which letter it is."""
_USUAL = -14.0
"""Log-probability of characters that are tried in the place of a lost one."""
CLOSE = 2.5
"""Nats below the best from which another place of the fault is as good as ruled out."""
HERE = "the pairs fit again behind it"
ABOUT_HERE = "the pairs fit again behind it, or with the fault next to it"
BEAM = 4

LONE_LETTER = re.compile(
    r"[^\x00-\x7f](?:[@ABCE-NP-Zabce-np-z\\^`{}](?![\x00-\x7f])|[\\^`{}](?=[<\r\n]))"
)
"""What may be left of a character between two others, or of the last one before a tag. Authors
themselves write `[]_|~` there, and in Cantonese `d` and `o`."""


class _Path(NamedTuple):
    """The best way to one byte offset: score, the last character folded, and how it came there.

    left: for U+FFFD, the bytes that are left of the lost character.
    """

    score: float
    last: str
    text: str
    left: bytes
    before: "_Path | None"


def read(run: bytes, codec: str) -> tuple[str, str | None, bool]:
    """(the most plausible reading of a run with a fault, the next best, whether that is close).

    U+FFFD stands where a character is lost. run: bytes without ASCII punctuation (a few
    hundred); codec: `gb18030` or `big5hkscs`.
    """
    readings = sorted(_readings(run, codec), reverse=True)
    best, text = readings[0]
    others = [(nats, other) for nats, other in readings if other != text]
    if not others:
        return text, None, False
    return text, others[0][1], others[0][0] > best - CLOSE


def read_suspect(run: bytes, text: str, codec: str) -> tuple[float, str]:
    """(nats gained, reading) of the best reading with a fault over `text`, the run as it decodes.

    A character below 0x80 in its second byte leaves a letter when its first byte is lost, and
    the run still decodes: `聯` without its first byte is `u`.
    """
    model = load()
    whole = model.score(model.folded(text)) + LETTER * len(LONE_LETTER.findall(text))
    faulty = [found for found in _readings(run, codec) if "\ufffd" in found[1]]
    score, other = max(faulty, default=(float("-inf"), text))
    return score - whole, other


def _readings(run: bytes, codec: str) -> list[tuple[float, str]]:
    """(nats, text) of the few most plausible readings, lost characters judged by their fit."""
    model = load()
    ways: list[list[_Path]] = [[] for _ in range(len(run) + 1)]
    ways[0] = [_Path(0.0, " ", "", b"", None)]
    for at in range(len(run)):
        for width, text, price in _steps(run, at, codec):
            left = run[at : at + width] if text == "\ufffd" else b""
            _extend(ways, (at, at + width), (text, left, price), model)
        ways[at] = []
    chains = map(_nodes, ways[-1])
    return [(c[-1].score + _fit(c, codec, model), "".join(n.text for n in c)) for c in chains]


def _steps(run: bytes, at: int, codec: str) -> Iterator[tuple[int, str, float]]:
    """(bytes taken, character, price in nats) of every way on from one offset."""
    byte = run[at]
    if byte < 0x80:
        yield 1, chr(byte), 0.0
        if 0x40 <= byte < 0x7F and byte not in b"[]":
            yield 1, "\ufffd", ORPHAN
        elif codec == "gb18030" and _four_byte_rest(run[at : at + 3]):
            yield 3, "\ufffd", ORPHAN
        return
    yield 1, "\ufffd", DROPPED
    for width in (2, 4) if codec == "gb18030" else (2,):
        piece = run[at : at + width]
        if len(piece) < width or (width == 4 and not _four_byte_rest(piece[1:])):
            return
        try:
            text = piece.decode(codec)
        except UnicodeDecodeError:
            if width == 4 or piece[1] >= 0x40:
                yield width, "\ufffd", DROPPED
        else:
            yield width, text, 0.0


def _four_byte_rest(rest: bytes) -> bool:
    """Whether three bytes are the end of a four-byte form of GB 18030 (clause 4.3)."""
    digits = range(0x30, 0x3A)
    return len(rest) == 3 and rest[0] in digits and rest[1] >= 0x81 and rest[2] in digits


def _extend(
    ways: list[list[_Path]],
    span: tuple[int, int],
    step: tuple[str, bytes, float],
    model: LanguageModel,
) -> None:
    """Carry the paths at the start of a span on to its end by one step; keep the best few."""
    start, end = span
    text, left, price = step
    first, last, inner = _folded(text)
    price += inner
    there = ways[end]
    for way in ways[start]:
        nats = way.score + price + (0.0 if left else model.after(way.last, first))
        if len(there) < BEAM:
            there.append(_Path(nats, last, text, left, way))
            continue
        worst = min(range(BEAM), key=lambda at: there[at].score)
        if nats > there[worst].score:
            there[worst] = _Path(nats, last, text, left, way)


@lru_cache(maxsize=16_384)
def _folded(text: str) -> tuple[str, str, float]:
    """(first, last, nats inside) of what one step yields; Big5 may yield two characters."""
    model = load()
    folded = [model.fold.get(ord(c)) or ascii_class(c) for c in text]
    return folded[0], folded[-1], sum(model.after(a, b) for a, b in pairwise(folded))


def _nodes(way: _Path | None) -> list[_Path]:
    """The steps of a path from its beginning."""
    nodes = []
    while way is not None:
        nodes.append(way)
        way = way.before
    return nodes[::-1]


def _fit(nodes: list[_Path], codec: str, model: LanguageModel) -> float:
    """Nats by which the lost characters of a path, whatever they were, fit their neighbours."""
    gain = 0.0
    for before, lost, behind in zip(nodes, nodes[1:], [*nodes[2:], None], strict=False):
        if lost.left:
            following = model.folded(behind.text)[:1] if behind else " "
            fit = _best_fit(before.last, lost.left, following, codec)
            if lost.left.isascii() and fit < ORPHAN_FIT:
                return float("-inf")
            gain += fit - model.alone(following)
    return gain


@lru_cache(maxsize=4096)
def _best_fit(before: str, left: bytes, behind: str, codec: str) -> float:
    """Nats of the likeliest character with one of the bytes left, between its neighbours."""
    model = load()
    fits = (model.after(before, x) + model.after(x, behind) for x in _candidates(left, codec))
    return max(fits, default=-20.0)


@cache
def _candidates(left: bytes, codec: str) -> tuple[str, ...]:
    """Folded characters that hold one of the bytes left of a lost one, second byte or first."""
    model, found = load(), []
    for other in range(0x81, 0xFF):
        for pair in (bytes((other, left[-1])), bytes((left[0], other))):
            text = pair.decode(codec, "ignore")
            folded = model.folded(text)
            if len(folded) == 1 and model.alone(folded) > _USUAL and len(text.encode(codec)) == 2:
                found.append(folded)
    return tuple(dict.fromkeys(found))
