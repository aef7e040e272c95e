"""Every feed of a publication against the formats' own rules."""

import json
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from feed_examples import HOSTILE, NOON, SALARY_DIFF, event, tell
from feed_rules import SCHEMA, faults
from lxml import etree

from feeds.publish import publish
from feeds.settings import PublishSettings
from store import health
from store.database import Database
from store.records import Attachment

BRACKETS = (Attachment("https://mzt.example.gov.cn/a[1]|{2}^.pdf?f[]=`1", "附件"),)
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
    tell(
        database, 12, title="甲&lt;b&gt;乙&nbsp;丙 R&D", attachments=BRACKETS, body_html="<p>x</i>"
    )
    tell(database, 4, diff=SALARY_DIFF, kind="revised", announcement="announced")
    for number in range(5, 12):
        tell(database, number, now=NOON + timedelta(days=number))
    with database.writing() as session:
        health.add_event(session, event(reason=text, source_name=text))
    publish(database, folder / "public", request.param)
    return folder / "public" / "feeds"


def test_every_feed_list_and_calendar_is_what_validators_accept(
    feeds: Path, request: pytest.FixtureRequest
) -> None:
    served_at = request.node.callspec.params["feeds"].public_url
    paths = sorted(feeds.iterdir())
    assert len(paths) > 50
    assert {path.suffix for path in paths} == {".xml", ".atom", ".json", ".opml", ".ics"}
    assert [fault for path in paths for fault in faults(path, served_at)] == []


def test_the_twins_of_a_feed_hold_the_same_items(feeds: Path) -> None:
    for path in sorted(feeds.glob("*.xml")):
        ids = [entry.id for entry in feedparser.parse(path.read_bytes()).entries]
        twin = feedparser.parse(path.with_suffix(".atom").read_bytes())
        assert ids == [entry.id for entry in twin.entries]
        items = json.loads(path.with_suffix(".json").read_bytes())["items"]
        assert ids == [item["id"] for item in items]


def test_the_rules_refuse_what_the_rfc_forbids(feeds: Path) -> None:
    tree = etree.parse(feeds / "all.atom")
    for tag in ("id", "title", "updated", "author"):
        broken = etree.fromstring(etree.tostring(tree))
        broken.remove(broken.find(f"{{http://www.w3.org/2005/Atom}}{tag}"))
        assert not SCHEMA.validate(broken), tag


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        (" +0000</pubDate>", " 0000</pubDate>", "InvalidRFC2822Date"),
        ("tag:policywatch", "urn:policywatch", "InvalidTAG"),
        ('length="0"', 'length="unknown"', "enclosure"),
        ("&lt;p&gt;", "&lt;p onclick=x&gt;", "SecurityRiskAttr: onclick"),
        ("&lt;p&gt;", "&lt;script&gt;1&lt;/script&gt;&lt;p&gt;", "SecurityRisk: script"),
        ('href="http', 'href="/http', "ContainsRelRef"),
        ("【新增】", "&lt;b&gt;x&lt;/b&gt;", "ContainsHTML"),
        ("<language>zh-CN", "<language>Chinese", "InvalidLanguage"),
    ],
)
def test_the_rules_see_what_a_validator_sees(
    feeds: Path, tmp_path: Path, good: str, bad: str, complaint: str
) -> None:
    feed = (feeds / "all.xml").read_text(encoding="utf-8")
    assert good in feed
    (tmp_path / "all.xml").write_text(feed.replace(good, bad), encoding="utf-8")
    assert any(complaint in fault for fault in faults(tmp_path / "all.xml"))
