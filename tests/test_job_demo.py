"""The demo's story end to end: real HTTP, real SMTP, real files, read back as readers read them."""

import email
import email.policy
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import feedparser
import pytest
from feed_rules import faults
from rich.console import Console

import demo
from crawler.archived import iter_responses
from samplesites import events
from store import dossiers, ledger
from store.database import Database
from store.records import Change, Policy
from store.verify import problems

DAYS = 6


@dataclass(frozen=True)
class Told:
    """What one demo left behind."""

    data: Path
    screen: str
    changes: list[Change]
    policies: list[Policy]

    @property
    def announced(self) -> list[Change]:
        return [change for change in self.changes if change.announcement == "announced"]

    @property
    def mails(self) -> list[EmailMessage]:
        paths = sorted((self.data / "digests").glob("*.eml"))
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)  # type: ignore[misc]
            for path in paths
        ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    data = tmp_path_factory.mktemp("demo")
    screen = Console(file=io.StringIO(), width=160)
    assert demo.play(data / "run", DAYS, screen) == 0
    database = Database(f"sqlite:///{data / 'run' / 'policywatch.db'}")
    with database.reading() as session:
        changes, policies = ledger.changes(session), dossiers.policies(session)
    yield Told(data / "run", screen.file.getvalue(), changes, policies)  # type: ignore[attr-defined]
    database.close()


def feed(told: Told, name: str) -> feedparser.FeedParserDict:
    return feedparser.parse((told.data / "public" / "feeds" / name).read_bytes())


def test_at_least_twelve_changes_of_every_kind_are_announced(told: Told) -> None:
    feed_items = feed(told, "all.xml").entries
    assert len(feed_items) == len(told.announced) >= 12
    kinds = {change.kind for change in told.announced}
    assert kinds >= {"new", "revised", "lifecycle", "withdrawn"}
    roles = {change.role for change in told.announced}
    assert roles >= {"original", "draft", "interpretation"}


def test_what_the_sites_published_is_what_was_announced(told: Told) -> None:
    """Every policy, revision, draft, interpretation of days 1 to 6, by its title; no noise."""
    told_titles = {change.document.title for change in told.announced}
    for day in range(1, DAYS + 1):
        for event in events(day):
            if event.tells in {"new", "issued", "draft", "interpretation", "revised"}:
                assert event.article.title in told_titles, event
            if event.tells == "irrelevant":
                assert event.article.title not in told_titles, event


def test_each_end_of_a_policy_is_told_once(told: Told) -> None:
    ends = Counter(
        (change.policy_id, change.step.step)
        for change in told.announced
        if change.step is not None and change.step.step in {"repealed", "expired"}
    )
    assert set(ends.values()) == {1}
    assert Counter(step for _, step in ends) == {"repealed": 3, "expired": 1}


def test_the_draft_of_april_became_the_policy_of_june(told: Told) -> None:
    (issued,) = [c for c in told.announced if c.step is not None and c.step.step == "issued"]
    (policy,) = [p for p in told.policies if p.id == issued.policy_id]
    assert {member.role for member in policy.members} >= {"draft", "original", "interpretation"}


def test_the_joint_plan_is_one_policy_however_many_sites_carry_it(told: Told) -> None:
    (plan,) = [p for p in told.policies if "人才队伍建设“十五五”规划" in p.title]
    roles = Counter(member.role for member in plan.members)
    assert roles["original"] == 2
    assert roles["reprint"] == 1
    assert roles["interpretation"] == 1
    assert roles["news"] >= 2


def test_a_page_is_withdrawn_only_after_three_days_of_evidence(told: Told) -> None:
    (withdrawn,) = [change for change in told.changes if change.kind == "withdrawn"]
    days = withdrawn.evidence.count("2026-06-")
    assert days == 3
    assert withdrawn.document.body_text, "a withdrawn policy keeps its last text"


def test_damaged_bytes_are_repaired_before_anyone_reads_them(told: Told) -> None:
    with sqlite3.connect(told.data / "policywatch.db") as database:
        rows = database.execute("SELECT charset, repairs FROM snapshot").fetchall()
    assert {"utf-8", "gb18030"} <= {charset for charset, _ in rows}
    kinds = {repair["kind"] for _, repairs in rows for repair in json.loads(repairs or "[]")}
    assert "gloss" in kinds
    swchina = [c for c in told.changes if c.source_id == "demo_swchina"]
    for character in "镕堃喆":  # in GBK, not in the GB2312 that the pages declare
        assert any(character in change.document.body_text for change in swchina)


def test_a_source_that_fails_is_named_with_its_cause_and_alone(told: Told) -> None:
    items = feed(told, "health.xml").entries
    assert len(items) == 3
    assert "瑞数" in told.screen
    assert "503" in told.screen


def test_every_day_has_one_digest_with_text_and_html(told: Told) -> None:
    mails = told.mails
    assert len(mails) == DAYS + 1
    for mail in mails:
        text, page = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert page is not None
        assert "未查到" in mail["Subject"] or "平安" in mail["Subject"]
        assert mail["Message-ID"]


def test_each_announced_change_is_in_exactly_one_digest(told: Told) -> None:
    texts = [mail.get_body(("plain",)).get_content() for mail in told.mails]  # type: ignore[union-attr]
    for change in told.announced:
        address = change.page_url
        assert sum(address in text for text in texts) >= 1, change


def test_feeds_are_whole_and_say_the_same_in_three_formats(told: Told) -> None:
    folder = told.data / "public" / "feeds"
    for name in ("all", "policies", "news", "everything", "health"):
        rss, atom = feed(told, f"{name}.xml"), feed(told, f"{name}.atom")
        items = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["items"]
        assert not rss.bozo
        assert not atom.bozo
        ids = [entry.id for entry in rss.entries]
        assert len(ids) == len(set(ids))
        assert ids == [entry.id for entry in atom.entries] == [item["id"] for item in items]
    allowed = {".xml", ".atom", ".json", ".opml", ".ics"}
    assert {path.suffix for path in folder.iterdir()} <= allowed
    assert [fault for path in sorted(folder.iterdir()) for fault in faults(path)] == []


def test_the_revised_notice_shows_old_and_new_words(told: Told) -> None:
    (revised, *_) = [c for c in told.announced if c.kind == "revised"]
    assert revised.diff is not None
    edited = [block for block in revised.diff.blocks if block.op == "edited"]
    assert edited
    assert all(block.old != block.new for block in edited)


def test_every_response_is_in_the_archive_and_readable(told: Told) -> None:
    with sqlite3.connect(told.data / "policywatch.db") as database:
        (captures,) = database.execute("SELECT count(*) FROM capture").fetchone()
    files = sorted((told.data / "archive").glob("*.warc.gz"))
    responses = [response for path in files for response in iter_responses(path)]
    assert captures > 100
    assert len(responses) >= captures


def test_the_database_keeps_its_promises(told: Told) -> None:
    database = Database(f"sqlite:///{told.data / 'policywatch.db'}")
    with database.reading() as session:
        assert problems(session) == []
