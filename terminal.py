"""What the commands show in a terminal: rich tables of values that the rooms hand over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from crawler.account import Account
from crawler.leads import Lead
from crawler.replay import Summary
from crawler.sources import Source
from feeds.contradictions import contradictions
from feeds.grounds import evidence_words
from feeds.headline import label
from feeds.verified import AGE_WORDS
from feeds.words import COMPARED, HEALTHS, ROLES, STATUSES, STEPS, UNTOLD, region_name, shanghai_day
from scheduler import RunReport
from store.encodings import EncodingStory
from store.records import Change, Comparison, Document, Policy, Reading, SourceStatus
from store.relations import Ending
from store.revisits import Delay
from store.stories import PageStory, Title

if TYPE_CHECKING:  # they load Scrapy, which most commands do not need
    from crawler.doctor import Examination
    from crawler.proposals import Proposal, Trial

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


def reading_view(reading: Reading) -> RenderableType:
    """Return a reading for a person: the encoding story, the kind, rows or documents."""
    decoded = reading.decoded
    story = [
        f"编码 {decoded.charset}（依据 {'、'.join(decoded.evidence) or '无'}；"
        f"声明 header={decoded.header} meta={decoded.meta}；质量 {decoded.quality:.2f}）",
        *(
            f"修复 {r.kind} ×{r.count} {r.before!r}→{r.after!r}（{r.certainty}）"
            for r in decoded.repairs
        ),
        *(f"损坏 {d.kind} {d.length} 字 {d.sample!r}" for d in decoded.damage),
    ]
    parts: list[RenderableType] = [Text("\n".join(story)), Text(f"页面类别 {reading.kind}")]
    if reading.detail:
        parts.append(Text(reading.detail))
    if reading.listing.entries:
        table = Table("日期", "标题", "地址")
        for entry in reading.listing.entries:
            table.add_row(entry.on or "", Text(entry.title), Text(entry.url))
        parts.append(table)
    pairs = zip(reading.documents, reading.classifications, strict=True)
    parts += [
        _document_panel(d, f"{c.genre} · {c.relevance} · {'、'.join(c.topics)}") for d, c in pairs
    ]
    return Group(*parts)


def _document_panel(document: Document, classes: str) -> Panel:
    table = Table("字段", "值", "依据", show_header=True)
    fields = (
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
        "original_url",
    )
    for name in fields:
        value = getattr(document, name)
        if value:
            why = document.evidence.get(name)
            shown = "、".join(value) if isinstance(value, tuple) else value
            table.add_row(name, Text(shown), Text(f"{why.rule}（{why.certainty}）" if why else ""))
    for attachment in document.attachments:
        table.add_row("attachment", Text(attachment.name), Text(attachment.url))
    for cited in document.policies_cited:
        table.add_row("cited", Text(f"《{cited.title}》{cited.document_number or ''}"), "")
    body = Text(document.body_text[:600])
    return Panel(Group(Text(classes), table, body), title=Text(document.title or "（无题）"))


def rows_table(rows: Sequence[Mapping[str, Any]], title: str | None = None) -> RenderableType:
    """Return a table of like rows, columns named by the first; a line when there are none."""
    if not rows:
        return Text("（无）")
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name, overflow="fold")  # an address that is cut cannot be copied
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    return table


def policy_view(account: Account) -> RenderableType:
    """Return one dossier: facts, dates, timeline, pages, copies, neighbours; no empty table."""
    policy = account.policy
    facts = [
        f"{policy.title}（{policy.id}）",
        f"文号 {policy.document_number or '—'}；地区 {region_name(policy.region)}；"
        f"状态 {STATUSES.get(policy.status, policy.status)}",
        f"发文机关 {'、'.join(policy.issuers) or '—'}；主题 {'、'.join(policy.topics) or '—'}",
    ]
    facts += contradictions(policy)
    tables = (rows_table(rows, name) for name, rows in account_rows(account).items() if rows)
    return Group(Text("\n".join(facts)), *tables)


def account_rows(account: Account) -> dict[str, list[dict[str, Any]]]:
    """Return a dossier's tables by their names in readers' words; an empty one has no rows."""
    policy = account.policy
    return {
        "期限": _deadline_rows(policy),
        "生命周期": [
            {"日期": s.on, "环节": STEPS[s.step], "依据": s.sentence} for s in policy.steps
        ],
        "经过": [_change_row(change) for change in account.history],
        "页面": [
            {
                "角色": ROLES[m.role],
                "日期": m.published_on,
                "来源": m.source_id,
                "地址": m.page_url,
                "已撤下": "是" if m.withdrawn else "",
            }
            for m in policy.members
        ],
        "归入理由": [_reason_row(story) for story in account.stories],
        "版本": [
            {
                "记录": shanghai_day(v.recorded_at).isoformat(),
                "字数": v.characters,
                "现状": "是" if v.current else "",
                "地址": v.page_url,
            }
            for v in account.versions
        ],
        "文本差异": [_comparison_row(comparison) for comparison in account.comparisons],
        "引用": [_title_row(title) for title in account.cites],
        "被引用": [_title_row(title) for title in account.cited_by],
        "使其变动": [_ending_row(ending) for ending in account.replaces],
        "因其变动": [_ending_row(ending) for ending in account.replaced_by],
    }


def _deadline_rows(policy: Policy) -> list[dict[str, Any]]:
    names = {"consultation_ends_on": "征求意见截止", "effective_on": "施行", "expires_on": "失效"}
    dates = ((getattr(policy.document, name, None), what) for name, what in names.items())
    return [{"日期": on, "事项": what} for on, what in dates if on]


def _change_row(change: Change) -> dict[str, Any]:
    return {
        "日期": shanghai_day(change.recorded_at).isoformat(),
        "变化": label(change),
        "通知": UNTOLD.get(change.announcement, ""),
        "依据": change.evidence,
        "地址": change.page_url,
    }


def _reason_row(story: PageStory) -> dict[str, Any]:
    return {
        "地址": story.page_url,
        "理由": evidence_words(story.why),
        "把握": f"{story.score:.0%}",
        "次选档案": story.runner_up,
    }


def _comparison_row(comparison: Comparison) -> dict[str, Any]:
    return {
        "对照": COMPARED[comparison.pairing.kind],
        "差异": comparison.words,
        "标题": comparison.pairing.title,
        "地址": comparison.pairing.url,
    }


def _title_row(title: Title) -> dict[str, Any]:
    return {"编号": title.id, "标题": title.title, "状态": STATUSES.get(title.status, title.status)}


def _ending_row(ending: Ending) -> dict[str, Any]:
    return {
        "编号": ending.policy_id,
        "标题": ending.title,
        "环节": STEPS.get(ending.step, ending.step),
        "日期": ending.on,
        "地址": ending.page_url,
    }


def lead_rows(leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """Return one row per policy that is cited and was never seen, most cited first."""
    return [
        {
            "标题": lead.title,
            "文号": lead.document_number,
            "引用它的政策": lead.policies,
            "来源数": lead.sources,
            "档案": lead.policy_id,
            "见于": lead.page_url,
        }
        for lead in leads
    ]


def status_view(state: Mapping[str, Any]) -> RenderableType:
    """Return the state of the product on one screen."""
    age = "" if state["age_h"] is None else f"（{state['age_h']:.1f} 小时前）"
    deliveries = "，".join(f"{k} {n}" for k, n in sorted(state["deliveries"].items())) or "无"
    lines = [
        f"上次运行结束 {state['last_run_at'] or '从未'}{age}；到期来源 {len(state['due'])}",
        f"最近日报 {state['last_digest_on'] or '无'}；投递 {deliveries}；邮件方式 {state['mail']}",
    ]
    if state["mail"] == "maildir":
        lines.append("没有配置SMTP服务器：邮件存入数据目录的 maildir/")
    parts = [rows_table(state["sources"], "来源"), Text("\n".join(lines))]
    for key, name in (("waiting", "等待送出"), ("suspended", "已停发"), ("alarms", "未解除的告警")):
        parts += [rows_table(state[key], name)] if state[key] else []
    return Group(*parts)


def receipts_view(rows: Sequence[Mapping[str, Any]], on: str) -> RenderableType:
    """Return a day's messages: to whom, what became of each, how many changes it told."""
    shown = [
        {
            "订阅": row["subscription"],
            "收件人": row["to"],
            "方式": row["kind"],
            "结果": row["state_words"],
            "次数": row["attempts"],
            "答复": row["detail"],
            "变化": len(row["changes"]),
        }
        for row in rows
    ]
    counts = Counter(row["state_words"] for row in rows)
    sums = "，".join(f"{words} {count}" for words, count in sorted(counts.items()))
    return Group(rows_table(shown, f"{on} 的邮件"), Text(f"生成 {len(rows)}；{sums}"))


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


def encoding_rows(stories: Sequence[EncodingStory]) -> list[dict[str, Any]]:
    """Return one row per source: declared against used, repairs, damage."""
    return [
        {
            "source": story.source_id,
            "snapshots": story.snapshots,
            "declared": "；".join(
                f"header={header} meta={meta} → {used} ×{count}"
                for (header, meta, used), count in story.declared.most_common()
            ),
            "repairs": "，".join(f"{kind} ×{n}" for kind, n in story.repairs.most_common()),
            "damaged": story.damaged,
            "withheld": story.withheld,
            "lowest_quality": round(story.lowest_quality, 3),
        }
        for story in stories
    ]


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
