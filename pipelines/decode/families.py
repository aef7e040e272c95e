"""Which family of encodings a body is in that is not valid UTF-8: by the Chinese it would hold.

Every family reads almost any bytes, so the count of errors decides nothing; the plausibility of
the text does, and a declaration weighs as much as a few characters.
"""

import re
from dataclasses import dataclass, replace
from itertools import chain, islice

import chardet

from pipelines.decode import labels
from pipelines.decode.language import load

FAMILIES = ("utf-8", "gb18030", "big5hkscs")
SAMPLES = (3, 40)
"""Runs read at each of the four places of a body: few at first, more where those do not tell."""
SAMPLE_BYTES = 40
CLEAR = 60.0
"""Nats between two families from which no more text is read."""
DOUBTFUL = 15.0
"""Nats up to which the language is not sure enough to do without chardet's vote."""

VOTE_NATS = 6.0
"""What one declaration weighs: about one character that would be misread."""

USUAL_NATS = 4.0
"""What speaks for GB18030 beforehand: the sites watched are of the mainland."""
FRAGMENT_NATS = 8.0
"""What a run that is valid UTF-8 speaks for it: the rest of the page may still be another."""
ERROR = -8.0
"""Nats for a place that a family cannot read, beyond the character that is lost."""

GUESS_BYTES = 20_000
"""How much of a body chardet is shown: enough for a vote, little enough for the time it takes."""

_FRAGMENT = re.compile(rb"(?:[\x00-\x7f]|[\xe2-\xef][\x80-\xbf]{2}){2,}[\xe2-\xef]?[\x80-\xbf]?")
_RUN = re.compile(rb"[^\x00-\x3f\x80-\xff]{0,1}[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")


@dataclass(frozen=True, slots=True)
class Choice:
    """codec: the family chosen; margin: nats to the runner-up; guess: chardet's, if asked."""

    codec: str
    margin: float
    guess: str | None = None


def choose(body: bytes, declared: dict[str, str | None]) -> Choice:
    """The most plausible family of a body, by its language and its declarations.

    declared: codec by kind of declaration (`header`, `meta`).
    """
    for runs in SAMPLES:
        sample = _sample(body, runs)
        choice = _chosen(sample, declared)
        if choice.margin > CLEAR:
            return choice
    if choice.margin > DOUBTFUL:
        return choice
    guess = _guess(body)
    voted = _chosen(sample, {**declared, "chardet": guess})
    return replace(voted, guess=guess)


def _guess(body: bytes) -> str | None:
    """What chardet takes the body for among the families; asked only where the Chinese is scarce.

    Its confidence on short Chinese text is low even when it is right, so it is one vote, no gate.
    No match is said as UTF-8, which these bytes are known not to be, and so decides nothing.
    """
    found = chardet.detect(
        body[:GUESS_BYTES],
        include_encodings=FAMILIES,
        compat_names=False,
        no_match_encoding=FAMILIES[0],
    )
    codec = labels.codec_of((found["encoding"] or "").lower())
    return codec if codec in FAMILIES[1:] else None


def _sample(body: bytes, runs: int) -> list[bytes]:
    """Runs of Chinese from four places of a body, so that one included file cannot speak for it."""
    places = [0]
    if len(body) > 4096:
        places += [body.find(b"<", len(body) * quarter // 4) for quarter in (1, 2, 3)]
    found = (islice(_RUN.finditer(body, max(place, 0)), runs) for place in places)
    return [m.group()[:SAMPLE_BYTES] for m in chain.from_iterable(found)]


def _chosen(sample: list[bytes], declared: dict[str, str | None]) -> Choice:
    """The family with the most plausible reading of a sample and its declarations together.

    Runs that are valid UTF-8 may be fragments in a page of another family: they count little
    against it.
    """
    fragments = [run for run in sample if _FRAGMENT.fullmatch(run)]
    rest = b"\n".join(run for run in sample if not _FRAGMENT.fullmatch(run))
    scores = {codec: _nats(rest, codec) for codec in FAMILIES}
    scores["utf-8"] += FRAGMENT_NATS * len(fragments)
    scores["gb18030"] += USUAL_NATS
    for codec in declared.values():
        if codec in scores:
            scores[codec] += VOTE_NATS
    best, second, *_ = sorted(FAMILIES, key=lambda codec: -scores[codec])
    return Choice(best, scores[best] - scores[second])


def _nats(sample: bytes, codec: str) -> float:
    model, text = load(), sample.decode(codec, "replace")
    return model.score(model.folded(text)) + ERROR * text.count("\ufffd")
