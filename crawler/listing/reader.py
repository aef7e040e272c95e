"""The order in which a listing is read: data answers first, then the page as a tree."""

from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.listing import article, blocks, markup, pager, rows
from crawler.listing.hints import ListingHints
from store.records import Entry, Listing


def find_entries(text: str, url: str, hints: ListingHints | None = None) -> Listing:
    """Return the entries of a listing page in page order, and its next page.

    text: the decoded page. url: the address it was served from. Never raises on what a page holds:
    an unreadable page is an empty listing, and an article page has no entries.
    """
    hints = hints or ListingHints()
    root = markup.parse(text)
    if root is None:
        return Listing()
    return _read_tree(root, url, hints)


def looks_like_listing(text: str, url: str, listing: Listing) -> bool:
    """Return whether a page is a listing, given what `find_entries` read from it."""
    return bool(listing.entries) or listing.js_rendered


def _read_tree(root: HtmlElement, url: str, hints: ListingHints) -> Listing:
    base = markup.base_of(root, url)
    page = rows.read_page(root, base)
    found = pager.find_pager(root, base)
    dated_rows = rows.dated_rows(page)
    if article.reads_as_article(page, dated_rows):
        return Listing()
    dated = blocks.dated_blocks(page, dated_rows)
    chosen = blocks.in_region(dated, found.element)
    if not chosen and (undated := blocks.undated_block(page, base)):
        chosen = [undated]
    entries = _entries(blocks.rows_of(chosen), hints)
    return Listing(entries=entries, next_page=found.url)


def _entries(found: Iterable[rows.Row], hints: ListingHints) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for row in found:
        url = row.link.url.split("#")[0]
        if not hints.admits(url):
            continue
        known = entries.get(url)
        if known is None or (known.on is None and row.on is not None):
            entries[url] = Entry(url, row.link.title, row.on)
    return tuple(entries.values())
