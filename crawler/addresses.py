"""Addresses: which site an address belongs to, and the one form under which a page is known.

Pure string work over w3lib. It fetches nothing and resolves no names.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url, url_query_cleaner

if TYPE_CHECKING:
    from crawler.sources import Source

FORM = "application/x-www-form-urlencoded"
"""The type of a question that is asked by POST."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_KINDS = frozenset({"gov", "com", "org", "net", "edu", "ac", "mil"})
# the second level under which .cn, .hk, .mo and .tw register names; the public suffix list would
# know more and cost every crawl a third of a second


@lru_cache(maxsize=4096)
def site_of(url: str) -> str:
    """Return the domain somebody registered (`jiangsu.gov.cn`), or host and port where none is.

    Sub-sites of one owner (`trade.swchina.org`, `laws.swchina.org`) share a site; two services on
    two ports of one IP address do not.
    """
    labels = _host(url).split(".")
    if len(labels) < 2 or labels[-1].isdigit() or ":" in labels[-1]:
        return host_key(url)
    return ".".join(labels[-3:] if labels[-2] in _KINDS else labels[-2:])


@lru_cache(maxsize=4096)
def host_key(url: str) -> str:
    """Return the name under which politeness is kept: the host, with its port if not the usual."""
    parts = urlsplit(url)
    port = parts.port
    usual = port is None or port in _DEFAULT_PORTS.values()
    return _host(url) if usual else f"{_host(url)}:{port}"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def canonical_url(url: str, source: "Source | None" = None) -> str:
    """Return the one address under which this page is known, however it was linked.

    w3lib's canonical form (sorted query, no fragment), no default port, no trailing dot on the
    host, no `//` in the path, no `;jsessionid=`, no `utm_*`. With a source: its aliases become
    its base_url (scheme and path prefix included), its `drop_query` keys go, and twins become the
    address they stand for. That one names the page; whether a server has it is not said.
    Seen on: 公益时报 (`//` in column paths, `?div=-1`), 江苏 and 厦门 (http and https alike),
    民政部 (one number under several trees), 深圳 (one post, three roots), swchina (print pages).
    Raises ValueError for something that is no address.
    """
    parts = urlsplit(_SESSION.sub("", canonicalize_url(url.strip())))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not an http address: {url!r}")
    port = parts.port if parts.port != _DEFAULT_PORTS[parts.scheme] else None
    netloc = f"{_host(url)}:{port}" if port else _host(url)
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    plain = urlunsplit((parts.scheme, netloc, path, parts.query, ""))
    plain = _without_query(plain, source.drop_query if source else ())
    return _one_of_twins(_at_home(plain, source), source) if source else plain


def _one_of_twins(url: str, source: "Source") -> str:
    """Return the address with each twin's part replaced once by what it stands for."""
    for twin, stands_for in source.twins:
        url = re.sub(twin, stands_for, url, count=1)
    return url


def _without_query(url: str, keys: tuple[str, ...]) -> str:
    query = urlsplit(url).query
    if not query:
        return url
    present = {pair.partition("=")[0] for pair in query.split("&")}
    drop = [key for key in present if key in keys or key.startswith("utm_")]
    return str(url_query_cleaner(url, drop, remove=True)) if drop else url


def _at_home(url: str, source: "Source") -> str:
    """Return the address with the base it stands under (an alias, another scheme) made base_url."""
    for base in sorted((source.base_url, *source.aliases), key=len, reverse=True):
        if (rest := _below(url, base)) is not None:
            home = source.base_url.rstrip("/")
            return f"{home}/{rest}"
    return url


def _below(url: str, base: str) -> str | None:
    """Return what follows the base in the address, whatever the schemes; None if nothing does."""
    if host_key(url) != host_key(base):
        return None
    prefix = urlsplit(base).path.rstrip("/") + "/"
    rest = url.split("://", 1)[1].partition("/")[2]
    return rest[len(prefix) - 1 :] if f"/{rest}".startswith(prefix) else None
