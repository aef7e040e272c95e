"""UTF-8 that was once read as GBK, and stored like that: `绀句細宸ヤ綔` is 社会工作.

Where GBK had no character for two bytes they are gone: `?` or U+FFFD stands for them.
"""

import re

from pipelines.decode.edits import Edit, Story, aggregated
from pipelines.decode.language import load

_LEADS = "".join(
    bytes((first, second)).decode("gbk")
    for first in (0xE3, *range(0xE4, 0xEA), 0xEF)
    for second in range(0x80, 0xC0)
)
"""First two bytes of a Chinese character in UTF-8, read as one of GBK."""
_BRIDGES = "".join(
    bytes((first, second)).decode("gbk", "ignore")
    for first in range(0x81, 0xC0)
    for second in (0xE3, *range(0xE4, 0xEA), 0xEF)
)
"""Last byte of one character and first of the next."""

_GATE = re.compile(f"[{re.escape(_LEADS)}][{re.escape(_BRIDGES)}]")
_PIECE = re.compile(r"[^<>\r\n\x80-\U0010ffff]*[\x80-\U0010ffff][^<>\r\n]*")
_GAIN = 1.5
"""Nats per character that the turned reading must be better."""


def undo(story: Story) -> Story:
    """The story with GBK readings of UTF-8 turned back, piece by piece between markup."""
    if not _GATE.search(story.text):
        return story
    edits = []
    for piece in _PIECE.finditer(story.text):
        after = _turned(piece.group())
        if after is not None:
            edits.append(Edit(piece.start(), piece.end(), after))
    evidence = "valid UTF-8 behind GBK"
    return story.edited(edits, aggregated("mojibake", story.text, edits, evidence))


def _turned(piece: str) -> str | None:
    """A piece as UTF-8 where its GB18030 bytes are valid and better Chinese; else None."""
    try:
        after = piece.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return None
    if "\ufffd" in after:  # 锟斤拷 is U+FFFD read as GBK: what was there is gone
        return None
    model = load()
    gained = model.plausibility(after) > model.plausibility(piece) + _GAIN
    return after if gained else None
