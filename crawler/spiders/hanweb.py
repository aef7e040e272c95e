"""大汉 JCMS (江苏, 山东, 北京, …): rows in `<record><![CDATA[…]]>`, older ones from dataproxy.jsp.

Evidence: /col/col<N>/index.html carries the first records in a `<recordset>` island and the
parameters columnid, unitid, webid, perPage of its pager; `module/web/jpage/dataproxy.jsp` (older:
`module/jpage/`) answers startrecord..endrecord as XML, by GET as by POST. Seen on public crawlers'
files, 2020-2026; a host that refuses GET gets `post = true` in its source. Where the parameters
are not in the page, its `<nextgroup>` link is followed; some central sites encrypt it and answer
with an empty record set.
"""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.sources import Column
from crawler.spiders.sheet import Sheet, read_plain, read_rows
from pipelines.addresses import absolute

PROXY = "/module/web/jpage/dataproxy.jsp"
_RECORD = re.compile(r"<record\b", re.I)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)|\btotalRecord['\"]?\s*[:=]\s*['\"]?(\d+)", re.I)
_NEXT_GROUP = re.compile(r"<nextgroup>(?:<!\[CDATA\[)?\s*<a\b[^<>]*?href=['\"]([^'\"<>]+)", re.I)
_PROXY = re.compile(r"[\w./:-]*module/[\w/]*dataproxy\.jsp")
_PARAMETER = r"\b{}['\"]?\s*[:=]\s*['\"]?(\d+)"


def read(text: str, url: str, column: Column) -> Sheet:
    """Return the rows, and the address of those that follow.

    A column page whose rows are not in it is a signpost to the proxy's first rows.
    """
    listing = read_rows(text, url, column)
    if urlsplit(url).path.endswith("dataproxy.jsp"):
        return Sheet(listing, _after(text, url))
    question = _question(text, url)
    if question is None:
        group = _next_group(text, url)
        return Sheet(listing, group) if group else read_plain(text, url, column)
    base, fields = question
    per_page = int(fields["perpage"])
    if listing.js_rendered or not listing.entries:
        return Sheet(None, _records(base, fields, 1, 3 * per_page))
    shown = len(_RECORD.findall(text)) or len(listing.entries)
    if shown >= _total(text):
        return Sheet(listing)
    return Sheet(listing, _records(base, fields, shown + 1, shown + 3 * per_page))


def _question(text: str, url: str) -> tuple[str, dict[str, str]] | None:
    """Return the proxy's address and the pager's parameters, or None if the page has no pager."""
    found = {
        name: re.search(_PARAMETER.format(name), text, re.I)
        for name in ("webid", "columnid", "unitid", "perpage")
    }
    if not (found["columnid"] and found["unitid"]):
        return None
    proxy = _PROXY.search(text)
    fields = {name: match[1] for name, match in found.items() if match}
    fields.setdefault("perpage", "15")
    fields |= {"col": "1", "appid": "1", "path": "/", "sourceContentType": "1"}
    return absolute(url, proxy[0] if proxy else PROXY), fields


def _records(base: str, fields: dict[str, str], first: int, last: int) -> str:
    window = {"startrecord": str(first), "endrecord": str(last)}
    return f"{base.partition('?')[0]}?{urlencode(window | fields)}"


def _after(text: str, url: str) -> str | None:
    """Return the address of the records after a dataproxy answer, None when they are all read."""
    parts = urlsplit(url)
    fields = dict(parse_qsl(parts.query))
    last = int(fields.get("endrecord", "0") or 0)
    if not last:
        return _next_group(text, url)
    if not _RECORD.search(text) or last >= _total(text):
        return None
    span = last - int(fields.pop("startrecord", "1")) + 1
    fields.pop("endrecord")
    return _records(url, fields, last + 1, last + span)


def _next_group(text: str, url: str) -> str | None:
    """Return the address in the answer's own `<nextgroup>` link, None where there is none."""
    found = _NEXT_GROUP.search(text)
    return absolute(url, html.unescape(found[1])) if found else None


def _total(text: str) -> int:
    found = _TOTAL.search(text)
    return int(found[1] or found[2]) if found else 0
