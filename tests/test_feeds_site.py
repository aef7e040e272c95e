import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from feed_examples import (
    HOSTILE,
    NOON,
    STATION,
    change,
    draft,
    policy,
    revision,
    sick,
    source,
    tell,
)
from markupsafe import Markup

from feeds import imprint
from feeds.coverage import coverage, look
from feeds.publish import publish
from feeds.settings import PublishSettings, Retirement, Watched
from feeds.site.dossier import Dossier, anchored, dossier_page, moved_page
from feeds.site.home import Front, home_page
from feeds.site.missing import missing_page
from feeds.site.reach import coverage_page, sources_page
from feeds.site.shell import SCRIPT, STYLE
from feeds.standing import region_tiles, source_lines
from feeds.verified import verified
from feeds.words import clock_words
from store.database import Database
from store.editions import Deadline
from store.records import Change, LifecycleStep
from store.revisits import Delay
from store.stories import Freshness

SETTINGS = PublishSettings()
NEVER = source("mz_hi", health=None, last_visit_at=None, last_success_at=None)


def _front(*news: Change, deadlines: object = (), sources: object = ()) -> Front:
    lines = source_lines(sources, (), {}, {})  # type: ignore[arg-type]
    told = [change for change in news if change.announcement == "announced"]
    return Front(told, len(told), len(told), 0, deadlines, lines, NOON)  # type: ignore[arg-type]


def _home(*news: Change, **told: object) -> BeautifulSoup:
    return BeautifulSoup(home_page(_front(*news, **told), SETTINGS), "lxml")


def _sources(*statuses: object, roster: object = ()) -> BeautifulSoup:
    lines = source_lines(statuses, roster, {}, {})  # type: ignore[arg-type]
    return BeautifulSoup(sources_page(lines, NOON, SETTINGS), "lxml")


def _watched(source_id: str, **fields: object) -> Watched:
    base = Watched(
        source_id, f"来源{source_id}", "46", "government", "https://a.cn/", "seen", 12, 1
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def _dossier(*history: Change, **fields: object) -> BeautifulSoup:
    known = Dossier(policy(**fields), history, source_names={"mz_js": "江苏省民政厅"})  # type: ignore[arg-type]
    return BeautifulSoup(dossier_page(known, SETTINGS), "lxml")


def test_news_is_grouped_by_chinese_day_newest_first() -> None:
    late = change(2, recorded_at=NOON + timedelta(hours=13))  # after midnight in China
    page = _home(late, change(1))
    assert [h.get_text() for h in page.select("#news h3")] == ["2026年6月7日", "2026年6月6日"]


def test_title_goes_to_the_official_page_and_the_dossier_stands_beside() -> None:
    (article,) = _home(revision()).select("#news article")
    links = [a["href"] for a in article.select("a")]
    assert links == [revision().page_url, "policy/p0003.html"]
    assert article["data-region"] == "32"
    assert article["data-topic"] == "社工站"
    assert "苏民发〔2026〕12号" in str(article["data-find"])


def test_filters_offer_what_there_is_with_counts() -> None:
    page = _home(change(1), change(3), draft(2))
    chips = {b["data-value"]: b.small.get_text() for b in page.select("[data-filter=region]")}  # type: ignore[union-attr]
    assert chips == {"32": "2", "22": "1"}
    assert page.select_one(".filters")["hidden"] == ""  # type: ignore[index]  # shown by the script alone


def test_no_news_and_not_looked_are_different_words() -> None:
    page = _sources(source(), sick(), NEVER, source("mz_h", health="silent"))
    rows = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.select("#sources tbody tr:not(.told)")
    ]
    assert [(row[1], row[3]) for row in rows] == [
        ("未能查到", "不知道"),
        ("已查看，久无更新", "没有新内容"),
        ("已查看", "没有新内容"),
        ("尚未查看", "不知道"),
    ]


