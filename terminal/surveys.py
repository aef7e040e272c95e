"""What looking at a site found: its health, its columns, one address tried."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from terminal.pages import reading_view
from terminal.tables import rows_table

if TYPE_CHECKING:  # they load Scrapy, which most commands do not need
    from crawler.doctor import Examination
    from crawler.proposals import Proposal, Trial


_STATES = {"ok": "green", "warn": "yellow", "fail": "red", "skipped": "dim"}


def examinations_view(examined: Sequence["Examination"]) -> RenderableType:
    """Return the doctor's findings: a table per source, and below it what to do."""
    parts: list[RenderableType] = []
    for examination in examined:
        verdict = "正常" if examination.sound else "有问题"
        table = Table("检查", "栏目", "结果", "发现", title=f"{examination.name}：{verdict}")
        for finding in examination.findings:
            state = Text(finding.state, _STATES[finding.state])
            table.add_row(finding.probe, finding.column or "", state, Text(finding.found))
        advice = dict.fromkeys(f"{f.means}：{f.do}" for f in examination.findings if f.do)
        parts += [table, *(Text(f"→ {line}") for line in advice)]
    return Group(*parts)


def proposal_view(proposal: "Proposal") -> RenderableType:
    """Return what a survey found, why the other links are no columns, and where the file lies."""
    found = proposal.survey
    rows = [
        {
            "栏目": column.name,
            "角色": column.kind.role,
            "类型": column.family,
            "条目": len(column.listing.entries),
            "最新": column.newest,
            "下一页": column.next_url,
            "地址": column.url,
        }
        for column in found.columns
    ]
    lines = [Text(f"不是栏目 {url}：{why}") for url, why in found.dismissed.items()]
    return Group(rows_table(rows, found.site or found.start), *lines, _written(proposal.path))


def trial_view(trial: "Trial") -> RenderableType:
    """Return one address tried as a column: its rows, its next page, one article with its dates."""
    if isinstance(trial.result, str):
        return Text(f"{trial.seen.hops[0].url}：不能作为栏目：{trial.result}", "red")
    column = trial.result
    rows = [{"日期": e.on, "标题": e.title, "地址": e.url} for e in column.listing.entries]
    facts = Text(f"类型 {column.family}；下一页 {column.next_url or '无'}")
    parts: list[RenderableType] = [rows_table(rows, column.name), facts]
    if trial.article is not None:
        parts.append(reading_view(trial.article))
    return Group(*parts, _written(trial.path))


def _written(path: Path | None) -> Text:
    if path is None:
        return Text("没有新的栏目可以建议")
    return Text(f"建议稿 {path}：请核对，然后放入来源文件夹；程序不会自行采用。", "bold")
