"""How plausible a piece of Chinese is: a small model of characters and pairs of characters.

It judges readings of the same bytes against each other. It must not be used to produce a digit,
a date or a 文号 (DESIGN, "No invented data"); what the callers do with it is marked as inferred.
Built by `build_model.py`, which says from what.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from operator import add
from pathlib import Path

MODEL_PATH = Path(__file__).with_name("language.bin")
STEP_NATS = 0.1
"""One step of a stored log-probability, in nats."""

UNKNOWN_HAN = -15.0
"""A Han character the dictionary does not know: rare, but a name may hold it."""
UNKNOWN_ASCII = -9.0
"""A mark of ASCII, which statutes hardly use and web pages do."""
RARE_COMPANY = 5.0
"""What a second unknown Han character costs less: names and dialect come in runs."""
UNKNOWN_OTHER = -17.0
LOST = -9.0
"""U+FFFD: dearer than an ordinary character, cheaper than a misread one."""
UNASSIGNED = -22.0
"""Private use and control characters: hardly ever in a page on purpose."""

_CLASSES = str.maketrans(
    {**dict.fromkeys("0123456789", "0"), **dict.fromkeys("\t\n\r\xa0\u3000", " ")}
    | {c: "a" for c in map(chr, range(33, 127)) if c.isalpha()}
)
_BLANKS = re.compile(" +")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")


def ascii_class(text: str) -> str:
    """The text with digits as `0`, Latin letters as `a`, and runs of white space as one blank."""
    return _BLANKS.sub(" ", text.translate(_CLASSES))


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Log-probabilities in nats. `single`: of a character; `pair`: of the second after the first;
    `backoff`: added to `single` when the pair is unknown; `fold`: traditional to simplified."""

    single: dict[str, float]
    pair: dict[str, float]
    backoff: dict[str, float]
    fold: dict[int, str]

    def folded(self, text: str) -> str:
        """The text as the model knows it: simplified, ASCII in classes."""
        return ascii_class(text.translate(self.fold))

    def alone(self, character: str) -> float:
        """Log-probability of one folded character without context."""
        known = self.single.get(character)
        return _unknown(character) if known is None else known

    def after(self, first: str, second: str) -> float:
        """Log-probability of `second` after `first`, both folded."""
        known = self.pair.get(first + second)
        if known is not None:
            return known
        single = self.single.get(second)
        if single is not None:
            return single + self.backoff.get(first, 0.0)
        both_rare = _is_han(second) and _is_han(first) and first not in self.single
        return _unknown(second) + (RARE_COMPANY if both_rare else 0.0)

    def score(self, folded: str) -> float:
        """Log-probability of a folded text, its beginning and end being blanks."""
        text = f" {folded} "
        beliefs = list(map(self.pair.get, map(add, text, text[1:])))
        total = sum(filter(None, beliefs))
        for at, belief in enumerate(beliefs):
            if belief is None:
                total += self.after(text[at], text[at + 1])
        return total

    def plausibility(self, text: str) -> float:
        """Mean log-probability of the characters beyond ASCII, in nats; 0.0 for a text without any.

        Ordinary Chinese lies between -4 and -7, Chinese misread as Chinese below -10.
        """
        beyond = " ".join(_BEYOND_ASCII.findall(text))
        count = len(beyond) - beyond.count(" ")
        return self.score(self.folded(beyond)) / (count + 1) if count else 0.0


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"


def _unknown(character: str) -> float:
    if character == "\ufffd":
        return LOST
    if _is_han(character):
        return UNKNOWN_HAN
    if character < "\xa0" or "\ue000" <= character <= "\uf8ff":
        return UNASSIGNED
    return UNKNOWN_OTHER


@cache
def load() -> LanguageModel:
    """The model from `language.bin`, read once.

    Layout, zlib-compressed: six little-endian lengths, then the characters by falling
    frequency, their log-probabilities, their backoff weights, traditional/simplified pairs,
    one line per first character with its followers, and the followers' log-probabilities.
    """
    raw = zlib.decompress(MODEL_PATH.read_bytes())
    lengths = struct.unpack_from("<6I", raw)
    blobs, start = [], 24
    for length in lengths:
        blobs.append(raw[start : start + length])
        start += length
    characters, fold = blobs[0].decode(), blobs[3].decode()
    rows = blobs[4].decode().split("\n")
    nats = [-STEP_NATS * step for step in range(256)]
    names = [row[0] + second for row in rows for second in row[1:]]
    pair = dict(zip(names, map(nats.__getitem__, blobs[5]), strict=True))
    single = dict(zip(characters, map(nats.__getitem__, blobs[1]), strict=True))
    for mark in map(chr, range(33, 127)):
        single[mark] = max(single.get(mark, UNKNOWN_ASCII), UNKNOWN_ASCII)
    backoff = dict(zip(characters, map(nats.__getitem__, blobs[2]), strict=True))
    table = {ord(a): b for a, b in zip(fold[::2], fold[1::2], strict=True)}
    return LanguageModel(single, pair, backoff, table)
