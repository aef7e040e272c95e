"""The shape every reader gives its text: one paragraph per line, no blank lines."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_LABEL = re.compile(
    r"^(?:第[零〇一二三四五六七八九十百千\d]+[编章节条款]|[（(]?[一二三四五六七八九十]+[）)、]"
    r"|[（(]?\d{1,3}(?:[）)、．]|\.(?!\d))|[①-⑳]|附件|附表|附[:：])"
)
_FULL = 0.9
"""Share of the text's usual line width beyond which a line was broken by the margin."""


def paragraphs(lines: list[str]) -> str:
    """Return the lines that say something, control characters gone, one paragraph per line."""
    kept = (_CONTROL.sub("", line).strip() for line in lines)
    return "\n".join(line for line in kept if line)


def unwrapped(lines: list[str]) -> list[str]:
    """Return lines broken by a margin joined to paragraphs again.

    A line ends its paragraph when it stops short of the margin or ends with a colon, and when the
    next one begins with a label (`第三条`, `（二）`, `1.`). Where the margin is, the lines tell.
    """
    widths = sorted(_width(line) for line in lines)
    margin = _FULL * widths[len(widths) * 9 // 10] if widths else 0
    joined: list[str] = []
    open_end = False
    for line in lines:
        if open_end and not _LABEL.match(line):
            joined[-1] += _glue(joined[-1], line) + line
        else:
            joined.append(line)
        full = _width(line) >= margin
        open_end = full and len(line) > 1 and not line.endswith(("：", ":"))
    return joined


def _width(line: str) -> int:
    """Return the columns a line takes: a Chinese character two, a Latin one one."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def _glue(before: str, after: str) -> str:
    """Return the space between two joined halves: only Latin words need one."""
    return " " if before[-1:].isascii() and after[:1].isascii() and before[-1:].isalpha() else ""
