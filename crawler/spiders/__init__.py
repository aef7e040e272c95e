"""One spider per CMS family: how its lists are addressed and paged. All else is shared.

A family that serves plain HTML lists needs no module: `ColumnSpider` reads it.
"""

from crawler.sources import Family
from crawler.spiders.column import ColumnSpider
from crawler.spiders.founder import FounderSpider
from crawler.spiders.gdnps import GdnpsSpider
from crawler.spiders.gkmlpt import GkmlptSpider
from crawler.spiders.hanweb import HanwebSpider

_OWN: dict[Family, type[ColumnSpider]] = {
    "founder_epaper": FounderSpider,
    "gdnps": GdnpsSpider,
    "gkmlpt": GkmlptSpider,
    "hanweb": HanwebSpider,
}


def spider_for(family: Family) -> type[ColumnSpider]:
    """Return the spider of a family; the generic one for families with plain HTML lists."""
    return _OWN.get(family, ColumnSpider)
