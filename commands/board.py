"""The operator's board in a terminal: how everything stands on one screen, what is to be done."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from feeds.words import STATES
from jobs.triage import WORDS, Task

WELL = {"healthy", None}
MOST_SOURCES, MOST_LINES = 5, 2
"""So many sources, and of everything else, are named."""


def status_view(state: Mapping[str, Any]) -> RenderableType:
    """Return the state of the product on one screen of 80 by 24, whatever has gone wrong.

    What is not well by name, the first of each kind in one line, and where the rest is shown.
    """
    unwell = [row for row in state["sources"] if row["health"] not in WELL or row["held"]]
    named = {row["id"] for row in unwell}
    others = [alarm for alarm in state["alarms"] if alarm["subject"] not in named]
    parts = (
        [Text("\n".join(_lines(state)))],
        _some(
            "需要留意的来源", sorted(map(_source_line, unwell)), "policywatch triage", MOST_SOURCES
        ),
        _some("等待送出", map(_waiting_line, state["waiting"]), "policywatch deliveries"),
        _some("已停发", map(_suspended_line, state["suspended"]), "policywatch subscribers list"),
        _some("其他未解除的告警", map(_alarm_line, others), "policywatch status --json"),
    )
    return Group(*chain.from_iterable(parts))


def _some(name: str, lines: Iterable[str], command: str, most: int = MOST_LINES) -> list[Text]:
    """Return a heading with the count, and the first lines, each cut to the screen's width."""
    every = list(lines)
    rest = f"，列出{most}个；全部：{command}" if len(every) > most else ""
    shown = [f"  {line}" for line in every[:most]]
    heading = [Text(f"{name} {len(every)}{rest}", "bold")] if every else []
    return heading + [Text(line, no_wrap=True, overflow="ellipsis") for line in shown]


def _lines(state: Mapping[str, Any]) -> list[str]:
    counts = "，".join(f"{STATES.get(k, k)} {n}" for k, n in sorted(state["health"].items()))
    deliveries = "，".join(f"{k} {n}" for k, n in sorted(state["deliveries"].items())) or "无"
    upcoming = "，".join(map(_to_come, state["next"])) or "无"
    ages = [row["age_h"] for row in state["sources"] if row["age_h"] is not None]
    oldest = f"；最久未成功 {max(ages):.1f} 小时" if ages else ""
    running = state["running"]
    lines = [
        f"上次运行结束 {state['last_run_at'] or '从未'}{_age(state['age_h'])}"
        + (f"；正在运行：pid {running['pid']}，自 {running['since']}" if running else ""),
        f"来源 {counts or '无'}{oldest}；从未访问 {len(state['unvisited'])}",
        f"到期来源 {len(state['due'])}；接下来（UTC）：{upcoming}",
        f"最近日报 {state['last_digest_on'] or '无'}，周报 {state['last_weekly_on'] or '无'}；"
        f"投递 {deliveries}；邮件方式 {state['mail']}",
        f"近7天正文损坏未显示 {state['withheld_7d']} 页；{_disk(state['disk'])}",
    ]
    if state["mail"] == "maildir":
        lines.append("没有配置SMTP服务器：邮件存入数据目录的 maildir/")
    return lines


def _source_line(row: Mapping[str, Any]) -> str:
    word = "暂缓" if row["held"] else STATES.get(row["health"], row["health"])
    success = f"{row['age_h']:.0f} 小时前成功" if row["age_h"] is not None else "从未成功"
    since = (row["since"] or "")[5:10]
    return f"{word} {row['id']} 自{since} {success} {row['held'] or row['detail']}"


def _waiting_line(row: Mapping[str, Any]) -> str:
    following = f" 下次 {row['next_at'][5:16]}" if row["next_at"] else ""
    return f"{row['delivery']} {row['to']} 试送{row['attempts']}次{following} {row['detail']}"


def _suspended_line(row: Mapping[str, Any]) -> str:
    return f"订阅 {row['subscription']} {row['why']}"


def _alarm_line(row: Mapping[str, Any]) -> str:
    known = f"，已知晓至{row['acked_until'][5:10]}" if row["acked_until"] else ""
    return f"{row['subject']} 自{row['since'][5:10]}{known} {row['title']}"


def _to_come(row: Mapping[str, Any]) -> str:
    """Return a source's next visit; how many of its columns, where not all of them are asked."""
    asked, of = len(row["columns"]), row["of"]
    return f"{row['id']} {row['at'][11:16]}" + (f"（{asked}/{of}个栏目）" if asked < of else "")


def _age(hours: float | None) -> str:
    return "" if hours is None else f"（{hours:.1f} 小时前）"


def _disk(disk: Mapping[str, int]) -> str:
    free, archive, database = (
        disk[name] / 1e6 for name in ("free_bytes", "archive_bytes", "database_bytes")
    )
    return f"磁盘剩余 {free:,.0f} MB；存档 {archive:,.1f} MB；数据库 {database:,.1f} MB"


def triage_view(found: Sequence[Task]) -> RenderableType:
    """Return the work in order, each with the saved page and the command."""
    if not found:
        return Text("没有待办事项")
    table = Table("", "事项", "来源", "情况", "存下的页面 / 下一步", title="待办事项")
    for place, task in enumerate(found, start=1):
        steps = "\n".join(str(step) for step in (task.page, task.command) if step)
        what = "\n".join(filter(None, (task.what, task.url)))
        table.add_row(str(place), WORDS[task.kind], task.source_id or "", Text(what), Text(steps))
    return table


def task_rows(found: Sequence[Task]) -> list[dict[str, Any]]:
    """Return one plain row per task."""
    return [
        {
            "kind": task.kind,
            "source": task.source_id,
            "what": task.what,
            "url": task.url,
            "since": task.since.isoformat() if task.since else None,
            "page": str(task.page) if task.page else None,
            "command": task.command,
        }
        for task in found
    ]
