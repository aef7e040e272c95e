"""The list of all feeds as OPML 2.0, in folders, for a reader's import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from feeds.channel import feed_url, home_url
from feeds.inert import inert_line
from feeds.settings import PublishSettings


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as a list names it: its file stem and what readers call it."""

    name: str
    title: str


def opml(folders: Mapping[str, Sequence[Listed]], settings: PublishSettings) -> bytes:
    """Return the OPML bytes; addresses are relative to the file where nobody serves the site."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = settings.title
    body = etree.SubElement(root, "body")
    for word, feeds in folders.items():
        if not feeds:
            continue
        folder = etree.SubElement(body, "outline", text=word, title=word)
        for feed in feeds:
            etree.SubElement(folder, "outline", _attributes(feed, settings), type="rss")
    return bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))


def _attributes(feed: Listed, settings: PublishSettings) -> dict[str, str]:
    title = inert_line(feed.title)
    address = feed_url(feed.name, "xml", settings) or f"{feed.name}.xml"
    return {"text": title, "title": title, "xmlUrl": address, "htmlUrl": home_url(settings)}
