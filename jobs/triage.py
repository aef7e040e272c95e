"""The week's work in order: what is broken first, each with the page as saved and the next command.

It decides nothing and mends nothing. The bytes it speaks of are written beside the data as
`triage/*.page`: the name keeps a browser from running what a stranger's page holds.
"""

import re
import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from crawler.archived import read_body
from crawler.errors import ArchiveError, BodyError
from crawler.sources import Source
from store import columns, health, triage
from store.columns import ColumnState
from store.database import Database
from store.records import Capture, SourceStatus
from store.triage import Doubtful

WEEK = timedelta(days=7)
FOLDER = "triage"
MOST_PER_SOURCE = 5
"""Of one source's drifted pages so many are listed: twenty of a redesign are one piece of work."""

Kind = Literal["broken", "silent", "drifted", "held", "withheld", "doubt", "inferred"]
ORDER: tuple[Kind, ...] = ("broken", "silent", "drifted", "held", "withheld", "doubt", "inferred")
WORDS: dict[Kind, str] = {
    "broken": "无法读取",
    "silent": "久无新内容",
    "drifted": "页面读不懂",
    "held": "暂缓通知",
    "withheld": "正文损坏未显示",
    "doubt": "归档存疑",
    "inferred": "栏目地址为推断",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. since: when it began, None for what always was; command: what mends it."""

    kind: Kind
    source_id: str | None
    what: str
    command: str
    url: str | None = None
    since: datetime | None = None
    capture: Capture | None = None
    page: Path | None = None


def tasks(database: Database, sources: Mapping[str, Source], now: datetime) -> list[Task]:
    """Return what is to be done, most urgent first; retired sources ask for nothing."""
    since = now - WEEK
    with database.reading() as session:
        found = [
            *_of_sources(health.statuses(session), sources),
            *_drifted(triage.drifted(session, since)),
            *(_withheld(page) for page in triage.withheld(session, since)),
            *(_doubt(*placed) for placed in triage.placed_in_doubt(session, since)),
            *_inferred(sources.values(), columns.states(session)),
        ]
    off = {source_id for source_id, source in sources.items() if not source.enabled}
    asking = [task for task in found if task.source_id not in off]
    return sorted(asking, key=lambda task: ORDER.index(task.kind))


def save_pages(found: Iterable[Task], archive: Path, folder: Path) -> list[Task]:
    """Write each task's page into the folder, in place of the last time's; return the tasks."""
    if folder.exists():
        shutil.rmtree(folder)
    return [_saved(task, archive, folder, place) for place, task in enumerate(found, start=1)]


def _saved(task: Task, archive: Path, folder: Path, place: int) -> Task:
    if task.capture is None:
        return task
    try:
        body = read_body(archive, task.capture)
    except (ArchiveError, BodyError) as error:
        return replace(task, what=f"{task.what}；存档读不出：{error}")
    folder.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^a-z0-9_]", "", task.source_id or "page")
    path = folder / f"{place:03d}-{safe}.page"
    path.write_bytes(body)
    inspect = f"policywatch inspect {shlex.quote(str(path))} --url {shlex.quote(task.url or '')}"
    return replace(task, page=path, command=task.command or inspect)


def _of_sources(statuses: Iterable[SourceStatus], sources: Mapping[str, Source]) -> Iterator[Task]:
    for status in statuses:
        name = f"{status.name}：{status.detail}"
        doctor = f"policywatch doctor {status.source_id}"
        if status.source_id not in sources:
            continue
        if status.health in ("sick", "silent"):
            kind: Kind = "broken" if status.health == "sick" else "silent"
            yield Task(kind, status.source_id, name, doctor, since=status.since)
        if status.held:
            release = f"policywatch release {status.source_id}"
            yield Task("held", status.source_id, f"{status.name}：{status.held_reason}", release)


def _drifted(pages: Iterable[Doubtful]) -> Iterator[Task]:
    by_source: dict[str | None, int] = {}
    for page in pages:
        by_source[page.source_id] = by_source.get(page.source_id, 0) + 1
        if by_source[page.source_id] <= MOST_PER_SOURCE:
            again = f"policywatch doctor {page.source_id}" if page.capture is None else ""
            yield _on_page("drifted", page, again)


def _withheld(page: Doubtful) -> Task:
    return _on_page("withheld", page, "policywatch encodings")


def _doubt(page: Doubtful, policy_id: str, other: str) -> Task:
    split = f"policywatch policies split {shlex.quote(page.url)}"
    merge = f"policywatch policies merge {policy_id} {other}"
    return _on_page("doubt", page, f"{split}  或  {merge}")


def _on_page(kind: Kind, page: Doubtful, command: str) -> Task:
    return Task(
        kind=kind,
        source_id=page.source_id,
        what=page.what,
        command=command,
        url=page.url,
        since=page.seen_at,
        capture=page.capture,
    )


def _inferred(
    sources: Iterable[Source], states: Mapping[tuple[str, str], ColumnState]
) -> Iterator[Task]:
    """Yield the columns whose address nobody has seen and that no sweep has proven."""
    for source in sources:
        for column in source.columns:
            state = states.get((source.id, column.id))
            proven = state is not None and state.baseline_at is not None
            if column.basis in ("inferred", "unknown") and not proven:
                add = f"policywatch sources add {shlex.quote(column.url)}"
                what = f"{source.name} · {column.name}"
                yield Task("inferred", source.id, what, add, url=column.url)
