"""An operator's story: a redesign overnight, a challenge, a recovery; one alarm, one recovery."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from config import load_config
from crawler.sources import load_source
from samplesites import SampleInternet, serve
from samplesites.cards import TRS
from samplesites.markup import rendered
from samplesites.obstacles import CHALLENGE_COOKIE
from samplesites.trs import TrsSite
from samplesites.web import Column, Page
from scheduler import Job
from store import health, ledger
from store.records import HealthEvent

REDESIGN_DAY = 1


class RedesignedSite(TrsSite):
    """New clothes under the old addresses from day 1: cards in place of list items."""

    def render(self, day: int) -> Mapping[str, Page]:
        pages = dict(super().render(day))
        if day >= REDESIGN_DAY:
            for path, page in pages.items():
                if path.endswith(("index.html", "index_1.html", "index_2.html")):
                    pages[path] = Page(_as_cards(page.body))
        return pages


class MovedSite(TrsSite):
    """From day 1 every column lies elsewhere and the old addresses answer 404."""

    def column_url(self, column: Column) -> str:
        return f"{self.base_url}/{column.code}/"

    def home(self) -> Page:
        links = "".join(
            f'<li><a href="/new/{c.code}/">{c.name}</a></li>' for c in self.card.columns
        )
        title = f"<title>{self.card.name}</title>"
        return Page(f"<html><head>{title}</head><body><ul>{links}</ul></body></html>".encode())

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        if day < REDESIGN_DAY or path in {"/", "/robots.txt"}:
            return super().answer(path, query, day)
        if not path.startswith("/new/"):
            return None
        return super().answer(path.removeprefix("/new"), query, day)


class ForgetfulSite(MovedSite):
    """As MovedSite, but what it does not know it answers with its home page, and 200."""

    def home(self) -> Page:
        links = "".join(
            f'<li><a href="/new/{c.code}/">{c.name}</a></li>' for c in self.card.columns
        )
        news = "".join(
            f'<li><a href="/new/t/{n}.html">省民政厅召开第{n}次社会组织座谈会</a>'
            f"<span>2026-06-0{n}</span></li>"
            for n in range(1, 8)
        )
        head = f"<head><meta charset='utf-8'><title>{self.card.name}</title></head>"
        body = f"<ul>{links}</ul><div><ul>{news}</ul></div>"
        return Page(f"<html>{head}<body>{body}</body></html>".encode())

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        known = super().answer(path, query, day)
        return known or (self.home() if day >= REDESIGN_DAY else None)


class WalledSite(TrsSite):
    """Days 1 and 2 stand behind a challenge; day 3 is open again."""

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        if path != "/robots.txt" and day in {1, 2}:
            body = rendered("challenge.html").encode()
            return Page(body, status=412, headers=(("Set-Cookie", CHALLENGE_COOKIE),))
        return super().answer(path, query, day)


def _as_cards(page: bytes) -> bytes:
    text = page.decode()
    for old, new in (
        ("<ul", "<section"),
        ("</ul", "</section"),
        ("<li", "<article"),
        ("</li", "</article"),
    ):
        text = text.replace(old, new)
    return text.encode()


class Story:
    """One job on one site, a day at a time."""

    def __init__(self, internet: SampleInternet, folder: Path) -> None:
        internet.write_sources(folder / "sources")
        self.internet = internet
        self.data = folder / "var"
        self.sources = folder / "sources"
        config = load_config(data=self.data, sources=self.sources)
        self.job = Job(config, clock=lambda: internet.now)

    def live(self, days: int) -> "Story":
        """Run today, then on each of the following days."""
        self.job.run(["demo_trs"])
        for _ in range(days):
            self.internet.advance()
            self.job.run(["demo_trs"])
        return self

    def events(self) -> list[HealthEvent]:
        with self.job.database.reading() as session:
            return health.events(session)[::-1]

    def announced(self) -> list[str]:
        with self.job.database.reading() as session:
            return [
                c.policy_title for c in ledger.changes(session) if c.announcement == "announced"
            ]


@pytest.fixture
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    with serve(port_base=24700, roster=((request.param, TRS),)) as internet:
        yield Story(internet, tmp_path)


@pytest.mark.parametrize("story", [RedesignedSite], indirect=True)
def test_a_site_redesigned_overnight_is_read_as_before(story: Story) -> None:
    story.live(1)
    assert story.events() == []
    assert story.announced(), "the policy of day 1 is found in the new clothes"


@pytest.mark.parametrize("story", [MovedSite], indirect=True)
def test_columns_that_moved_are_named_proposed_and_read_again_once_adopted(story: Story) -> None:
    before = {path.name: path.read_bytes() for path in story.sources.iterdir()}
    story.live(1)
    (event,) = story.events()
    assert (event.was, event.now) == ("healthy", "sick")
    assert "404" in event.reason
    assert "proposals/demo_trs.toml" in event.remedy
    proposal = story.data / "proposals" / "demo_trs.toml"
    proposed = load_source(proposal).columns
    assert {c.id for c in proposed} == {c.id for c in TRS.columns}
    assert all("/new/" in c.url for c in proposed), "each column has its new address"
    after = {path.name: path.read_bytes() for path in story.sources.iterdir()}
    assert after == before, "nothing is adopted silently"
    (story.sources / "demo_trs.toml").write_bytes(proposal.read_bytes())
    story.internet.advance()
    Job(story.job.config, clock=story.job.clock).run(["demo_trs"])
    assert [(e.was, e.now) for e in story.events()] == [("healthy", "sick"), ("sick", "healthy")]
    assert not proposal.exists(), "a proposal lies only as long as its source is broken"


@pytest.mark.parametrize("story", [ForgetfulSite], indirect=True)
def test_a_home_page_under_a_dead_columns_address_is_no_list(story: Story) -> None:
    story.live(1)
    (event,) = story.events()
    assert (event.was, event.now) == ("healthy", "sick")
    assert "首页" in event.reason
    assert "proposals/demo_trs.toml" in event.remedy, "the run has looked where they are now"
    assert not [title for title in story.announced() if "座谈会" in title]
    with story.job.database.reading() as session:
        assert not [c for c in ledger.changes(session) if "/new/t/" in c.page_url]
        assert not [c for c in ledger.changes(session) if c.kind == "withdrawn"]


@pytest.mark.parametrize("story", [WalledSite], indirect=True)
def test_a_site_that_answers_412_and_comes_back_is_one_alarm_and_one_recovery(
    story: Story,
) -> None:
    story.live(3)
    alarm, recovery = story.events()
    assert (alarm.was, alarm.now) == ("healthy", "sick")
    assert "412" in alarm.reason
    assert "不破解" in alarm.remedy
    assert (recovery.was, recovery.now) == ("sick", "healthy")
    assert recovery.happened_at - alarm.happened_at == timedelta(days=2)
    assert not (story.data / "proposals").exists(), "a wall is no move"
