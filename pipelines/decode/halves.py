"""Characters of which one GBK byte is known: what they can be, and what speaks for one of them.

Nothing here decides: what is written down, and that it is never a numeral, is up to `clones`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from pipelines.decode.language import LanguageModel, ascii_class, load

NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿萬億两兩壹贰叁肆伍陆柒捌玖拾年月日号號")
"""Characters that make a number or a date; the numerals of GB/T 15835 and the marks of dates."""

SEEN_ON_PAGE = 5.0
"""Nats for a pair of characters that the page itself has elsewhere."""
MOST_CHOICES = 8
"""Characters considered for one place; the next-best seldom wins by its other neighbour."""
OUT_OF_PLACE = -4.0
"""Nats for a simplified character in a traditional page, or a blank inside a sentence."""
_NEVER_INSIDE = "\u3000 ·ˉˇ¨°"
_HAN_RUN = re.compile("[\u3400-\u9fff]{2,}")


@cache
def with_trail(trail: int) -> tuple[str, ...]:
    """The GBK characters whose second byte is `trail`."""
    return _decoded(bytes((lead, trail)) for lead in range(0x81, 0xFF))


@cache
def with_lead(lead: int) -> tuple[str, ...]:
    """The GBK characters whose first byte is `lead`."""
    return _decoded(bytes((lead, trail)) for trail in range(0x40, 0xFF))


def whole(lead: int, trail: int) -> str | None:
    """The GBK character of two bytes, or None where there is none."""
    text = bytes((lead, trail)).decode("gbk", "ignore")
    return text if len(text) == 1 and lead >= 0x81 and trail >= 0x40 else None


def _decoded(pairs: Iterable[bytes]) -> tuple[str, ...]:
    texts = (pair.decode("gbk", "ignore") for pair in pairs)
    return tuple(t for t in texts if len(t) == 1 and ord(t) > 0x7F)


class Page:
    """What a page's own text says about pairs of characters, and in which script it is written."""

    def __init__(self, text: str) -> None:
        self.model: LanguageModel = load()
        runs = _HAN_RUN.findall(text)
        self.pairs = Counter(a + b for run in runs for a, b in pairwise(run))
        simplified = frozenset(self.model.fold.values())
        converted = sum(ord(c) in self.model.fold for run in runs for c in run)
        plain = sum(c in simplified for run in runs for c in run)
        self.unlikely = simplified if converted > plain else frozenset[str]()
        self._nats: dict[str, float] = {}
        self._best: dict[tuple[str, tuple[str, ...], int], list[str]] = {}

    def after(self, before: str, character: str) -> float:
        """Nats of a character behind another: the language, the script, the page's own pairs."""
        pair = before + character
        known = self._nats.get(pair)
        if known is None:
            known = self._nats[pair] = self._after(before, character)
        return known

    def _after(self, before: str, character: str) -> float:
        nats = self.model.after(self._folded(before), self._folded(character))
        if character in self.unlikely or character in _NEVER_INSIDE:
            nats += OUT_OF_PLACE
        return nats + (SEEN_ON_PAGE if before + character in self.pairs else 0.0)

    def _folded(self, character: str) -> str:
        folded = self.model.fold.get(ord(character)) if character else " "
        return folded or ascii_class(character)

    def knows(self, before: str, character: str) -> bool:
        """Whether the page or the language has these two characters together."""
        pair = self._folded(before) + self._folded(character)
        return pair in self.model.pair or before + character in self.pairs

    def best(self, choices: tuple[str, ...], before: str, most: int) -> list[str]:
        """The `most` likeliest of some characters behind another, best first."""
        key = before, choices[:1], len(choices)
        known = self._best.get(key)
        if known is None:
            ranked = sorted(choices, key=lambda c: (-self.after(before, c), c))
            known = self._best[key] = ranked[:MOST_CHOICES]
        return known[:most]
