"""UTF-8 that was once read as GBK, and stored like that: `绀句細宸ヤ綔` is 社会工作.

Where GBK had no character for two bytes they are gone: `?` or U+FFFD stands for them.
"""

import re
from functools import cache, lru_cache
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
    edits: list[Edit] = []
    repairs: list[Repair] = []
    for piece in _PIECE.finditer(story.text):
        seen = piece.group()
        if seen.isascii():
            continue
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
        return _clearest(_unmapped_ends(token["lead"]), before, behind)
    if token["bridge"]:
        return _clearest(_bridged(token["bridge"], token["behind"]), before, behind)
    lost = "" if last else "\ufffd"
    return _clearest(_endings(token["tail"]), before, lost or " ") + lost


def _clearest(choices: tuple[tuple[str, ...], ...], before: str, behind: str) -> str:
    """The likeliest choice between its neighbours if it is clear and no numeral, else U+FFFD."""
    model = load()
    left, right = model.folded(before) or " ", model.folded(behind) or " "
    nats = [sum(starmap(model.after, pairwise((left, *c, right)))) for c in choices]
    if not nats:
        return "\ufffd"
    best = max(range(len(nats)), key=nats.__getitem__)
    second = max((n for at, n in enumerate(nats) if at != best), default=float("-inf"))
    clear = nats[best] - second > _CLEAR and not NUMERALS.intersection(choices[best])
    return "".join(choices[best]) if clear else "\ufffd"


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
