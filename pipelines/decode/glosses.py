"""A converter's pinyin behind common characters, `漢(hàn)`: removed where it is the page's habit.

Converting mirrors gloss every occurrence of some characters and none of the others. An author
glosses a rare name once, `龑(yǎn)`, and that stays.
"""

import os
import re
from collections import Counter
from functools import lru_cache

from pipelines.decode.edits import Edit, Story
from pipelines.decode.language import load
from store.records import Repair

_TONED = "\xe0\xe1\xe8\xe9\xec\xed\xf2\xf3\xf9\xfaāēěīōūǎ-ǜ"
SYLLABLE = f"[a-zü{_TONED}]{{1,7}}"
"""A syllable of Hanyu Pinyin, tones as marks or (neutral) without."""
TONED_SYLLABLE = f"[a-zü]{{0,4}}[{_TONED}][a-z]{{0,4}}"

_GATE = re.compile(rf"\([a-zü]{{0,4}}[{_TONED}]")
GLOSS = re.compile(rf"([\u3400-\u9fff])\(({SYLLABLE})\s?\)")
_COVERAGE = 0.8
"""Share of a character's occurrences that a converter glosses; one miss in five is allowed."""
_COMMON = -10.5
"""Log-probability from which a character needs no gloss for any reader."""
_HABIT = 3
"""Different characters glossed everywhere before untranslated ones count as a habit too."""


def undo(story: Story, known: frozenset[str] = frozenset()) -> tuple[Story, frozenset[str]]:
    """(the story without a converter's glosses, the characters it glossed).

    One repair per glossed character, with its count. known: characters whose glosses are a habit
    already shown.
    """
    text = story.text
    if not _GATE.search(text):
        return story, known
    found = [m for m in GLOSS.finditer(text) if m.group(2) in readings(m.group(1))]
    glossed = known | _habitual(text, found)
    edits: list[Edit] = []
    first: dict[str, re.Match[str]] = {}
    counts: Counter[str] = Counter()
    for match in found:
        character = match.group(1)
        if character in glossed:
            edits.append(Edit(match.end(1), match.end(), ""))
            first.setdefault(character, match)
            counts[character] += 1
    evidence = "glossed wherever it occurs on the page"
    repairs = [
        Repair("gloss", m.start(1), m.group(), c, evidence, "certain", count=counts[c])
        for c, m in first.items()
    ]
    return story.edited(edits, repairs), glossed


def _habitual(text: str, found: list[re.Match[str]]) -> set[str]:
    """The characters that a converter glossed: common ones, at nearly every occurrence."""
    model = load()
    counts = Counter(match.group(1) for match in found)
    everywhere = {
        c
        for c, count in counts.items()
        if count >= _COVERAGE * text.count(c) and model.alone(model.folded(c)) > _COMMON
    }
    converted = {c for c in everywhere if ord(c) in model.fold}
    return everywhere if len(everywhere) >= _HABIT else converted


@lru_cache(maxsize=2048)
def readings(character: str) -> frozenset[str]:
    """The readings of one character in Hanyu Pinyin, tones as marks."""
    # Few pages need it. Its phrases (44 MB, 0.4 s) nobody does: this is its own switch for that.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT

    known = PINYIN_DICT.get(ord(character), "")
    return frozenset(syllable for syllable in known.split(",") if syllable)
