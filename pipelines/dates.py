"""Chinese dates in text and URLs: every spelling to a plain `YYYY-MM-DD` or `YYYY-MM` string.

Reads what is written and nothing more: a month stays a month, an impossible date is no date, and
the clock is never asked. Which date is the published one is not decided here.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.addresses import parts_of
from store.records import Certainty, PartialDate

FIRST_YEAR = 1949
LAST_YEAR = 2099

_FOLD = str.maketrans(
    "０１２３４５６７８９／－．：∶—–―〇○OoＯ　\xa0零一二三四五六七八九",
    "0123456789/-.::---〇〇〇〇〇  〇一二三四五六七八九",
)
_CHINESE_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}

_YEAR = r"(?:(?<![\d.])|(?<=\d:\d\d))(?P<y>(?:19|20)\d\d|[12一二][〇一二三四五六七八九]{3})"
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAME = rf"(?P<m>{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}"
_PATTERNS = (
    # 2022年01月10日, 2022 年 1 月 10 日, 二〇二二年一月十日, 2022年1月10号
    re.compile(
        _YEAR + r"\s*年\s*(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*"
        r"(?P<d>\d{1,2}|[一二三四五六七八九十〇]{1,3})\s*[日号]"
    ),
    # 2022-01-10, 2022/1/10, 2022.01.10, 2024- 04- 12, 2021-03-2918:26 (the clock is glued on)
    re.compile(
        _YEAR + r"\s?(?P<s>[-/.])\s?(?P<m>1[0-2]|0?[1-9])\s?(?P=s)\s?"
        r"(?P<d>3[01]|[12]\d|0?[1-9])(?=\d\d:\d\d|T\d|\D|$)(?![./]\d)"
    ),
    # 20111212, only between boundaries that are not digits
    re.compile(_YEAR + r"(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    # 21年01月29日: two-digit year, seen on 兵团 pages
    re.compile(r"(?<!\d)(?P<y>\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
    # 16.03.2015: day first, only with four-digit year at the end
    re.compile(r"(?<![\d.])(?P<d>[0-3]?\d)\.(?P<m>[01]?\d)\.(?P<y>(?:19|20)\d\d)(?![\d.])"),
    # May 6, 2021; Sept. 06 2021; 6 May 2021: English interfaces
    re.compile(rf"(?<![A-Za-z]){_MONTH_NAME}\.?\s(?P<d>[0-3]?\d),?\s(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>[0-3]?\d)\s{_MONTH_NAME}\.?,?\s(?P<y>(?:19|20)\d\d)(?!\d)"),
)
_CHINESE_PATTERNS = _PATTERNS[:-2]
_ENGLISH = re.compile(_MONTH_NAME)
_ANY_DIGIT = re.compile(r"\d")
_COMPACT = _PATTERNS[2]
_MONTH = re.compile(
    _YEAR + r"(?:\s*年\s*(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月"
    r"(?!\s*[\d一二三四五六七八九十]{1,3}\s*[日号])"
    r"|-(?P<m2>0[1-9]|1[0-2])(?![-\d]))"
)
_TIME_AFTER = re.compile(r"\s{0,3}T?\s?(\d{1,2}\s?:\s?\d\d|\d{1,2}时\d{1,2}分)")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as it stands in a text: value, character span, and whether it was written whole.

    certainty: `repaired` for a bare run of eight digits (`20111212`), whose 年月日 were lost.
    has_time: a clock time follows it directly.
    """

    value: PartialDate
    start: int
    end: int
    certainty: Certainty = "stated"
    has_time: bool = False


def fold_digits(text: str) -> str:
    """Return text of the same length with digits, dashes, colons and blanks in one form."""
    return text.translate(_FOLD)


def chinese_number(digits: str) -> int:
    """Return the value of a number below 1000 in digits or Chinese numerals (`十二`, `七十一`).

    Numerals without 十 or 百 are read digit by digit, as years are (`二〇二二`).
    """
    digits = digits.replace("零", "〇")
    if digits.isascii():
        return int(digits)
    if not set(digits) & {"十", "百"}:
        return int("".join(c if c.isascii() else str(_CHINESE_DIGITS[c]) for c in digits))
    hundreds, _, rest = digits.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    value = 100 * _CHINESE_DIGITS.get(hundreds, 0)
    value += 10 * _CHINESE_DIGITS.get(tens.lstrip("〇"), 1) if ten else 0
    return value + _CHINESE_DIGITS.get(units.lstrip("〇"), 0)


