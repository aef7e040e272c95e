"""Which sites run, in the order of their ports, and the TOML that tells the product about each.

New sites are added at the end, so that the others keep their addresses.
"""

from samplesites import cards, services
from samplesites.bad import BadSite
from samplesites.clone import CloneSite
from samplesites.cmstop import CmstopSite
from samplesites.epaper import EpaperSite
from samplesites.gkmlpt import GkmlptSite
from samplesites.hanweb import HanwebSite
from samplesites.obstacles import ChallengeSite, RobotsDownSite, ScriptSite
from samplesites.trs import TrsSite
from samplesites.ucap import UcapSite
from samplesites.web import Card, Column, Site

Roster = tuple[tuple[type[Site], Card], ...]

ROSTER: Roster = (
    (TrsSite, cards.TRS),
    (HanwebSite, cards.HANWEB),
    (CmstopSite, cards.SWCHINA),
    (GkmlptSite, cards.GKMLPT),
    (UcapSite, cards.UCAP),
    (EpaperSite, cards.EPAPER),
    (CloneSite, cards.CLONE),
    (ScriptSite, cards.SCRIPT),
    (ChallengeSite, cards.CHALLENGE),
    (RobotsDownSite, cards.ROBOTS),
)
"""The demo's sites. The last three cannot be read: they are what a source fails with."""

SERVICE_ROSTER: Roster = (
    (services.JpaasSite, cards.JPAAS),
    (services.LongxunSite, cards.LONGXUN),
    (services.WasSite, cards.WAS),
    (services.IgsSite, cards.IGS),
    (services.GovlibSite, cards.GOVLIB),
    (services.GdnpsSite, cards.GDNPS),
    (services.PeoplePaperSite, cards.PEOPLE),
)
"""Sites whose lists are services, for tests; the demo's story does without them."""

BAD_ROSTER: Roster = ((BadSite, cards.BAD),)
"""The site of bad inputs, for tests only."""


def source_toml(site: Site) -> str:
    """Return the source definition of a running site, in the product's TOML."""
    card = site.card
    lines = [
        f'id = "{card.id}"',
        f'name = "{card.name}"',
        f'region = "{card.region}"',
        f'kind = "{card.kind}"',
        f'family = "{card.family}"',
        f'base_url = "{site.base_url}"',
        "aliases = []",
        *([f'clone_of = "{card.clone_of}"'] if card.clone_of else []),
        "delay_s = 0",
        "allow_loopback = true",
        "enabled = true",
    ]
    for column in site.watched_columns():
        lines += ["", "[[columns]]", *_column_toml(site, column)]
    return "\n".join(lines) + "\n"


def _column_toml(site: Site, column: Column) -> list[str]:
    return [
        f'id = "{column.id}"',
        f'name = "{column.name}"',
        f'role = "{column.role}"',
        f'url = "{site.column_url(column)}"',
        'basis = "captured"',
        "rhythm_h = 12",
        "entries_per_listing = [1, 60]",
        "quiet_days = 60",
        "may_be_empty = false",
        "max_pages = 3",
        *site.column_lines,
    ]
