"""How each source and each region stands, for the pages about coverage. Pure.

"No news", "could not look", "never looked" and "the address is only a guess" are four things, and
never share a word or a colour. Only enabled sources that were visited count as looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from feeds.coverage import LOOK_WORDS, look
from feeds.settings import Basis, Watched
from feeds.words import REGIONS
from store.records import Outcome, SourceStatus
from store.stories import Freshness

Standing = Literal["failed", "held", "silent", "looked", "never", "unsure", "off", "retired"]
STANDING_WORDS: dict[Standing, str] = {
    "looked": LOOK_WORDS["looked"],
    "silent": LOOK_WORDS["silent"],
    "held": LOOK_WORDS["held"],
    "failed": LOOK_WORDS["failed"],
    "never": LOOK_WORDS["never"],
    "unsure": "尚未查看，地址为推断",
    "off": "未启用",
    "retired": "已停止监测",
}
ORDER = tuple(get_args(Standing))
VISITED = ("failed", "held", "silent", "looked")
BASIS_WORDS: dict[Basis, str] = {
    "captured": "已存档",
    "seen": "见于公开资料",
    "inferred": "推断，待核实",
    "unknown": "未知",
}

Tile = Literal["news", "quiet", "partial", "failed", "never", "unsure", "none"]
TILE_WORDS: dict[Tile, str] = {
    "news": "有新动态",
    "quiet": "查过，没有新内容",
    "partial": "部分来源未能查到",
    "failed": "未能查到",
    "never": "尚未查看",
    "unsure": "地址为推断，尚未查看",
    "none": "没有来源",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: how we stand with it, what it last brought, how its month of visits ended."""

    status: SourceStatus
    standing: Standing
    watched: Watched | None = None
    newest_at: datetime | None = None
    outcomes: tuple[tuple[Outcome, int], ...] = ()

    @property
    def region(self) -> str | None:
        """The province it speaks for, as configured where it is."""
        found = self.watched.region if self.watched else self.status.region
        return found[:2] if found else None

    @property
    def is_watched(self) -> bool:
        """Whether anybody looks there at all."""
        return self.standing not in ("off", "retired")

    @property
    def word(self) -> str:
        """What readers call the standing."""
        return STANDING_WORDS[self.standing]


@dataclass(frozen=True, slots=True)
class RegionTile:
    """One province on the map: its state, and how many changes the last month brought."""

    region: str
    name: str
    state: Tile
    news: int
    sources: int

    @property
    def word(self) -> str:
        """What readers call the state."""
        return TILE_WORDS[self.state]


def source_lines(
    statuses: Sequence[SourceStatus],
    configured: Sequence[Watched],
    newest: Mapping[str, datetime],
    outcomes: Mapping[str, Mapping[Outcome, int]],
) -> list[SourceLine]:
    """Return every source, those that need attention first.

    A configured source that was never enrolled is there too; where no configuration is given,
    those that were enrolled.
    """
    known = {status.source_id: status for status in statuses}
    watched = {source.source_id: source for source in configured}
    lines = []
    for source_id in sorted(known.keys() | watched.keys()):
        status = known.get(source_id) or _unvisited(watched[source_id])
        ended = sorted(outcomes.get(source_id, {}).items(), key=lambda pair: (-pair[1], pair[0]))
        lines.append(
            SourceLine(
                status=status,
                standing=standing(status, watched.get(source_id), bool(configured)),
                watched=watched.get(source_id),
                newest_at=newest.get(source_id),
                outcomes=tuple(ended),
            )
        )
    return sorted(lines, key=lambda line: (ORDER.index(line.standing), line.status.source_id))


def standing(status: SourceStatus, watched: Watched | None, complete: bool = True) -> Standing:
    """Return how the source stands; complete: a source that is not configured is off."""
    if watched is not None and watched.retired:
        return "retired"
    if (watched is not None and not watched.enabled) or (watched is None and complete):
        return "off"
    found = look(status)
    unproven = watched is not None and watched.basis in ("inferred", "unknown")
    return "unsure" if found == "never" and unproven else found


def visited(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """Return the enabled sources that were ever visited: what coverage numbers count."""
    return [line for line in lines if line.standing in VISITED]


def region_tiles(lines: Sequence[SourceLine], news: Mapping[str, int]) -> list[RegionTile]:
    """Return every province's tile; news: announced changes of the last month by region."""
    tiles = []
    for region, name in REGIONS.items():
        here = [line for line in lines if line.region == region and line.is_watched]
        count = news.get(region, 0)
        tiles.append(RegionTile(region, name, _tile(here, count), count, len(here)))
    return tiles


def newest_by_topic(found: Sequence[Freshness]) -> dict[tuple[str, str], Freshness]:
    """Return the freshness of each (province, topic), the nation's under `00`."""
    table: dict[tuple[str, str], Freshness] = {}
    for entry in found:
        key = ((entry.region or "00")[:2], entry.topic)
        known = table.get(key)
        count = entry.count + (known.count if known else 0)
        newest = max(entry.newest_at, known.newest_at) if known else entry.newest_at
        table[key] = Freshness(key[0], entry.topic, count, newest)
    return table


def _tile(here: Sequence[SourceLine], news: int) -> Tile:
    states = {line.standing for line in here}
    if states & {"looked", "silent", "held"}:
        whole: Tile = "news" if news else "quiet"
        return "partial" if "failed" in states else whole
    for state in ("failed", "never", "unsure"):
        if state in states:
            return state
    return "news" if news else "none"


def _unvisited(watched: Watched) -> SourceStatus:
    return SourceStatus(
        source_id=watched.source_id,
        name=watched.name,
        region=watched.region,
        health=None,
        since=None,
        last_visit_at=None,
        last_success_at=None,
        last_outcome=None,
        detail="",
    )
