"""Which family reads its lists how. A family with plain HTML lists needs no module of its own."""

from collections.abc import Callable

from crawler.sources import Column, Family
from crawler.spiders import founder, gdnps, gkmlpt, govlib, hanweb, jpaas, longxun, people, trs
from crawler.spiders.sheet import Sheet, read_plain

Reader = Callable[[str, str, Column], Sheet]
"""(text, address, column) → what one answer of the column says; may raise SheetError."""

_READERS: dict[Family, Reader] = {
    "founder_epaper": founder.read,
    "gdnps": gdnps.read,
    "gkmlpt": gkmlpt.read,
    "govlib": govlib.read,
    "hanweb": hanweb.read,
    "jpaas": jpaas.read,
    "longxun": longxun.read,
    "people_paper": people.read,
    "trs_tdate": trs.read,
}


def reader_for(family: Family) -> Reader:
    """Return what reads the answers of a family's columns."""
    return _READERS.get(family, read_plain)
