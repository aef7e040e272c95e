import json
from dataclasses import replace
from datetime import date

import feedparser
from feed_examples import HOSTILE, NOON, STATION, change, draft, repeal, revision
from icalendar import Calendar
from lxml import etree

from feeds.channel import BEFORE_ANY_ITEM, Channel
from feeds.deadlines import deadlines
from feeds.items import change_item
from feeds.jsonfeed import json_feed
from feeds.opml import Listed, opml
from feeds.rss import atom, rss
from feeds.settings import PublishSettings
from store.editions import Deadline

SETTINGS = PublishSettings()
SERVED = PublishSettings(public_url="https://policy.example.org/")
FEEDS = "https://policy.example.org/feeds/"
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


def test_opml_lists_every_feed_in_folders_with_an_address_that_can_be_followed() -> None:
    folders = {"总览": [Listed("all", "全部")], "地区": [Listed("region-32", "江苏")], "主题": []}
    root = etree.fromstring(opml(folders, SERVED))
    found = {o.get("text"): [f.get("xmlUrl") for f in o] for o in root.findall("body/outline")}
    assert found == {
        "总览": ["https://policy.example.org/feeds/all.xml"],
        "地区": ["https://policy.example.org/feeds/region-32.xml"],
    }
    beside = etree.fromstring(opml(folders, SETTINGS))
    assert [o.get("xmlUrl") for o in beside.iter("outline") if o.get("type")] == [
        "all.xml",
        "region-32.xml",
    ]


def test_archives_say_what_they_are_and_where_older_items_lie() -> None:
    items = (change_item(change(), SERVED),)
    current = Channel("all", "全部", "全部", items, prev="all-archive-2")
    archive = Channel("all-archive-2", "全部", "全部", items, "all-archive-1", "all")
    for render, ending in ((rss, "xml"), (atom, "atom")):
        newest, older = (etree.fromstring(render(c, SERVED)) for c in (current, archive))
        assert _links(newest) == {"prev-archive": f"{FEEDS}all-archive-2.{ending}"}
        assert _links(older) == {
            "prev-archive": f"{FEEDS}all-archive-1.{ending}",
            "current": f"{FEEDS}all.{ending}",
        }
        mark = ".//{http://purl.org/syndication/history/1.0}archive"
        assert (newest.find(mark), older.find(mark) is not None) == (None, True)
        assert not feedparser.parse(render(archive, SERVED)).bozo
    assert json.loads(json_feed(current, SERVED))["next_url"] == f"{FEEDS}all-archive-2.json"


def _links(root: etree._Element) -> dict[str, str]:
    links = root.iter(f"{ATOM}link")
    wanted = ("prev-archive", "current")
    return {str(x.get("rel")): str(x.get("href")) for x in links if x.get("rel") in wanted}


def test_calendar_holds_whole_days_once_each_and_invents_none() -> None:
    days = [
        _deadline("effective", "2026-07-01"),
        _deadline("repealed", "2027-01"),
        _deadline("expired", "2027-02-30"),
        _deadline("consultation", "2026-06-20"),
    ]
    calendar = Calendar.from_ical(deadlines(days, SETTINGS))
    found = {str(e["SUMMARY"])[:9]: e.decoded("DTSTART") for e in calendar.walk("VEVENT")}
    assert found == {
        "【征求意见截止】关": date(2026, 6, 20),
        "【施行】关于加强乡": date(2026, 7, 1),
    }
    assert {e.decoded("DTSTAMP") for e in calendar.walk("VEVENT")} == {NOON}
    assert len({str(e["UID"]) for e in calendar.walk("VEVENT")}) == 2


def _deadline(step: str, on: str) -> Deadline:
    return Deadline("p1", str(STATION.title), "issued", step, on, url=STATION.url, updated_at=NOON)
