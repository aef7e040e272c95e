"""What became of a day's messages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from terminal.tables import rows_table


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