def test_coverage_numbers_count_only_enabled_sources_that_were_visited() -> None:
    roster = [_watched("mz_js"), _watched("mz_jl"), _watched("mz_hi"), _watched("x", enabled=False)]
    lines = source_lines((source(), sick(), NEVER, source("x")), roster, {}, {})
    front = Front((), 0, 0, 0, (), lines, NOON)
    page = BeautifulSoup(home_page(front, SETTINGS), "lxml")
    assert page.select_one(".warn b").get_text() == "1/2"  # type: ignore[union-attr]
    assert "1个来源目前没有查到" in page.select_one(".notice").get_text()  # type: ignore[union-attr]
    assert "另有1个来源尚未查看过" in page.get_text()


def test_coverage_says_when_pages_were_last_verified_and_how_sure_addresses_are() -> None:
    roster = [_watched("mz_js", bases=("seen", "seen", "inferred"), columns=3), _watched("mz_jl")]
    lines = source_lines((source(), sick()), roster, {}, {})
    delays = {
        "mz_js": (
            Delay("month", True, 12, 24.0, NOON),
            Delay("month", False, 30, 48.0, NOON - timedelta(days=2)),
            Delay("older", False, 900, None, NOON - timedelta(days=90)),
        )
    }
    page = BeautifulSoup(
        coverage_page([], {}, [], lines, SETTINGS, verified=verified(delays)), "lxml"
    )
    text = page.find("section", attrs={"aria-labelledby": "verified-title"}).get_text()  # type: ignore[union-attr]
    assert "已存档 0 个；见于公开资料 2 个；推断，待核实 1 个；未知 0 个" in text
    rows = {row.th.get_text(): row for row in page.select("tbody tr") if row.th}  # type: ignore[union-attr]
    month, half_year, older = rows["江苏省民政厅"].find_all("td")[1:]
    assert month.get_text().startswith("42页")
    assert clock_words(NOON - timedelta(days=2)) in month.get_text(), "the rank that waited longest"
    assert "约24小时可见" in month.get_text()
    assert half_year.get_text() == "没有页面"
    assert "每日请求不够" in older.get_text()


def test_functions_do_not_make_every_process_publish_everything_anew() -> None:
    one, other = (replace(SETTINGS, delays=lambda stocks: {}) for _ in range(2))
    assert repr(one) != repr(other)
    assert imprint.look(one) == imprint.look(other)


def test_map_tells_news_quiet_failed_never_looked_and_guessed_apart() -> None:
    roster = [
        _watched("mz_js", region="32"),
        _watched("mz_nm", region="15"),
        _watched("mz_jl", region="22"),
        _watched("mz_hi", region="46"),
        _watched("mz_ah", region="34", basis="inferred"),
    ]
    never = replace(NEVER, source_id="mz_ah")
    looked = (source(), source("mz_nm"), sick(), NEVER, never)
    lines = source_lines(looked, roster, {}, {})
    tiles = region_tiles(lines, {"32": 3})
    states = {tile.region: tile.state for tile in tiles if tile.state != "none"}
    assert states == {"32": "news", "15": "quiet", "22": "failed", "46": "never", "34": "unsure"}
    assert len({tile.word for tile in tiles}) == 6
    page = BeautifulSoup(coverage_page(tiles, {}, [("2026-06", 3)], lines, SETTINGS), "lxml")
    classes = {str(tile["class"]) for tile in page.select("svg g.tile")}
    assert len(classes) == 6
    assert page.find(id="r-34").td.get_text(strip=True) == "地址为推断，尚未查看"  # type: ignore[union-attr]


def test_a_province_with_one_failed_source_does_not_look_wholly_read() -> None:
    roster = [_watched("mz_js", region="32"), _watched("mz_jl", region="32")]
    lines = source_lines((source(), sick(region="32")), roster, {}, {})
    (tile,) = [tile for tile in region_tiles(lines, {}) if tile.region == "32"]
    assert (tile.state, tile.word) == ("partial", "部分来源未能查到")
    page = BeautifulSoup(coverage_page([tile], {}, [], lines, SETTINGS), "lxml")
    assert "至少0条" in page.find(id="r-32").get_text()  # type: ignore[union-attr]


