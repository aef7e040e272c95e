"""龙讯 LonSun (安徽, 淮北, 滁州; 海北): lists under /public/column/ and /content/column/.

Evidence: /public/column/<department>?type=4&catId=<n>&action=list and /content/column/<id> list
their rows as HTML, page N with `pageIndex=N`; the same rows as a fragment come from
/site/label/8888?IsAjax=1&labelName=publicInfoList&organId=<department>&catId=<n>&pageIndex=N&
siteId=…&file=…, an address to be written into the source's file where the page itself shows none.
Seen on public crawlers' files, 2019-2025. A page past the last is bare or repeats the last one.
"""

import re
from urllib.parse import urlsplit

from crawler.sources import Column
from crawler.spiders.paging import next_in_query, page_of
from crawler.spiders.sheet import Sheet, read_plain

_LIST = re.compile(r"/(?:public|content)/column/|/site/label/")


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows of a list and the page that follows by its number."""
    sheet = read_plain(text, url, column)
    if not _LIST.search(urlsplit(url).path) or sheet.listing is None:
        return sheet
    bare = page_of(url, "pageIndex") > 1
    if sheet.next_url or not sheet.listing.entries:
        return Sheet(sheet.listing, sheet.next_url, may_be_bare=bare)
    following = next_in_query(url, "pageIndex")
    return Sheet(sheet.listing, following, may_be_bare=bare, counted=True)
