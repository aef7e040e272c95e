"""What a validator complains of in a feed: the published checks of the W3C's, and two schemas.

Each rule stands for a message of the W3C feed validator (validator.w3.org/feed/docs), for RFC 4287
by its RELAX NG schema, for jsonfeed.org/version/1.1, OPML 2.0 or RFC 5545. No network.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import html5lib
from html5lib.html5parser import ParseError
from icalendar import Calendar
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "atom.rng"))

URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
TAG = re.compile(r"tag:[a-z0-9.\-]+,\d{4}(-\d{2}(-\d{2})?)?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*")
HTTP = re.compile(r"https?://([a-z0-9\-]+\.)+[a-z0-9][-a-z0-9]*(:\d+)?(/|$)", re.IGNORECASE)
MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+")
RELATIONS = {"self", "alternate", "enclosure", "prev-archive", "current"}
CHANNEL = (
    *("title", "link", "description", "docs", "generator", "language", "lastBuildDate"),
    *(f"{ATOM}link", ARCHIVE, "item"),
)
ITEM = ("title", "link", "description", CONTENT, "guid", "category", "enclosure", "pubDate")
SAFE_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "dd", "del", "div", "dl", "dt", "em", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "s", "small", "span", "strong"),
    *("sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
SAFE_ATTRIBUTES = {"href", "rel", "class", "colspan", "rowspan", "start", "datetime"}


def faults(path: Path, served_at: str | None = None) -> list[str]:
    """Return what is wrong with a published feed, list or calendar, by its file's ending.

    served_at: the address of the site's root where it has one; then feeds must name themselves.
    """
    judge = {".xml": _rss, ".atom": _atom, ".json": _json, ".opml": _opml, ".ics": _ics}
    own = f"{served_at}/feeds/{path.name}" if served_at else None
    return [f"{path.name}: {fault}" for fault in judge[path.suffix](path.read_bytes(), own)]


def _rss(content: bytes, own: str | None) -> Iterator[str]:
    root = etree.fromstring(content)
    channel = root[0]
    if (root.tag, root.get("version"), len(root)) != ("rss", "2.0", 1):
        yield "not RSS 2.0"
    yield from _unexpected(channel, CHANNEL)
    tags = [child.tag for child in channel]
    if "item" in tags and set(tags[tags.index("item") :]) != {"item"}:
        yield "MisplacedItem: something stands after the items"
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        if tags.count(name) != 1 or not channel.findtext(name):
            yield f"{name}: missing, blank or more than one"
    yield from _plain("title", channel.findtext("title"))
    yield from _plain("description", channel.findtext("description"))
    if not URI.fullmatch(str(channel.findtext("link"))):
        yield "InvalidFullLink: channel"
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", str(channel.findtext("language"))):
        yield "InvalidLanguage"
    yield from _rfc_822(channel.findtext("lastBuildDate"))
    yield from _links(channel.findall(f"{ATOM}link"), own)
    guids = Counter(item.findtext("guid") for item in channel.iter("item"))
    yield from (f"DuplicateValue: guid {name}" for name, times in guids.items() if times > 1)
    for item in channel.iter("item"):
        yield from _rss_item(item)
    yield from _bozo(content)


def _rss_item(item: etree._Element) -> Iterator[str]:
    yield from _unexpected(item, ITEM)
    tags = Counter(child.tag for child in item)
    for name in ("title", "guid", "pubDate", "description", CONTENT):
        if tags[name] != 1:
            yield f"{name}: {tags[name]} of them"
    if tags["link"] > 1 or tags["enclosure"] > 1:
        yield "DuplicateElement: link or enclosure"
    guid = item.find("guid")
    if guid is None or guid.get("isPermaLink") != "false" or not TAG.fullmatch(str(guid.text)):
        yield "InvalidTAG: guid"
    yield from _plain("item title", item.findtext("title"))
    link = item.findtext("link")
    if link is not None and not URI.fullmatch(link):
        yield f"InvalidFullLink: {link}"
    if next(c.tag for c in item if c.tag in ("description", CONTENT)) != "description":
        yield "NeedDescriptionBeforeContent"
    for category in item.iter("category"):
        yield from _plain("category", category.text)
    for enclosure in item.iter("enclosure"):
        if not HTTP.match(str(enclosure.get("url"))) or not URI.fullmatch(enclosure.get("url")):
            yield f"InvalidURLAttribute: {enclosure.get('url')}"
        if not str(enclosure.get("length")).isdigit() or not MIME.fullmatch(enclosure.get("type")):
            yield f"enclosure: {dict(enclosure.attrib)}"
    yield from _rfc_822(item.findtext("pubDate"))
    yield from unsafe(str(item.findtext(CONTENT)))
    yield from _plain("item description", item.findtext("description"))


def _atom(content: bytes, own: str | None) -> Iterator[str]:
    feed = etree.fromstring(content)
    if not SCHEMA.validate(feed):
        yield f"RELAX NG: {SCHEMA.error_log.last_error}"
    if b":link" in content or b"ns0:" in content:
        yield "AvoidNamespacePrefix: Atom's own elements need none"
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry"))
    yield from (f"DuplicateEntries: {name}" for name, times in ids.items() if times > 1)
    yield from _links(feed.findall(f"{ATOM}link"), own)
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        if not TAG.fullmatch(str(element.findtext(f"{ATOM}id"))):
            yield f"InvalidTAG: {element.findtext(f'{ATOM}id')}"
        yield from _plain("title", element.findtext(f"{ATOM}title"))
    for entry in feed.iter(f"{ATOM}entry"):
        yield from _links(entry.findall(f"{ATOM}link"), None)
        if entry.find(f"{ATOM}summary") is None or entry.find(f"{ATOM}content") is None:
            yield "summary or content missing"
        if str(entry.findtext(f"{ATOM}published")) > str(entry.findtext(f"{ATOM}updated")):
            yield "updated before it was published"
        yield from unsafe(str(entry.findtext(f"{ATOM}content")))
    yield from _bozo(content)


def _json(content: bytes, own: str | None) -> Iterator[str]:
    feed = json.loads(content)
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title"):
        yield "version and title are required"
    if own and feed.get("feed_url") != own:
        yield f"feed_url {feed.get('feed_url')}"
    for name in ("home_page_url", "feed_url", "next_url"):
        if name in feed and not re.match(r"https?://", feed[name]):
            yield f"{name} is no URL"
    if feed.get("next_url", 1) == feed.get("feed_url"):
        yield "next_url must not be feed_url"
    if len({item["id"] for item in feed["items"]}) != len(feed["items"]):
        yield "an id twice"
    for item in feed["items"]:
        yield from _json_item(item)


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    if not (isinstance(item["id"], str) and item["id"]):
        yield "id must be a string"
    if "content_html" not in item and "content_text" not in item:
        yield f"{item['id']}: no content"
    for name in ("date_published", "date_modified"):
        if datetime.fromisoformat(item[name]).tzinfo is None:
            yield f"{item['id']}: {name} without zone"
    for attachment in item.get("attachments", ()):
        if not (HTTP.match(attachment["url"]) and MIME.fullmatch(attachment["mime_type"])):
            yield f"{item['id']}: attachment"
    if None in item.values() or not all(isinstance(t, str) and t for t in item.get("tags", ())):
        yield f"{item['id']}: null or a tag that is no string"
    yield from unsafe(item["content_html"])


def _opml(content: bytes, own: str | None) -> Iterator[str]:
    root = etree.fromstring(content)
    if root.get("version") != "2.0" or not root.findtext("head/title"):
        yield "version or title missing"
    for outline in root.iter("outline"):
        if not outline.get("text"):
            yield "MissingAttribute: text"
        if outline.get("type") == "rss" and not outline.get("xmlUrl"):
            yield f"MissingXmlURL: {outline.get('text')}"
        if own and outline.get("type") == "rss" and not URI.fullmatch(outline.get("xmlUrl")):
            yield f"InvalidURI: {outline.get('xmlUrl')}"


def _ics(content: bytes, own: str | None) -> Iterator[str]:
    calendar = Calendar.from_ical(content)
    if any(len(line) > 75 for line in content.split(b"\r\n")):
        yield "a line of more than 75 octets"
    if not (calendar.get("prodid") and calendar.get("version") == "2.0"):
        yield "PRODID or VERSION missing"
    uids = Counter(str(event["uid"]) for event in calendar.walk("VEVENT"))
    yield from (f"UID twice: {uid}" for uid, times in uids.items() if times > 1)
    for event in calendar.walk("VEVENT"):
        if not {"DTSTAMP", "DTSTART", "SUMMARY"} <= set(event):
            yield f"{event['uid']}: DTSTAMP, DTSTART or SUMMARY missing"


def _links(links: list[etree._Element], own: str | None) -> Iterator[str]:
    for link in links:
        if link.get("rel") not in RELATIONS:
            yield f"UnregisteredAtomLinkRel: {link.get('rel')}"
        if link.get("type") is not None and not MIME.fullmatch(link.get("type")):
            yield f"InvalidMIMEType: {link.get('type')}"
        if own and not URI.fullmatch(str(link.get("href"))):
            yield f"InvalidIRI: {link.get('href')}"
    if len({x.get("rel") for x in links}) != len(links):
        yield "a relation twice"
    if own and own not in [x.get("href") for x in links if x.get("rel") == "self"]:
        yield "MissingSelf or SelfDoesntMatchLocation"


def _unexpected(parent: etree._Element, known: tuple[str, ...]) -> Iterator[str]:
    for child in parent:
        if child.tag not in known:
            yield f"UndefinedElement: {child.tag} in {parent.tag}"


def _plain(what: str, text: str | None) -> Iterator[str]:
    if not text or not text.strip():
        yield f"NotBlank: {what}"
    elif unescape(text) != text or re.search(r"</?\w", text):
        yield f"ContainsHTML: {what} {text}"
    elif re.search("[\x80-\x9f]", text):
        yield f"BadCharacters: {what}"


def _rfc_822(text: str | None) -> Iterator[str]:
    try:
        again = format_datetime(parsedate_to_datetime(str(text)))
    except ValueError:
        again = ""
    if again != text:
        yield f"InvalidRFC2822Date: {text}"


def _bozo(content: bytes) -> Iterator[str]:
    parsed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    if parsed.bozo:
        yield f"feedparser: {parsed.bozo_exception}"


@cache
def unsafe(html: str) -> tuple[str, ...]:
    """Return what is dangerous, relative or not HTML in the content of an entry."""
    found = []
    try:
        tree = html5lib.HTMLParser(strict=True).parseFragment(html)
    except ParseError as error:
        return (f"NotHtml: {error} in {html[:60]!r}",)
    for element in tree.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag != "DOCUMENT_FRAGMENT" and tag not in SAFE_TAGS:
            found.append(f"SecurityRisk: {tag}")
        for name, value in element.attrib.items():
            if name not in SAFE_ATTRIBUTES:
                found.append(f"SecurityRiskAttr: {name}")
            if name == "href" and not re.match(r"(https?://|mailto:)", value):
                found.append(f"ContainsRelRef: {value}")
    if re.search("[\x00-\x08\x80-\x9f\u202a-\u202e\u2066-\u2069]", html):
        found.append("BadCharacters")
    return tuple(found)
