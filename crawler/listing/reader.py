"""The order in which a listing is read: data answers first, then the page as a tree."""

from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.listing import (
    article,
    blocks,
    epaper,
    markup,
    pager,
    payloads,
    rows,
    scan,
    scripted,
)
from crawler.listing.hints import ListingHints
from store.records import Entry, Listing

_SIDEBARS = 2
_SIDEBAR_ROWS = 12


def find_entries(text: str, url: str, hints: ListingHints | None = None) -> Listing:
    """Return the entries of a listing page in page order, and its next page.

    text: the decoded page. url: the address it was served from. `js_rendered` when the rows are
    not in the page. Never raises on what a page holds: an unreadable page is an empty listing, and
    an article page has no entries.
    """
    hints = hints or ListingHints()
    data = _read_data(text, url, hints)
    if data is not None:
        return data
    root = markup.parse(text)
    if root is None:
        return Listing()
    return _read_tree(root, url, hints)


def looks_like_listing(text: str, url: str, listing: Listing) -> bool:
    """Return whether a page is a listing, given what `find_entries` read from it.

    It is one when it has entries, when a script draws them at an address that is not an article's,
    and when it says that it has none.
    """
    if listing.entries:
        return True
    if listing.js_rendered:
        return not markup.leads_to_article(url.split("?")[0])
    root = markup.parse(text)
    if root is None:
        return False
    page = scan.read_page(root, url)
    return scripted.says_empty(root) and not article.reads_as_article(page, [])


def _read_data(text: str, url: str, hints: ListingHints) -> Listing | None:
    if (items := payloads.feed_entries(text, url)) is not None:
        return Listing(entries=_distinct(items, hints))
    value = payloads.read_json(text)
    if value is None and hints.inline_rows:
        value = payloads.inline_json(text, hints.inline_rows)
    if value is None:
        return None
    found, skipped = payloads.json_entries(value, url)
    if not found and (html := payloads.json_markup(value)):
        root = markup.parse(html)
        return Listing() if root is None else _read_tree(root, url, hints)
    return Listing(entries=_distinct(found, hints), skipped=skipped)


def _read_tree(root: HtmlElement, url: str, hints: ListingHints) -> Listing:
    base = markup.base_of(root, url)
    scope = hints.scope(root)
    if not scope and not epaper.is_leaf(url) and article.is_stated(root):
        return Listing()  # most articles of these sites, and their links need not be looked at
    page = scan.read_page(root, base, scope)
    dated = rows.dated_rows(page)
    leaf = list(epaper.articles(page.links, url)) if epaper.is_leaf(url) else []
    if leaf and not epaper.is_dated(leaf, dated):
        found = [Entry(link.url, link.title) for link in leaf]
        return Listing(_distinct(found, hints), pager.next_leaf(root, base))
    if not scope and article.reads_as_article(page, dated):
        return Listing()
    articles = (link.url for link in page.links if link.article)
    place = pager.find_pager(root, base, articles)
    entries = _distinct(_entries(page, dated, place, base), hints)
    if not entries:
        scripts = "\n".join(script.text or "" for script in root.iter("script"))
        entries = _distinct(payloads.array_entries(scripts, base), hints)
    hidden = not entries and scripted.draws_rows(root)
    return Listing(entries, place.url, js_rendered=hidden, skipped=rows.unreadable(page))


def _entries(
    page: scan.Page, dated: list[rows.Row], place: pager.Pager, base: str
) -> Iterable[Entry]:
    chosen = blocks.dated_blocks(page, dated, place.element)
    if _is_hidden(page.root, chosen, place):
        return
    alone = chosen and place.element is None
    undated = None if alone else blocks.undated_block(page, base)
    if undated and (not chosen or blocks.owns_pager(undated, chosen, place.element)):
        chosen = [undated]
    yield from (Entry(row.link.url, row.link.title, row.on) for row in blocks.rows_of(chosen))


def _is_hidden(root: HtmlElement, chosen: list[blocks.Block], place: pager.Pager) -> bool:
    """Return whether a column's own list is empty, to be filled by a script, beside a sidebar."""
    few = len(chosen) <= _SIDEBARS and sum(len(block.rows) for block in chosen) <= _SIDEBAR_ROWS
    column = place.element is not None or blocks.is_column(root)
    return few and column and scripted.fills_list(root, [block.container for block in chosen])


def _distinct(found: Iterable[Entry], hints: ListingHints) -> tuple[Entry, ...]:
    """One entry for each address, where it first stands; a dated one replaces an undated one."""
    entries: dict[str, Entry] = {}
    for entry in found:
        url = _without_anchor(entry.url)
        known = entries.get(url)
        if hints.admits(url) and (known is None or (known.on is None and entry.on is not None)):
            entries[url] = Entry(url, entry.title, entry.on)
    return tuple(entries.values())


def _without_anchor(url: str) -> str:
    """Return `url` without a place on its page; `#/…` and `#!…` are a script's routes and stay."""
    page, _, fragment = url.partition("#")
    return url if fragment.startswith(("/", "!")) else page
