"""广东政府信息公开平台 (广东, 深圳, 广州): a page that names the site, lists as JSON.

Evidence: /gkmlpt/index holds `window._CONFIG` with SID and TREE; /gkmlpt/api/all/<category>?page=N
&sid=<SID> answers `{"classify": {"post_count": …}, "articles": […]}`; category 0 is all of them;
an address /gkmlpt/index#<category> opens one category. Seen on public crawlers' files, 2020-2026.
"""

import json
import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from crawler.sources import Column
from crawler.spiders.sheet import Sheet, SheetError, read_plain, read_rows

ALL_CATEGORIES = "0"
_SID = re.compile(r"\bSID['\"]?\s*[:=]\s*['\"]?(\d+)")
_API = re.compile(r"/gkmlpt/api/all/\d+")


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows of an API answer, the signpost of /gkmlpt/index, or an HTML list."""
    parts = urlsplit(url)
    if _API.search(parts.path):
        listing = read_rows(text, url, column)
        following = _next_page(text, url) if listing.entries else None
        return Sheet(listing, following, may_be_bare=_page(url) > 1)
    if parts.path.rstrip("/").endswith("/gkmlpt/index"):
        return Sheet(None, _first_page(text, url, column))
    return read_plain(text, url, column)


def _first_page(text: str, url: str, column: Column) -> str:
    sid = _SID.search(text)
    if sid is None:
        raise SheetError("window._CONFIG 里没有站点编号（SID）")
    category = urlsplit(column.url).fragment or ALL_CATEGORIES
    query = urlencode({"page": 1, "sid": sid[1]})
    return urljoin(url, f"/gkmlpt/api/all/{category}?{query}")


def _next_page(text: str, url: str) -> str | None:
    """Return the address of the next page while the category may have more posts.

    A short last page looks like one more page to come, which then is bare.
    """
    try:
        answer = json.loads(text)
        count, shown = int(answer["classify"]["post_count"]), len(answer["articles"])
    except (ValueError, KeyError, TypeError) as error:
        raise SheetError(f"JSON 列表不是原来的格式（{error!r}）") from error
    page = _page(url)
    if page * shown >= count:
        return None
    query = {"page": page + 1, "sid": parse_qs(urlsplit(url).query)["sid"][0]}
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def _page(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["page"][0])
