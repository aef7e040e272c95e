"""The last step: no character leaves the decoder that XML or a database would refuse."""

import re

from pipelines.decode.edits import Edit, Story
from store.records import Damage, Repair

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
"""Outside `Char` of XML 1.0 (5th ed.) clause 2.2."""

_LOST = re.compile("\ufffd+|(?:锟斤拷|锟斤)+")
"""U+FFFD, also where its UTF-8 was read as GBK once more and stored."""


def without_nuls(body: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """The body without NUL bytes, and one aggregated repair if there were any.

    Some servers leave NULs between characters, even inside one; no Chinese encoding but UTF-16
    has any of its own.
    """
    count = body.count(0)
    if not count:
        return body, ()
    evidence = "no character of this encoding holds a NUL"
    found = Repair("nul", 0, "\\0", "", evidence, "certain", count=count)
    return body.replace(b"\0", b""), (found,)


def drop_illegal(story: Story) -> Story:
    """The story without XML-illegal characters, and one aggregated repair if there were any."""
    if not _ILLEGAL.search(story.text):
        return story
    edits = [Edit(m.start(), m.end(), "") for m in _ILLEGAL.finditer(story.text)]
    count = sum(edit.end - edit.start for edit in edits)
    evidence = "not a character of XML 1.0 clause 2.2"
    seen = f"U+{ord(story.text[edits[0].start]):04X}"
    found = Repair("control", edits[0].start, seen, "", evidence, "certain", count=count)
    return story.edited(edits, [found])


def lost_places(text: str) -> tuple[Damage, ...]:
    """Every run of U+FFFD (or 锟斤拷) as damage of kind `lost`, with its surroundings as sample."""
    if "\ufffd" not in text and "锟斤" not in text:
        return ()
    return tuple(
        Damage("lost", m.start(), m.end() - m.start(), text[max(0, m.start() - 8) : m.end() + 8])
        for m in _LOST.finditer(text)
    )
