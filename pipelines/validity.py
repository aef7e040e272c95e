"""When a document takes effect, when it ends, and until when it asks for comments.

Only what the document or its header states; `自印发之日起` counts from its own written day and is
marked inferred. What else is valid for a time (证书, 登记, 许可, 合同 …) is never taken for the
document's own term.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.dates import chinese_number, find_dates, fold_digits, parse_date
from store.records import Certainty, PartialDate, day_of

_SENTENCE = re.compile(r"[^。；;\n]{1,400}")
"""A sentence; one longer than any person writes is read in pieces, in linear time."""
_MAY_END = re.compile("期|试行|暂行|[至到止]|失效|废止")
_NUMBER = r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_VERB = r"(?:正式)?(?:施行|实施|执行|生效|试行|暂行)"
_ISSUE = r"(?:即日|(?:本\w{2,4})?(?:印发|发布|公布|下发|颁布|签发|发文|公告)(?:发布)?之日)"
_EFFECTIVE = re.compile(
    rf"(?:[自从于]|(?<=[办规通意方细标规条决][法定知见案则准划例定]))(?P<day>[^，。；]{{4,24}}?)"
    rf"(?:之日)?(?:起|开始)?\s*{_VERB}(?!的|[前期])"
)
_STATED = re.compile(r"(?:施行|生效|实施)(?:日期|时间)(?:为|[:：])\s*(?P<day>.{6,16})")
_FROM_ISSUE = re.compile(rf"{_ISSUE}")
_LATER = re.compile(rf"起?满?\s*{_NUMBER}\s*(?P<unit>个?工作日|日|天|个月)之?后")

_TERM = re.compile(
    rf"(?P<name>有效期限?|试行期限?|施行期限?|实施期限|执行期限|试行|暂行)(?:暂定)?(?:为|限)?[:：]?\s*"
    rf"{_NUMBER}\s*(?P<unit>年|个月)"
)
_UNTIL = re.compile(
    r"(?:(?P<name>有效期限?)(?:为|自|从)?[^，。；]{0,24}?(?:截?至|截?到|截止到?)"
    r"|(?P<verb>起[施实执生试暂][行施效]|执行|施行)[，、]?(?:有效)?(?:截?至|截?到|截止到?))"
    r"\s*[:：]?\s*(?P<day>[^，。；]{6,20})"
)
_ENDS = re.compile(
    r"(?:^|[，,])\s*(?:于)?(?P<day>[^，。；《》]{8,14}?)(?:起)?(?:自行|自动)?(?:失效|废止)$"
)
_OWN = re.compile(
    r"本[\u4e00-\u9fff]{0,8}?(?:办法|规定|通知|意见|方案|细则|文件|标准|规划|制度|措施|政策|规则|条例|决定|"
    r"公告|通告|规程|规范|章程|计划|指引|批复)|(?:施行|实施|执行|生效|试行|暂行|印发|发布|公布)"
)
_FOREIGN = re.compile(
    r"(?:证书?|执照|登记|许可|资格|资质|合同|协议|聘[用期]?|备案|等级|评估|核准|批准|认定|认证|报告|结论|卡|牌照|"
    r"名单|成绩|注册|签证|投标|保证|承诺|年检|结果|服务|补贴|救助|待遇|授权|委托|公示|考试|年审|批件|批文|库|标志|"
    r"称号|专利|保险|鉴定|函|单|码)的?(?:，?其)?$"
)
"""What ends directly before a term that is its own, not the document's."""
_COMMENTS = re.compile(r"意见|建议|反馈|征集|征求|公示")
_DEADLINE = re.compile(r"截止|截至|之?前|至|到|—|－|-|为止|以前")
_WITHIN = re.compile(rf"{_ISSUE}起?\s*{_NUMBER}\s*(?:日|天)(?:之?内|以内)")
_SAME_YEAR = re.compile(
    r"(?:至|到|—|－|-|~|～|于|在|截止(?:时间|日期)?为?[:：]?)\s*(?P<m>\d{1,2})月(?P<d>\d{1,2})日"
)
_DRAFT = re.compile(r"征求意见|征集意见|公开征求|公开征集|征询意见|听取意见")


@dataclass(frozen=True, slots=True)
class Term:
    """A day with how sure it is and the sentence that states it."""

    on: PartialDate
    certainty: Certainty
    sentence: str


def effective_on(text: str, issued_on: PartialDate | None) -> Term | None:
    """Return the day the document takes effect by its own words, None when it does not say.

    issued_on: the document's written or published day, for `自印发之日起施行`. `…之日起30日后`
    counts the day it starts from as the first: thirty days on.
    """
    for match in (*_EFFECTIVE.finditer(text), *_STATED.finditer(text)):
        term = _begin(match["day"], match[0], issued_on)
        if term:
            return term
    return None


