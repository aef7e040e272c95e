"""When a document takes effect, when it ends, and until when it asks for comments.

Only what the document or its header states; `自印发之日起` counts from its own written day and is
marked inferred.
"""

import re
from dataclasses import dataclass

from pipelines.dates import find_dates, parse_date
from store.records import Certainty, PartialDate

_SENTENCE = re.compile(r"[^。；;\n]+")
_EFFECTIVE = re.compile(
    r"自(?P<day>.{4,24}?)(?:之日)?(?:正式)?(?:起|开始)\s*(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_FROM_ISSUE = re.compile(r"自(?:印发|发布|公布|下发|颁布|签发|发文)之日")
_TERM = re.compile(
    r"(?:有效期|有效期限|试行期|期限)(?:为|限)?\s*(?P<years>\d{1,2}|[一二三四五六七八十])\s*年"
)
_UNTIL = re.compile(r"有效期(?:限)?(?:至|到|截至|截止到?)\s*[:：]?\s*(?P<day>.{6,20})")
_COMMENTS = re.compile(r"意见|建议|反馈|征集|征求|公示")
_DEADLINE = re.compile(r"截止|截至|之?前|至|到|—|－|-|为止")
_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九十")}
_DRAFT = re.compile(r"征求意见|征集意见|公开征求|公开征集|征询意见|听取意见")


@dataclass(frozen=True, slots=True)
class Term:
    """A day with how sure it is and the sentence that states it."""

    on: PartialDate
    certainty: Certainty
    sentence: str


def effective_on(text: str, issued_on: PartialDate | None) -> Term | None:
    """Return the day the document takes effect by its own words, None when it does not say.

    issued_on: the document's written or published day, for `自印发之日起施行`.
    """
    for match in _EFFECTIVE.finditer(text):
        sentence = match[0]
        day = parse_date(match["day"])
        if day:
            return Term(day, "stated", sentence)
        if _FROM_ISSUE.match(sentence) and issued_on:
            return Term(issued_on, "inferred", sentence)
    return None


def expires_on(text: str, from_on: PartialDate | None) -> Term | None:
    """Return the last day of validity: stated (`有效期至…`) or counted (`有效期5年`)."""
    match = _UNTIL.search(text)
    day = parse_date(match["day"]) if match else None
    if match and day:
        return Term(day, "stated", match[0])
    match = _TERM.search(text)
    if match and from_on and len(from_on) == 10:
        years = int(match["years"]) if match["years"].isdigit() else _NUMERALS[match["years"]]
        return Term(_years_later(from_on, years), "inferred", match[0])
    return None


def _years_later(day: PartialDate, years: int) -> PartialDate:
    """Return the same day years on; 29 February becomes the 28th."""
    later = f"{int(day[:4]) + years:04d}{day[4:]}"
    return later if not later.endswith("-02-29") or parse_date(later) else f"{later[:7]}-28"


def consultation_ends_on(title: str, text: str) -> Term | None:
    """Return the last day for comments on a draft, None when title and lead ask for none."""
    if not _DRAFT.search(title) and not _DRAFT.search(text[:600]):
        return None
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        if not (_COMMENTS.search(sentence) and _DEADLINE.search(sentence)):
            continue
        dates = [m for m in find_dates(sentence) if m.certainty == "stated"]
        if dates:
            return Term(dates[-1].value, "stated", sentence.strip())
    return None
