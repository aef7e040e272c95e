"""The picture of a policy's life as one SVG: what has happened, what is announced for later.

Pure. The same facts stand beside it as a list with their evidence; the picture is for the eye, and
its label says it all for those who do not see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from markupsafe import Markup, escape

from feeds.inert import inert_line
from feeds.words import STEPS, day_words, is_planned
from store.records import PartialDate, Policy

STATIONS = ("consultation", "issued", "effective", "revised")
ENDS = ("replaced", "repealed", "expired")
SPACING, TOP, RADIUS = 84, 16, 9

State = Literal["done", "planned", "open"]
_STATE_WORDS: dict[State, str] = {"done": "已", "planned": "将于", "open": "尚未"}


@dataclass(frozen=True, slots=True)
class Station:
    """One stage of a life: reached (done), dated in the future (planned), or not known (open)."""

    key: str
    word: str
    on: PartialDate | None
    state: State


def stations(policy: Policy, seen_revised_on: PartialDate | None = None) -> list[Station]:
    """Return the five stages of a policy's life, the end by the name it has or may have.

    seen_revised_on: the day we last saw its page edited in place, for where no text states a
    revision. "Today" is the day the policy was last refreshed, never the clock.
    """
    dated: dict[str, PartialDate | None] = {"revised": seen_revised_on} if seen_revised_on else {}
    dated |= {step.step: step.on for step in policy.steps}  # the last of several revisions
    end = next((key for key in ENDS if key in dated), None)
    names = [*STATIONS, end] if end else [*STATIONS]
    found = [_station(key or "", dated, policy) for key in names]
    return found if end else [*found, Station("end", "失效或废止", None, "open")]


def lifeline(policy: Policy, seen_revised_on: PartialDate | None = None) -> Markup:
    """Return the SVG of a policy's life; empty where no step is known."""
    if not policy.steps:
        return Markup("")
    line = stations(policy, seen_revised_on)
    parts = [
        f'<svg class="lifeline" role="img" aria-label="{escape(_told(line))}"'
        f' viewBox="0 0 {SPACING * len(line)} 80">'
    ]
    for place, (here, after) in enumerate(pairwise(line)):
        reached = "done" if after.state == "done" and here.state == "done" else "open"
        parts.append(_rail(place, reached))
    parts += [_stop(place, station) for place, station in enumerate(line)]
    return Markup("".join([*parts, "</svg>"]))


def _station(key: str, dated: Mapping[str, PartialDate | None], policy: Policy) -> Station:
    if key not in dated:
        return Station(key, STEPS[key], None, "open")
    on = dated[key]
    return Station(key, STEPS[key], on, "planned" if is_planned(on, policy) else "done")


def _told(line: list[Station]) -> str:
    return inert_line(
        "，".join(
            f"{_STATE_WORDS[station.state]}{day_words(station.on)}{station.word}"
            for station in line
        )
    )


def _rail(place: int, state: str) -> str:
    start, end = _middle(place) + RADIUS, _middle(place + 1) - RADIUS
    return f'<line class="rail rail-{state}" x1="{start}" y1="{TOP}" x2="{end}" y2="{TOP}"/>'


def _stop(place: int, station: Station) -> str:
    x = _middle(place)
    year, _, day = day_words(station.on).partition("年")
    at = f"stop-{station.state} at-{escape(station.key)}"
    return (
        f'<circle class="stop {at}" cx="{x}" cy="{TOP}" r="{RADIUS}"/>'
        f'<text class="stop-word" x="{x}" y="44">{escape(station.word)}</text>'
        f'<text class="stop-day" x="{x}" y="60">{escape(f"{year}年" if day else year)}</text>'
        f'<text class="stop-day" x="{x}" y="75">{escape(day)}</text>'
    )


def _middle(place: int) -> int:
    return SPACING * place + SPACING // 2
