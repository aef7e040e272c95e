"""The list of all feeds as OPML 2.0, for a reader's import."""

from collections.abc import Sequence

from lxml import etree

from feeds.channel import Channel, home_url, self_url
from feeds.settings import PublishSettings


def opml(channels: Sequence[Channel], settings: PublishSettings) -> bytes:
    """Return the OPML bytes; addresses are relative to the file where nobody serves the site."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = settings.title
    folder = etree.SubElement(
        etree.SubElement(root, "body"), "outline", text=settings.title, title=settings.title
    )
    for channel in channels:
        address = self_url(channel, "xml", settings) or f"{channel.name}.xml"
        attributes = {"text": channel.title, "title": channel.title, "xmlUrl": address}
        attributes["htmlUrl"] = home_url(settings)
        etree.SubElement(folder, "outline", attributes, type="rss")
    return bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))
