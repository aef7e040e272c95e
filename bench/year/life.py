"""The truth of a simulated year: which offices there are, what they post, and what fails when.

It knows nothing of the product, and is drawn (`drawing`) before anything runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from samplesites.articles import Library
from samplesites.cmstop import CmstopSite
from samplesites.gkmlpt import GkmlptSite
from samplesites.hanweb import HanwebSite
from samplesites.trs import TrsSite
from samplesites.ucap import UcapSite
from samplesites.web import Card, Column, Site

START = date(2025, 7, 1)
"""Day 0. The year has both golden weeks in it, and the calendar knows all its holidays."""
PORTS = 20_000
TroubleKind = Literal["silence", "refused", "busy", "challenge", "robots", "empty", "upkeep"]
TROUBLES: tuple[TroubleKind, ...] = (
    *("silence", "refused", "busy", "challenge", "robots", "empty", "upkeep"),
)
FACES: Mapping[str, tuple[type[Site], str]] = {
    "trs_tdate": (TrsSite, "zwgk/zcwj"),
    "hanweb": (HanwebSite, "1001"),
    "ucap": (UcapSite, "zcfg"),
    "cmstop": (CmstopSite, "policy"),
    "gkmlpt": (GkmlptSite, "1051"),
}
MARGIN = 15
"""Days between two troubles of a source: each has an alarm of its own."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Days [first, last) on which a site cannot be read, and how it fails."""

    source: str
    kind: TroubleKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Move:
    """On `day` a site has new software and all new addresses; on `mended` the operator knows."""

    source: str
    day: int
    mended: int
    family: str


@dataclass(frozen=True, slots=True)
class Home:
    """One office on the net. every: the days between two looks of the product at it.

    died: the day from which it posts no more, None while it lives.
    """

    card: Card
    port: int
    every: int
    move: Move | None = None
    died: int | None = None

    @property
    def id(self) -> str:
        return self.card.id

    def face(self, day: int, library: Library) -> Site:
        """Return the site as its software of that day shows it."""
        family = self.move.family if self.move and day >= self.move.day else self.card.family
        kind, code = FACES[family]
        column = Column("zcwj", "政策文件", "policy", code)
        card = Card(self.id, self.card.name, self.card.region, self.card.kind, family, (column,))
        return kind(card, f"http://127.0.0.1:{self.port}", library)


@dataclass(frozen=True)
class Life:
    """Everything that happens in `days` days. deaths: day → nth breath at which a run is killed."""

    seed: int
    days: int
    homes: tuple[Home, ...]
    library: Library
    troubles: tuple[Trouble, ...]
    deaths: Mapping[int, int]
    restore_on: int
    _own: dict[str, Library] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for home in self.homes:
            own = tuple(p for p in self.library.postings if p.article.site == home.id)
            self._own[home.id] = Library(own)

    def of(self, source: str) -> Library:
        """Return the postings of one site."""
        return self._own[source]

    def trouble(self, source: str, day: int) -> Trouble | None:
        """Return what keeps the site from being read on that day."""
        found = (t for t in self.troubles if t.source == source and t.first <= day < t.last)
        return next(found, None)

    def looks(self, home: Home, day: int) -> bool:
        """Return whether the product looks at the site on that day; it does when it is mended."""
        mended = home.move.mended if home.move else self.days
        return day % home.every == 0 if day < mended else (day - mended) % home.every == 0

    def reads(self, home: Home, day: int) -> bool:
        """Return whether it looks and finds the site's list where it knows it."""
        away = home.move is not None and home.move.day <= day < home.move.mended
        return self.looks(home, day) and self.trouble(home.id, day) is None and not away


def on(day: int) -> date:
    """Return the date of a day."""
    return START + timedelta(days=day)