def test_topics_by_region_tell_fresh_old_nothing_and_unknown_apart() -> None:
    roster = [_watched("mz_js", region="32"), _watched("mz_jl", region="22")]
    lines = source_lines((source(), sick()), roster, {}, {})
    tiles = region_tiles(lines, {})
    ages = {"社工站": 3, "督导": 100, "慈善": 300}
    fresh = {
        ("32", topic): Freshness("32", topic, 9 - number, NOON - timedelta(days=days))
        for number, (topic, days) in enumerate(ages.items())
    } | {("33", "养老"): Freshness("33", "养老", 1, NOON)}
    page = BeautifulSoup(coverage_page(tiles, fresh, [], lines, SETTINGS, as_of=NOON), "lxml")
    rows = {
        row.th.find(string=True): [str(cell["class"][0]) for cell in row.find_all("td")]
        for row in page.select(".grid tbody tr")
    }
    assert rows == {
        "江苏": ["age-month", "age-half-year", "age-older", "age-nothing"],
        "吉林": ["age-unknown"] * 4,
        "浙江": ["age-unknown"] * 3 + ["age-month"],
    }
    assert "未查到" in page.select_one(".grid .state-failed").get_text()  # type: ignore[union-attr]


def test_a_step_of_the_future_is_told_as_one() -> None:
    steps = (
        LifecycleStep("issued", "2026-06-05", "印发。"),
        LifecycleStep("effective", "2026-07-01", "自2026年7月1日起施行。"),
        LifecycleStep("expired", "2031-07", "有效期5年。"),
    )
    words = [li.strong.get_text() for li in _dossier(steps=steps).select(".life li")]
    assert words == ["印发", "将施行", "将失效"]


def test_open_consultations_stand_above_with_the_days_left() -> None:
    open_call = Deadline(
        "p1", "办法", "consultation", "consultation", "2026-06-20", url="", updated_at=NOON
    )
    closed = replace(open_call, policy_id="p2", status="issued")
    over = replace(open_call, policy_id="p3", on="2026-06-05")
    page = _home(change(1), deadlines=(closed, open_call, over))
    (line,) = page.select(".deadlines li")
    assert line.get_text(" ", strip=True) == "2026年6月20日 还有14天 办法"


def test_style_and_script_are_ours_alone() -> None:
    for page, script in ((_home(change(1)), "'self'"), (_dossier(revision()), "'none'")):
        meta = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        rule = str(meta["content"])  # type: ignore[index]
        assert rule.startswith("default-src 'none'; style-src 'self';")
        assert f"script-src {script};" in rule
        assert "unsafe" not in rule
        assert not page.find_all("style")
        assert not [tag for tag in page.find_all(True) if "style" in tag.attrs]


def test_page_loads_nothing_from_anywhere() -> None:
    for page in (_home(change(1), sources=(sick(),)), _dossier(revision()), _sources(sick())):
        assert not page.find_all(["img", "iframe", "object", "video", "form", "base"])
        loaded = page.select("script[src], link[rel=stylesheet]")
        addresses = [str(tag.get("src") or tag.get("href")) for tag in loaded]
        assert addresses
        assert all(re.match(r"(\.\./)?assets/site\.", address) for address in addresses)


def test_own_style_and_script_stay_small() -> None:
    assert len(STYLE) + len(SCRIPT) < 100_000


