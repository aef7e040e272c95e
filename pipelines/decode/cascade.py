"""The order of evidence: BOM, UTF-16 parity, valid UTF-8, then the Chinese the bytes would hold
together with what the page declares. Each step either decides or hands on; none may raise.
"""

from dataclasses import dataclass

from pipelines.decode import (
    clean,
    clones,
    entities,
    families,
    gbk,
    labels,
    latin,
    orphans,
    segments,
    stated,
    utf16,
)
from pipelines.decode.edits import Story
from pipelines.decode.quality import quality
from store.records import Damage, Decoded, Repair


@dataclass(frozen=True, slots=True)
class _Reading:
    """The bytes as text before anything is undone in it."""

    text: str
    codec: str
    evidence: tuple[str, ...]
    repairs: tuple[Repair, ...] = ()


def decode(body: bytes, content_type: str | None) -> Decoded:
    """The best reading of a response body as text; never raises, never returns illegal characters.

    `header` and `meta` of the result are the labels as declared, believed or not. `quality` is
    1.0 for plausible text from faultless bytes: see `quality`.
    """
    header, meta = labels.header_label(content_type), labels.meta_label(body)
    declared = {"header": labels.codec_of(header), "meta": labels.codec_of(meta)}
    reading = _read(body, declared)
    text, dropped = clean.drop_illegal(reading.text)
    story = Story(text, reading.repairs + dropped)
    suspect: tuple[Damage, ...] = ()
    doubt = False
    if reading.codec in ("gb18030", "big5hkscs"):
        story, suspect, doubt = orphans.undo(story, reading.codec)
    else:  # neither can hold what Latin-1 makes of bytes
        story = latin.undo(story)
    story = gbk.undo(entities.undo(story))
    story, unsolved = clones.undo(story)
    text, repairs = story.text, story.repairs
    damage = clean.lost_places(text) + suspect + unsolved
    sure = quality(text, reading.codec, repairs, damage, doubt=doubt)
    return Decoded(text, reading.codec, reading.evidence, repairs, damage, sure, header, meta)


def _read(body: bytes, declared: dict[str, str | None]) -> _Reading:
    """The reading by the first step that can tell."""
    mark = stated.bom_codec(body)
    if mark:
        codec, length = mark
        if codec == "utf-8":
            text, repairs = segments.read(_without_nuls(body[length:]), codec)
        else:
            text, repairs = utf16.read(body[length:], codec)
        return _Reading(text, codec, ("bom",), repairs)
    wide = stated.utf16_codec(body)
    if wide:
        text, repairs = utf16.read(body, wide)
        return _Reading(text, wide, ("utf16-parity",), repairs)
    valid = stated.utf8_text(_without_nuls(body))
    if valid is not None:
        return _Reading(valid, "utf-8", ("ascii",) if valid.isascii() else ("utf8-valid",))
    shaped = stated.looks_utf16(body)
    if shaped:
        text, repairs = utf16.read(body, shaped)
        return _Reading(text, shaped, ("utf16-shape",), repairs)
    choice = families.choose(_without_nuls(body), declared)
    text, repairs = segments.read(_without_nuls(body), choice.codec)
    return _Reading(text, choice.codec, choice.evidence, repairs)


def _without_nuls(body: bytes) -> bytes:
    return body.replace(b"\0", b"") if b"\0" in body else body
