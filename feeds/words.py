"""The words readers see for the keys the ledger stores, and dates as a Chinese reader writes them.

Only wording lives here; nothing in this module decides anything.
"""

from datetime import date, datetime

from store.records import SHANGHAI, PartialDate, Policy

GENRES = {
    "policy": "政策",
    "draft": "征求意见稿",
    "interpretation": "解读",
    "notice": "通知公告",
    "news": "新闻",
    "publicity": "公示",
    "other": "其他",
}
RELEVANCES = {"yes": "相关", "maybe": "可能相关", "no": "不相关"}
ROLES = {
    "original": "原文",
    "reprint": "转载",
    "clone": "镜像",
    "interpretation": "解读",
    "draft": "征求意见稿",
    "implementing": "转发与贯彻",
    "news": "新闻",
}
COMPARED = {"edition": "前一版与本文", "draft": "征求意见稿与定稿", "copy": "原文与此页"}
STEPS = {
    "consultation": "征求意见",
    "issued": "印发",
    "effective": "施行",
    "revised": "修订",
    "expired": "失效",
    "repealed": "废止",
    "replaced": "被替代",
}
STATUSES = STEPS | {
    "consultation": "征求意见中",
    "issued": "已印发",
    "effective": "已施行",
    "revised": "已修订",
    "expired": "已失效",
    "repealed": "已废止",
    "replaced": "已被替代",
    "withdrawn": "已从网站撤下",
    "cited": "仅见于引用",
}
ANNOUNCEMENTS = {
    "announced": "已通知订阅者",
    "baseline": "首次收录的旧文，不通知",
    "held": "来源异常，暂缓通知",
    "irrelevant": "与社会工作无关，不通知",
    "lead": "仅见于引用，待查原文",
    "unannounced": "此类变化不通知",
}
UNTOLD = {
    "baseline": "旧文",
    "held": "暂缓",
    "irrelevant": "不相关",
    "lead": "线索",
    "unannounced": "未通知",
}
OUTCOMES = {
    "ok": "正常",
    "unchanged": "正常，没有变化",
    "empty_declared": "正常，栏目为空",
    "empty_unexpected": "栏目意外为空",
    "challenged": "被验证页拦住",
    "blocked": "被拒绝访问",
    "robots_denied": "robots 不允许",
    "unreachable": "连接不上",
    "gone": "页面不存在",
    "drifted": "页面改版，读不出列表",
}
RHYTHMS = {"daily": "每天", "weekly": "每周", "immediately": "随时"}
HEALTHS = {"healthy": "正常", "sick": "异常", "silent": "久无更新"}
STATES = HEALTHS | {"retired": "已停止监测", "off": "未启用", "never": "未访问"}
"""How a source stands for the operator: its health, or why it has none."""
COLUMN_ROLES = {
    "policy": "政策",
    "notice": "通知公告",
    "interpretation": "解读",
    "news": "新闻",
    "social-work": "社会工作",
    "mixed": "综合",
}
PLACES = {
    "title": "标题",
    "lead": "开头",
    "body": "正文",
    "column": "栏目",
    "issuer": "发文机关",
    "number": "文号",
}
FIELDS = {
    "title": "标题",
    "written_on": "成文日期",
    "published_on": "发布日期",
    "source_name": "来源",
    "author": "作者",
    "original_url": "原文网址",
    "document_number": "文号",
    "index_number": "索引号",
    "theme": "主题分类",
    "issuers": "发文机关",
    "region": "地区",
    "columns": "栏目",
    "validity": "效力",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "consultation_ends_on": "征求意见截止",
    "attachments": "附件",
    "body_text": "正文",
    "body_html": "正文",
}
READ_FIELDS = (
    "published_on",
    "written_on",
    "source_name",
    "document_number",
    "issuers",
    "region",
    "columns",
    "validity",
    "effective_on",
    "expires_on",
    "consultation_ends_on",
    "index_number",
    "theme",
    "original_url",
)
"""The short fields of a document in the order in which a reading shows them."""
_REGIONS = (
    "00全国 11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 "
    "34安徽 35福建 36江西 37山东 41河南 42湖北 43湖南 44广东 45广西 46海南 50重庆 51四川 52贵州 "
    "53云南 54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆 71台湾 81香港 82澳门"
)
REGIONS = {word[:2]: word[2:] for word in _REGIONS.split()}
"""GB/T 2260 province codes and short names; `00` stands for the nation."""


def region_name(region: str | None) -> str:
    """Return the short name of a GB/T 2260 code (`32` or `320000`); 地区未知 for None."""
    return REGIONS.get(region[:2], region) if region else "地区未知"


def shanghai_day(instant: datetime) -> date:
    """Return the calendar day in China of an aware instant."""
    return instant.astimezone(SHANGHAI).date()


def day_words(day: PartialDate | date | None, beside: date | None = None) -> str:
    """Return `6月20日`, `2026年6月20日` or `2026年6月`; empty for None.

    beside: the day of the text the words stand in; the year is left out when it is the same.
    A string that is no date is returned as it stands, since it is what the page said.
    """
    if day is None:
        return ""
    parts = str(day).split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in (2, 3):
        return str(day)
    names = [f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False)]
    same_year = beside is not None and int(parts[0]) == beside.year and len(parts) == 3
    return "".join(names[1:] if same_year else names)


def is_planned(on: PartialDate | None, policy: Policy) -> bool:
    """Tell whether a day lies after the one on which the policy was last refreshed."""
    today = shanghai_day(policy.updated_at).isoformat()
    return on is not None and on > today[: len(on)]


def exact_day(on: PartialDate | None) -> date | None:
    """Return the calendar day, or None for no date, a month, or a day that does not exist."""
    try:
        return date.fromisoformat(on) if on and len(on) == 10 else None
    except ValueError:
        return None


def clock_words(instant: datetime | None) -> str:
    """Return `2026年6月7日 08:00` in Chinese time; 从未 for None."""
    if instant is None:
        return "从未"
    local = instant.astimezone(SHANGHAI)
    return f"{day_words(local.date())} {local:%H:%M}"


def number_and_issuers(policy: Policy) -> str:
    """Return `民发〔2012〕7号 · 民政部、财政部`, as much of it as is known."""
    parts = (policy.document_number or "", "、".join(policy.issuers))
    return " · ".join(part for part in parts if part)
