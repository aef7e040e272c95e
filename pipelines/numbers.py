"""Document numbers (文号) in text: every bracket, width and damage form to one canonical form.

The canonical form is `民发〔2012〕7号`; orders are `民政部令第79号`. Whether a number is a
document's own or belongs to a policy it cites is decided by where it stands, not here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.dates import FIRST_YEAR, LAST_YEAR, chinese_number
from store.records import Certainty

_OPENING, _CLOSING = "［[【﹝（(＜<〈「『〖{｛", "］]】﹞）)＞>〉」』〗}｝"
_FOLD = str.maketrans(
    dict.fromkeys(_OPENING, "〔")
    | dict.fromkeys(_CLOSING, "〕")
    | dict(zip("０１２３４５６７８９　\xa0號發規辦廳聯", "0123456789  号发规办厅联", strict=True))
)

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SERIAL = r"第?\s?(?P<serial>\d{1,5})(?:\s?[-—]\s?\d{1,3})?\s?号"
_WHOLE = re.compile(rf"〔\s?{_YEAR}年?\s?〕{{1,2}}\s?{_SERIAL}")
_SHORT_YEAR = re.compile(rf"〔\s?(?P<year>[4-9]\d)\s?〕\s?{_SERIAL}")
_DAMAGED = re.compile(
    rf"(?:〔\s?)?(?<!\d){_YEAR}(?:\s?〕|\s)?\s?第?(?P<serial>[1-9]\d{{0,3}})\s?号"
)
_ORDER = re.compile(
    r"(?:令|公告)\s?〔?\s?(?P<year>(?:19|20)\d\d年)?\s?第?\s?(?P<serial>\d{1,4}|[一二三四五六七八九十百零〇]{1,5})\s?号"
)
_CODE_RUN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff ]*$")
_ORGAN_RUN = re.compile(
    r"[\u4e00-\u9fff、 ]*(?:部|院|局|会|署|厅|委|政府|办公室|主席)$|(?<![\u4e00-\u9fff])国$"
)

_LEAD_IN = re.compile(
    r".*(?:按照|根据|依据|依照|贯彻|执行|落实|遵照|参照|印发|转发|下发|关于|详见|参见|的通知|"
    r"的意见|的决定|的函|文号|字号|编号|文件|号和|以及|废止|同时)"
)
"""What may stand before a number without belonging to it; the code begins after the last of it."""
_SHORT = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新民国中财人教卫司公"
"""What codes of provinces and ministries begin with."""
_PARTICLE = re.compile(rf".*[即如由见和与及以的了在对将按经为据](?=[{_SHORT}][\u4e00-\u9fff])")
_PARTICLES = frozenset("即如由见和与及以的了在对将按据")
"""Codes begin with some of them too (和县, 将乐): only inside a sentence do they belong to it."""
_ORDER_LEAD = re.compile(r".*(?:根据|依据|按照|依照|关于|以及|公布|发布|执行|修订|废止)")
_ORGAN = re.compile(
    rf"[\u4e00-\u9fff]{{2,}}?(?:部|厅|局|委员会|办公室|政府)(?=[{_SHORT}][\u4e00-\u9fff])"
    r"|[\u4e00-\u9fff]{3,}(?:厅|局|委员会|办公室|政府)(?=(?!联)[\u4e00-\u9fff]{2,5}[发函规办字]$)"
)
"""An organ's full name before its code (`民政部民发〔2016〕180号`)."""
_CODE_END = (
    "发函规字办令告通电议复批决公文明任准审许罚知研报建案综财教社救养慈福事区基人法计科信监督执处"
)
"""The last character of a 机关代字; asked for only where brackets do not already prove a number."""


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A document number as it stands in a text.

    value: canonical form. start, end: character span of the number without its lead-in.
    certainty: `repaired` when year and serial were fused or a bracket was lost.
    """

    value: str
    start: int
    end: int
    certainty: Certainty = "stated"


def find_numbers(text: str) -> tuple[NumberMention, ...]:
    """Return every document number written in text, in order, without overlaps."""
    if "号" not in text and "號" not in text:
        return ()
    folded = text.translate(_FOLD)
    found = sorted(_mentions(folded), key=lambda m: (m.end, m.certainty != "stated", m.start))
    kept: list[NumberMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return tuple(kept)


def _mentions(folded: str) -> Iterator[NumberMention]:
    for match in _WHOLE.finditer(folded):
        yield from _numbered(folded, match, "stated", endings="")
    for match in _SHORT_YEAR.finditer(folded):
        yield from _numbered(folded, match, "stated", century="19")
    for match in _DAMAGED.finditer(folded):
        yield from _numbered(folded, match, "repaired")
    for match in _ORDER.finditer(folded):
        yield from _order(folded, match)


def _numbered(
    folded: str,
    match: re.Match[str],
    certainty: Certainty,
    *,
    century: str = "",
    endings: str = _CODE_END,
) -> Iterator[NumberMention]:
    """Yield the number of a match; endings: what the code must end with, "" for anything."""
    year, serial = century + match["year"], match["serial"].lstrip("0")
    code, start = _code_before(folded, match.start(), endings)
    if code and serial and FIRST_YEAR <= int(year) <= LAST_YEAR:
        yield NumberMention(f"{code}〔{year}〕{serial}号", start, match.end(), certainty)


def _code_before(folded: str, end: int, endings: str) -> tuple[str | None, int]:
    """Return the 机关代字 that ends before a year, without the words before it; None for none."""
    first = max(0, end - 24)
    run = _CODE_RUN.search(folded[first:end].rstrip())
    if not run:
        return None, end
    raw = run[0]
    start = _after_lead_in(raw, in_sentence=_in_sentence(folded, first + run.start()))
    organ = _ORGAN.match(raw, start)
    start = organ.end() if organ else start
    start += len(raw[start:]) - len(raw[start:].lstrip())
    code = raw[start:].replace(" ", "")
    if not 2 <= len(code) <= 16 or (endings and code[-1] not in endings):
        return None, end
    return code, first + run.start() + start


def _in_sentence(folded: str, start: int) -> bool:
    return start > 0 and folded[start - 1] not in "\n〔:："


def _after_lead_in(raw: str, *, in_sentence: bool) -> int:
    """Return where a code begins in the run of characters that ends with it."""
    lead = _LEAD_IN.match(raw)
    start = lead.end() if lead and lead.end() < len(raw) - 1 else 0
    particle = _PARTICLE.match(raw, start)
    if particle:
        return particle.end()
    begin = raw[start]
    leads = begin == "原" or (begin in _PARTICLES and (in_sentence or start > 0))
    return start + 1 if leads and len(raw) - start >= 4 else start


def _order(folded: str, match: re.Match[str]) -> Iterator[NumberMention]:
    """Yield an order or announcement: `民政部令第79号`, `政府令187号`, `主席令第七十一号`."""
    first = max(0, match.start() - 30)
    organ = _ORGAN_RUN.search(folded[first : match.start()])
    if organ:
        lead = _ORDER_LEAD.match(organ[0])
        start = lead.end() if lead else 0
        kind = "令" if match[0].startswith("令") else "公告"
        name = organ[0][start:].replace(" ", "") + kind
        serial = chinese_number(match["serial"])
        value = f"{name}{match['year'] or ''}第{serial}号"
        yield NumberMention(value, first + organ.start() + start, match.end())


def canonical_number(text: str | None) -> str | None:
    """Return the canonical form of the first number in text, None when there is none.

    Placeholders (`无`, `-`, empty) and index numbers (索引号) are not document numbers.
    """
    mentions = find_numbers(text) if text else ()
    return mentions[0].value if mentions else None


def own_line_number(line: str) -> NumberMention | None:
    """Return the number a line consists of, brackets and blanks aside; None for other lines."""
    if len(line) > 80:
        return None
    mentions = find_numbers(line)
    if len(mentions) != 1:
        return None
    rest = re.sub(r"[\W_]+", "", line[: mentions[0].start] + line[mentions[0].end :])
    return mentions[0] if not rest or re.fullmatch(r"[\u4e00-\u9fff]{2,16}文件", rest) else None
