"""The site in a real Chromium (Debian's, driven by Playwright), opened from a folder and served.

Skips by name where the browser or its driver is absent; `.ci/packages.txt` lists the browser.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from feed_examples import HOSTILE, NOON, SALARY_DIFF, sick, source, tell
from served_site import ServedSite, served

from store import editions, health
from store.database import Database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="the Playwright driver is absent")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is absent")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")

PAGES = ("index", "library", "coverage", "sources", "subscribe", "library/1")
PATIENCE_MS = 240_000.0
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    folder = tmp_path_factory.mktemp("site")
    database = Database(f"sqlite:///{folder / 'policywatch.db'}")
    topics = ("社工站", *(f"职业资格与考试{letter}" for letter in "甲乙丙丁戊己"))
    tell(database, 1, title="社工督导工作办法", region="33", topics=topics)
    tell(database, 2, body_text="第一条 甲。\n第二条 乙。\n第三条 丙。")
    with database.reading() as session:
        known = editions.order(session)[-1]
    day = NOON + timedelta(days=1)
    tell(database, 2, kind="revised", diff=SALARY_DIFF, policy_id=known, now=day)
    tell(database, 5, title="社会工作者继续教育办法", announcement="baseline", region="22")
    tell(database, 3, genre="news", role="news", region="33", now=day)
    hostile = HOSTILE.replace("\ud800", "")
    tell(database, 4, title=hostile, body_html=hostile, source_name=hostile, now=day)
    with database.writing() as session:
        health.put(session, source())
        health.put(session, sick(name=hostile, detail=hostile))
    with served(database, folder / "public") as running:
        running.publish()
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS
        )
        yield found
        found.close()


class Watch:
    """A page that remembers what went wrong on it and what it asked for."""

    def __init__(self, browser: Any, site: ServedSite, **options: Any) -> None:
        self.site = site
        self.page = browser.new_context(**options).new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append("a dialog opened"))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, name: str, *, folder: bool = False) -> Any:
        root = self.site.public.as_uri() if folder else self.site.url
        self.page.goto(f"{root}/{name}.html")
        return self.page

    def close(self) -> None:
        self.page.context.close()


@pytest.fixture
def watch(browser: Any, site: ServedSite) -> Iterator[Watch]:
    watched = Watch(browser, site)
    yield watched
    assert watched.complaints == []
    home = (site.url, site.public.as_uri())
    assert [url for url in watched.asked if not url.startswith(home)] == []
    watched.close()


def _dossiers(site: ServedSite) -> list[str]:
    return [f"policy/{path.stem}" for path in sorted((site.public / "policy").glob("*.html"))]


@pytest.mark.parametrize("folder", [True, False], ids=["from a folder", "served"])
def test_no_page_complains_or_asks_for_anything_elsewhere(watch: Watch, folder: bool) -> None:
    for name in (*PAGES, *_dossiers(watch.site)):
        page = watch.open(name, folder=folder)
        assert page.locator("h1").count() == 1, name
        colour = "getComputedStyle(document.querySelector('.top')).backgroundColor"
        assert page.evaluate(colour) == "rgb(157, 31, 36)", name


@pytest.mark.parametrize("folder", [True, False], ids=["from a folder", "served"])
def test_library_search_finds_two_characters_and_follows_chips(watch: Watch, folder: bool) -> None:
    page = watch.open("library", folder=folder)
    page.fill("#find", "督导")
    page.get_by_text("找到1份").wait_for()
    assert page.inner_text("#results a") == "社工督导工作办法"
    page.click("[data-filter=region][data-value='32']")
    page.get_by_text("找到0份").wait_for()
    page.click("#clear")
    assert page.locator("#newest").is_visible()
    page.fill("#find", "社工者继续教育")  # 社会工作 by its short name
    page.get_by_text("找到1份").wait_for()


def test_news_filter_search_and_way_to_the_library(watch: Watch) -> None:
    page = watch.open("index")
    shown = "[data-entry]:not([hidden])"
    before = page.locator(shown).count()
    page.click("[data-filter=genre][data-value=news]")
    assert page.locator(shown).count() == 1
    page.click("#clear")
    assert page.locator(shown).count() == before == 5
    page.fill("#find", "社工督导")
    assert page.locator(shown).count() == 1
    page.click("#elsewhere")
    page.get_by_text("找到1份").wait_for()


def test_a_reader_opens_a_dossier_and_reads_old_beside_new(watch: Watch) -> None:
    page = watch.open("library")
    page.click("#newest a:has-text('社工站建设意见之2')")
    page.click("summary:has-text('新旧对照')")
    row = page.locator("table.sides tr", has_text="第二条")
    assert row.locator("del").inner_text() == "三"
    assert row.locator("ins").inner_text() == "四"


def test_on_paper_nothing_stays_folded_and_nothing_is_only_for_the_screen(watch: Watch) -> None:
    page = watch.open("library")
    page.click("#newest a:has-text('社工站建设意见之2')")
    assert not page.locator("table.sides").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator("table.sides").first.is_visible()
    assert not page.locator(".top").is_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_everything_is_reached_by_keyboard_alone(watch: Watch) -> None:
    page = watch.open("index")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("(e => e.id || e.dataset.value || e.tagName)(document.activeElement)")
        )
    assert {"find", "32", "news"} <= set(seen)
    page.focus("[data-filter=genre][data-value=news]")
    page.keyboard.press("Space")
    assert page.locator("[data-entry]:not([hidden])").count() == 1


def test_no_page_is_wider_than_a_phone(browser: Any, site: ServedSite) -> None:
    watch = Watch(browser, site, viewport=PHONE)
    for name in (*PAGES, *_dossiers(site)):
        width = watch.open(name).evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], name
    watch.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, site: ServedSite, scheme: str) -> None:
    watch = Watch(browser, site, color_scheme=scheme)
    for name in (*PAGES, *_dossiers(site)[:2]):
        page = watch.open(name)
        found = axe.Axe().run(page).response["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        told = [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in grave]
        assert told == [], name
    watch.close()


def test_hostile_titles_are_shown_as_text_in_search_results(watch: Watch) -> None:
    page = watch.open("library")
    page.fill("#find", "alert")
    page.get_by_text("找到1份").wait_for()
    assert "<script>alert(1)</script>" in page.inner_text("#results a")


def test_builder_gives_a_static_feed_for_one_choice_and_a_filter_for_more(watch: Watch) -> None:
    page = watch.open("subscribe")
    page.select_option("#b-region", "33")
    link = page.locator("#built a")
    assert link.get_attribute("href") == f"{watch.site.url}/feeds/region-33.xml"
    page.fill("#b-q", "督导")
    built = link.get_attribute("href")
    assert re.search(r"/feed\.xml\?region=33&q=%E7%9D%A3%E5%AF%BC$", built)
    assert page.locator("#served").is_visible()
    assert watch.site.get(built.removeprefix(watch.site.url))[0] == 200


def test_searching_a_hundred_thousand_titles_costs_less_than_ten_plain_looks(watch: Watch) -> None:
    """A plain look through them takes some 10 ms here; both are timed on whatever machine it is."""
    page = watch.open("library")
    page.fill("#find", "督导")
    page.get_by_text("找到1份").wait_for()
    spent_ms, plain_ms = page.evaluate(
        """() => {
          for (let n = 0; n < 100000; n += 1) {
            const row = ["p" + n, "第" + n + "号关于加强社会工作服务站建设的实施意见", "民发" + n,
                         "32", "policy", ["社工站"], "issued", "2026-06-06"];
            row.find = row[1] + " " + row[2];
            library.push(row);
          }
          const find = document.getElementById("find");
          const spent = [], plain = [];
          const timed = (times, act) => {
            const started = performance.now();
            act();
            times.push(performance.now() - started);
          };
          for (const word of ["社会", "社工", "99", "督导", "站建"]) {
            find.value = word;
            timed(spent, () => find.dispatchEvent(new Event("input")));
            timed(plain, () => library.filter((row) => row.find.includes(word)).length);
          }
          return [spent, plain].map((times) => times.sort((a, b) => a - b)[2]);
        }"""
    )
    assert spent_ms < 10 * plain_ms
