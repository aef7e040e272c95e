"""The pages that say how far we see: coverage by region and topic, and every source.

Pure. What was not looked at is never shown as "no news".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from feeds.settings import PublishSettings
from feeds.site.shell import page
from feeds.standing import (
    BASIS_WORDS,
    STANDING_WORDS,
    TILE_WORDS,
    RegionTile,
    SourceLine,
    visited,
)
from feeds.verified import AGE_WORDS, Verified
from store.stories import Freshness

SQUARES = {
    **{"23": (8, 0), "15": (6, 1), "22": (8, 1), "65": (0, 2), "11": (6, 2), "12": (7, 2)},
    **{"21": (8, 2), "62": (1, 3), "64": (2, 3), "14": (4, 3), "13": (5, 3), "37": (6, 3)},
    **{"54": (0, 4), "63": (1, 4), "61": (3, 4), "41": (4, 4), "34": (5, 4), "32": (6, 4)},
    **{"31": (7, 4), "51": (2, 5), "50": (3, 5), "42": (4, 5), "36": (5, 5), "33": (6, 5)},
    **{"53": (2, 6), "52": (3, 6), "43": (4, 6), "35": (6, 6), "45": (3, 7), "44": (4, 7)},
    **{"71": (7, 7), "46": (3, 8), "82": (4, 8), "81": (5, 8), "00": (0, 0)},
}
"""Column and row of each province on a map of equal squares, about as they lie; `00`: all."""

Age = Literal["month", "half-year", "older", "nothing", "unknown"]
AGES: tuple[tuple[Age, timedelta], ...] = (
    ("month", timedelta(days=30)),
    ("half-year", timedelta(days=182)),
    ("older", timedelta.max),
)
SQUARE, GAP = 74, 6
TOPICS_SHOWN = 20
BAR_WIDTH, BAR_HEIGHT = 30, 120


@dataclass(frozen=True, slots=True)
class Square:
    """A province's tile with its place on the map in SVG units."""

    tile: RegionTile
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one topic in one region; age: how fresh it is, or why nothing is known."""

    age: Age
    entry: Freshness | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One month's bar: its label, its count, its place and height in SVG units."""

    label: str
    count: int
    x: int
    height: int


def coverage_page(
    tiles: Sequence[RegionTile],
    fresh: Mapping[tuple[str, str], Freshness],
    months: Sequence[tuple[str, int]],
    lines: Sequence[SourceLine],
    settings: PublishSettings,
    *,
    as_of: datetime | None = None,
    verified: Mapping[str, Mapping[str, Verified]] | None = None,
) -> bytes:
    """Return `coverage.html`: the map, topics by region with their freshness, a few statistics.

    verified: by source and age, how lately its known pages were looked at again.
    """
    topics = _topics(fresh)
    known = {region for region, _ in fresh}
    return page(
        "coverage.html",
        settings,
        bases=_bases(lines),
        verified=verified or {},
        age_words=AGE_WORDS,
        squares=[_square(tile) for tile in tiles],
        width=9 * (SQUARE + GAP),
        size=SQUARE,
        tiles=[tile for tile in tiles if tile.state != "none"],
        tile_words=TILE_WORDS,
        bars=_bars(months),
        bar_height=BAR_HEIGHT,
        topics=topics,
        rows=[
            (tile, [_cell(fresh.get((tile.region, topic)), tile, as_of) for topic in topics])
            for tile in tiles
            if tile.state != "none" or tile.region in known
        ],
        as_of=as_of,
        lines=lines,
        counted=visited(lines),
    )


def sources_page(
    lines: Sequence[SourceLine], as_of: datetime | None, settings: PublishSettings
) -> bytes:
    """Return `sources.html`: health, last success, rhythm and the month's outcomes of each."""
    return page(
        "sources.html",
        settings,
        lines=lines,
        counted=visited(lines),
        as_of=as_of,
        standing_words=STANDING_WORDS,
        names={line.watched.source_id: line.watched.name for line in lines if line.watched},
        basis_words=BASIS_WORDS,
    )


def _bases(lines: Sequence[SourceLine]) -> list[tuple[str, int]]:
    """Return how many columns' addresses rest on which basis, in readers' words, surest first."""
    known = Counter(basis for line in lines if line.watched for basis in line.watched.bases)
    return [(word, known[basis]) for basis, word in BASIS_WORDS.items()] if known else []


def _square(tile: RegionTile) -> Square:
    column, row = SQUARES[tile.region]
    return Square(tile, column * (SQUARE + GAP), row * (SQUARE + GAP))


def _cell(entry: Freshness | None, tile: RegionTile, as_of: datetime | None) -> Cell:
    """Return the cell; where nobody looked with success, nothing found is nothing known."""
    if entry is None:
        unknown = tile.state in ("failed", "never", "unsure", "none")
        return Cell("unknown" if unknown else "nothing")
    past = (as_of or entry.newest_at) - entry.newest_at
    return Cell(next(age for age, most in AGES if past <= most), entry)


def _topics(fresh: Mapping[tuple[str, str], Freshness]) -> list[str]:
    """Return the topics with the most changes, most first."""
    totals: dict[str, int] = {}
    for (_, topic), entry in fresh.items():
        totals[topic] = totals.get(topic, 0) + entry.count
    return sorted(totals, key=lambda topic: (-totals[topic], topic))[:TOPICS_SHOWN]


def _bars(months: Sequence[tuple[str, int]]) -> list[Bar]:
    shown = months[-12:]
    most = max((count for _, count in shown), default=1)
    return [
        Bar(month, count, place * 2 * BAR_WIDTH, round(BAR_HEIGHT * count / most))
        for place, (month, count) in enumerate(shown)
    ]
