"""Encodings that prove themselves: a byte order mark, UTF-16 by its NULs, valid UTF-8.

These readings need no guess; what is ambiguous is left to the later steps.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PARITY_SAMPLE_BYTES = 65_536
_SHAPE_SAMPLES_BYTES = (256, 4_096)
_WIDE_LETTERS = re.compile(rb"(?:[\t\n\r -~]\x00){2}")
_ASCII = bytes(range(0x80))
_COMMON = re.compile("[\t\n\r -~\xa0\xb7\u2010-\u2027\u3000-\u301f\u4e00-\u9fa5\uff01-\uff5e]")


def bom_codec(body: bytes) -> tuple[str, int] | None:
    """(codec, length of the mark in bytes) named by a byte order mark, or None."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return codec, len(mark)
    return None


def utf16_codec(body: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when NUL bytes stand on one side of most pairs, else None.

    Markup is ASCII, so every pair of it holds one NUL, after the letter in little endian. Stray
    NULs in other encodings are fewer, less than one byte in twenty, and stand on either side.
    """
    sample = body[:_PARITY_SAMPLE_BYTES]
    nuls = sample.count(0)
    behind = sample[1::2].count(0)
    one_sided = nuls >= 16 and max(behind, nuls - behind) >= 0.8 * nuls
    if nuls < 4 or (nuls * 20 < len(sample) and not one_sided):
        return None
    letters = _WIDE_LETTERS.search(sample)  # before any fault, so before a shift of the pairs
    little = letters.start() % 2 == 0 if letters else behind * 2 >= nuls
    return "utf-16-le" if little else "utf-16-be"


def looks_utf16(body: bytes) -> str | None:
    """The byte order under which nearly every pair is ASCII or common Chinese, or None.

    For text without markup and without a declaration; GBK and Big5 read so give Hangul and
    private use, so ask this only of bodies that are not valid UTF-8.
    """
    for codec in ("utf-16-le", "utf-16-be"):
        if all(_mostly_common(body[:size], codec) for size in _SHAPE_SAMPLES_BYTES):
            return codec
    return None


def _mostly_common(sample: bytes, codec: str) -> bool:
    """Whether at least 95 % of a sample is ASCII or common Chinese in one byte order.

    Two ASCII letters make a Chinese character too, so a fifth of the bytes must be beyond ASCII.
    """
    if 5 * len(sample.translate(None, _ASCII)) < len(sample):
        return False
    text = sample[: len(sample) & ~1].decode(codec, "replace")
    return len(text) >= 4 and len(_COMMON.findall(text)) >= 0.95 * len(text)


def utf8_text(body: bytes) -> str | None:
    """The body as UTF-8 when every sequence is valid, one cut off at the end allowed; else None.

    The cut sequence becomes one U+FFFD.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return None
        return body[: error.start].decode("utf-8") + "\ufffd"
