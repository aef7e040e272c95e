"""The year as one SVG: days across, sources down; what happened, what was told."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import escape

import chinese_calendar  # type: ignore[import-untyped]

from bench.year.check import Evidence, Miss, day_of, spells
from bench.year.life import on
from bench.year.living import Diary

LEFT, TOP, RIGHT = 150, 70, 20
ROW = 14
INK, PALE, STRIPE, LINE = "#1f2933", "#e9edf2", "#f8f9fb", "#c9ced6"
COLOURS = {"new": "#2563eb", "revised": "#0d9488", "withdrawn": "#7c3aed"}
OUTAGE, MOVED, DEAD = "#f6c1b8", "#fbe2a6", "#d6d3d1"
ALARM, OVER, MISS = "#b91c1c", "#15803d", "#000000"
LEGEND = (
    ("outage", OUTAGE),
    ("new software", MOVED),
    ("posts no more", DEAD),
    ("alarm", ALARM),
    ("recovered", OVER),
    ("new policy", COLOURS["new"]),
    ("revised", COLOURS["revised"]),
    ("withdrawn", COLOURS["withdrawn"]),
    ("miss", MISS),
    ("holiday", PALE),
)


def picture(found: Evidence, diary: Diary, misses: Sequence[Miss]) -> str:
    """Return the SVG."""
    homes = found.life.homes
    wide = max(3.0, 620 / found.life.days)
    width = LEFT + wide * found.life.days + RIGHT
    height = TOP + ROW * (len(homes) + 3) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="sans-serif" font-size="10" '
        f'fill="{INK}">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15">A simulated year: {len(homes)} sources, '
        f"{found.life.days} days, seed {found.life.seed}: {len(misses)} misses</text>",
        *_legend(),
        *_stripes(len(homes) + 3, width),
        *_calendar(found, wide),
        *_sources(found, wide),
        *_bottom(found, diary, misses, wide),
        "</svg>",
    ]
    return "\n".join(parts)


def _legend() -> Iterator[str]:
    x = float(LEFT)
    for words, colour in LEGEND:
        yield f'<rect x="{x}" y="32" width="9" height="9" fill="{colour}"/>'
        yield f'<text x="{x + 13}" y="40">{words}</text>'
        x += 26 + 6 * len(words)


def _stripes(rows: int, width: float) -> Iterator[str]:
    """Yield a tint for every second row, to follow it across a year."""
    for n in range(1, rows, 2):
        yield _box(0, TOP + ROW * n, width, ROW, STRIPE)


def _calendar(found: Evidence, wide: float) -> Iterator[str]:
    """Yield a pale band for each statutory holiday and a name for each month."""
    bottom = ROW * (len(found.life.homes) + 3)
    for day in range(found.life.days):
        date, x = on(day), LEFT + wide * day
        if chinese_calendar.get_holiday_detail(date)[1]:
            yield _box(x, TOP, wide, bottom, PALE)
        if date.day == 1:
            yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{TOP + bottom}" '
            yield f'stroke="{LINE}"/><text x="{x + 2:.1f}" y="{TOP - 4}">{date:%Y-%m}</text>'


def _sources(found: Evidence, wide: float) -> Iterator[str]:
    rows = {home.id: TOP + ROW * n for n, home in enumerate(found.life.homes)}
    for home in found.life.homes:
        words = f"{home.card.name} {home.card.family}"
        yield f'<text x="4" y="{rows[home.id] + 10}">{escape(words)}</text>'
    stretches = [(s.source, s.first, s.over, s.kind) for s in spells(found.life)]
    ends = found.life.days
    stretches += [(h.id, h.died, ends, "died") for h in found.life.homes if h.died is not None]
    for source, first, over, kind in stretches:
        colour = {"moved": MOVED, "died": DEAD}.get(kind, OUTAGE)
        length = wide * (min(over, ends) - first)
        yield _box(LEFT + wide * first, rows[source] + 1, length, ROW - 2, colour)
    for change in found.changes:
        if change.announcement == "announced" and change.source_id in rows:
            x = LEFT + wide * day_of(change.recorded_at)
            colour = COLOURS.get(change.kind, INK)
            yield _box(x, rows[change.source_id] + 5, max(wide, 2), 4, colour)
    for told in found.told:
        if told.turn != "still" and told.source in rows:
            x = LEFT + wide * told.day
            colour = ALARM if told.turn == "opened" else OVER
            yield _box(x, rows[told.source], max(wide, 2), ROW - 1, colour)


def _bottom(found: Evidence, diary: Diary, misses: Sequence[Miss], wide: float) -> Iterator[str]:
    """Yield a row of digests and one of kills, the restore and misses."""
    first = TOP + ROW * len(found.life.homes)
    yield f'<text x="4" y="{first + 10}">digest sent</text>'
    yield f'<text x="4" y="{first + ROW + 10}">kill, restore (R)</text>'
    for day in found.mails:
        yield _box(LEFT + wide * day, first + 3, max(wide - 0.4, 1), 8, "#64748b")
    for day in diary.killed:
        yield _box(LEFT + wide * day, first + ROW + 2, max(wide, 2), 9, ALARM)
    for day in diary.restored:
        x = LEFT + wide * day
        yield f'<text x="{x:.1f}" y="{first + ROW + 11}" font-weight="bold">R</text>'
    for miss in misses:
        yield _box(LEFT + wide * miss.day, first + 2 * ROW + 2, max(wide, 2), 9, MISS)
    yield f'<text x="4" y="{first + 2 * ROW + 10}">misses</text>'
    ends = on(0), on(0) + timedelta(days=found.life.days - 1)
    yield f'<text x="{LEFT}" y="{first + 3 * ROW + 14}">{ends[0]} to {ends[1]}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )
