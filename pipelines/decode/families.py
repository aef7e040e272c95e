"""Which family of encodings a body is in that is not valid UTF-8: by the Chinese it would hold.

Every family reads almost any bytes, so the count of errors decides nothing; the plausibility of
the text does, and a declaration weighs as much as a few characters.
"""

import re
from dataclasses import dataclass
from itertools import chain, islice

from pipelines.decode.language import load

FAMILIES = ("utf-8", "gb18030", "big5hkscs")
SAMPLES = (3, 40)
"""Runs read at each of the four places of a body: few at first, more where those do not tell."""
SAMPLE_BYTES = 40
CLEAR = 60.0
"""Nats between two families from which no more text is read."""
VOTE_NATS = 6.0
"""What one declaration weighs: about one character that would be misread."""

USUAL_NATS = 4.0
"""What speaks for GB18030 beforehand: the sites watched are of the mainland."""
ERROR = -8.0
"""Nats for a place that a family cannot read, beyond the character that is lost."""

_RUN = re.compile(rb"[^\x00-\x3f\x80-\xff]{0,1}[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")


@dataclass(frozen=True, slots=True)
class Choice:
    """codec: the family chosen; margin: nats to the runner-up."""

    codec: str
    margin: float


def choose(body: bytes, declared: dict[str, str | None]) -> Choice:
    """The most plausible family of a body, by its language and its declarations.

    declared: codec by kind of declaration (`header`, `meta`).
    """
    for runs in SAMPLES:
        choice = _chosen(_sample(body, runs), declared)
        if choice.margin > CLEAR:
            break
    return choice


def _sample(body: bytes, runs: int) -> bytes:
    """Runs of Chinese from four places of a body, so that one included file cannot speak for it."""
    places = [0]
    if len(body) > 4096:
        places += [body.find(b"<", len(body) * quarter // 4) for quarter in (1, 2, 3)]
    found = (islice(_RUN.finditer(body, max(place, 0)), runs) for place in places)
    return b"\n".join(m.group()[:SAMPLE_BYTES] for m in chain.from_iterable(found))


def _chosen(sample: bytes, declared: dict[str, str | None]) -> Choice:
    model, scores = load(), {}
    for codec in FAMILIES:
        text = sample.decode(codec, "replace")
        votes = sum(VOTE_NATS for vote in declared.values() if vote == codec)
        usual = USUAL_NATS if codec == "gb18030" else 0.0
        scores[codec] = (
            votes + usual + model.score(model.folded(text)) + ERROR * text.count("\ufffd")
        )
    best, second, *_ = sorted(FAMILIES, key=lambda codec: -scores[codec])
    return Choice(best, scores[best] - scores[second])
