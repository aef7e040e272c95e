"""The last step: no character leaves the decoder that XML or a database would refuse."""

import re

from store.records import Damage, Repair

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Outside `Char` of XML 1.0 (5th ed.) clause 2.2."""

_LOST = re.compile("\ufffd+|(?:锟斤拷|锟斤)+")
"""U+FFFD, also where its UTF-8 was read as GBK once more and stored."""


def drop_illegal(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text without XML-illegal characters, and one aggregated repair per kind dropped."""
    found = _ILLEGAL.search(text)
    if found is None:
        return text, ()
    nuls = text.count("\x00")
    cleaned, dropped = _ILLEGAL.subn("", text)
    repairs = []
    for kind, count in (("nul", nuls), ("control", dropped - nuls)):
        if count:
            evidence = "not a character of XML 1.0 clause 2.2"
            repairs.append(Repair(kind, found.start(), "", "", evidence, "certain", count=count))
    return cleaned, tuple(repairs)


def lost_places(text: str) -> tuple[Damage, ...]:
    """Every run of U+FFFD (or 锟斤拷) as damage of kind `lost`, with its surroundings as sample."""
    if "\ufffd" not in text and "锟斤" not in text:
        return ()
    return tuple(
        Damage("lost", m.start(), m.end() - m.start(), text[max(0, m.start() - 8) : m.end() + 8])
        for m in _LOST.finditer(text)
    )
