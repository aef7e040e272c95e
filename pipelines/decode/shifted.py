"""Text that a mirror broke by replacing bytes where characters do not begin.

Converting mirrors put a gloss behind some characters and a mark before some punctuation, byte by
byte in GBK. Where the bytes met across two characters, what follows is paired wrongly up to the
next ASCII byte: `總人口比重` became `總?cè)丝诒戎?`, `。《實施` became `?！秾嵤`. The process is
turned round from each `?`: half of every character is known from the text as it stands. A place
that does not come out as plausible Chinese, aligned again behind it, is reported and left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.decode.glosses import TONED_SYLLABLE, readings
from pipelines.decode.halves import MOST_CHOICES, Page, whole, with_lead, with_trail

_GBK_MARKS = {"!": "！", ";": "；", ",": "，", "?": "？"}
"""Full-width marks that later editing may have made ASCII."""
_COLLISION = re.compile(rf"\?({TONED_SYLLABLE})\s?\)")
_GLOSS = re.compile(rf"\(({TONED_SYLLABLE})\s?\)")
_SPLIT = re.compile(r"\?(?=[！；，？。、!;,?])")
_CLOSING_TAG = re.compile(r"/(?:a|p|span|div|td|li|h[1-6]|strong|b|em)>")

BEAM = 24
LONGEST = 120
"""Characters a shifted run may have; Chinese text has an ASCII byte or a fault sooner."""
_HOLE = -4.0
"""Nats for assuming that two bytes without a character vanished from a run."""
SENTENCE_END = 2.0
"""Nats for 。 as what a split broke: it was in 11 of 14 splits seen on mirrors."""
_NAMESAKE = 2.5
"""Nats a glossed character must be more common than others of its reading and byte."""
_MOST_HOLES = 2
_HOLE_TRAILS = (*range(0xAA, 0xB0), *range(0xF8, 0xFF), *range(0xA1, 0xA8))
"""First bytes of pairs that GBK leaves to users (GB 18030 annex on user-defined areas)."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character put together again: certain in both bytes, or chosen among `choices`."""

    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to undo a shift so far; carry: the byte that waits for its second, None when done."""

    nats: float
    position: int
    carry: int | None
    characters: tuple[Character, ...] = ()
    last: str = " "

    def put(self, page: Page, text: str, position: int, carry: int | None) -> "Way":
        """This way and one more character that both bytes are known of."""
        return self.choose(page, text, (), position, carry)

    def choose(
        self, page: Page, text: str, choices: tuple[str, ...], position: int, carry: int | None
    ) -> "Way":
        """This way and one more character, chosen among several."""
        nats = self.nats + page.after(self.last, text)
        return Way(nats, position, carry, (*self.characters, Character(text, choices)), text)


def undone(text: str, at: int, page: Page) -> Way | None:
    """The likeliest way to undo the shift that begins at the `?` at offset `at`, or None.

    Its characters replace `text[at:way.position]`.
    """
    ways = list(_begun(text, at, page))
    finished: list[Way] = []
    while ways and not finished[BEAM:]:
        onward = [way for before in ways for way in _onward(text, before, page)]
        finished += [way for way in onward if way.carry is None]
        onward = [w for w in onward if w.carry is not None and w.position - at < LONGEST]
        ways = sorted(onward, key=lambda way: -way.nats)[:BEAM]
    if not finished:
        return None
    end = max(way.position for way in finished) + 4
    return max(finished, key=lambda way: way.nats + _rest(text, way, end, page))


def judged(text: str, at: int, way: Way, page: Page) -> tuple[float, float]:
    """(nats gained over the text as it stands, mean nats of the undone text and what follows)."""
    seen = Way(0.0, at, None, (), text[at - 1 : at] or " ")
    end = way.position + 4
    nats = way.nats + _rest(text, way, end, page)
    length = len(way.characters) + len(text[way.position : end])
    return nats - _rest(text, seen, end, page), nats / length


def _rest(text: str, way: Way, end: int, page: Page) -> float:
    """Nats of the text behind a way, up to `end`."""
    nats, last = 0.0, way.last
    for character in text[way.position : end]:
        nats += page.after(last, character)
        last = character
    return nats


def _begun(text: str, at: int, page: Page) -> Iterator[Way]:
    """The ways a shift may begin at a `?`: a gloss or a mark that met two characters."""
    last = text[at - 1 : at] or " "
    collision = _COLLISION.match(text, at)
    if collision:
        encoded = _bytes(last)
        if len(encoded) == 2:
            for glossed in _glossed(with_lead(encoded[1]), collision.group(1), page):
                yield Way(0.0, collision.end(), glossed.encode("gbk")[1], (), last)
        return
    if _SPLIT.match(text, at):
        mark = text[at + 1]
        first, second = _GBK_MARKS.get(mark, mark).encode("gbk")
        choices = with_trail(first)
        for character in page.best(choices, last, MOST_CHOICES):
            start = Way(SENTENCE_END if character == "。" else 0.0, at, None, (), last)
            yield start.choose(page, character, choices, at + 2, second)


def _onward(text: str, way: Way, page: Page) -> Iterator[Way]:
    """Every next step of a way inside a shifted run."""
    carry, position = way.carry, way.position
    assert carry is not None
    unit = text[position : position + 1]
    if unit == "?" or not unit:
        yield from _ended(text, way, page)
        return
    encoded = _bytes(unit)
    if len(encoded) == 2:
        character = whole(carry, encoded[0])
        if character:
            yield way.put(page, character, position + 1, encoded[1])
    elif len(encoded) == 1 and 0x40 <= encoded[0] < 0x7F:
        character = whole(carry, encoded[0])
        if character:
            yield way.put(page, character, position + 1, None)
    if sum(c.text == "" for c in way.characters) < _MOST_HOLES:
        yield from _with_hole(text, way, page)


def _ended(text: str, way: Way, page: Page) -> Iterator[Way]:
    """A run that ends in `?`: its last character kept one byte, an ASCII byte went with it."""
    carry, position = way.carry, way.position
    assert carry is not None
    gloss = _COLLISION.match(text, position)
    if gloss:
        glossed = _glossed(with_lead(carry), gloss.group(1), page)
        for character in glossed:
            choices = glossed if len(glossed) > 1 else ()
            yield way.choose(page, character, choices, gloss.end(), None)
        return
    tag = _CLOSING_TAG.match(text, position + 1)
    mark = text[position + 1 : position + 2] in ("！", "；", "，", "？", "。", "、")
    swallowed = "<" if tag else "" if mark or position >= len(text) - 1 else "\ufffd"
    choices = with_lead(carry)
    for character in page.best(choices, way.last, MOST_CHOICES):
        ended = way.choose(page, character, choices, position + 1, None)
        if swallowed:
            ended = replace(ended, characters=(*ended.characters, Character(swallowed)))
        yield ended


def _with_hole(text: str, way: Way, page: Page) -> Iterator[Way]:
    """The run going on behind two bytes that had no character and vanished from it."""
    carry, position = way.carry, way.position
    assert carry is not None
    encoded = _bytes(text[position])
    if len(encoded) == 1 and not 0x40 <= encoded[0] < 0x7F:
        return
    firsts = tuple(c for trail in _HOLE_TRAILS if (c := whole(carry, trail)))
    seconds = with_trail(encoded[0]) if encoded else ()
    onward = encoded[1] if len(encoded) == 2 else None
    gloss = _GLOSS.match(text, position + 1)
    if gloss and onward is None:
        seconds = _glossed(seconds, gloss.group(1), page)
    for first in page.best(firsts, way.last, 3):
        hole = way.choose(page, first, firsts, position, carry)
        for second in page.best(seconds, first, 3):
            choices = seconds if len(seconds) > 1 else ()
            behind = hole.choose(page, second, choices, position + 1, onward)
            yield replace(
                behind, nats=behind.nats + _HOLE, characters=(*behind.characters, Character(""))
            )


def _glossed(choices: tuple[str, ...], reading: str, page: Page) -> tuple[str, ...]:
    """The characters that a gloss can be of; one only where it is far more common than others.

    Mirrors gloss common characters; a namesake that hardly occurs is not meant.
    """
    found = [c for c in choices if reading in readings(c) and c not in page.unlikely]
    found.sort(key=lambda c: (-page.model.alone(page.model.folded(c)), c))
    if len(found) > 1:
        usual, next_best = (page.model.alone(page.model.folded(c)) for c in found[:2])
        if usual > next_best + _NAMESAKE:
            return (found[0],)
    return tuple(found)


def _bytes(character: str) -> bytes:
    """A character in GBK, empty where it has none."""
    return character.encode("gbk", "ignore")
