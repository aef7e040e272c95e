"""The title of a published change: what happened, to what, until when."""

from feeds.inert import inert_line
from feeds.words import STEPS, day_words, shanghai_day
from store.records import Change

_KINDS = {
    "revised": "修订",
    "corrected": "更正",
    "withdrawn": "撤下",
    "returned": "恢复",
    "merged": "合并",
}
_ROLES = {
    "draft": "征求意见",
    "interpretation": "解读",
    "news": "新闻",
    "implementing": "转发",
    "reprint": "转载",
    "clone": "转载",
}
_GENRES = {
    "draft": "征求意见",
    "interpretation": "解读",
    "news": "新闻",
    "notice": "通知",
    "publicity": "公示",
    "policy": "新增",
    "other": "新增",
}
LABELS = (
    *("新增", "修订", "征求意见", "印发", "施行", "失效", "废止", "被替代", "撤下", "恢复"),
    *("解读", "转发", "原文", "通知", "新闻", "公示", "转载", "更正", "合并", "进展"),
)
"""Every label there is, the ones that ask for action first: the order of counts in a digest."""


def label(change: Change) -> str:
    """Return the word for what happened, one of LABELS."""
    if change.kind == "lifecycle":
        return STEPS[change.step.step] if change.step else "进展"
    if change.kind in _KINDS:
        return _KINDS[change.kind]
    if change.role in _ROLES:
        return _ROLES[change.role]
    if change.kind == "joined" and change.genre == "policy":
        return "原文"
    return _GENRES[change.genre]


def title(change: Change) -> str:
    """Return the title a reader should see, as one harmless line.

    A step, a withdrawal or a return happens to the policy; everything else to the page in hand.
    """
    own = None if change.kind in ("lifecycle", "withdrawn", "returned") else change.document.title
    return inert_line(own or change.policy_title) or "（无标题）"


def deadline(change: Change) -> str | None:
    """Return the day a consultation ends (`2026-06-20`), for a change that opens one."""
    return change.document.consultation_ends_on if label(change) == "征求意见" else None


def is_late_news(change: Change) -> bool:
    """Tell whether the change is announced although the page dates it long before (补发)."""
    return change.announcement == "announced" and change.backdated


def stated_elsewhere(change: Change) -> bool:
    """Tell whether the document in hand speaks of another policy's life (`同时废止`).

    Then its 文号 and issuers are not the policy's, and readers must not take them for it.
    """
    return change.step is not None and bool(change.step.target_title or change.step.target_number)


def number(change: Change) -> str | None:
    """Return the 文号 of what the headline names, None if it is not known."""
    if change.step is not None and stated_elsewhere(change):
        return change.step.target_number
    return change.document.document_number


def headline(change: Change) -> str:
    """Return e.g. `【征求意见】〔可能相关〕…（征求意见稿） 截止6月20日`."""
    marks = "〔可能相关〕" if change.possibly_relevant else ""
    marks += "〔补发〕" if is_late_news(change) else ""
    return f"【{label(change)}】{marks}{title(change)}{_tail(change)}"


def _tail(change: Change) -> str:
    beside = shanghai_day(change.recorded_at)
    ends = deadline(change)
    if ends:
        return f" 截止{day_words(ends, beside)}"
    if change.step and change.step.on and change.step.step in ("effective", "expired", "repealed"):
        return f" {day_words(change.step.on, beside)}起"
    return ""