def calendar_date(year: int, month: int, day: int | None = None) -> PartialDate | None:
    """Return the ISO string of a day or month that exists, None for one that does not."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _full_year(digits: str) -> int:
    year = chinese_number(digits)
    return year + 2000 if len(digits) == 2 else year


def _month_number(month: str) -> int:
    return _MONTH_NAMES.index(month) + 1 if month in _MONTH_NAMES else chinese_number(month)


def _mention(match: re.Match[str], folded: str) -> DateMention | None:
    day = match["d"] if "d" in match.re.groupindex else None
    month = match["m"] or match["m2"]
    value = calendar_date(
        _full_year(match["y"]), _month_number(month), chinese_number(day) if day else None
    )
    if value is None:
        return None
    certainty: Certainty = "repaired" if match.re is _COMPACT else "stated"
    time = bool(_TIME_AFTER.match(folded, match.end()))
    return DateMention(value, match.start(), match.end(), certainty, time)


def find_dates(text: str) -> tuple[DateMention, ...]:
    """Return every day written in text, in order, then none twice; months are not included.

    Spellings seen on real pages: `2022年01月10日`, `2024- 04- 12 16: 35`, `2021-03-2918:26`,
    `二〇二二年一月十日`, `二OO八年六月四日`, `21年01月29日`, full-width digits, `10∶08`.
    """
    if "年" not in text and not _ANY_DIGIT.search(text):
        return ()
    return tuple(_without_overlaps(_mentions(fold_digits(text))))


def _mentions(folded: str) -> Iterator[DateMention]:
    for pattern in _PATTERNS if _ENGLISH.search(folded) else _CHINESE_PATTERNS:
        for match in pattern.finditer(folded):
            mention = _mention(match, folded)
            if mention is not None:
                yield mention


def _without_overlaps(mentions: Iterator[DateMention]) -> Iterator[DateMention]:
    end = -1
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if mention.start >= end:
            end = mention.end
            yield mention


def find_months(text: str) -> tuple[DateMention, ...]:
    """Return the months written without a day (`2011年12月`, `2011-12`), in order."""
    folded = fold_digits(text)
    found = (_mention(match, folded) for match in _MONTH.finditer(folded))
    return tuple(mention for mention in found if mention is not None)


def parse_date(text: str | None) -> PartialDate | None:
    """Return the first day in text, else its first month, else None."""
    if not text:
        return None
    mentions = find_dates(text) or find_months(text)
    return mentions[0].value if mentions else None


_URL_DAY = (
    # /2022/0110/, /2022-06/07/, /2024/7/1/, /2022/01-10/, /20220110/, /2022-01-10/, _20220110.
    re.compile(r"/(?P<y>(?:19|20)\d\d)[-/]?(?P<m>1[0-2]|0?[1-9])[-/](?P<d>3[01]|[12]\d|0?[1-9])/"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>0[1-9]|1[0-2])[-/]?(?P<d>0[1-9]|[12]\d|3[01])/"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])[/_.]"),
    # TRS: t20160912_2443210.html; without the trailing _id the eight digits are an id (广西)
    re.compile(r"/t(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])_\d"),
    # 辽宁: a directory of at least 12 digits that begins with the day
    re.compile(r"/(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])\d{4,11}/index"),
)
_URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)[-/]?(?P<m>0[1-9]|1[0-2]|[1-9])/")


def date_in_url(url: str) -> PartialDate | None:
    """Return the day a URL's path states, else its month, else None.

    Never from a query string, an id (`t25960665`), or a year alone (`/art/2024/art_<hex>.html`):
    shapes of the families trs_tdate, trs_tid, hanweb_art, founder_epaper, cmstop, hexmon.
    """
    path = parts_of(url).path
    for pattern in _URL_DAY:
        match = pattern.search(path)
        if match:
            value = calendar_date(int(match["y"]), int(match["m"]), int(match["d"]))
            if value:
                return value
    match = _URL_MONTH.search(path)
    return calendar_date(int(match["y"]), int(match["m"])) if match else None
