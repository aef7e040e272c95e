"""A feed before it has a format: its name, its words, its items."""

from dataclasses import dataclass
from datetime import UTC, datetime

from feeds.items import Item
from feeds.settings import PublishSettings

BEFORE_ANY_ITEM = datetime(2026, 1, 1, tzinfo=UTC)
"""What an empty feed gives as its last update: never the clock, or it would differ each time."""

UNSERVED_HOME = "http://localhost/"
"""RSS 2.0 demands a channel link; where nobody serves the site, it is this machine."""

FORMATS = {
    "xml": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
"""File ending and media type of each format, side by side under one name."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed: `name` is its file stem; items are newest first.

    prev: name of the archive feed with the items before these, None where none is complete.
    archive_of: name of the feed whose archive this is (RFC 5005 §4): it will never change.
    path: where in the site it is served, None for `feeds/NAME.ending`.
    """

    name: str
    title: str
    description: str
    items: tuple[Item, ...]
    prev: str | None = None
    archive_of: str | None = None
    path: str | None = None

    @property
    def updated_at(self) -> datetime:
        """The newest item's update, so that the feed's bytes depend on the ledger alone."""
        return max((item.updated_at for item in self.items), default=BEFORE_ANY_ITEM)


def home_url(settings: PublishSettings) -> str:
    """Return the site's address with a trailing slash."""
    return f"{settings.public_url.rstrip('/')}/" if settings.public_url else UNSERVED_HOME


def feed_url(name: str, ending: str, settings: PublishSettings) -> str | None:
    """Return the public address of one format of a feed, or None where nobody serves it."""
    if settings.public_url is None:
        return None
    return f"{home_url(settings)}feeds/{name}.{ending}"


def self_url(channel: Channel, ending: str, settings: PublishSettings) -> str | None:
    """Return the public address of this feed in one format, None where nobody serves it."""
    if channel.path is not None and settings.public_url is not None:
        return f"{home_url(settings)}{channel.path}"
    return feed_url(channel.name, ending, settings)
