"""A lost byte that left no error: half a character that reads as a letter.

In Big5 the second byte may be a letter; when the first is lost the letter stays and everything
still decodes. In GBK only rare characters have such a byte. Authors write single letters too,
`A股`, `五號B`, so one place on a page may be called a fault, several are a habit.
"""

import re

from pipelines.decode.edits import Edit, Story
from pipelines.decode.language import load
from pipelines.decode.resync import LONE_LETTER, read_suspect
from store.records import Damage, Repair

SURE = 3.0
"""Nats a fault must gain to be put in the place of the letter."""
SURE_CAPITAL = 9.0
"""The same where a capital stands: authors write `A股`, `B組`, `T臺` much more often."""
SUSPECT = {"big5hkscs": -4.0, "gb18030": 3.0}
"""Nats from which the place is reported as suspect and left as it is. A third of Big5's common
characters have a letter in them, of GBK's hardly any."""
_MOST_LETTERS = 6
"""Single letters a page may hold before they are its habit."""
_RARE = -11.5
_SIGN = re.compile("[@-~\ue000-\ue5e4\ue5e6-\uf8ff](?![\x00-\x2f\x3a\x3b\x3d-\x7f])")
"""A letter before anything but ASCII (digits and tags excepted), or a point that GB 18030 and
HKSCS leave to users: shifted pairs often are. U+E5E5 is A3A0, a blank in some editors."""
_AT_A_NUMBER = re.compile("[0-9,.%][@-~](?=[^\x00-\x7f])|[@-~](?=[0-9,.%])(?<=[^\x00-\x7f].)")
_RUN_START = re.compile("[^\x00-\x2f\x3a-\x3f]*$")
_RUN = re.compile("[^\x00-\x2f\x3a-\x3f]+")
_LONGEST_RUN = 400


def undo(story: Story, codec: str) -> tuple[Story, bool]:
    """(the story with a lost character, or a suspect, where a letter may be left of one; doubt).

    doubt: whether some single letter or mark at a Chinese character might be half of one.
    """
    text = story.text
    letters, private = _signs(text)
    doubt = codec == "big5hkscs" and (bool(letters) or 0 < _at_numbers(text) <= _MOST_LETTERS)
    if len(letters) > _MOST_LETTERS or not (letters or private):
        return story, doubt and not letters
    only = doubt and len(letters) == 1 and text[letters[0]] not in "[]"
    lone = [
        at - 1 for at in letters if only or LONE_LETTER.match(text, at - 1) or _rare(text[at - 1])
    ]
    doubt = doubt or bool(lone) or bool(private)
    faults = {
        fault for at in (*lone, *private[:_MOST_LETTERS]) if (fault := _fault(text, at, codec))
    }
    if len(faults) != 1:
        return story, doubt
    gain, start, before, after = faults.pop()
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    if gain < (SURE_CAPITAL if before[at : at + 1].isupper() else SURE):
        suspect = Damage("suspect", start + at, 1, before[max(0, at - 8) : at + 8])
        return story.reported([suspect]), doubt
    evidence = "half a character reads as a letter"
    repair = Repair("resync", start + at, before[at : at + 3], "\ufffd", evidence, "inferred")
    return story.edited([Edit(start, start + len(before), after)], [repair]), doubt


def _signs(text: str) -> tuple[list[int], list[int]]:
    """Offsets of single letters behind Chinese or a tag, and of private characters."""
    letters, private = [], []
    for found in _SIGN.finditer(text):
        at = found.start()
        before = text[at - 1] if at else "\n"
        if text[at] > "\x7f":
            private.append(at)
        elif (before > "\x7f" or before == ">") and not text[at + 1 : at + 2].isdigit():
            letters.append(at)
    return letters, private


def _at_numbers(text: str) -> int:
    """How many single letters stand between a number and a Chinese character."""
    return sum(1 for _ in _AT_A_NUMBER.finditer(text))


def _rare(character: str) -> bool:
    """Whether a character is one that shifted pairs make and authors hardly use."""
    model = load()
    return "\u3400" <= character <= "\u9fff" and model.alone(model.folded(character)) < _RARE


def _fault(text: str, at: int, codec: str) -> tuple[float, int, str, str] | None:
    """(nats gained, start, text before, text after) of a fault around a letter, or None."""
    window = text[max(0, at - _LONGEST_RUN) : at]
    start = at - len(window) + (found.start() if (found := _RUN_START.search(window)) else 0)
    run = _RUN.match(text, start)
    if run is None:
        return None
    try:
        encoded = run.group().encode(codec)
    except UnicodeEncodeError:
        return None
    gain, after = read_suspect(encoded, run.group(), codec)
    return (gain, start, run.group(), after) if gain > SUSPECT[codec] else None
