"""Signature blocks: the organs that sign a document, and the day it was written (成文日期).

A signature block is one or more lines of organ names with a line that is only a date under them;
several organs may share a line, in columns parted by blanks. It may stand before an annex.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.dates import DateMention, find_dates
from store.records import Certainty, PartialDate

_ORGAN = re.compile(
    r"^[\u4e00-\u9fff、（）()“”\"]{2,40}?(?:部|委|厅|局|院|署|会|办|室|府|团|总社|联|组|中心|省委|市委|县委|"
    r"银行|法院|检察院|司令部|政委|管委|学会|协会|基金会|大学|学院|处|科|所|站|公司|党组)$"
)
_ONLY_DATE = re.compile(r"^[（(]?[\d〇○OoＯ零一二三四五六七八九十年月日\s./-]{8,24}[)）]?$")
_SPACED_NAME = re.compile(r"^(?:[\u4e00-\u9fff]\s+){2,12}[\u4e00-\u9fff]$")
_MAX_LINES = 30


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed and when: issuers in order, the day, whether it had to be repaired, its line."""

    issuers: tuple[str, ...]
    written_on: PartialDate
    certainty: Certainty
    line: int


def find_signature(lines: Sequence[str]) -> Signature | None:
    """Return the first signature block of a document, None when it has none.

    The first, because an annex under it may be signed again by others.
    """
    for index, line in enumerate(lines):
        mention = date_line(line)
        if mention is None:
            continue
        issuers = _organs_above(lines, index)
        if issuers:
            return Signature(issuers, mention.value, mention.certainty, index)
    return None


def date_line(line: str) -> DateMention | None:
    """Return the date of a line that holds nothing else (`20111212` too), else None."""
    text = line.strip()
    if not _ONLY_DATE.match(text):
        return None
    mentions = find_dates(text)
    return mentions[0] if len(mentions) == 1 else None


def _organs_above(lines: Sequence[str], index: int) -> tuple[str, ...]:
    organs: list[str] = []
    for line in reversed(lines[max(0, index - _MAX_LINES) : index]):
        names = organs_in(line)
        if not names:
            break
        organs = [*names, *organs]
    return tuple(dict.fromkeys(organs))


def organs_in(line: str) -> tuple[str, ...]:
    """Return the organ names a line consists of, empty when it holds anything else."""
    text = line.strip(" \u3000\t")
    if _SPACED_NAME.match(text):
        text = re.sub(r"\s+", "", text)
    parts = [part for part in re.split(r"[\s\u3000\t]+", text) if part]
    if parts and all(_ORGAN.match(part) for part in parts):
        return tuple(parts)
    whole = "".join(parts)
    return (whole,) if _ORGAN.match(whole) and len(whole) <= 30 else ()


_BEFORE_ABOUT = re.compile(
    r"^(?P<names>[\u4e00-\u9fff、 \u3000（）]{2,120}?)(?:关于|印发|转发|公布|发布)"
)


def issuers_in_title(title: str) -> tuple[str, ...]:
    """Return the organs before 关于 in a title (`民政部 财政部关于…`), empty for none."""
    match = _BEFORE_ABOUT.match(title)
    if not match:
        return ()
    parts = [part for part in re.split(r"[\s\u3000、]+", match["names"]) if part]
    return tuple(parts) if parts and all(_ORGAN.match(part) for part in parts) else ()
