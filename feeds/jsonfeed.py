"""JSON Feed 1.1 (jsonfeed.org/version/1.1), the twin for programs."""

import json
from typing import Any

from feeds.channel import Channel, feed_url, home_url, self_url
from feeds.items import Item
from feeds.settings import PublishSettings


def json_feed(channel: Channel, settings: PublishSettings) -> bytes:
    """Return the feed as JSON Feed 1.1 bytes: the same channel gives the same bytes."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": home_url(settings),
        "feed_url": self_url(channel, "json", settings),
        "next_url": feed_url(channel.prev, "json", settings) if channel.prev else None,
        "language": "zh-CN",
        "authors": [{"name": settings.author}],
        "items": [_item(item) for item in channel.items],
    }
    return json.dumps(_known(feed), ensure_ascii=False, indent=1).encode() + b"\n"


def _item(item: Item) -> dict[str, Any]:
    enclosed = item.enclosure
    entry = {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html,
        "date_published": item.published_at.isoformat(),
        "date_modified": item.updated_at.isoformat(),
        "tags": [category.label for category in item.categories] or None,
        "attachments": [{"url": enclosed.url, "mime_type": enclosed.media_type}]
        if enclosed
        else None,
    }
    return _known(entry)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are known: JSON Feed has no null, an unknown field is left out."""
    return {key: value for key, value in values.items() if value is not None}