def test_dossier_shows_life_text_changes_copies_and_why_we_believe_it() -> None:
    steps = (
        LifecycleStep("issued", "2026-06-05", "2026年6月5日印发。"),
        LifecycleStep("effective", None, "自印发之日起施行。"),
    )
    page = _dossier(revision(3), change(1), steps=steps)
    life = [li.get_text(" ", strip=True) for li in page.select(".life li")]
    assert life == ["印发 2026年6月5日 2026年6月5日印发。", "施行 日期未载明 自印发之日起施行。"]
    assert page.select_one("details del").get_text() == "三"  # type: ignore[union-attr]
    assert "每站配备社工不少于三名" in page.select_one(".text").get_text()  # type: ignore[union-attr]
    headings = [h.get_text() for h in page.select("h2")]
    assert headings == ["历程", "附件", "修订", "当前文本", "原文", "转载", "台账"]
    assert "江苏省民政厅" in page.find(id="role-original").parent.get_text()  # type: ignore[union-attr]
    ledger = page.select_one(".ledger").get_text()  # type: ignore[union-attr]
    assert "标题含“社会工作服务站”" in ledger
    assert "文号" in page.select("details")[-1].get_text()  # type: ignore[union-attr]


def test_dossier_known_only_by_citation_says_so() -> None:
    assert "还没有见到这份政策的原文" in _dossier(status="cited").get_text()


def test_dossier_whose_original_is_gone_says_so() -> None:
    gone = tuple(
        replace(member, withdrawn=member.role == "original") for member in policy().members
    )
    assert "官方原页已从网站撤下" in _dossier(members=gone).get_text()
    assert "官方原页已从网站撤下" not in _dossier().get_text()


def test_damaged_text_is_not_shown_on_the_dossier_either() -> None:
    page = dossier_page(Dossier(policy(), withheld=True), SETTINGS).decode()
    assert "原文部分字符损坏，请看原页" in page
    assert "每站配备社工" not in page


def test_merged_dossier_leads_to_the_one_that_stayed() -> None:
    page = BeautifulSoup(moved_page(policy("p7"), SETTINGS), "lxml")
    assert page.select_one("main a")["href"] == "p7.html"  # type: ignore[index]


def test_articles_of_the_text_can_be_linked_to() -> None:
    html = Markup("<p>第一条 甲。</p><p><strong>第二条</strong> 见第九条。</p><p>第一条 乙。</p>")
    text, articles = anchored(html)
    assert articles == ["第一条", "第二条"]
    assert text == (
        '<p id="第一条">第一条 甲。</p><p id="第二条"><strong>第二条</strong> 见第九条。</p>'
        "<p>第一条 乙。</p>"
    )


def test_picture_of_life_tells_done_planned_and_open_apart() -> None:
    steps = (
        LifecycleStep("issued", "2026-06-05", "印发。"),
        LifecycleStep("effective", "2026-07-01", "施行。"),
        LifecycleStep("expired", "2028", "有效期两年。"),
    )
    picture = _dossier(steps=steps).select_one("svg.lifeline")
    assert picture is not None
    assert picture["aria-label"] == (
        "尚未征求意见，已2026年6月5日印发，将于2026年7月1日施行，尚未修订，将于2028失效"
    )
    assert [str(stop["class"][1]) for stop in picture.select("circle")] == [
        "stop-open",
        "stop-done",
        "stop-planned",
        "stop-open",
        "stop-planned",
    ]


def test_picture_of_life_shows_a_revision_that_no_text_states() -> None:
    steps = (LifecycleStep("issued", "2026-06-05", "印发。"),)
    picture = _dossier(revision(), steps=steps).select_one("svg.lifeline")
    assert picture is not None
    assert "已2026年6月6日修订" in str(picture["aria-label"])


def test_revision_is_shown_old_beside_new() -> None:
    rows = _dossier(revision()).select("table.sides tbody tr")
    assert [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows] == [
        ["第一条 未改动"],
        ["第二条 每站配备社工不少于三名。", "第二条 每站配备社工不少于四名。"],
        ["（无）", "第三条 督导每月不少于一次。"],
    ]


