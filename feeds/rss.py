"""RSS 2.0 and Atom (RFC 4287), both by feedgen, with its 1.0.0 traps stepped around.

It strips rel and type from Atom entry links (an extension writes them back), aborts on one
XML-illegal character (items come in clean), prepends entries (we append), takes the last link as
the channel's (self first, home last) and dates everything "now" (we set every date).
"""

from collections.abc import Iterator
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.channel import FORMATS, Channel, feed_url, home_url, self_url
from feeds.items import Category, Item, tag
from feeds.settings import PublishSettings

ATOM_NS = "http://www.w3.org/2005/Atom"
HISTORY_NS = "http://purl.org/syndication/history/1.0"


class _History(BaseExtension):  # type: ignore[misc]
    """Says where older items lie, and of an archive that it is one (RFC 5005 §4)."""

    links: tuple[dict[str, str], ...] = ()
    is_archive = False

    def extend_ns(self) -> dict[str, str]:
        return {"fh": HISTORY_NS} if self.is_archive else {}

    def extend_atom(self, feed: Any) -> Any:
        # feedgen writes Atom's own elements without a namespace and declares it at the root
        return self._extend(feed, "link")

    def extend_rss(self, feed: Any) -> Any:
        self._extend(feed[0], f"{{{ATOM_NS}}}link")
        return feed

    def _extend(self, parent: Any, link: str) -> Any:
        for attributes in self.links:
            parent.append(etree.Element(link, attributes))
        if self.is_archive:
            parent.append(etree.Element(f"{{{HISTORY_NS}}}archive"))
        return parent


class _AtomLinks(BaseEntryExtension):  # type: ignore[misc]
    """Writes an entry's links anew: feedgen 1.0.0 loses every attribute but href."""

    links: tuple[dict[str, str], ...] = ()

    def extend_atom(self, feed: Any) -> Any:
        for link in feed.findall("link"):
            feed.remove(link)
        for attributes in self.links:
            etree.SubElement(feed, "link", attributes)
        return feed


def rss(channel: Channel, settings: PublishSettings) -> bytes:
    """Return the feed as RSS 2.0 bytes: the same channel gives the same bytes."""
    generator = _generator(channel, settings, ending="xml")
    return bytes(generator.rss_str(pretty=True))


def atom(channel: Channel, settings: PublishSettings) -> bytes:
    """Return the feed as Atom bytes: the same channel gives the same bytes."""
    generator = _generator(channel, settings, ending="atom")
    return bytes(generator.atom_str(pretty=True))


def _generator(channel: Channel, settings: PublishSettings, *, ending: str) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(tag(settings, "feed", channel.name))
    generator.title(channel.title)
    generator.description(channel.description)
    generator.subtitle(channel.description)
    generator.language("zh-CN")
    generator.author(name=settings.author)
    generator.generator("policywatch")
    own = self_url(channel, ending, settings)
    if own:
        generator.link(href=own, rel="self", type=FORMATS[ending])
    generator.link(href=home_url(settings), rel="alternate")
    generator.updated(channel.updated_at)
    generator.register_extension("history", _History)
    generator.history.links = tuple(_history_links(channel, settings, ending))
    generator.history.is_archive = channel.archive_of is not None
    for item in channel.items:
        _fill(generator.add_entry(order="append"), item)
    return generator


def _history_links(
    channel: Channel, settings: PublishSettings, ending: str
) -> Iterator[dict[str, str]]:
    """Yield the links between a feed and its archives, relative where nobody serves them."""
    for rel, name in (("prev-archive", channel.prev), ("current", channel.archive_of)):
        if name:
            address = feed_url(name, ending, settings) or f"{name}.{ending}"
            yield {"rel": rel, "href": address, "type": FORMATS[ending]}


def _fill(entry: FeedEntry, item: Item) -> None:
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.published(item.published_at)
    entry.updated(item.updated_at)
    entry.description(item.summary, isSummary=True)
    entry.content(item.html, type="html")
    if item.categories:
        entry.category([_category(category) for category in item.categories])
    links = []
    if item.link:
        entry.link(href=item.link, rel="alternate")
        links.append({"href": item.link, "rel": "alternate", "type": "text/html"})
    if item.enclosure:
        url, media_type = item.enclosure.url, item.enclosure.media_type
        entry.enclosure(url, 0, media_type)
        links.append({"href": url, "rel": "enclosure", "type": media_type})
    entry.register_extension("atom_links", _AtomLinks, rss=False)
    entry.atom_links.links = tuple(links)


def _category(category: Category) -> dict[str, str]:
    scheme = f"urn:policywatch:{category.scheme}"
    return {"term": category.term, "scheme": scheme, "label": category.label}
