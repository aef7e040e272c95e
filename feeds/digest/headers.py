"""Writes a subject, and a sender's name, as headers that read back exactly, whatever the text.

`email` loses or gains a blank where it parts some texts, and makes words that are too long; so the
words are made here. Pure; knows nothing of what a subject says.
"""

import re
from base64 import b64encode

MOST_LINE_CHARS = 76
"""RFC 2047 §2: a line that holds an encoded word; its words have 75, one less for the blank."""
_SUBJECT, _FROM, _OPEN, _CLOSE = "Subject: ", "From: ", "=?utf-8?b?", "?="
_PLAIN = re.compile(r"(?:[!-~]+(?: [!-~]+)*)?")
"""What may stand as it is: ASCII with single blanks inside (RFC 5322 §2.2.3 folds at any other)."""
_ATOMS = re.compile(r"[A-Za-z0-9-]+(?: [A-Za-z0-9-]+)*")
"""A name that needs no quotes (RFC 5322 §3.2.3, the characters nobody ever took amiss)."""


def subject_header(text: str) -> bytes:
    """Return the header's lines in ASCII, each ended by CRLF, that say exactly this text.

    Blanks lie inside the words, since those between two words are ignored (RFC 2047 §6.2), and no
    character is parted between two (§5). Raises UnicodeEncodeError for a lone surrogate.
    """
    plain = _PLAIN.fullmatch(text) and "=?" not in text
    fits = len(_SUBJECT + text) <= MOST_LINE_CHARS
    value = text if plain and fits else _folded(text, _SUBJECT)
    return f"{_SUBJECT}{value}\r\n".encode("ascii")


def from_header(name: str, address: str) -> bytes:
    """Return the sender's header: its name, if it has one, and its ASCII address.

    As `subject_header`; the address goes on a line of its own after a name that needs words.
    """
    if not name:
        return f"{_FROM}{address}\r\n".encode("ascii")
    if _ATOMS.fullmatch(name) and len(f"{_FROM}{name} <{address}>") <= MOST_LINE_CHARS:
        return f"{_FROM}{name} <{address}>\r\n".encode("ascii")
    return f"{_FROM}{_folded(name, _FROM)}\r\n <{address}>\r\n".encode("ascii")


def _folded(text: str, header: str) -> str:
    """Return the text as encoded words, one a line, the first shorter by the header's name."""
    pieces, size, most = [""], 0, _most_bytes(len(header))
    for character in text:
        length = len(character.encode())
        if size + length > most:
            pieces.append("")
            size, most = 0, _most_bytes(len(" "))
        pieces[-1] += character
        size += length
    return "\r\n ".join(f"{_OPEN}{b64encode(p.encode()).decode()}{_CLOSE}" for p in pieces)


def _most_bytes(before: int) -> int:
    """Return how many bytes the word of a line may say that has so many characters before it."""
    return (MOST_LINE_CHARS - before - len(_OPEN + _CLOSE)) // 4 * 3
