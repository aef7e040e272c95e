"""Health of a source: what its visits say, in the operator's language, with what to do about it.

Pure. It judges one source from the visits of its latest runs; whether the operator is told is the
caller's business, who speaks only when the state changes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar  # type: ignore[import-untyped]

from crawler.rhythm import learned, workdays
from crawler.sources import Column
from store.records import SHANGHAI, Health, Outcome, SourceStatus, Visit, day_of

DEFAULT_QUIET_DAYS = 60
FEWEST_FAILED_PAGES = 3
GOOD: frozenset[Outcome] = frozenset({"ok", "unchanged", "empty_declared"})

MEANING: dict[Outcome, tuple[str, str]] = {
    "challenged": (
        "网站用验证页面拦住了访问",
        "程序不破解验证。可换到中国境内的网络运行，或联系网站说明来意；"
        "也可用浏览器保存页面后导入（policywatch import）。",
    ),
    "blocked": (
        "网站拒绝访问或要求暂停",
        "先等待：程序会自动放慢并重试。"
        "若持续两天以上，请加大 delay_s、换到中国境内的网络，或联系网站。",
    ),
    "robots_denied": (
        "robots.txt 不允许访问",
        "遵守其规定。若 robots.txt 本身报错（5xx），等网站恢复；"
        "若确实禁止，请停用该来源或联系网站。",
    ),
    "unreachable": (
        "没有任何回应",
        "检查本机网络和域名解析；政府网站常屏蔽境外地址，可换到中国境内的网络。"
        "用 policywatch doctor 逐项检查。",
    ),
    "gone": (
        "栏目地址已不存在",
        "栏目可能改版或搬家。用 policywatch doctor 查看，找到新地址后修改来源文件中的 url。",
    ),
    "drifted": (
        "页面不是原来的样子",
        "网站可能改版。用 policywatch doctor 查看读到了什么，"
        "必要时修改来源文件中的 url 或读取提示。",
    ),
    "empty_unexpected": (
        "栏目里没有读到任何条目",
        "打开栏目页核对：若确实为空，在来源文件中写 may_be_empty = true；"
        "否则是改版，请修改 url 或读取提示。",
    ),
}
"""Outcome → (what it means, what the operator can do), in the order of urgency."""

_NEVER = "从未访问过", "运行 policywatch run --source 来访问它。"
_SILENT_REMEDY = (
    "打开网站核对：若确实没有新内容，不必处理（policywatch ack），程序会记住这次间隔；"
    "历史太短的栏目可加大来源文件中的 quiet_days。否则栏目可能已搬家。"
)


class Verdict(NamedTuple):
    """A source's health, why, and what the operator can do; the remedy of health is empty."""

    health: Health
    reason: str
    remedy: str


def judge(
    status: SourceStatus | None,
    visits: Sequence[Visit],
    *,
    columns: Sequence[Column] = (),
    dates: Mapping[str, Collection[date]] | None = None,
) -> Verdict:
    """Return what the visits say of a source.

    sick: a column of it could not be read at its latest visit, or its lists can be read and most
    of its pages cannot. silent: all were read, and each column has been without a new row for
    longer than its own rhythm allows, or, where its dates are too few to have one, for longer than
    its quiet_days, statutory holidays not counted. healthy: neither.
    visits: of one source, oldest first, with the last sweep of every column; without any listing
    among them the status stays.
    columns: their names and quiet_days, where the caller knows them. dates: of every row that a
    column ever listed, by column id.
    """
    names = {column.id: column.name for column in columns}
    latest = _latest_by_column(visits)
    if not latest:
        return _unvisited(status)
    failed = {name: v for name, v in latest.items() if v.outcome not in GOOD}
    if failed:
        return _sick(failed, len(latest), names)
    if unreadable := _unreadable_pages(visits):
        return unreadable
    quiet = {column.id: column.quiet_days for column in columns}
    quietest = _silent(_dates(visits, dates or {}), quiet, _looked_on(visits))
    return quietest or Verdict("healthy", f"{len(latest)} 个栏目均已读取", "")


def _silent(
    dates: Mapping[str, Collection[date]],
    quiet: Mapping[str, int],
    looked_on: Mapping[str, date],
) -> Verdict | None:
    """Return the verdict of a source each of whose dated columns is quieter than it may be.

    Each as of the day it was looked at: one that rests since then has not been quiet. One seldom
    list beside a lively one is no alarm; neither is a list that shows no dates. The column that
    spoke last gives the reason.
    """
    silences = [
        (max(seen), _silence(seen, quiet.get(column, DEFAULT_QUIET_DAYS), looked_on[column]))
        for column, known in dates.items()
        if (seen := {on for on in known if on <= looked_on[column]})
    ]
    if not silences or not all(words for _, words in silences):
        return None
    newest, words = max(silences)
    return Verdict("silent", f"能够访问，但最新条目是 {newest}，{words}", _SILENT_REMEDY)


