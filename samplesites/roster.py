"""The sites there are: who they say they are, which family shows them, their TOML for the product.

Names are invented, region codes are real GB/T 2260 provinces because the product checks them. The
order decides the ports, so new sites are added at the end.
"""

from samplesites.cmstop import CmstopSite
from samplesites.hanweb import HanwebSite
from samplesites.trs import TrsSite
from samplesites.web import Card, Column, Site

ROSTER: tuple[tuple[type[Site], Card], ...] = (
    (
        TrsSite,
        Card(
            "demo_trs",
            "云江省民政厅",
            "32",
            "government",
            "trs_tdate",
            (
                Column("zcwj", "政策文件", "policy", "zwgk/zcwj"),
                Column("tzgg", "通知公告", "notice", "zwgk/tzgg"),
                Column("zcjd", "政策解读", "interpretation", "zwgk/zcjd"),
                Column("gzdt", "工作动态", "news", "xwzx/gzdt"),
            ),
        ),
    ),
    (
        HanwebSite,
        Card(
            "demo_hanweb",
            "临海省民政厅",
            "33",
            "government",
            "hanweb",
            (
                Column("gfxwj", "规范性文件", "policy", "1001"),
                Column("tzgg", "通知公告", "notice", "1002"),
                Column("shgz", "社会工作", "social-work", "1004"),
            ),
        ),
    ),
    (
        CmstopSite,
        Card(
            "demo_swchina",
            "社工视窗网",
            "00",
            "association",
            "cmstop",
            (
                Column("trends", "行业动态", "social-work", "trends"),
                Column("policy", "政策法规", "policy", "policy"),
            ),
        ),
    ),
)


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
    for column in card.columns:
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
    ]
