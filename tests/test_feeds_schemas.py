"""Every feed of a publication against the formats' own rules."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from feed_examples import HOSTILE, NOON, SALARY_DIFF, event, tell
from lxml import etree

from feeds.publish import publish
from feeds.settings import PublishSettings
from store import health
from store.database import Database

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "atom.rng"))
SETTINGS = (
    PublishSettings(archive_items=3),
    PublishSettings(archive_items=3, public_url="https://policy.example.org"),
)


@pytest.fixture(scope="module", params=SETTINGS, ids=("from a folder", "served"))
def feeds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    database = Database(f"sqlite:///{folder / 'policywatch.db'}")
    text = HOSTILE.replace("\ud800", "")
    tell(database, 1, title=text, body_html=text, body_text=text, source_name=text)
    tell(database, 2, title="", attachments=(), body_text="")
    tell(database, 3, genre="draft", role="draft", consultation_ends_on="2026-06-20")
    tell(database, 4, diff=SALARY_DIFF, kind="revised", announcement="announced")
    for number in range(5, 12):
        tell(database, number, now=NOON + timedelta(days=number))
    with database.writing() as session:
        health.add_event(session, event(reason=text, source_name=text))
    publish(database, folder / "public", request.param)
    return folder / "public" / "feeds"


def test_every_atom_feed_is_valid_by_rfc_4287(feeds: Path) -> None:
    paths = sorted(feeds.glob("*.atom"))
    assert len(paths) > 15
    for path in paths:
        SCHEMA.assertValid(etree.parse(path))


def test_the_schema_refuses_what_the_rfc_forbids(feeds: Path) -> None:
    tree = etree.parse(feeds / "all.atom")
    for tag in ("id", "title", "updated", "author"):
        broken = etree.fromstring(etree.tostring(tree))
        broken.remove(broken.find(f"{{http://www.w3.org/2005/Atom}}{tag}"))
        assert not SCHEMA.validate(broken), tag


def test_every_json_feed_follows_version_1_1(feeds: Path) -> None:
    paths = sorted(feeds.glob("*.json"))
    assert len(paths) > 15
    for path in paths:
        assert not list(_faults(json.loads(path.read_bytes()))), path.name


def test_every_rss_feed_reads_without_complaint_and_has_the_items_of_its_twins(
    feeds: Path,
) -> None:
    for path in sorted(feeds.glob("*.xml")):
        parsed = feedparser.parse(path.read_bytes())
        assert not parsed.bozo, path.name
        ids = [entry.id for entry in parsed.entries]
        assert len(ids) == len(set(ids))
        twin = feedparser.parse(path.with_suffix(".atom").read_bytes())
        assert ids == [entry.id for entry in twin.entries]
        items = json.loads(path.with_suffix(".json").read_bytes())["items"]
        assert ids == [item["id"] for item in items]


def test_every_rss_channel_has_what_rss_2_demands(feeds: Path) -> None:
    for path in sorted(feeds.glob("*.xml")):
        root = etree.parse(path).getroot()
        assert root.get("version") == "2.0"
        for name in ("title", "link", "description"):
            assert root.findtext(f"channel/{name}"), f"{path.name}: {name}"
        for item in root.iter("item"):
            assert item.findtext("title") or item.findtext("description")
            guid = item.find("guid")
            assert guid is not None
            assert guid.get("isPermaLink") == "false"


def _faults(feed: dict[str, Any]) -> Iterator[str]:
    """Yield what jsonfeed.org/version/1.1 forbids."""
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title"):
        yield "version and title are required"
    for name in ("home_page_url", "feed_url", "next_url"):
        if name in feed and not re.match(r"https?://", feed[name]):
            yield f"{name} is no URL"
    if feed.get("next_url", 1) == feed.get("feed_url"):
        yield "next_url must not be feed_url"
    for item in feed["items"]:
        if not (isinstance(item["id"], str) and item["id"]):
            yield "id must be a string"
        if "content_html" not in item and "content_text" not in item:
            yield f"{item['id']}: no content"
        for name in ("date_published", "date_modified"):
            if datetime.fromisoformat(item[name]).tzinfo is None:
                yield f"{item['id']}: {name} without zone"
        for attachment in item.get("attachments", ()):
            if not (attachment["url"] and "/" in attachment["mime_type"]):
                yield f"{item['id']}: attachment"
        if None in item.values() or not all(isinstance(t, str) for t in item.get("tags", ())):
            yield f"{item['id']}: null or a tag that is no string"
