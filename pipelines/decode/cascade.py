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
from store.records import Decoded, Repair


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
    story, doubt = _undone(reading)
    damage = story.damage + clean.lost_places(story.text)
    sure = quality(story.text, reading.codec, story.repairs, damage, doubt=doubt)
    agreeing = tuple(kind for kind, codec in declared.items() if codec == reading.codec)
    evidence = tuple(dict.fromkeys((*reading.evidence, *agreeing)))
    return Decoded(story.text, reading.codec, evidence, story.repairs, damage, sure, header, meta)


def _undone(reading: _Reading) -> tuple[Story, bool]:
    """(the text with everything undone that happened to it, whether letters in it are in doubt)."""
    story, doubt = clean.drop_illegal(Story(reading.text, reading.repairs)), False
    if reading.codec in ("gb18030", "big5hkscs"):
        story, doubt = orphans.undo(story, reading.codec)
    else:  # neither can hold what Latin-1 makes of bytes
        story = latin.undo(story)
    for undo in (entities.undo, gbk.undo, clones.undo):
        story = undo(story)
    return story, doubt


def _read(body: bytes, declared: dict[str, str | None]) -> _Reading:
    """The reading by the first step that can tell."""
    mark = stated.bom_codec(body)
    if mark:
        codec, length = mark
        return _in_unicode(body[length:], codec, "bom")
    wide = stated.utf16_codec(body)
    if wide:
        return _in_unicode(body, wide, "utf16-parity")
    bare, nuls = clean.without_nuls(body)
    valid = stated.utf8_text(bare)
    if valid is not None:
        evidence = "ascii" if valid.isascii() else "utf8-valid"
        return _Reading(valid, "utf-8", (evidence,), nuls)
    shaped = stated.looks_utf16(body)
    if shaped:
        return _in_unicode(body, shaped, "utf16-shape")
    choice = families.choose(bare, declared)
    text, repairs = segments.read(bare, choice.codec)
    agreeing = ("chardet",) if choice.guess == choice.codec else ()
    return _Reading(text, choice.codec, ("language", *agreeing), nuls + repairs)


def _in_unicode(body: bytes, codec: str, evidence: str) -> _Reading:
    """The reading of a body in a Unicode encoding that proved itself."""
    if codec != "utf-8":
        text, repairs = utf16.read(body, codec)
        return _Reading(text, codec, (evidence,), repairs)
    bare, nuls = clean.without_nuls(body)
    text, repairs = segments.read(bare, codec)
    return _Reading(text, codec, (evidence,), nuls + repairs)
