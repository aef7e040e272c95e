"""UTF-8 that was once read as GBK, and stored like that: `绀句細宸ヤ綔` is 社会工作.

Where GBK had no character for two bytes they are gone: `?` or U+FFFD stands for them.
"""

import re
from functools import cache, lru_cache
from heapq import nlargest
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
_PIECE = re.compile(r"[^<>\r\n]+")
_GAPS = "UTF-8 behind GBK, its gaps by the bytes left and the language"
_GAIN = 1.5
"""Nats per character that the turned reading must be better."""
_CLEAR = 4.0
"""Nats between the likeliest lost character and the next, from which it may be written down."""

_USUAL = -12.5
"""Log-probability of a character that may stand in a gap; rarer ones are not guessed."""

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
    whole: list[Edit] = []
    gapped: list[Edit] = []
    repairs: list[Repair] = []
    for piece in _PIECE.finditer(story.text):
        seen, (start, end) = piece.group(), piece.span()
        if seen.isascii():
            continue
        if (after := _turned(seen)) is not None:
            whole.append(Edit(start, end, after))
        elif "?" in seen and (rebuilt := _rebuilt(seen)):
            gapped.append(Edit(start, end, rebuilt[0]))
            repairs.append(Repair("gaps", start, seen, rebuilt[0], _GAPS, "inferred", rebuilt[1]))
    repairs += aggregated("mojibake", story.text, whole, "valid UTF-8 behind GBK")
    return story.edited(sorted((*whole, *gapped), key=lambda edit: edit.start), repairs)


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


def _rebuilt(piece: str) -> tuple[str, str] | None:
    """(a piece with gaps as UTF-8, the same with the runners-up); None where it is no such piece.

    U+FFFD stands where a lost character is not clear.
    """
    encoded = piece.encode("gb18030", "replace")
    if b"\xef\xbf\xbd" in encoded:
        return None
    likeliest, others = [" "], [" "]
    end = strays = 0
    for token in _TOKEN.finditer(encoded):
        gap = token.start() - end
        strays, end = strays + gap, token.end()
        behind = _TOKEN.match(encoded, end)
        following = (
            behind["whole"].decode("utf-8", "replace")[:1] if behind and behind["whole"] else " "
        )
        text, other = _read_token(token, likeliest[-1][-1:], following, end == len(encoded))
        likeliest.append("\ufffd" * bool(gap) + text)
        others.append("\ufffd" * bool(gap) + other)
    strays += len(encoded) - end
    after = "".join(likeliest[1:]) + "\ufffd" * (end < len(encoded))
    if strays * 20 > len(encoded) or not _better(after, piece):
        return None
    return after, "".join(others[1:])


def _read_token(token: re.Match[bytes], before: str, behind: str, last: bool) -> tuple[str, str]:
    """(the text of one token between its neighbours, the next best)."""
    if token["whole"]:
        return (token["whole"].decode("utf-8", "replace"),) * 2
    if token["mark"]:
        return "?", "?"
    if token["chain"]:
        return "\ufffd\ufffd", "\ufffd\ufffd"
    if token["lead"]:
        return _clearest(_unmapped_ends(token["lead"]), before, behind)
    if token["bridge"]:
        return _clearest(_bridged(token["bridge"], token["behind"]), before, behind)
    lost = "" if last else "\ufffd"
    text, other = _clearest(_endings(token["tail"]), before, lost or " ")
    return text + lost, other + lost


def _clearest(choices: tuple[tuple[str, ...], ...], before: str, behind: str) -> tuple[str, str]:
    """(the likeliest choice between its neighbours, the next); U+FFFD if unclear or a numeral."""
    model = load()
    left, right = model.folded(before) or " ", model.folded(behind) or " "
    nats = [sum(starmap(model.after, pairwise((left, *c, right)))) for c in choices]
    if len(nats) < 2:
        return "\ufffd", "\ufffd"
    best, second = nlargest(2, range(len(nats)), key=nats.__getitem__)
    clear = nats[best] - nats[second] > _CLEAR and not NUMERALS.intersection(choices[best])
    return "".join(choices[best]) if clear else "\ufffd", "".join(choices[second])


@cache
def _unmapped_ends(lead: bytes) -> tuple[tuple[str], ...]:
    """Characters that begin with `lead` and whose other two bytes are no GBK character."""
    ends = (bytes((a, b)) for a in range(0x80, 0xC0) for b in range(0x80, 0xC0))
    return tuple((c,) for end in ends if not _in_gbk(end) and (c := _known(lead + end)))


@cache
def _endings(start: bytes) -> tuple[tuple[str], ...]:
    """Characters that begin with these two bytes."""
    return tuple((c,) for end in range(0x80, 0xC0) if (c := _known(start + bytes((end,)))))


@lru_cache(maxsize=2048)
def _bridged(start: bytes, rest: bytes) -> tuple[tuple[str, str], ...]:
    """Pairs of characters whose touching bytes are no GBK character: one begun, one ending."""
    return tuple(
        (first, second)
        for gap in _gaps()
        if (first := _known(start + gap[:1])) and (second := _known(gap[1:] + rest))
    )


@cache
def _gaps() -> tuple[bytes, ...]:
    """A last byte and a first one of UTF-8 that together are no GBK character."""
    leads = (*range(0xE2, 0xEA), 0xEF)
    pairs = (bytes((a, b)) for a in range(0x80, 0xC0) for b in leads)
    return tuple(pair for pair in pairs if not _in_gbk(pair))


def _in_gbk(pair: bytes) -> bool:
    return bool(pair.decode("gbk", "ignore"))


@lru_cache(maxsize=16_384)
def _known(encoded: bytes) -> str | None:
    """The character of a UTF-8 sequence if it is simplified and in daily use, else None."""
    text = encoded.decode("utf-8", "ignore")
    usual = bool(text.strip()) and load().single.get(text, -99.0) > _USUAL
    return text if usual else None
