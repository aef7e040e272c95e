"""How sure we are that a text is the best reading of its bytes, as one number from 0 to 1.

What the bytes themselves have lost (stored U+FFFD, a cut end) hardly counts: the reading of the
rest is right. What we left open, inferred, or could not explain counts much, and so does text
that is no plausible Chinese. Rule 13 of the design looks at this and at damage per 1,000
characters.
"""

import re

from pipelines.decode.language import load
from pipelines.decode.resync import ABOUT_HERE
from store.records import Damage, Repair

_SAMPLE_CHARACTERS = 96
_HAN_RUN = re.compile(
    "[\u3400-\u9fff\U00020000-\U0003ffff，。、；：！？“”《》（）\x80-\u02ff]{4,40}"
)
_PLAUSIBLE, _IMPLAUSIBLE = -8.5, -11.5
"""Mean nats of Chinese that is surely read right, and surely wrong."""

_INFERRED = {"resync": 0.985, "collision": 0.97, "split": 0.97, "gaps": 0.8}
"""What a reading is still worth that needed an inferred repair of a kind."""
_OPEN = {"gaps": 0.5, "collision": 0.6, "split": 0.6}
"""The same, where a character of the repair had to be left open."""
_REPORTED = {"doubtful": 0.75, "shifted": 0.5, "suspect": 0.7}
"""What is left by damage that means a misread place, not a lost character."""
_ABOUT_HERE = 0.96
"""What is left where the place of a fault is not certain to the character."""
_LETTERS = {"big5hkscs": 0.93, "gb18030": 0.975}
"""The same, where a single letter among Chinese may be half a character: Big5 has many such."""
_LOST_AT_MOST = 0.1
"""What characters lost in the bytes may take from the quality, however many."""


def quality(
    text: str,
    charset: str,
    repairs: tuple[Repair, ...],
    damage: tuple[Damage, ...],
    *,
    doubt: bool,
) -> float:
    """0..1: 1.0 for plausible text from faultless bytes, below 0.5 for what is likely misread.

    doubt: whether single letters stand at Chinese characters that may be halves of some.
    """
    worth = _plausibility(text) * (_LETTERS.get(charset, 1.0) if doubt else 1.0)
    if any(repair.evidence == ABOUT_HERE for repair in repairs):
        worth *= _ABOUT_HERE
    for kind in sorted({repair.kind for repair in repairs if repair.certainty == "inferred"}):
        worth *= _INFERRED.get(kind, 0.95)
    for kind in sorted({repair.kind for repair in repairs if "\ufffd" in repair.after}):
        worth *= _OPEN.get(kind, 1.0)
    for kind in sorted({place.kind for place in damage}):
        worth *= _REPORTED.get(kind, 1.0)
    lost = sum(place.length for place in damage if place.kind == "lost")
    return round(worth * (1.0 - min(_LOST_AT_MOST, lost / max(len(text), 1))), 4)


def _plausibility(text: str) -> float:
    """1.0 for ordinary Chinese or none at all, falling to 0.1 for what is surely misread."""
    sample, length = [], 0
    for run in _HAN_RUN.finditer(text):
        sample.append(run.group())
        length += run.end() - run.start()
        if length >= _SAMPLE_CHARACTERS:
            break
    if not sample:
        return 1.0
    mean = load().plausibility(" ".join(sample))
    share = (mean - _IMPLAUSIBLE) / (_PLAUSIBLE - _IMPLAUSIBLE)
    return min(1.0, max(0.1, share))
