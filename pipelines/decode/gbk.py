"""UTF-8 that was once read as GBK, and stored like that: `绀句細宸ヤ綔` is 社会工作.

Where GBK had no character for two bytes they are gone: `?` or U+FFFD stands for them.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, starmap

from pipelines.decode.edits import Edit, Story, aggregated
from pipelines.decode.halves import NUMERALS
from pipelines.decode.language import load
from store.records import Repair

_LEADS = "".join(
    bytes((first, second)).decode("gbk")
    for first in (*range(0xE3, 0xEA), 0xEF)
    for second in range(0x80, 0xC0)
)
"""First two bytes of a Chinese character in UTF-8, read as one of GBK."""
_BRIDGES = "".join(
    bytes((first, second)).decode("gbk", "ignore")
    for first in range(0x81, 0xC0)
    for second in (*range(0xE3, 0xEA), 0xEF)
)
"""Last byte of one character and first of the next."""

_GATE = re.compile(f"[{re.escape(_LEADS)}][{re.escape(_BRIDGES)}?\ufffd]")
_PIECE = re.compile(r"[^<>\r\n\x80-\U0010ffff]*[\x80-\U0010ffff][^<>\r\n]*")
_GAIN = 1.5
"""Nats per character that the turned reading must be better."""
_CLEAR = 4.0
"""Nats between the likeliest lost character and the next, from which it may be written down."""

_LEAD = rb"[\xe2-\xe9\xef]"
_TOKEN = re.compile(
    rb"(?P<whole>(?:[\x00-\x3e\x40-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})+)"
    rb"|(?P<lead>" + _LEAD + rb")\?"
    rb"|(?P<bridge>" + _LEAD + rb"[\x80-\xbf])\?(?P<behind>[\x80-\xbf]{2})"
    rb"|(?P<chain>" + _LEAD + rb"[\x80-\xbf])\?\?"
    rb"|(?P<tail>" + _LEAD + rb"[\x80-\xbf])\?"
    rb"|(?P<mark>\?)"
)
"""Bytes of UTF-8 in which `?` stands for two bytes that are no GBK character: both last ones of a
character, or the last one and whatever followed it."""


def undo(story: Story) -> Story:
    """The story with GBK readings of UTF-8 turned back, piece by piece between markup."""
    if not _GATE.search(story.text):
        return story
    edits: list[Edit] = []
    repairs: list[Repair] = []
    for piece in _PIECE.finditer(story.text):
        seen = piece.group()
        after = _turned(seen)
        if after is not None:
            edits.append(Edit(piece.start(), piece.end(), after))
        elif "?" in seen and (after := _rebuilt(seen)) is not None:
            edits.append(Edit(piece.start(), piece.end(), after))
            evidence = "UTF-8 behind GBK, its gaps by the bytes left and the language"
            repairs.append(Repair("gbk", piece.start(), seen, after, evidence, "inferred"))
    whole = [edit for edit in edits if edit.start not in {r.start for r in repairs}]
    evidence = "valid UTF-8 behind GBK"
    return story.edited(edits, repairs + aggregated("mojibake", story.text, whole, evidence))


def _turned(piece: str) -> str | None:
    """A piece as UTF-8 where its GB18030 bytes are valid and better Chinese; else None."""
    try:
        after = piece.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return None
    if "\ufffd" in after:  # 锟斤拷 is U+FFFD read as GBK: what was there is gone
        return None
    return after if _better(after, piece) else None


def _better(after: str, piece: str) -> bool:
    model = load()
    return model.plausibility(after) > model.plausibility(piece) + _GAIN


def _rebuilt(piece: str) -> str | None:
    """A piece with gaps as UTF-8, U+FFFD where a lost character is not clear; None if it is not."""
    try:
        encoded = piece.encode("gb18030")
    except UnicodeEncodeError:
        return None
    if b"\xef\xbf\xbd" in encoded:
        return None
    parts: list[str] = []
    end = strays = 0
    for token in _TOKEN.finditer(encoded):
        if token.start() != end:
            parts.append("\ufffd")
            strays += 1
        end = token.end()
        behind = _TOKEN.match(encoded, end)
        following = behind["whole"].decode()[:1] if behind and behind["whole"] else " "
        before = parts[-1][-1:] if parts else " "
        parts.append(_read_token(token, before, following, end == len(encoded)))
    after = "".join(parts)
    return after if strays * 10 <= len(parts) and _better(after, piece) else None


def _read_token(token: re.Match[bytes], before: str, behind: str, last: bool) -> str:
    """The text of one token between its neighbours."""
    if token["whole"]:
        return token["whole"].decode()
    if token["mark"]:
        return "?"
    if token["chain"]:
        return "\ufffd\ufffd"
    if token["lead"]:
        return _clearest([(c,) for c in _unmapped_ends(token["lead"])], before, behind)
    if token["bridge"]:
        return _clearest(_bridged(token["bridge"], token["behind"]), before, behind)
    ends = [(c,) for c in _endings(token["tail"])]
    return _clearest(ends, before, " " if last else "\ufffd") + ("" if last else "\ufffd")


def _clearest(choices: Sequence[tuple[str, ...]], before: str, behind: str) -> str:
    """The likeliest choice between its neighbours if it is clear and no numeral, else U+FFFD."""
    model = load()
    left, right = model.folded(before) or " ", model.folded(behind) or " "
    ranked = sorted(
        (
            (sum(starmap(model.after, pairwise((left, *map(model.folded, c), right)))), c)
            for c in choices
        ),
        reverse=True,
    )[:2]
    if not ranked or NUMERALS.intersection(ranked[0][1]):
        return "\ufffd"
    clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] > _CLEAR
    return "".join(ranked[0][1]) if clear else "\ufffd"


@cache
def _unmapped_ends(lead: bytes) -> tuple[str, ...]:
    """Characters that begin with `lead` and whose other two bytes are no GBK character."""
    ends = (bytes((a, b)) for a in range(0x80, 0xC0) for b in range(0x80, 0xC0))
    return tuple(c for end in ends if not _in_gbk(end) and (c := _known(lead + end)))


@cache
def _endings(start: bytes) -> tuple[str, ...]:
    """Characters that begin with these two bytes."""
    return tuple(c for end in range(0x80, 0xC0) if (c := _known(start + bytes((end,)))))


def _bridged(start: bytes, rest: bytes) -> list[tuple[str, ...]]:
    """Pairs of characters whose touching bytes are no GBK character: one begun, one ending."""
    leads = (*range(0xE2, 0xEA), 0xEF)
    gaps = (bytes((a, b)) for a in range(0x80, 0xC0) for b in leads)
    return [
        (first, second)
        for gap in gaps
        if not _in_gbk(gap)
        and (first := _known(start + gap[:1]))
        and (second := _known(gap[1:] + rest))
    ]


@cache
def _in_gbk(pair: bytes) -> bool:
    return bool(pair.decode("gbk", "ignore"))


def _known(encoded: bytes) -> str | None:
    """The character of a UTF-8 sequence if the language model has it."""
    text = encoded.decode("utf-8", "ignore")
    model = load()
    return text if text and model.folded(text) in model.single else None
