"""Whether a text that stands at a new address says something else than at the one it left. Pure.

New software dresses a page anew: header fields, labels of files, what stands above and below the
text. None of that is a revision, and a site that moves would announce it for every page it has. So
only the text itself is asked, and at its ends only what has a number (第十四条) or fills one blank.
"""

import re
from collections.abc import Iterable

from pipelines.copies import compared
from pipelines.resemblance import Resemblance, resemblance
from store.records import Comparison, DiffBlock, Document, Pairing

_KIN = 0.5
"""Texts that share less than this of the shorter one have a name in common, no history."""
_LOOSE = 0.25
"""Loose ends longer than this part of the longer text: one of them is an excerpt of the other."""
_SENTENCE_END = re.compile(r"(?<=[。；！？])(?!$)", re.MULTILINE)


def moved_difference(old: Document, new: Document) -> Comparison | None:
    """Return how the moved text differs in meaning, None where it does not or cannot be told.

    A page without a text, an excerpt (much of the beginning or end is missing) and a text that
    shares little but its name with the old one tell nothing of a revision.
    """
    if not old.body_text.strip() or not new.body_text.strip():
        return None
    seen = resemblance(old.body_text, new.body_text)
    if seen.coverage < _KIN or seen.head.size + seen.tail.size > _LOOSE * seen.longer:
        return None
    found = _compared(old, new)
    edited = any(gap.size and not gap.is_loss for gap in seen.gaps)  # `不` alone is an edit
    if edited or seen.tail.is_filled_in or _adds_at_an_end(seen, found.diff.blocks):
        return found
    return None


def _compared(old: Document, new: Document) -> Comparison:
    """Return the difference by article; by sentence where one site keeps no paragraphs."""
    texts = (old.body_text, new.body_text)
    pairing = Pairing("draft", new.title or "", new.url, "", *texts)
    found = compared(pairing)
    if any(block.op == "same" for block in found.diff.blocks):
        return found
    cut = (_SENTENCE_END.sub("\n", text) for text in texts)
    return compared(Pairing("draft", pairing.title, pairing.url, "", *cut))


def _adds_at_an_end(seen: Resemblance, blocks: Iterable[DiffBlock]) -> bool:
    """Return whether a numbered provision came at an end of the text."""
    more = len(seen.head.new) > len(seen.head.old) or len(seen.tail.new) > len(seen.tail.old)
    return more and any(block.op == "inserted" and block.label for block in blocks)
