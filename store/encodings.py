"""The encoding ledger by source: what pages declared, what they were, what was repaired or lost."""

from collections import Counter
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from store.tables import ChangeRow, PageRow, SnapshotRow


@dataclass
class EncodingStory:
    """One source's snapshots.

    declared: (header, meta, used) → how many. damaged: something stays lost; withheld: so much
    that readers were told of the page without its body (rule 13).
    """

    source_id: str | None
    snapshots: int = 0
    declared: Counter[tuple[str | None, str | None, str]] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    damaged: int = 0
    withheld: int = 0
    lowest_quality: float = 1.0


def stories(session: Session) -> list[EncodingStory]:
    """Return the encoding story of every source, by id."""
    rows = session.exec(
        select(SnapshotRow, PageRow.source_id)
        .join(PageRow, col(PageRow.id) == col(SnapshotRow.page_id))
        .order_by(col(PageRow.source_id))
        .execution_options(yield_per=200)
    )
    withheld = set(
        session.exec(select(ChangeRow.snapshot_id).where(col(ChangeRow.body_withheld).is_(True)))
    )
    found: dict[str | None, EncodingStory] = {}
    for row, source_id in rows:
        header, meta = row.declared
        story = found.setdefault(source_id, EncodingStory(source_id))
        story.snapshots += 1
        story.declared[(header, meta, row.charset)] += 1
        for repair in row.repairs:
            story.repairs[repair["kind"]] += repair["count"]
        story.damaged += bool(row.damage)
        story.withheld += row.id in withheld
        story.lowest_quality = min(story.lowest_quality, row.quality)
    return list(found.values())