def _silence(dates: Collection[date], allowed_days: int, today: date) -> str:
    """Return how far a column is beyond what it may, in words; empty if it is not."""
    rhythm = learned(dates, today)
    if rhythm is not None:
        quiet = workdays(rhythm.newest, today)
        words = f"已有 {quiet} 个工作日没有新内容（{rhythm.words()}）"
        return words if quiet > rhythm.allowed else ""
    days = quiet_days(max(dates), today)
    return f"已有 {days} 天没有新内容（预期 {allowed_days} 天内）" if days > allowed_days else ""


def quiet_days(newest: date, today: date) -> int:
    """Return the days since the newest row, statutory holidays (State Council notice) left out.

    A year the calendar does not know yet counts every day.
    """
    days = (newest + timedelta(n) for n in range(1, (today - newest).days + 1))
    return sum(1 for day in days if not _is_festival(day))


def _is_festival(day: date) -> bool:
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(off and name)


def _latest_by_column(visits: Iterable[Visit]) -> dict[str, Visit]:
    """Return, for each column's latest run, its worst listing visit."""
    runs: dict[str, list[Visit]] = {}
    for visit in visits:
        if visit.target != "listing":
            continue
        pages = runs.setdefault(visit.column_id or "", [])
        if pages and pages[-1].run_id != visit.run_id:
            pages.clear()
        pages.append(visit)
    return {
        c: next((v for v in pages if v.outcome not in GOOD), pages[0]) for c, pages in runs.items()
    }


def _sick(failed: dict[str, Visit], columns: int, names: dict[str, str]) -> Verdict:
    counts = Counter(visit.outcome for visit in failed.values())
    worst = next(outcome for outcome in MEANING if outcome in counts)
    meaning, remedy = MEANING[worst]
    which = [c for c, v in failed.items() if v.outcome == worst]
    where = "、".join(names.get(c, c) for c in which[:4]) + (" 等" if len(which) > 4 else "")
    detail = failed[which[0]].detail
    reason = f"{meaning}（{len(failed)}/{columns} 个栏目：{where}；{detail}）"
    return Verdict("sick", reason, remedy)


def _unreadable_pages(visits: Sequence[Visit]) -> Verdict | None:
    """Return the verdict on a source whose lists are open and whose pages are not, or None."""
    last_run = visits[-1].run_id
    pages = [v for v in visits if v.target == "page" and v.run_id == last_run]
    failed = [v for v in pages if v.outcome not in GOOD and v.outcome != "gone"]
    if len(failed) < FEWEST_FAILED_PAGES or 2 * len(failed) <= len(pages):
        return None
    worst = Counter(v.outcome for v in failed).most_common(1)[0][0]
    meaning, remedy = MEANING[worst]
    detail = next(v.detail for v in failed if v.outcome == worst)
    reason = f"列表可读，但 {len(failed)}/{len(pages)} 个页面{meaning}（{detail}）"
    return Verdict("sick", reason, remedy)


def _unvisited(status: SourceStatus | None) -> Verdict:
    if status is None or status.health is None:
        return Verdict("silent", *_NEVER)
    remedy = "" if status.health == "healthy" else _NEVER[1]
    return Verdict(status.health, status.detail, remedy)


def _looked_on(visits: Iterable[Visit]) -> dict[str, date]:
    """Return the day in Shanghai of each column's latest visit."""
    return {
        visit.column_id or "": visit.visited_at.astimezone(SHANGHAI).date()
        for visit in visits
        if visit.target == "listing"
    }


def _dates(visits: Iterable[Visit], listed: Mapping[str, Collection[date]]) -> dict[str, set[date]]:
    """Return the whole dates of each visited column's rows, seen now or ever, without columns
    that show none.
    """
    found: dict[str, set[date]] = {}
    for visit in visits:
        if visit.target == "listing":
            column = visit.column_id or ""
            seen = found.setdefault(column, set(listed.get(column, ())))
            rows = visit.listing.entries if visit.listing else ()
            seen.update(on for row in rows if (on := day_of(row.on)) is not None)
    return {column: seen for column, seen in found.items() if seen}