def _begin(words: str, sentence: str, issued_on: PartialDate | None) -> Term | None:
    day, certainty = parse_date(words), "stated"
    if day is None and _FROM_ISSUE.search(words):
        day, certainty = issued_on, "inferred"
    later = _LATER.search(words)
    if day and later:
        day, certainty = _days_or_months_later(day, later), "inferred"
    return Term(day, "stated" if certainty == "stated" else "inferred", sentence) if day else None


def _days_or_months_later(day: PartialDate, match: re.Match[str]) -> PartialDate | None:
    count = _count(match["count"])
    if match["unit"] == "个月":
        return _months_later(day, count)
    whole = day_of(day)
    if whole is None or match["unit"].endswith("工作日"):
        return None  # working days hang on a calendar that this room does not ask
    return (whole + timedelta(days=count)).isoformat()


def _count(digits: str) -> int:
    return chinese_number(fold_digits(digits).replace("两", "二"))


def _months_later(day: PartialDate, months: int) -> PartialDate | None:
    """Return the same day so many months on; the last of a month where there is no such day."""
    begin = day_of(day)
    if begin is None:
        return None
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    if year > date.max.year:
        return None
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(begin.day, last)).isoformat()


def expires_on(text: str, from_on: PartialDate | None) -> Term | None:
    """Return the last day of validity: stated (`有效期至…`) or counted (`有效期5年`).

    from_on: the day the document takes effect or was issued, from which a term is counted.
    """
    sentences = [match[0] for match in _SENTENCE.finditer(text)]
    telling = [i for i, sentence in enumerate(sentences) if _MAY_END.search(sentence)]
    stated = (_stated_end(sentences[i]) for i in telling)
    counted = (_counted_end(sentences[i], sentences[i - 1] if i else "", from_on) for i in telling)
    return next(filter(None, stated), None) or next(filter(None, counted), None)


def _stated_end(sentence: str) -> Term | None:
    for match in _UNTIL.finditer(sentence):
        head = sentence[: match.start()]
        day = parse_date(match["day"])
        if day and not _FOREIGN.search(head) and (match["verb"] is None or _OWN.search(sentence)):
            return Term(day, "stated", match[0])
    match_end = _ENDS.search(sentence) if _OWN.match(sentence.lstrip()) else None
    day = parse_date(match_end["day"]) if match_end else None
    return Term(day, "stated", sentence.strip()) if day else None


def _counted_end(sentence: str, before: str, from_on: PartialDate | None) -> Term | None:
    for match in _TERM.finditer(fold_digits(sentence)):
        head = sentence[: match.start()]
        alone = not head.strip(" \u3000（(，,") and (not before or bool(_OWN.search(before)))
        first = not head.strip(" \u3000（(，,") and len(sentence) <= 16
        own = alone or first or bool(_OWN.search(head + sentence[match.end() :]))
        if not own or _FOREIGN.search(head) or from_on is None:
            continue
        months = _count(match["count"]) * (12 if match["unit"] == "年" else 1)
        on = _months_later(from_on, months)
        if on:
            return Term(on, "inferred", match[0])
    return None


def consultation_ends_on(
    title: str, text: str, issued_on: PartialDate | None = None
) -> Term | None:
    """Return the last day for comments on a draft, None when title and lead ask for none.

    issued_on: the day of the page, for days without a year and for `发布之日起30日内`.
    """
    if not _DRAFT.search(title) and not _DRAFT.search(text[:600]):
        return None
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        if _COMMENTS.search(sentence):
            term = next(_last_days(sentence, issued_on), None)
            if term:
                return term
    return None


def _last_days(sentence: str, issued_on: PartialDate | None) -> Iterator[Term]:
    folded = fold_digits(sentence)
    dates = [m for m in find_dates(sentence) if m.certainty == "stated"]
    if _DEADLINE.search(sentence):
        year = dates[-1].value[:4] if dates else (issued_on or "")[:4]
        rest = folded[dates[-1].end :] if dates else folded
        short = _SAME_YEAR.search(rest) if year else None
        on = parse_date(f"{year}年{short['m']}月{short['d']}日") if short else None
        if on:
            yield Term(on, "stated" if dates else "inferred", sentence.strip())
        if dates:
            yield Term(dates[-1].value, "stated", sentence.strip())
    within = _WITHIN.search(folded)
    issued = day_of(issued_on)
    if within and issued:
        on = (issued + timedelta(days=_count(within["count"]))).isoformat()
        yield Term(on, "inferred", sentence.strip())
