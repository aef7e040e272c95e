"""What converting mirrors (clones) do to a page, undone: doubled commas, glosses, shifted runs.

The order is that of their process turned round. The text stays traditional as served; for
matching, the rooms behind this one convert to simplified.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.decode import glosses, shifted
from pipelines.decode.edits import Edit, Story, aggregated
from pipelines.decode.halves import NUMERALS, Page
from pipelines.decode.shifted import Way
from store.records import Damage, Repair

_FAULT = re.compile(
    rf"\?(?:{glosses.TONED_SYLLABLE}\s?\)|[！；，？。、]|[,!;?]{{1,3}}(?=[^\x00-\x7f]|/|[@-~]\())"
)
"""A `?`, with a gloss torn off, before a full-width mark, or before an ASCII one that stands for
it; a fault only behind Chinese."""
_DOUBLED = re.compile(r",(?=[！；，？。、])")
_DOUBLED_LEAST = 2
_DOUBLED_SHARE = 0.3
"""How many of a page's marks have a comma before them when that is a clone's work."""
_MOST_SHIFTS = 400
"""Places looked at on one page; what is left is reported."""
GAIN = 6.0
"""Nats a shift must gain when undone."""
PLAUSIBLE = -9.0
"""Mean nats per character of text that may replace what stands there."""
DOUBTFUL = "paired again, but a character of it is strange"
CLEAR = 2.5
"""Nats between the likeliest character and the next, from which it may be written down."""


def undo(story: Story) -> Story:
    """The story with a clone's damage undone, and what was recognised but not undone reported."""
    before = len(story.repairs)
    story, glossed = glosses.undo(story)
    story, _ = glosses.undo(_undo_shifts(story), glossed)
    cloned = len(story.repairs) > before
    story = _undo_doubled(story, cloned=cloned)
    doubtful = [
        Damage("doubtful", r.start, len(r.after), r.after)
        for r in story.repairs
        if r.evidence == DOUBTFUL
    ]
    return story.reported([*_unsolved(story.text, cloned), *doubtful])


def _behind_chinese(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern that stand behind a character beyond ASCII."""
    return (m for m in pattern.finditer(text) if m.start() and text[m.start() - 1] > "\x7f")


def _undo_doubled(story: Story, *, cloned: bool) -> Story:
    """The story without the ASCII commas that a clone put before full-width marks."""
    edits = [Edit(m.start(), m.end(), "") for m in _DOUBLED.finditer(story.text)]
    if not edits:
        return story
    marks = sum(map(story.text.count, "！；，？。、"))
    habit = len(edits) >= _DOUBLED_LEAST and len(edits) >= _DOUBLED_SHARE * marks
    if not cloned and not habit:
        return story
    return story.edited(edits, aggregated("comma", story.text, edits, "a comma before a mark"))


def _undo_shifts(story: Story) -> Story:
    """The story with its shifted runs paired again where that is clear."""
    text, end, tried = story.text, 0, 0
    edits: list[Edit] = []
    repairs: list[Repair] = []
    page: Page | None = None
    for fault in _behind_chinese(_FAULT, text):
        at = fault.start()
        if at < end or tried >= _MOST_SHIFTS:
            continue
        tried += 1
        page = page or Page(text)
        way = shifted.undone(text, at, page)
        if way is None or not _convincing(text, at, way, page):
            continue
        end = way.position
        after, runner_up, evidence = _spelled(way, text[at - 1], text[end : end + 1], page)
        edits.append(Edit(at, end, after))
        kind = "collision" if fault.group()[-1] == ")" else "split"
        repairs.append(Repair(kind, at, text[at:end], after, evidence, "inferred", runner_up))
    return story.edited(edits, repairs)


def _convincing(text: str, at: int, way: Way, page: Page) -> bool:
    """Whether the undone run is plausible by itself and far better than what stands there."""
    gain, mean = shifted.judged(text, at, way, page)
    return mean > PLAUSIBLE and gain > GAIN


def _spelled(way: Way, before: str, text_behind: str, page: Page) -> tuple[str, str | None, str]:
    """(text, text with the runners-up, evidence); U+FFFD for what several characters could be."""
    likeliest, others, evidence = "", "", "paired again, aligned behind it"
    characters = way.characters
    if _strange(way, before, text_behind, page):
        evidence = DOUBTFUL
    for at, character in enumerate(characters):
        behind = characters[at + 1] if at + 1 < len(characters) else None
        if not character.choices:
            likeliest, others = likeliest + character.text, others + character.text
        else:
            previous = characters[at - 1].text if at else before
            following = behind.text if behind else ""
            margin, other = _runner_up(
                character.text, character.choices, (previous, following), page
            )
            alone = not (behind and behind.choices) and not (at and characters[at - 1].choices)
            seen = _on_page((previous, character.text, following), page)
            clear = margin > CLEAR and (alone or seen) and character.text not in NUMERALS
            likeliest += character.text if clear else "\ufffd"
            others += other
            if clear and seen:
                evidence = "the page has the same characters elsewhere"
    return likeliest, others if others != likeliest else None, evidence


def _strange(way: Way, before: str, behind: str, page: Page) -> bool:
    """Whether some character of a way is known beside neither of its neighbours.

    ASCII behind it, a gloss or a tag, says nothing against it.
    """
    spelled = [before, *(c.text for c in way.characters if c.text), behind or " "]
    known = [b.isascii() or page.knows(a, b) for a, b in pairwise(spelled)]
    return any(not (left or right) for left, right in pairwise(known))


def _runner_up(
    text: str, choices: tuple[str, ...], neighbours: tuple[str, str], page: Page
) -> tuple[float, str]:
    """(nats to it, the character) of the next best choice between its neighbours."""
    before, behind = neighbours

    def nats(character: str) -> float:
        tail = page.after(character, behind) if behind else 0.0
        stop = shifted.SENTENCE_END if character == "。" else 0.0
        return page.after(before, character) + tail + stop

    best, other = max((nats(c), c) for c in choices if c != text)
    return nats(text) - best, other


def _on_page(triple: tuple[str, str, str], page: Page) -> bool:
    """Whether the page itself has a character behind or before its neighbour elsewhere."""
    before, text, behind = triple
    return before + text in page.pairs or text + behind in page.pairs


def _unsolved(text: str, cloned: bool) -> list[Damage]:
    """The faults that still stand in a text, as damage of kind `shifted`."""
    places = []
    for fault in _behind_chinese(_FAULT, text):
        torn = fault.group().endswith(")")
        if torn or (cloned and not fault.group()[1:].isascii()):
            sample = text[max(0, fault.start() - 8) : fault.end() + 8]
            places.append(Damage("shifted", fault.start(), len(fault.group()), sample))
    return places
