"""Dates as a row shows them: read to exactly the precision that stands there, never completed.

It knows texts only, no markup. A month and day without a year is recognised as a date and has no
value; what only looks like a date (32 October, a page counter) is not one.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from store.records import PartialDate

FULL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*[-/.年—]\s*(\d{1,2})\s*[-/.月—]\s*(\d{1,2})(?!\d)\s*日?"
)
_BARE = (
    re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$"),
    re.compile(r"^(\d\d)[-/.年](\d\d?)[-/.月](\d\d?)日?$"),
)
_MONTH = re.compile(r"^((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*月?$")
_MONTH_DAY = re.compile(r"^(?:(\d\d)\s*[-/.]\s*(\d\d)|(\d{1,2})\s*月\s*(\d{1,2})\s*日?)$")
_RELATIVE = re.compile(r"^(?:刚刚|今天|昨天|前天|\d+\s*(?:秒|分钟|小时|天|周|个月|月|年)前)$")
_LOOSE_MONTH_DAY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})$")
_TIME = re.compile(r"T?\d{1,2}\s*[:时]\s*\d{1,2}(?:\s*[:分]\s*\d{1,2})?(?:\.\d+)?\s*[秒分]?Z?")
_WEEKDAY = re.compile(r"(?:星期|周)[一二三四五六日天]")
_RANGE = re.compile(r"\d\s*日?\s*(?:至|到|~|--|—{1,2})\s*(?:\d{4}|\d{1,2}\s*[-月])")
_DAY_FIRST = re.compile(r"^(\d{1,2})\s*[日/]?\s+((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*月?$")
_DAY_LAST = re.compile(r"^((?:19|20)\d\d)\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?$")
_DAY_MONTH_YEAR = re.compile(r"^(\d{1,2})\s+(\d{1,2})\s*月?\s+((?:19|20)\d\d)\s*年?$")
_YEAR_LAST = re.compile(r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s+((?:19|20)\d\d)\s*年?$")
_DAY_MONTH = re.compile(r"^(?:(\d{1,2})\s*日?\s+(\d{1,2})\s*月|(\d{1,2})\s*月\s+(\d{1,2})\s*日?)$")
_ENGLISH = re.compile(
    r"^(?:(\d{1,2})[\s,]+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?(?:\s*,?\s*((?:19|20)\d\d))?$",
    re.IGNORECASE,
)
_ENGLISH_NOISE = re.compile(
    r"^(?:posted|published|updated|date)(?:\s+on)?\s*:?|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?"
    r"|\b(?:CST|GMT|UTC)\b(?=\s+\d{4}$)",
    re.I,
)
_ENGLISH_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_HAN_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_HAN_MONTH = re.compile(
    r"^(?:(\d{1,2})\s*日?\s+(十[一二]?|[一二三四五六七八九])月|(十[一二]?|[一二三四五六七八九])月\s+(\d{1,2})\s*日?)$"
)
_LABEL = re.compile(
    r"(?:(?P<which>发布|公布|公开|发文|印发|成文|生成|更新|编辑|录入|添加|上传|提交|发表|日|时|截止|截至|结束"
    r"|开始|报名|施行|实施|生效|有效|失效|废止|活动|举办|直播|召开|会议)\w{0,3}?(?:日期|时间|于|期|间)\s*[:]?)"
    r"|(?:日期|时间)\s*[:]?"
)
_PUBLISHED = {"发布", "公布", "公开", "发表"}
_WRITTEN = {"成文", "印发", "发文", "生成", "录入", "添加", "上传", "提交"}
_EVENT = {
    *("截止", "截至", "结束", "开始", "报名", "施行", "实施", "生效", "有效", "失效", "废止"),
    *("活动", "举办", "直播", "召开", "会议"),
}
_META = re.compile(
    r"来源|作者|浏览|阅读|点击|访问|编辑|机构|部门|单位|字号|分类|类型|热度|次数|人气|评论|记者"
)
_CLOCK = re.compile(r"今天|今日|现在|当前|欢迎|您好")
_WORD = re.compile(r"[^\W_]")
_LONGEST_LINE = 1_000
"""No row has a longer line of facts; ten thousand dates in one would be weighed for minutes."""


@dataclass(frozen=True, slots=True)
class RowDate:
    """A date found in a text.

    on: the value, None where no year is shown. trust: 2 labelled as the publishing date, 1 bare,
    0 labelled as the writing date, -1 as another day (截止, 施行, 活动 …). label: the word
    before it, `""` if none.
    start, end: where it stands in the text, brackets included.
    """

    on: PartialDate | None
    trust: int = 1
    label: str = ""
    start: int = 0
    end: int = 0


def normalise(text: str) -> str:
    """Return `text` in NFKC with single spaces, as the patterns here expect it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def day(year: str, month: str, day_of_month: str) -> PartialDate | None:
    """Return `YYYY-MM-DD`, or None when there is no such day. A two-digit year is 20YY."""
    try:
        return date(
            int(year) + (2000 if len(year) == 2 else 0), int(month), int(day_of_month)
        ).isoformat()
    except ValueError:
        return None


