"""A source of any known family is a file of at most fifteen lines: its list, pager and rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from crawl_site import listing, serving

from crawler.client import Client, manners_of
from crawler.sources import Family, load_source
from crawler.survey import look
from samplesites import SampleInternet, serve
from samplesites.roster import ROSTER, SERVICE_ROSTER
from samplesites.web import Site

SITES = {
    card.id: card.family
    for _, card in (*ROSTER[:6], *SERVICE_ROSTER)
}  # fmt: skip
"""Sample sites that can be read, and their family."""

ROWS = "关于第{}批社会工作服务站建设的通知"
STATIC = {
    "dahe": "/2026/05-{:02d}/300{}.html",
    "dedecms": "/html/yaowen/1{:02d}{}.html",
    "generic": "/xxgk/show-{:02d}{}.html",
}
"""Families of plain lists, by the shape of their articles' addresses; the reader needs no more."""

DEFINITION = """\
id = "{id}"
name = "示例省民政厅"
region = "32"
kind = "government"
family = "{family}"
base_url = "{base}"
allow_loopback = true # this line and the next for a practice site only
delay_s = 0

[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "{url}"
basis = "seen"
"""


@pytest.fixture(scope="module")
def internet() -> Iterator[SampleInternet]:
    with serve(port_base=24800, roster=(*ROSTER[:6], *SERVICE_ROSTER)) as running:
        yield running


def read(folder: Path, source_id: str, family: str, base: str, url: str) -> list[tuple[str, str]]:
    """Write the definition and return the (title, date) of the rows that it makes of the site."""
    text = DEFINITION.format(id=source_id, family=family, base=base, url=url)
    assert len([line for line in text.splitlines() if line]) < 15
    path = folder / f"{source_id}.toml"
    path.write_text(text, encoding="utf-8")
    source = load_source(path)
    seen = look(Client("policywatch test", manners_of(source)), source.columns[0], source.family)
    assert seen.judgement is None
    return [(entry.title, entry.on or "") for entry in seen.listing.entries]


def test_every_family_is_tried_here():
    assert {*SITES.values(), *STATIC} == set(get_args(Family))


@pytest.mark.parametrize("source_id", SITES)
def test_a_site_of_a_known_family_is_read_by_a_file_of_fifteen_lines(
    internet: SampleInternet, tmp_path: Path, source_id: str
) -> None:
    site: Site = internet.sites[source_id]
    column = site.watched_columns()[0]
    rows = read(tmp_path, source_id, SITES[source_id], site.base_url, site.column_url(column))
    told_by = "demo_hanweb" if source_id in {c.id for _, c in SERVICE_ROSTER} else source_id
    titles = {article.title for article in site.library.articles(told_by, 0)}
    assert rows
    assert {title for title, _ in rows} <= titles


@pytest.mark.parametrize("family", STATIC)
def test_a_plain_list_is_read_by_a_file_of_fifteen_lines(tmp_path: Path, family: str) -> None:
    shown = [(STATIC[family].format(n, n), ROWS.format(n), f"2026-05-{n:02d}") for n in range(1, 7)]
    with serving({"/zcwj/": listing(shown)}) as site:
        rows = read(tmp_path, "mz_example", family, site.base, f"{site.base}/zcwj/")
    assert rows == [(title, on) for _, title, on in shown]
