"""What a process has in hand, in a small file: read by who watches it, or comes after its death.

The crawl child says here which answer it is reading and which sources it is through with, so that
a parser that hangs or dies costs one source and not the crawl. The file is scratch: it is never
synced, and one that cannot be read means that nothing is known.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class InHand:
    """The answer that is being read. column_id: None where it belongs to no column."""

    source_id: str
    column_id: str | None
    url: str


@dataclass(frozen=True, slots=True)
class PulseState:
    """What the file says. beats: grows while the process lives.

    done: sources that were visited, by id: empty, or why the visit did not reach its end.
    """

    beats: int = 0
    hand: InHand | None = None
    done: dict[str, str] = field(default_factory=dict)


class Pulse:
    """Writes the file; each call replaces what it says. One process, one thread."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._state = PulseState()
        self._length = 0

    def beat(self) -> None:
        """Say that the process lives and reads nothing right now."""
        self._put(None, self._state.done)

    def take(self, source_id: str, column_id: str | None, url: str) -> None:
        """Say that this answer is read next."""
        self._put(InHand(source_id, column_id, url), self._state.done)

    def done(self, source_id: str, failure: str = "") -> None:
        """Say that a source was visited; failure: why not to its end."""
        self._put(None, {**self._state.done, source_id: failure})

    def close(self) -> None:
        """Close the file; what it says last stays."""
        self._file.close()

    def _put(self, hand: InHand | None, done: dict[str, str]) -> None:
        self._state = PulseState(self._state.beats + 1, hand, done)
        said = {"beats": self._state.beats, "hand": hand and asdict(hand), "done": done}
        line = json.dumps(said, ensure_ascii=False).encode() + b"\n"
        # Padded over what was there: a reader sees one whole line, or a torn one that it ignores.
        self._length = max(self._length, len(line))
        os.pwrite(self._file.fileno(), line.ljust(self._length), 0)


def read_pulse(path: Path) -> PulseState | None:
    """Return what the file says, None where there is none or it is just being written."""
    try:
        raw = json.loads(path.read_bytes())
        hand = InHand(**raw["hand"]) if raw["hand"] else None
        return PulseState(raw["beats"], hand, raw["done"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
