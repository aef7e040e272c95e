import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import feedparser
from feed_examples import HOSTILE, NOON, STATION, change, draft, policy, repeal, revision
from icalendar import Calendar
from lxml import etree

from feeds.channel import BEFORE_ANY_ITEM, Channel
from feeds.deadlines import deadlines
from feeds.items import change_item
from feeds.jsonfeed import json_feed
from feeds.opml import opml
from feeds.rss import atom, rss
from feeds.settings import PublishSettings
from store.records import LifecycleStep

SETTINGS = PublishSettings()
SERVED = PublishSettings(public_url="https://policy.example.org/")
ATOM = "{http://www.w3.org/2005/Atom}"


def _channel(*changes: object) -> Channel:
    hostile = replace(STATION, title=HOSTILE, body_text=HOSTILE, body_html=HOSTILE)
    items = changes or (repeal(), revision(), draft(), change(document=hostile))
    return Channel("all", "社工政策监测", "全部", tuple(change_item(c, SERVED) for c in items))


def test_rss_and_atom_read_without_complaint_and_agree() -> None:
    for settings in (SETTINGS, SERVED):
        one = feedparser.parse(rss(_channel(), settings))
        two = feedparser.parse(atom(_channel(), settings))
        assert not one.bozo
        assert not two.bozo
        assert [e.id for e in one.entries] == [e.id for e in two.entries]
        assert [e.link for e in one.entries] == [e.link for e in two.entries]
        assert one.entries[1].content[0].value == two.entries[1].content[0].value
        assert one.entries[0].published_parsed[:5] == (2026, 6, 6, 4, 4)


def test_newest_item_stands_first_and_ids_are_unique_and_no_permalinks() -> None:
    root = etree.fromstring(rss(_channel(), SERVED))
    guids = root.findall("channel/item/guid")
    assert [g.text for g in guids] == [f"tag:policywatch.local,2026:change/c000{n}" for n in "4321"]
    assert {g.get("isPermaLink") for g in guids} == {"false"}


def test_atom_links_keep_rel_and_type() -> None:
    root = etree.fromstring(atom(_channel(revision()), SERVED))
    links = [
        (link.get("rel"), link.get("type")) for link in root.findall(f"{ATOM}entry/{ATOM}link")
    ]
    assert links == [("alternate", "text/html"), ("enclosure", "application/pdf")]


def test_channel_link_is_the_site_and_self_is_the_feed() -> None:
    root = etree.fromstring(rss(_channel(), SERVED))
    assert root.findtext("channel/link") == "https://policy.example.org/"
    own = root.find(f"channel/{ATOM}link")
    assert own is not None
    assert own.get("href") == "https://policy.example.org/feeds/all.xml"


def test_update_is_the_newest_items_and_never_the_clock() -> None:
    root = etree.fromstring(atom(_channel(), SERVED))
    assert root.findtext(f"{ATOM}updated") == "2026-06-06T04:04:00+00:00"
    empty = Channel("all", "社工政策监测", "全部", ())
    assert empty.updated_at == BEFORE_ANY_ITEM
    assert rss(empty, SETTINGS) == rss(empty, SETTINGS)
    assert not feedparser.parse(rss(empty, SETTINGS)).bozo


def test_json_feed_has_the_required_fields_and_no_nulls() -> None:
    feed = json.loads(json_feed(_channel(), SETTINGS))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert "feed_url" not in feed  # nobody serves it, so it has no address
    assert len({item["id"] for item in feed["items"]}) == 4
    assert all(None not in item.values() for item in feed["items"])
    assert feed["items"][1]["attachments"][0]["mime_type"] == "application/pdf"
    assert json.loads(json_feed(_channel(), SERVED))["feed_url"].endswith("/feeds/all.json")


def test_opml_lists_every_feed_with_an_address_that_can_be_followed() -> None:
    root = etree.fromstring(opml([_channel()], SERVED))
    assert [o.get("xmlUrl") for o in root.iter("outline") if o.get("type") == "rss"] == [
        "https://policy.example.org/feeds/all.xml"
    ]
    beside = etree.fromstring(opml([_channel()], SETTINGS))
    assert [o.get("xmlUrl") for o in beside.iter("outline") if o.get("type")] == ["all.xml"]


def test_calendar_holds_whole_days_once_each_and_invents_none() -> None:
    steps = (
        LifecycleStep("effective", "2026-07-01", "自2026年7月1日起施行。"),
        LifecycleStep("repealed", "2027-01", "2027年1月废止。"),
    )
    document = replace(
        STATION,
        effective_on="2026-07-01",
        consultation_ends_on="2026-06-20",
        expires_on="2027-02-30",
    )
    calendar = Calendar.from_ical(deadlines([policy(steps=steps, document=document)], SETTINGS))
    found = {str(e["SUMMARY"])[:9]: e.decoded("DTSTART") for e in calendar.walk("VEVENT")}
    assert found == {
        "【征求意见截止】关": date(2026, 6, 20),
        "【施行】关于加强乡": date(2026, 7, 1),
    }
    stamps = {e.decoded("DTSTAMP") for e in calendar.walk("VEVENT")}
    assert stamps == {(NOON + timedelta(minutes=1)).astimezone(UTC)}
    assert datetime(2026, 6, 6, 4, 1, tzinfo=UTC) in stamps
