"""What a request was sent for, and which pages of a list are worth asking for. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.addresses import canonical_url, site_of
from crawler.sources import Column, Source
from pipelines.addresses import absolute
from pipelines.extract import extract, may_name_files
from store.records import Entry, KnownPage, Listing, Outcome, PartialDate, Target, Visit

UNFINISHED: frozenset[Outcome] = frozenset({"blocked", "unreachable", "challenged", "drifted"})
"""Outcomes after which a page that is not known yet is asked for again in the next run."""

GONE_PAUSE = timedelta(days=7)
"""How long an address that answered 404 or was denied is left alone while a list still shows it."""

DRIFTED_PAUSE = timedelta(hours=20)
"""An answer that is not a page is looked at again once a day, not in every run."""

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar)$", re.I)
_LINK = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>\"']+))", re.I)


@dataclass(frozen=True, slots=True)
class Errand:
    """One request's purpose: what is asked for, under which canonical address, for which row.

    number: page of the list (1 first), or of the list on which the entry stood. counted: the
    address was reckoned from the one before, so that it may not exist. ahead: where the column
    goes on once this address and what follows from it are read.
    """

    target: Target
    url: str
    column: Column | None = None
    entry: Entry | None = None
    number: int = 1
    counted: bool = False
    ahead: tuple[str, ...] = ()


def is_file(url: str) -> bool:
    """Return whether an address names a file rather than a page."""
    return bool(_FILE.search(url.partition("?")[0].partition("#")[0]))


def file_links(text: str, url: str) -> list[str]:
    """Return the absolute addresses of the files that a page links to, in order, once each."""
    links = (absolute(url, "".join(m.groups(default="")).strip()) for m in _LINK.finditer(text))
    return list(dict.fromkeys(link for link in links if is_file(link) and _is_http(link)))


def linked_files(text: str, url: str) -> list[str]:
    """Return the files that a page links to, and what its documents call their attachments.

    The latter need no ending in their address (`download.jsp?id=7`); those that a text only names
    (`1.jpg`) have no address and are left out.
    """
    documents = extract(text, url) if may_name_files(text) else ()
    named = (a.url for document in documents for a in document.attachments)
    return list(dict.fromkeys([*file_links(text, url), *filter(_is_http, named)]))


def is_older(on: PartialDate | None, since: PartialDate | None) -> bool:
    """Return whether a row's date lies before; as far as both are known, an unknown one does not.

    since: a year (`2019`), a month or a day.
    """
    if on is None or since is None:
        return False
    length = min(len(on), len(since))
    return on[:length] < since[:length]


def canonical_listing(listing: Listing, source: Source) -> Listing:
    """Return the listing with canonical addresses; rows keep the one that the list links.

    A row without an http address is counted as skipped.
    """
    entries: list[Entry] = []
    for entry in listing.entries:
        try:
            url = canonical_url(entry.url, source)
        except ValueError:
            continue
        entries.append(replace(entry, url=url, address=entry.url if entry.url != url else None))
    lost = len(listing.entries) - len(entries)
    return replace(listing, entries=tuple(entries), skipped=listing.skipped + lost)


def own_entries(listing: Listing, source: Source) -> list[Entry]:
    """Return the rows that lead to the source's own site, once each.

    A row that leads elsewhere stays in the stored listing; its page belongs to that site's source.
    """
    sites = {site_of(url) for url in (source.base_url, *source.aliases)}
    first = {entry.url: entry for entry in reversed(listing.entries)}
    own = [entry for entry in first.values() if site_of(entry.url) in sites]
    return own[::-1]


def new_entries(
    entries: Iterable[Entry],
    known: Mapping[str, KnownPage],
    tried: Mapping[str, Visit],
    now: datetime,
) -> list[Entry]:
    """Return the rows nobody has fetched: not known, nor tried so lately that it is not news.

    tried: the latest visit to each address. What failed for a passing reason is asked again.
    """
    return [e for e in entries if e.url not in known and _worth_asking(tried.get(e.url), now)]


def changed_entries(entries: Iterable[Entry], known: Mapping[str, KnownPage]) -> list[Entry]:
    """Return the known pages whose row shows another title or date than when last read."""
    return [
        entry
        for entry in entries
        if (page := known.get(entry.url))
        and page.entry_title is not None
        and (page.entry_title, page.entry_on) != (entry.title, entry.on)
    ]


def unfinished(
    tried: Mapping[str, Visit], known: Mapping[str, KnownPage], now: datetime
) -> Sequence[Visit]:
    """Return the latest visits to pages and files that failed and are still not known."""
    return [
        visit
        for url, visit in tried.items()
        if visit.target != "listing" and url not in known and _is_unfinished(visit, now)
    ]


def _worth_asking(visit: Visit | None, now: datetime) -> bool:
    if visit is None:
        return True
    if visit.outcome in {"gone", "robots_denied"}:
        return now - visit.visited_at >= GONE_PAUSE
    return _is_unfinished(visit, now)


def _is_unfinished(visit: Visit, now: datetime) -> bool:
    pause = DRIFTED_PAUSE if visit.outcome == "drifted" else timedelta(0)
    return visit.outcome in UNFINISHED and now - visit.visited_at >= pause


def _is_http(url: str) -> bool:
    return url.startswith(("http://", "https://"))
