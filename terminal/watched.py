"""The sources and their columns: where they are, how they stand, how lately they were verified."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from crawler.sources import Column, Source
from feeds.standing import BASIS_WORDS
from feeds.verified import AGE_WORDS
from feeds.words import COLUMN_ROLES, STATES, shanghai_day
from store.records import SourceStatus
from store.revisits import Delay
from terminal.tables import rows_table

NAME_CELLS, ROLE_CELLS, BASIS_CELLS = 20, 8, 12
"""Of 80: as wide as nearly every column's name, and the widest words; the rest is the address."""


def source_rows(
    sources: Mapping[str, Source],
    statuses: Mapping[str, SourceStatus],
    delays: Mapping[str, Sequence[Delay]] | None = None,
    next_at: Mapping[tuple[str, str], datetime] | None = None,
) -> list[dict[str, Any]]:
    """Return one row per watched column: where it is, how sure its address is, its health.

    `next_at`: when the column is asked again; None: it is due, or nobody asks it.
    `revisits`: of the source's known pages by age and rank, when all were last verified and after
    how many hours an edit is expected to be seen (None: the day's requests do not reach them).
    """
    expected, coming = delays or {}, next_at or {}
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
            "rhythm_h": column.rhythm_h,
            "next_at": _iso(coming.get((source.id, column.id))),
            "health": statuses[source.id].health if source.id in statuses else None,
            "revisits": [_delay_row(delay) for delay in expected.get(source.id, ())],
        }
        for source in sources.values()
        for column in source.columns
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _delay_row(delay: Delay) -> dict[str, Any]:
    return {
        "age": delay.age,
        "in_force_and_listed": delay.first,
        "pages": delay.pages,
        "every_h": delay.every_h,
        "expected_delay_h": delay.expected_h,
        "last_verified": delay.verified_since.isoformat(),
    }


def sources_view(
    sources: Mapping[str, Source],
    statuses: Mapping[str, SourceStatus],
    delays: Mapping[str, Sequence[Delay]] | None = None,
) -> RenderableType:
    """Return the sources with their columns, fit for 80 characters, and how addresses are known.

    A file is not a watched column: an address that was only inferred may not exist.
    """
    parts: list[RenderableType] = []
    for source in sources.values():
        parts.append(_heading(source, statuses.get(source.id)))
        parts += [_column(source, column) for column in source.columns]
    counts = Counter(column.basis for source in sources.values() for column in source.columns)
    bases = "；".join(f"{word} {counts[basis]}" for basis, word in BASIS_WORDS.items())
    parts.append(Text(f"栏目 {counts.total()} 个；地址依据：{bases}"))
    if known := _verified_rows(delays or {}):
        parts.append(rows_table(known, "已收录页面的最近核对"))
    return Group(*parts)


def _heading(source: Source, status: SourceStatus | None) -> Text:
    """Return one line: id, name, how it stands, base address, rhythm; of one retired, a second."""
    heading = Text(f"{source.id} {source.name} ", "bold")
    rhythm = f" {_every(source.rhythm_h)}" if source.enabled else ""
    heading.append(f"{STATES[_state(source, status)]} {source.base_url}{rhythm}", "not bold")
    if (gone := source.retired) is not None:
        heir = f"，由{gone.successor}接续" if gone.successor else ""
        heading.append(f"\n  {gone.on}起停止监测：{gone.why}{heir}", "not bold")
    return heading


def _state(source: Source, status: SourceStatus | None) -> str:
    if not source.enabled:
        return "retired" if source.retired else "off"
    return (status.health if status else None) or "never"


def _column(source: Source, column: Column) -> RenderableType:
    """Return one line, with the rhythm where it is not the source's.

    An address too long for it goes below, whole, so that it can be copied.
    """
    words = (
        (column.name, NAME_CELLS),
        (COLUMN_ROLES[column.role], ROLE_CELLS),
        (BASIS_WORDS[column.basis], BASIS_CELLS),
    )
    told = "".join(f"{word}{' ' * (cells - cell_len(word))}  " for word, cells in words)
    rhythm = f" {_every(column.rhythm_h)}" if column.rhythm_h != source.rhythm_h else ""
    return Padding(Text(f"{told}{_below(source.base_url, column.url)}{rhythm}"), (0, 0, 0, 2))


def _every(hours: float) -> str:
    return f"每{hours:g}小时"


def _below(base_url: str, url: str) -> str:
    """Return the address without the scheme and host of the base; whole where it has others."""
    base, parts = urlsplit(base_url), urlsplit(url)
    if (base.scheme, base.netloc) != (parts.scheme, parts.netloc):
        return url
    return urlunsplit(("", "", parts.path, parts.query, parts.fragment)) or "/"


def _verified_rows(delays: Mapping[str, Sequence[Delay]]) -> list[dict[str, Any]]:
    """Return, by source and age of page, when all were looked at and how late an edit is seen."""
    return [
        {
            "来源": source_id,
            "上次变动": AGE_WORDS[delay.age],
            "现行且在列": "是" if delay.first else "",
            "页数": delay.pages,
            "最近核对": shanghai_day(delay.verified_since).isoformat(),
            "原地修改预计可见": _hours(delay.expected_h),
        }
        for source_id, known in delays.items()
        for delay in known
    ]


def _hours(hours: float | None) -> str:
    return "每日请求不够" if hours is None else f"{hours:g} 小时"
