"""One spider per CMS family: how its lists are addressed and paged. All else is shared.

A family that serves plain HTML lists needs no module: `ColumnSpider` reads it.
"""

from collections.abc import Callable

from crawler.sources import Column, Family
from crawler.spiders import founder, gdnps, gkmlpt, hanweb
from crawler.spiders.column import ColumnSpider
from crawler.spiders.founder import FounderSpider
from crawler.spiders.gdnps import GdnpsSpider
from crawler.spiders.gkmlpt import GkmlptSpider
from crawler.spiders.hanweb import HanwebSpider
from crawler.spiders.sheet import Sheet, read_plain

Reader = Callable[[str, str, Column], Sheet]
"""(text, address, column) → what one answer of the column says; may raise SheetError."""

_OWN: dict[Family, type[ColumnSpider]] = {
    "founder_epaper": FounderSpider,
    "gdnps": GdnpsSpider,
    "gkmlpt": GkmlptSpider,
    "hanweb": HanwebSpider,
}

_READERS: dict[Family, Reader] = {
    "founder_epaper": founder.read,
    "gdnps": gdnps.read,
    "gkmlpt": gkmlpt.read,
    "hanweb": hanweb.read,
}


def spider_for(family: Family) -> type[ColumnSpider]:
    """Return the spider of a family; the generic one for families with plain HTML lists."""
    return _OWN.get(family, ColumnSpider)


def reader_for(family: Family) -> Reader:
    """Return what the spider of a family reads an answer with, for who has the answer already."""
    return _READERS.get(family, read_plain)
