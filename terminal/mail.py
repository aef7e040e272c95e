"""Who gets mail, and what became of a day's messages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from feeds.filters import in_words
from feeds.words import RHYTHMS
from store.records import Subscription
from terminal.tables import rows_table


def subscription_rows(subscriptions: Sequence[Subscription]) -> list[dict[str, Any]]:
    """Return one row per subscription: to whom, how often, of what, with which wishes."""
    return [
        {
            "编号": one.id,
            "地址": one.address,
            "节奏": RHYTHMS[one.rhythm],
            "内容": in_words(one.filter),
            "选项": "、".join(_wishes(one)),
            "状态": f"暂停：{one.suspended}" if one.suspended else "有效",
        }
        for one in subscriptions
    ]


def _wishes(one: Subscription) -> list[str]:
    """Return what differs from the mail that everybody gets."""
    wishes = {"无新内容也发": one.all_quiet, "不附改动": not one.diffs}
    wishes |= {"不列未查到的来源": not one.details, "不要可能相关": not one.filter.possibly}
    return [words for words, wished in wishes.items() if wished]


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
