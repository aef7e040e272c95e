"""Chinese bytes that were once read as Latin-1 or Windows-1252, and stored like that.

`ç¤¾ä¼š` is UTF-8 read so, `Éç»á` is GBK read so. Either comes back without loss, because each
byte became one character.
"""

import re

from pipelines.decode.edits import Edit, Story, aggregated
from pipelines.decode.language import load

_BYTE_OF = {
    bytes((byte,)).decode("cp1252"): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
"""Windows-1252 characters outside Latin-1; the five undefined bytes came through as controls."""
_TO_LATIN = {ord(character): chr(byte) for character, byte in _BYTE_OF.items()}
_SPECIAL = "".join(_BYTE_OF)
_TRAIL = f"[\x80-\xbf{_SPECIAL}]"

_GATE = re.compile("[\xc0-\xd6\xd8-\xf6]")
_HIGH = re.compile("[\xa1-\xff]+")
_UTF8 = re.compile(f"(?:[\xc2-\xdf]{_TRAIL}|[\xe0-\xef]{_TRAIL}{{2}}|\xf0{_TRAIL}{{3}})+")
_UTF8_SURE = re.compile(f"[\xe2-\xef]{_TRAIL}{{2}}")
_FIRST = f"[\x81-\xfe{_SPECIAL}]"
_PAIRS = re.compile(f"(?:{_FIRST}[\x40-\x7e\x80-\xfe{_SPECIAL}]|{_FIRST}[0-9]{_FIRST}[0-9])+")
_FOUR_HIGH = re.compile(f"[\xa1-\xfe{_SPECIAL}]{{4}}")
_PLAUSIBLE = -9.0
"""Mean nats from which a run may be called Chinese."""
_POSSIBLE = -12.0
"""Mean nats of the other runs of a page that has plausible ones."""


def undo(story: Story) -> Story:
    """The story with Latin-1 and Windows-1252 readings of UTF-8 or GBK turned back."""
    if not _GATE.search(story.text):
        return story
    high = sum(map(len, _HIGH.findall(story.text)))
    utf8 = 3 * len(_UTF8_SURE.findall(story.text))
    return _undo_utf8(story) if 2 * utf8 > high else _undo_gbk(story)


def _undo_utf8(story: Story) -> Story:
    """Runs that are valid UTF-8 once their characters are bytes again; page needs a sure one."""
    if not _UTF8_SURE.search(story.text):
        return story
    edits = []
    for run in _UTF8.finditer(story.text):
        try:
            after = _bytes(run.group()).decode("utf-8")
        except UnicodeDecodeError:
            continue
        edits.append(Edit(run.start(), run.end(), after))
    evidence = "valid UTF-8 behind Latin-1"
    return story.edited(edits, aggregated("mojibake", story.text, edits, evidence))


def _undo_gbk(story: Story) -> Story:
    """Runs that are plausible Chinese once read as GB18030: four accents in a row are no word."""
    if not _FOUR_HIGH.search(story.text):
        return story
    model, turned = load(), []
    for run in _PAIRS.finditer(story.text):
        try:
            after = _bytes(run.group()).decode("gb18030")
        except UnicodeDecodeError:
            continue
        turned.append((model.plausibility(after), Edit(run.start(), run.end(), after)))
    if not any(mean > _PLAUSIBLE and len(edit.after) > 1 for mean, edit in turned):
        return story
    edits = [edit for mean, edit in turned if mean > _POSSIBLE]
    evidence = "Chinese in GB18030 behind Latin-1"
    return story.edited(edits, aggregated("mojibake", story.text, edits, evidence))


def _bytes(run: str) -> bytes:
    return run.translate(_TO_LATIN).encode("latin-1")
