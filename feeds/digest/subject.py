"""Writes a subject as a header that reads back exactly, whatever its characters.

`email` loses or gains a blank where it parts some texts, and makes words that are too long; so the
words are made here. Pure; knows nothing of what a subject says.
"""

import re
from base64 import b64encode

MOST_LINE_CHARS = 76
"""RFC 2047 §2: a line that holds an encoded word; its words have 75, one less for the blank."""
_NAME, _OPEN, _CLOSE = "Subject: ", "=?utf-8?b?", "?="
_PLAIN = re.compile(r"(?:[!-~]+(?: [!-~]+)*)?")
"""What may stand as it is: ASCII with single blanks inside (RFC 5322 §2.2.3 folds at any other)."""


def subject_header(text: str) -> bytes:
    """Return the header's lines in ASCII, each ended by CRLF, that say exactly this text.

    Blanks lie inside the words, since those between two words are ignored (RFC 2047 §6.2), and no
    character is parted between two (§5). Raises UnicodeEncodeError for a lone surrogate.
    """
    plain = _PLAIN.fullmatch(text) and "=?" not in text
    fits = len(_NAME + text) <= MOST_LINE_CHARS
    value = text if plain and fits else "\r\n ".join(_words(text))
    return f"{_NAME}{value}\r\n".encode("ascii")


def _words(text: str) -> list[str]:
    """Return the text as encoded words, the first shorter by the header's name."""
    pieces, size, most = [""], 0, _most_bytes(len(_NAME))
    for character in text:
        length = len(character.encode())
        if size + length > most:
            pieces.append("")
            size, most = 0, _most_bytes(len(" "))
        pieces[-1] += character
        size += length
    return [f"{_OPEN}{b64encode(piece.encode()).decode()}{_CLOSE}" for piece in pieces]


def _most_bytes(before: int) -> int:
    """Return how many bytes the word of a line may say that has so many characters before it."""
    return (MOST_LINE_CHARS - before - len(_OPEN + _CLOSE)) // 4 * 3
