"""What a run did, and what a replay read."""

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.replay import Summary
from crawler.sources import Source
from scheduler import RunReport

LOOKED = {"ok", "unchanged", "empty_declared"}


def run_table(report: RunReport, sources: Mapping[str, Source]) -> RenderableType:
    """Return what a run did: a row per source, then one line of sums."""
    settled = report.settled
    if not report.crawled or settled is None:
        return Text("没有到期的来源")
    table = Table("来源", "名称", "访问", "成功", "结果", "原因", title="本次运行")
    for source_id in report.crawled:
        outcomes = settled.outcomes.get(source_id, {})
        good = sum(count for outcome, count in outcomes.items() if outcome in LOOKED)
        why = settled.failed.get(source_id, "")
        table.add_row(
            source_id,
            sources[source_id].name,
            str(sum(outcomes.values())),
            str(good),
            Text("失败", "red") if why or not outcomes else Text("正常", "green"),
            Text(why or ("" if outcomes else "没有任何访问记录")),
        )
    sums = f"页面 {settled.pages}，未变 {settled.unchanged}，变化 {len(settled.changes)}"
    return Group(table, Text(sums))


def replay_table(summary: Summary) -> RenderableType:
    """Return how many captures were read as what, and each that is neither page nor list."""
    table = Table("类别", "响应数", title="重放")
    for kind, count in sorted(summary.kinds().items()):
        table.add_row(kind, str(count))
    rest = [c for c in summary.captures if c.kind not in {"article", "listing", "issue"}]
    lines = [Text(f"{c.kind}: {c.url}: {c.detail}") for c in rest]
    return Group(table, *lines, Text(f"变化 {summary.counts()['changes']}"))
