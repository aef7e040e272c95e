"""Which policies a document is about, as against those it merely cites.

`news: 《江州市办法》出台` is about the policy; `根据《江州市办法》…` in a notice only cites it. The
answer depends on the document alone, so that it does not depend on what is already known.
"""

import re
from functools import lru_cache

from pipelines.canonical import canonical_title, simplify, unwrap_title
from store.records import Document

_QUOTED = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_NAMED = (
    "条例|规定|办法|细则|规则|规划|计划|方案|意见|通知|纲要|标准|规范|指引|指南|决定|措施|制度|"
    "目录|清单|章程|要点|公告|决议|准则|导则|法|建议|若干"
)
_POLICY_NAME = re.compile(rf"(?:{_NAMED})(?:[(（].{{1,20}}[)）]|[“”\"\d年版—\-]*)*$")
_BORN = (
    "印发|出台|发布|公布|颁布|下发|制定|审议通过|正式施行|起施行|解读|发布会|征求意见|修订|联合印发"
)
_LEAD_CHARACTERS = 320
_BEFORE = re.compile(rf"(?:{_BORN})(?:了|的|并|实施|会?[，,、]?(?:发布|解读)?)?\s*$")
_AFTER = re.compile(rf"^(?:[（(][^）)]{{0,40}}[)）])?[^。；《]{{0,12}}(?:{_BORN})")
_BASIS = re.compile(
    r"(?:根据|按照|依据|依照|贯彻|落实|遵照|为了?实施|结合)[^。；，《》]{0,20}"
    r"(?:《[^》]*》[和、及与以]*)*$"
)


def subject_titles(document: Document) -> tuple[str, ...]:
    """Return the names (without 《》) of the policies the document reports on, first is main.

    Those in its title come first (`《…》解读`, `关于转发《…》的通知`), then those that the
    first 320 characters of the body say were issued (`印发《…》`, `《…》出台`). A policy's own
    name in its own title (`关于印发《…》的通知`) is none. Empty when it speaks of itself.
    """
    return _subjects(document.title or "", document.body_text[:_LEAD_CHARACTERS])


@lru_cache(maxsize=4096)
def _subjects(title: str, lead: str) -> tuple[str, ...]:
    own = canonical_title(title)
    names = [n for n in _QUOTED.findall(simplify(title)) if _is_policy_name(n)]
    names += _issued_in_lead(simplify(lead))
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(canonical_title(name), name)
    return tuple(name for key, name in unique.items() if key and key != own)


def _issued_in_lead(lead: str) -> list[str]:
    """Return the titles that `lead` says were born, not merely relied upon, in order."""
    found = []
    for quoted in _QUOTED.finditer(lead):
        before, after = lead[: quoted.start()], lead[quoted.end() :]
        born = _BEFORE.search(before[-14:]) or _AFTER.search(after[:40])
        if _is_policy_name(quoted[1]) and born and not _BASIS.search(before[-60:]):
            found.append(quoted[1])
    return found


def _is_policy_name(name: str) -> bool:
    """Return whether 《name》 can be a policy: papers, books and forms are quoted the same way."""
    return 5 <= len(name) <= 80 and bool(_POLICY_NAME.search(name))


def names_policy(title: str) -> bool:
    """Return whether the title names one text for good (办法, 规划 …), not one of many notices.

    `关于印发《社区服务办法》的通知` and `社区服务条例` do; `中标公告`, `任前公示` and
    `关于召开会议的通知` are titles that a site gives again and again to different texts.
    """
    name = unwrap_title(title)
    return bool(_POLICY_NAME.search(name)) and not re.search(r"(?:通知|公告|通告|决定书?)$", name)


_SPEAKS_OF_POLICY = re.compile(
    r"规划|政策|办法|条例|意见|方案|措施|标准|制度|规定|细则|行动计划|纲要|立法|新规|试点|"
    r"十条|若干|印发|出台|联合发文|部署|会议精神"
)


def speaks_of_policy(document: Document) -> bool:
    """Return whether a news item is about policy: it reports on one, or its title says policy."""
    title = simplify(document.title or "")
    return bool(subject_titles(document) or _SPEAKS_OF_POLICY.search(title))
