"""Policies: one dossier in full, and those that were only cited."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from crawler.account import Account
from crawler.leads import Lead
from feeds.contradictions import contradictions
from feeds.grounds import evidence_words
from feeds.headline import label
from feeds.words import COMPARED, ROLES, STATUSES, STEPS, UNTOLD, region_name, shanghai_day
from store.records import Change, Comparison, Policy
from store.relations import Ending
from store.stories import PageStory, Title
from terminal.tables import rows_table


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
