"""The sources and their columns: where they are, how they stand, how lately they were verified."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from crawler.sources import Source
from feeds.verified import AGE_WORDS
from feeds.words import HEALTHS, shanghai_day
from store.records import SourceStatus
from store.revisits import Delay
from terminal.tables import rows_table


def source_rows(
    sources: Mapping[str, Source],
    statuses: Mapping[str, SourceStatus],
    delays: Mapping[str, Sequence[Delay]] | None = None,
) -> list[dict[str, Any]]:
    """Return one row per watched column: where it is, how sure its address is, its health.

    `revisits`: of the source's known pages by age and rank, when all were last verified and after
    how many hours an edit is expected to be seen (None: the day's requests do not reach them).
    """
    expected = delays or {}
    return [
        {
            "source": source.id,
            "name": source.name,
            "region": source.region,
            "family": source.family,
            "enabled": source.enabled,
            "column": column.id,
            "column_name": column.name,
            "role": column.role,
            "url": column.url,
            "basis": column.basis,
            "health": statuses[source.id].health if source.id in statuses else None,
            "revisits": [_delay_row(delay) for delay in expected.get(source.id, ())],
        }
        for source in sources.values()
        for column in source.columns
    ]


def _delay_row(delay: Delay) -> dict[str, Any]:
    return {
        "age": delay.age,
        "in_force_and_listed": delay.first,
        "pages": delay.pages,
        "every_h": delay.every_h,
        "expected_delay_h": delay.expected_h,
        "last_verified": delay.verified_since.isoformat(),
    }


def sources_view(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return the watched columns, and how many addresses rest on which basis.

    A file is not a watched column: an address that was only inferred may not exist.
    """
    shown = [
        {
            "来源": r["source"],
            "名称": r["name"],
            "栏目": r["column_name"],
            "依据": r["basis"],
            "状况": _standing(r),
            "地址": r["url"],
        }
        for r in rows
    ]
    counts = Counter(row["basis"] for row in rows)
    bases = "，".join(f"{b} {counts[b]}" for b in ("captured", "seen", "inferred", "unknown"))
    parts = [rows_table(shown, "监测的栏目"), Text(f"栏目 {len(rows)} 个；地址依据：{bases}")]
    if known := _verified_rows(rows):
        parts.append(rows_table(known, "已收录页面的最近核对"))
    return Group(*parts)


def _verified_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return, by source and age of page, when all were looked at and how late an edit is seen."""
    by_source = {row["source"]: row["revisits"] for row in rows}
    return [
        {
            "来源": source_id,
            "上次变动": AGE_WORDS[known["age"]],
            "现行且在列": "是" if known["in_force_and_listed"] else "",
            "页数": known["pages"],
            "最近核对": shanghai_day(datetime.fromisoformat(known["last_verified"])).isoformat(),
            "原地修改预计可见": _hours(known["expected_delay_h"]),
        }
        for source_id, revisits in by_source.items()
        for known in revisits
    ]


def _hours(hours: float | None) -> str:
    return "每日请求不够" if hours is None else f"{hours:g} 小时"


def _standing(row: Mapping[str, Any]) -> str:
    health = HEALTHS[row["health"]] if row["health"] else "未访问"
    return health if row["enabled"] else "停用"
