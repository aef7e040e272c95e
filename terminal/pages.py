"""How pages were read: one page in full, encodings by source."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from feeds.words import FIELDS, GENRES, READ_FIELDS, RELEVANCES
from store.encodings import EncodingStory
from store.records import Document, Reading


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
        _document_panel(d, " · ".join((GENRES[c.genre], RELEVANCES[c.relevance], *c.topics)))
        for d, c in pairs
    ]
    return Group(*parts)


def _document_panel(document: Document, classes: str) -> Panel:
    table = Table("字段", "值", "依据", show_header=True)
    for name in READ_FIELDS:
        value = getattr(document, name)
        if value:
            why = document.evidence.get(name)
            shown = "、".join(value) if isinstance(value, tuple) else value
            table.add_row(
                FIELDS[name], Text(shown), Text(f"{why.rule}（{why.certainty}）" if why else "")
            )
    for attachment in document.attachments:
        table.add_row(FIELDS["attachments"], Text(attachment.name), Text(attachment.url))
    for cited in document.policies_cited:
        table.add_row("引用", Text(f"《{cited.title}》{cited.document_number or ''}"), "")
    body = Text(document.body_text[:600])
    return Panel(Group(Text(classes), table, body), title=Text(document.title or "（无题）"))


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
