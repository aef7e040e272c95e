"""Reading UTF-16, also when bytes were lost on the way and the pairs have shifted.

Markup tells the phase: its letters are pairs with a NUL. Where the phase changes between two
pieces of markup a byte is missing, and the language says where.
"""

import re
import struct

from pipelines.decode.language import ascii_class, load
from pipelines.decode.resync import ABOUT_HERE, CLOSE, HERE
from store.records import Repair

_TAIL_BYTES = 2_048
_WIDE_ASCII = {
    "utf-16-le": re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00){4,}"),
    "utf-16-be": re.compile(rb"(?:\x00[\t\n\r\x20-\x7e]){4,}"),
}


def read(body: bytes, codec: str) -> tuple[str, tuple[Repair, ...]]:
    """The text of a UTF-16 body without its mark, and one repair per shift that was undone.

    A lost byte costs one character, U+FFFD in its place.
    """
    pieces: list[str] = []
    repairs: list[Repair] = []
    length = start = 0
    for fault_from, fault_to in _shifts(body, codec):
        head = body[start:fault_from].decode(codec, "replace")
        text, close = _resynchronised(body[fault_from:fault_to], codec)
        length += len(head)
        at = length + max(text.find("\ufffd"), 0)
        evidence = ABOUT_HERE if close else HERE
        repairs.append(Repair("resync", at, "", "\ufffd", evidence, "inferred"))
        pieces += (head, text)
        length += len(text)
        start = fault_to
    pieces.append(body[start:].decode(codec, "replace"))
    return "".join(pieces), tuple(repairs)


def _shifts(body: bytes, codec: str) -> list[tuple[int, int]]:
    """Byte ranges of odd length in which a byte was lost, between two pieces of markup."""
    shifts, phase, end = [], 0, 0
    if len(body) % 2 == 0 and _in_phase(body[-_TAIL_BYTES:], codec):
        return []
    for found in _WIDE_ASCII[codec].finditer(body):
        if found.start() % 2 != phase and found.end() - found.start() >= 8:
            shifts.append((end, found.start()))
            phase = found.start() % 2
        end = found.end()
    if (len(body) - end) % 2 and len(body) - end > 2:
        shifts.append((end, len(body)))
    return shifts


def _in_phase(tail: bytes, codec: str) -> bool:
    """Whether markup at the end of a body stands where it would if no byte were lost."""
    found = _WIDE_ASCII[codec].search(tail)
    return found is None or found.start() % 2 == len(tail) % 2


def _resynchronised(piece: bytes, codec: str) -> tuple[str, bool]:
    """(a piece of odd length with one byte lost where its text is best, whether that is close)."""
    if len(piece) < 3:
        return "\ufffd", False
    scores = _scores(_units(piece[:-1], codec), _units(piece[1:], codec))
    cut = max(range(len(scores)), key=scores.__getitem__)
    close = any(nats > scores[cut] - CLOSE for at, nats in enumerate(scores) if at != cut)
    left = piece[: 2 * cut].decode(codec, "replace")
    return left + "\ufffd" + piece[2 * cut + 1 :].decode(codec, "replace"), close


def _scores(before: list[str], behind: list[str]) -> list[float]:
    """Nats of the text with the byte lost before each unit, and after the last.

    before: the units if none is lost before them; behind: the same with one lost at the start.
    """
    model = load()
    rest = [0.0]
    for at in range(len(behind) - 1, 0, -1):
        rest.append(rest[-1] + model.after(behind[at - 1], behind[at]))
    scores, head = [model.alone(behind[0]) + rest[-1]], 0.0
    for at, unit in enumerate(before, 1):
        head += model.after(before[at - 2] if at > 1 else " ", unit)
        tail = model.alone(behind[at]) + rest[-1 - at] if at < len(behind) else 0.0
        scores.append(head + tail)
    return scores


def _units(piece: bytes, codec: str) -> list[str]:
    """The code units of a piece as folded characters; halves of a surrogate pair stand alone."""
    order = "<" if codec == "utf-16-le" else ">"
    model = load()
    units = struct.unpack(f"{order}{len(piece) // 2}H", piece)
    return [model.fold.get(unit) or ascii_class(chr(unit)) for unit in units]