@pytest.mark.parametrize("field", ["title", "body_text", "body_html", "source_name", "validity"])
def test_hostile_page_stays_inert_on_every_page(field: str) -> None:
    document = replace(STATION, **{field: HOSTILE})
    told = change(document=document, policy_title=HOSTILE, evidence=HOSTILE, topics=(HOSTILE,))
    hostile = policy(title=HOSTILE, document=document, topics=(HOSTILE,))
    shady = sick(name=HOSTILE, detail=HOSTILE)
    lines = source_lines((shady,), (), {}, {})
    known = Dossier(hostile, (told,), source_names={"mz_js": HOSTILE})
    for page in (
        home_page(_front(told, sources=(shady,)), SETTINGS),
        dossier_page(known, SETTINGS),
        sources_page(lines, NOON, SETTINGS),
    ):
        tree = BeautifulSoup(page, "lxml")
        assert not [s for s in tree.find_all("script") if "assets/site.js" not in str(s.get("src"))]
        assert not [t for t in tree.find_all(True) if any(a.startswith("on") for a in t.attrs)]
        assert not re.search("[\x00\u202e\ufffe]", page.decode())
        assert "𠮷" in page.decode()


def test_every_link_within_the_site_leads_somewhere(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    tell(database, 1)
    tell(database, 2, genre="news", role="news")
    tell(database, 3, announcement="baseline")
    publish(database, tmp_path / "public", SETTINGS)
    pages = list((tmp_path / "public").rglob("*.html"))
    assert len(pages) == 10
    for path in pages:
        tree = BeautifulSoup(path.read_bytes(), "lxml")
        for link in tree.select("a[href], link[href]"):
            href = str(link["href"])
            if href.startswith("http"):
                continue
            file, _, anchor = href.split("?")[0].partition("#")
            base = path.parent if not file.startswith("/") else tmp_path / "public"
            target = (base / file.lstrip("/")).resolve() if file else path
            assert target.is_file(), href
            if anchor:
                assert BeautifulSoup(target.read_bytes(), "lxml").find(id=anchor), href


def test_a_source_that_is_no_more_says_since_when_and_who_speaks_in_its_place() -> None:
    gone = Retirement("2026-05-01", "并入新网站", "mz_js")
    roster = (_watched("mz_old", enabled=False, retired=gone), _watched("mz_js", name="江苏民政厅"))
    page = _sources(source(), source("mz_old", name="旧网站"), roster=roster)
    text = page.get_text(" ", strip=True)
    assert "已停止监测" in text
    assert "未启用" not in text
    assert "2026年5月1日起停止监测：并入新网站。由江苏民政厅接续。" in text
    tiles = {tile.region: tile for tile in region_tiles(source_lines((), roster, {}, {}), {})}
    assert tiles["46"].sources == 1


def test_a_source_that_is_no_more_without_successor_names_none() -> None:
    gone = Retirement("2026-05-01", "网站关闭<i>")
    page = _sources(roster=(_watched("mz_old", enabled=False, retired=gone),))
    text = page.get_text(" ", strip=True)
    assert "2026年5月1日起停止监测：网站关闭<i>。" in text
    assert "接续" not in text


def test_the_404_page_finds_a_site_that_is_not_at_the_root_of_its_host() -> None:
    tree = BeautifulSoup(missing_page(replace(SETTINGS, public_url="https://a.cn/zc/")), "lxml")
    hrefs = [str(a["href"]) for a in tree.select("a[href], link[href]")]
    assert all(href.startswith(("/zc/", "#")) for href in hrefs)


def test_coverage_counts_only_success_within_the_window() -> None:
    old = source("old", last_success_at=NOON - timedelta(days=2))
    covered = coverage((source(), old, sick(), NEVER), NOON)
    assert [s.source_id for s in covered.looked] == ["mz_js"]
    assert covered.total == 4
    assert look(old) == "looked"
    assert look(old, NOON) == "failed"
    assert look(source(held=True)) == "held"
