"""A body piece by piece: included fragments in another encoding, and runs with a fault.

Templates include files, so one page may hold GBK and UTF-8 side by side; the border is always
markup or a line. Every piece is read in the page's family unless another reads it better.
"""

import codecs
import re
from dataclasses import dataclass, field
from functools import cache

from pipelines.decode import resync
from pipelines.decode.families import FAMILIES
from pipelines.decode.language import load
from store.records import Repair

RESYNC_BUDGET_BYTES = 60_000
"""Bytes of one body that are searched for a better phase; a page with more faults is a ruin."""
RUN_COST_BYTES = 60
"""What looking at one more run costs, in bytes of that budget."""
CUT_NATS = 15.0
"""How much less plausible a reading may be that only takes the end of the body as cut off."""
FOREIGN_NATS = 8.0
"""What a fragment must gain per piece to be read in another family than its page."""

SHOWN = 120
"""Characters of a fragment that its repair shows."""

_PIECE = re.compile(rb"[^<>\r\n]+")
_UTF8_PAIR = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2}")
_RUN = re.compile(rb"[^\x00-\x2f\x3a-\x3f\x80-\xff]{0,1}[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")
_ERRORS = "policywatch-one-per-fault"


def _one_per_fault(error: UnicodeError) -> tuple[str | bytes, int]:
    """Codec error handler: one U+FFFD for a bad UTF-8 sequence and its leftover bytes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    end = error.end
    while end < len(error.object) and 0x80 <= error.object[end] < 0xC0:
        end += 1
    return "\ufffd", end


codecs.register_error(_ERRORS, _one_per_fault)


@dataclass(slots=True)
class _Reading:
    """What has been read so far; offsets of repairs are characters of the whole text."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    repairs: list[Repair] = field(default_factory=list)
    budget: int = RESYNC_BUDGET_BYTES

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def read(body: bytes, codec: str) -> tuple[str, tuple[Repair, ...]]:
    """The text of a body whose main family is `codec`, and what had to be done to read it."""
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return _read_pieces(body, codec)
    if codec != "utf-8" and _fragment_gate(codec).search(text) and _UTF8_PAIR.search(body):
        return _read_pieces(body, codec)
    return text, ()


@cache
def _fragment_gate(codec: str) -> re.Pattern[str]:
    """What UTF-8 of a common character begins with when read as `codec`: its first two bytes."""
    pairs = (bytes((a, b)) for a in (*range(0xE3, 0xEA), 0xEF) for b in range(0x80, 0xC0))
    return re.compile(f"[{re.escape(''.join(p.decode(codec, 'ignore') for p in pairs))}]")


def _read_pieces(body: bytes, codec: str) -> tuple[str, tuple[Repair, ...]]:
    reading, end = _Reading(), 0
    for found in _PIECE.finditer(body):
        if found.group().isascii():
            continue
        reading.add(body[end : found.start()].decode("latin-1"))
        end = found.end()
        _read_piece(found.group(), codec, reading, last=end == len(body))
    reading.add(body[end:].decode("latin-1"))
    return "".join(reading.parts), tuple(reading.repairs)


def _read_piece(piece: bytes, codec: str, reading: _Reading, *, last: bool) -> None:
    """Append one piece, read in its best family, to the reading."""
    own = _strict(piece, codec)
    if own is not None and (codec == "utf-8" or not _UTF8_PAIR.search(piece)):
        reading.add(own)
        return
    foreign, other = _foreign(piece, codec)
    model = load()
    own_score = model.score(model.folded(piece.decode(codec, "replace")))
    if other is not None and model.score(model.folded(other)) > own_score + FOREIGN_NATS:
        evidence = f"valid {foreign} in a page of {codec}"
        seen, now = piece.decode(codec, "replace")[:SHOWN], other[:SHOWN]
        reading.repairs.append(Repair("fragment", reading.length, seen, now, evidence, "certain"))
        reading.add(other)
    elif own is not None:
        reading.add(own)
    elif codec == "utf-8":
        reading.add(piece.decode(codec, _ERRORS))
    else:
        _resynchronise(piece, codec, reading, last=last)


def _cut_short(run: bytes, codec: str) -> str | None:
    """A run whose last character was cut off, U+FFFD for it; None where the fault is elsewhere."""
    for left in (1, 2, 3):
        head = _strict(run[:-left], codec)
        if head is not None and _strict(run[-left:], codec) is None:
            return head + "\ufffd"
    return None


def _strict(piece: bytes, codec: str) -> str | None:
    try:
        return piece.decode(codec)
    except UnicodeDecodeError:
        return None


def _foreign(piece: bytes, codec: str) -> tuple[str, str | None]:
    """The most plausible faultless reading in another family: (codec, text or None)."""
    model = load()
    readings = [(f, _strict(piece, f)) for f in FAMILIES if f != codec]
    whole = [(model.score(model.folded(text)), f, text) for f, text in readings if text is not None]
    if not whole:
        return "", None
    _, family, text = max(whole)
    return family, text


def _resynchronise(piece: bytes, codec: str, reading: _Reading, *, last: bool) -> None:
    """Append a faulty piece in the page's own family, one U+FFFD for each fault.

    last: the piece ends the body, so that a character may be cut off there.
    """
    end = 0
    for found in _RUN.finditer(piece):
        reading.add(piece[end : found.start()].decode("latin-1"))
        run, end = found.group(), found.end()
        cut = _cut_short(run, codec) if last and end == len(piece) else None
        reading.add(_run_text(run, codec, cut, reading))
    reading.add(piece[end:].decode("latin-1"))


def _run_text(run: bytes, codec: str, cut: str | None, reading: _Reading) -> str:
    """The text of one run; cut: how it reads if only its last character was cut off."""
    text = _strict(run, codec)
    if text is not None:
        return text
    if len(run) > reading.budget:
        return run.decode(codec, "replace")
    reading.budget -= len(run) + RUN_COST_BYTES
    text, other, close = resync.read(run, codec)
    model = load()
    if cut and model.score(model.folded(cut)) + CUT_NATS > model.score(model.folded(text)):
        return cut
    at = reading.length + max(text.find("\ufffd"), 0)
    evidence = resync.ABOUT_HERE if close else resync.HERE
    reading.repairs.append(Repair("resync", at, "", "\ufffd", evidence, "inferred", other))
    return text
