"""Chinese that was escaped twice on its way into the page: `&amp;#31038;&amp;#24037;`."""

import re

from pipelines.decode.edits import Edit, Story, aggregated

_TWICE = re.compile(r"(?:&amp;#(?:[0-9]{4,6}|[xX][0-9a-fA-F]{4,5});)+")
_REFERENCE = re.compile(r"&amp;#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_LEAST = 3
"""References in a row that show a page's habit; scripts and manuals name them one by one."""


def undo(story: Story) -> Story:
    """The story with Chinese references that were escaped twice as characters.

    Only references of CJK characters and punctuation (from U+2E80) are touched: no page shows
    `&#31038;` on purpose, while `&amp;lt;` may well be meant.
    """
    if "&amp;#" not in story.text:
        return story
    edits = []
    for run in _TWICE.finditer(story.text):
        characters = _REFERENCE.sub(_character, run.group())
        if characters != run.group():
            edits.append(Edit(run.start(), run.end(), characters))
    if max((len(edit.after) for edit in edits), default=0) < _LEAST:
        return story
    return story.edited(edits, aggregated("entities", story.text, edits, "escaped twice"))


def _character(reference: re.Match[str]) -> str:
    """The CJK character a reference names, or the reference as it stands."""
    decimal, hexadecimal = reference.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    usable = 0x2E80 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xF8FF
    return chr(code) if usable else reference.group()
