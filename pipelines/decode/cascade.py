"""The order of evidence: BOM, UTF-16 parity, valid UTF-8, declarations that survive validation,
chardet among Chinese encodings. Each step either decides or hands on; none may raise.
"""

import chardet

from pipelines.decode import clean, labels, stated
from store.records import Decoded

_CHINESE = ("gb18030", "big5hkscs", "utf-8")
_DETECT_BYTES = 20_000


def decode(body: bytes, content_type: str | None) -> Decoded:
    """The best reading of a response body as text; never raises, never returns illegal characters.

    `header` and `meta` of the result are the labels as declared, believed or not. `quality` is
    1.0 for bytes that read without fault and falls with every character lost.
    """
    header, meta = labels.header_label(content_type), labels.meta_label(body)
    text, charset, evidence = _read(body, labels.codec_of(header), labels.codec_of(meta))
    text, repairs = clean.drop_illegal(text)
    damage = clean.lost_places(text)
    lost = sum(place.length for place in damage)
    quality = max(0.0, 1.0 - 20 * lost / max(len(text), 1))
    return Decoded(text, charset, evidence, repairs, damage, quality, header, meta)


def _read(body: bytes, header: str | None, meta: str | None) -> tuple[str, str, tuple[str, ...]]:
    """(text, codec, evidence) by the first step that can tell."""
    mark = stated.bom_codec(body)
    if mark:
        codec, length = mark
        return body[length:].decode(codec, "replace"), codec, ("bom",)
    wide = stated.utf16_codec(body)
    if wide:
        return body.decode(wide, "replace"), wide, ("utf16-parity",)
    text = stated.utf8_text(body)
    if text is not None:
        return text, "utf-8", ("ascii",) if body.isascii() else ("utf8-valid",)
    return _read_legacy(body, header, meta)


def _read_legacy(
    body: bytes, header: str | None, meta: str | None
) -> tuple[str, str, tuple[str, ...]]:
    """The reading of a body that is not Unicode: the Chinese codec with the least loss."""
    guess = chardet.detect(
        body[:_DETECT_BYTES], include_encodings=list(_CHINESE), no_match_encoding="utf-8"
    )["encoding"]
    detected = labels.codec_of(guess)
    votes = (("chardet", detected), ("meta", meta), ("header", header))
    best: tuple[float, str, str, tuple[str, ...]] | None = None
    for codec in _CHINESE:
        text = body.decode(codec, "replace")
        evidence = tuple(name for name, vote in votes if vote == codec)
        lost = text.count("\ufffd") / max(len(text), 1)
        score = len(evidence) * 0.002 + (0.003 if detected == codec else 0) - lost
        if best is None or score > best[0]:
            best = score, text, codec, evidence
    assert best is not None
    return best[1], best[2], best[3] or ("least-loss",)