def read_alone(text: str) -> RowDate | None:
    """Return the date that is all there is in `text`, brackets, clock and weekday aside.

    A relative one (`3小时前`) is a date without value: when it was said is not known.
    """
    bare = _WEEKDAY.sub("", _TIME.sub("", text)).strip(" []()<>【】〔〕·|,-—:/+")
    if match := FULL.fullmatch(bare):
        return _row_date(day(*match.groups()))
    for pattern in _BARE:
        if match := pattern.match(bare):
            return _row_date(day(*match.groups()))
    if (match := _MONTH.match(bare)) and 1 <= int(match[2]) <= 12:
        return RowDate(f"{match[1]}-{int(match[2]):02d}")
    if _RELATIVE.match(bare):
        return RowDate(None)
    if text[:1] in ("[", "(") and (match := _LOOSE_MONTH_DAY.match(bare)):
        return RowDate(None) if day("2000", *match.groups()) else None
    if match := _MONTH_DAY.match(bare):
        month, day_of_month = (part for part in match.groups() if part)
        return RowDate(None) if day("2000", month, day_of_month) else None
    return _read_english(" ".join(_ENGLISH_NOISE.sub("", bare).split()))


def read_split(text: str) -> RowDate | None:
    """Return the date whose day, month and year stood in elements of their own.

    `text` is those elements' texts joined by one space: `12 2024-03`, `2024 03 12`, `12 3月`.
    """
    if match := _DAY_FIRST.match(text):
        return _row_date(day(match[2], match[3], match[1]))
    if match := _YEAR_LAST.match(text):
        return _row_date(day(match[3], match[1], match[2]))
    if match := _DAY_MONTH_YEAR.match(text):
        return _row_date(day(match[3], match[2], match[1]))
    if match := _DAY_LAST.match(text):
        return _row_date(day(*match.groups()))
    if match := _HAN_MONTH.match(text):
        month = str(_HAN_MONTHS.index(match[2] or match[3]) + 1)
        return RowDate(None) if day("2000", month, match[1] or match[4]) else None
    if match := _DAY_MONTH.match(text):
        numbers = [part for part in match.groups() if part]
        month, of_month = numbers if match[3] else reversed(numbers)
        return RowDate(None) if day("2000", month, of_month) else None
    return _read_english(text)


def read_numbers(text: str) -> RowDate | None:
    """Return a date without value for two bare numbers that can be month and day, `03 05`.

    Only for an element that is named a date: which is which is not said, nor the year.
    """
    match = re.fullmatch(r"(\d\d) (\d\d)", text)
    possible = match and (day("2000", match[1], match[2]) or day("2000", match[2], match[1]))
    return RowDate(None) if possible else None


def read_line(text: str) -> RowDate | None:
    """Return the date of a row's line of facts (`来源：… 2024-03-05 浏览：12`), None in prose.

    A span of days is an event or a deadline, not the day a row was published.
    """
    if len(text) > _LONGEST_LINE:
        return None
    found = list(FULL.finditer(text))
    if not found or _RANGE.search(text) or _CLOCK.search(text):
        return None
    labelled = max((_labelled(text, match) for match in found), key=lambda one: one.trust)
    if labelled.on is None:
        return None
    rest = FULL.sub("", _WEEKDAY.sub("", _TIME.sub("", text)))
    words = len(_WORD.findall(_LABEL.sub("", rest)))
    facts = labelled.trust == 2 or _META.search(rest)
    if words <= 12 or (facts and len(text) <= 120 and "。" not in rest):
        return labelled
    return None


def read_edge(text: str) -> RowDate | None:
    """Return the date at the head or tail of a title that carries its date inside the link.

    Written with 年月日 it must stand in brackets: otherwise it is part of the title.
    """
    for match in FULL.finditer(text):
        start, end = _with_brackets(text, match.start(), _after_time(text, match.end()))
        bracketed = start < match.start()
        if "年" in match[0] and not bracketed:
            continue
        tail = not text[end:].strip() and (bracketed or text[start - 1 : start].isspace())
        lead = not text[:start].strip() and (bracketed or text[end : end + 1].isspace())
        if (tail or lead) and end - start < len(text.strip()):
            value = day(*match.groups())
            return RowDate(value, start=start, end=end) if value else None
    return None


def trust_of(label: str) -> int | None:
    """Return how far a label (`发布日期：`) vouches for the date after it, None if it is none."""
    match = _LABEL.fullmatch(normalise(label).strip(" :[]()|·"))
    if not match:
        return None
    return _trust(match["which"])


def _row_date(value: PartialDate | None) -> RowDate | None:
    return RowDate(value) if value else None


def _labelled(text: str, match: re.Match[str]) -> RowDate:
    before = list(_LABEL.finditer(text[: match.start()]))
    near = before and match.start() - before[-1].end() <= 2
    trust = _trust(before[-1]["which"] if near else None)
    return RowDate(day(*match.groups()), trust, before[-1][0] if near else "")


def _trust(which: str | None) -> int:
    if which in _PUBLISHED:
        return 2
    return 0 if which in _WRITTEN else -1 if which in _EVENT else 1


def _after_time(text: str, end: int) -> int:
    match = re.compile(r"\s*" + _TIME.pattern).match(text, end)
    return match.end() if match else end


def _with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    if start and text[start - 1] in "[(（【<〔［" and text[end : end + 1] in list("])）】>〕］"):
        return start - 1, end + 1
    return start, end


def _read_english(text: str) -> RowDate | None:
    match = _ENGLISH.match(text)
    if not match or not (match[1] or match[3]) or (match[1] and match[3]):
        return None
    month = str(_ENGLISH_MONTHS.index(match[2].lower()) + 1)
    of_month = match[1] or match[3]
    if match[4]:
        return _row_date(day(match[4], month, of_month))
    return RowDate(None) if day("2000", month, of_month) else None
