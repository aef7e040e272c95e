import base64
import hashlib
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

from feeds.coverage import coverage, look
from feeds.publish import publish
from feeds.settings import PublishSettings
from feeds.site.dossier import dossier_page, moved_page
from feeds.site.home import home_page
from feeds.site.shell import SCRIPT, STYLE
from store.database import Database
from store.records import LifecycleStep

SETTINGS = PublishSettings()
NEVER = source("mz_hi", health=None, last_visit_at=None, last_success_at=None)


def _home(*changes: object, policies: object = (), sources: object = ()) -> BeautifulSoup:
    return BeautifulSoup(home_page(changes, policies, sources, SETTINGS), "lxml")  # type: ignore[arg-type]


def _dossier(*history: object, **fields: object) -> BeautifulSoup:
    names = {"mz_js": "江苏省民政厅"}
    page = dossier_page(policy(**fields), history, SETTINGS, source_names=names)  # type: ignore[arg-type]
    return BeautifulSoup(page, "lxml")


def test_news_is_grouped_by_chinese_day_newest_first() -> None:
    late = change(2, recorded_at=NOON + timedelta(hours=13))  # after midnight in China
    page = _home(late, change(1))
    assert [h.get_text() for h in page.select("#news h3")] == ["2026年6月7日", "2026年6月6日"]


def test_only_announced_changes_are_news() -> None:
    page = _home(change(1), change(2, announcement="baseline"), change(3, announcement="held"))
    assert len(page.select("#news article")) == 1


def test_title_goes_to_the_official_page_and_the_dossier_stands_beside() -> None:
    (article,) = _home(revision()).select("#news article")
    links = [a["href"] for a in article.select("a")]
    assert links == [revision().page_url, "policy/p0003.html"]
    assert article["data-region"] == "32"
    assert article["data-topic"] == "社工站"
    assert "苏民发〔2026〕12号" in str(article["data-find"])


def test_filters_offer_what_there_is_with_counts() -> None:
    page = _home(change(1), draft(2), policies=(policy(),))
    chips = {b["data-value"]: b.small.get_text() for b in page.select("[data-filter=region]")}  # type: ignore[union-attr]
    assert chips == {"32": "2", "22": "1"}
    assert page.select_one(".filters")["hidden"] == ""  # type: ignore[index]  # shown by the script alone


def test_no_news_and_not_looked_are_different_words() -> None:
    page = _home(sources=(source(), sick(), NEVER, source("mz_h", health="silent")))
    rows = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.select("#sources tbody tr")
    ]
    assert [(row[1], row[3]) for row in rows] == [
        ("未能查到", "不知道"),
        ("尚未查看", "不知道"),
        ("已查看，久无更新", "没有新内容"),
        ("已查看", "没有新内容"),
    ]
    assert "2个来源目前没有查到" in page.select_one(".notice").get_text()  # type: ignore[union-attr]


def test_open_consultations_stand_above_with_the_days_left() -> None:
    document = replace(STATION, consultation_ends_on="2026-06-20")
    open_draft = policy(status="consultation", document=document)
    closed = policy("p2", status="issued", document=document)
    page = _home(change(1), policies=(open_draft, closed))
    (line,) = page.select(".deadlines li")
    assert line.get_text(" ", strip=True) == f"2026年6月20日 还有14天 {STATION.title}"


def test_style_and_script_are_ours_alone_by_hash() -> None:
    page = _home(change(1))
    meta = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    rule = str(meta["content"])  # type: ignore[index]
    assert rule.startswith("default-src 'none'")
    assert "unsafe" not in rule
    for element, text in (("style", STYLE), ("script", SCRIPT)):
        (found,) = page.find_all(element)
        assert found.string == text
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in rule
    assert not [tag for tag in page.find_all(True) if "style" in tag.attrs]


def test_page_loads_nothing_from_anywhere() -> None:
    for page in (_home(change(1), policies=(policy(),), sources=(sick(),)), _dossier(revision())):
        assert not page.find_all(["img", "iframe", "object", "video", "form", "base"])
        assert not page.select("script[src], link[rel=stylesheet]")


def test_own_style_and_script_stay_small() -> None:
    assert len(STYLE.encode()) + len(SCRIPT.encode()) < 100_000


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
    page = dossier_page(policy(), (), SETTINGS, source_names={}, withheld=True).decode()
    assert "原文部分字符损坏，请看原页" in page
    assert "每站配备社工" not in page


def test_merged_dossier_leads_to_the_one_that_stayed() -> None:
    page = BeautifulSoup(moved_page(policy("p7"), SETTINGS), "lxml")
    assert page.select_one("main a")["href"] == "p7.html"  # type: ignore[index]


@pytest.mark.parametrize("field", ["title", "body_text", "body_html", "source_name", "validity"])
def test_hostile_page_stays_inert_on_every_page(field: str) -> None:
    document = replace(STATION, **{field: HOSTILE})
    told = change(document=document, policy_title=HOSTILE, evidence=HOSTILE, topics=(HOSTILE,))
    hostile = policy(title=HOSTILE, document=document, topics=(HOSTILE,))
    shady = sick(name=HOSTILE, detail=HOSTILE)
    for page in (
        home_page((told,), (hostile,), (shady,), SETTINGS),
        dossier_page(hostile, (told,), SETTINGS, source_names={"mz_js": HOSTILE}),
    ):
        tree = BeautifulSoup(page, "lxml")
        assert len(tree.find_all("script")) == 1
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
    assert len(pages) == 4
    for path in pages:
        tree = BeautifulSoup(path.read_bytes(), "lxml")
        for link in tree.select("a[href], link[href]"):
            href = str(link["href"])
            if href.startswith("http"):
                continue
            file, _, anchor = href.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), href
            if anchor:
                assert BeautifulSoup(target.read_bytes(), "lxml").find(id=anchor), href


def test_coverage_counts_only_success_within_the_window() -> None:
    old = source("old", last_success_at=NOON - timedelta(days=2))
    covered = coverage((source(), old, sick(), NEVER), NOON)
    assert [s.source_id for s in covered.looked] == ["mz_js"]
    assert covered.total == 4
    assert look(old) == "looked"
    assert look(old, NOON) == "failed"
    assert look(source(held=True)) == "held"
