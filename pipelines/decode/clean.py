"""The last step: no character leaves the decoder that XML or a database would refuse."""

import re

from store.records import Damage, Repair

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Outside `Char` of XML 1.0 (5th ed.) clause 2.2."""

_LOST = re.compile("\ufffd+|(?:锟斤拷|锟斤)+")
"""U+FFFD, also where its UTF-8 was read as GBK once more and stored."""


def without_nuls(body: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """The body without NUL bytes, and one aggregated repair if there were any.

    Some servers leave NULs between characters, even inside one; no Chinese encoding but UTF-16
    has any of its own.
    """
    count = body.count(0)
    if not count:
        return body, ()
    evidence = "no character of this encoding holds a NUL"
    found = Repair("nul", 0, "\\0", "", evidence, "certain", count=count)
    return body.replace(b"\0", b""), (found,)


def drop_illegal(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text without XML-illegal characters, and one aggregated repair if there were any."""
    found = _ILLEGAL.search(text)
    if found is None:
        return text, ()
    cleaned, count = _ILLEGAL.subn("", text)
    evidence = "not a character of XML 1.0 clause 2.2"
    seen = f"U+{ord(found.group()):04X}"
    return cleaned, (Repair("control", found.start(), seen, "", evidence, "certain", count=count),)


def lost_places(text: str) -> tuple[Damage, ...]:
    """Every run of U+FFFD (or 锟斤拷) as damage of kind `lost`, with its surroundings as sample."""
    if "\ufffd" not in text and "锟斤" not in text:
        return ()
    return tuple(
        Damage("lost", m.start(), m.end() - m.start(), text[max(0, m.start() - 8) : m.end() + 8])
        for m in _LOST.finditer(text)
    )
