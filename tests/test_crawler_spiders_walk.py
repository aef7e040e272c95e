"""How far a crawl walks on real HTTP: calendars, counted pages, carried pages, backfills.

All sites of a story are crawled together, by one child for each crawl.
"""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import pytest
from crawl_site import NOW, PATHS, ROWS, SITE, Answer, Desk, TinySite, know, listing, page, serving

from crawler.archived import iter_responses, read_body
from crawler.backfill import Backfill
from crawler.client import Client, manners_of
from crawler.settle import Settlement
from crawler.sources import load_source, load_sources
from crawler.survey import look
from feeds.render import official_link
from store import captures, columns, ledger, visits
from store.records import Visit

JSON = (("Content-Type", "application/json"),)


@dataclass
class Story:
    """What every crawl asked of every site and saw there, in order."""

    desk: Desk
    sites: dict[str, TinySite] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    seen: list[dict[str, dict[str, Visit]]] = field(default_factory=list)

    def crawl(self, hours=0, backfill=None, *, settled=False):
        for site in self.sites.values():
            site.asked.clear()
        now = NOW + timedelta(hours=hours)
        result = self.desk.crawl(now=now, backfill=backfill)
        assert result.completed, result.detail
        self.asked.append({name: site.paths() for name, site in self.sites.items()})
        self.seen.append({name: self.desk.of(name) for name in self.sites})
        if settled:
            sources = load_sources(self.desk.sources)
            archive = self.desk.folder / "archive"
            Settlement(self.desk.database, archive, sources, lambda: now).settle()
        else:
            know(self.desk, self.desk.visits())

    def lists(self, crawl, name):
        return [path for path in self.asked[crawl][name] if path.startswith("/zcwj/")]

    def articles(self, crawl, name):
        return {path for path in self.asked[crawl][name] if path.startswith("/p/")}

    def body(self, visit):
        with self.desk.database.reading() as session:
            capture = captures.get(session, visit.capture_id)
        return read_body(self.desk.folder / "archive", capture).decode()


def article(n):
    return f"/p/{n}.html"


def long_list(pages):
    """A list of so many pages of three rows: rows 1 to 3 of 2026 to 2024, and so on."""
    site = {}
    for number in range(1, pages + 1):
        rows = [
            (article(n), f"关于第{n}批社会工作服务站建设的通知", f"{2027 - n}-05-01")
            for n in range(3 * number - 2, 3 * number + 1)
        ]
        more = f'<a href="/zcwj/p{number + 1}.html">下一页</a>' if number < pages else ""
        site["/zcwj/" if number == 1 else f"/zcwj/p{number}.html"] = listing(rows, more=more)
        site |= {path: page(title) for path, title, _ in rows}
    return site


# --- what the sites hold ------------------------------------------------------------------------

QUESTION = quote(quote('{"goPage":1,"pageSize":5}', safe=""), safe="")
LIBRARY = f"/gdnps/searchIndex.jsp?params={QUESTION}"
CARRIED = "/n1/c2/content.html"
PICTURE = "/gdnps/pc/content.jsp?mtype=1&id=9"
TEXT = "<p>各地要加强社会工作专业人才队伍建设，明确专人负责，按时报送工作进展。</p>" * 9


def library(text=TEXT):
    row = {
        "title": "关于加强社会工作专业人才队伍建设的意见",
        "publishTime": "20260501093000",
        "url": CARRIED,
        "htmlContent": f"{text}<p><a href='/attr/download.jsp?id=7'>附件：申报表.docx</a></p>",
    }
    picture = {"title": "关于表扬志愿服务先进典型的通报", "id": 9, "htmlContent": "<img src=a.jpg>"}
    answer = json.dumps({"resultMap": [row, picture]}, ensure_ascii=False)
    return Answer(f"({answer});".encode(), headers=JSON)


def calendar(**months):
    links = {
        month: [f"<a href='/d{day}'>{int(day[:2])}月{int(day[2:])}日</a>" for day in days]
        for month, days in months.items()
    }
    return Answer(json.dumps(links, ensure_ascii=False).encode(), headers=JSON)


def day_page(day):
    return listing(
        [(f"/n1/2026/{day}/c45-{n}{day}.html", f"社工站里的春天·{n}", "") for n in (1, 2)]
    )


DAYS = ("0102", "0206", "0213", "1230")
PAPER = {
    "/paper/": Answer(
        b'[{"title": "2025", "url": "/y2025"}, {"title": "2026", "url": "/y2026"}]', headers=JSON
    ),
    "/y2026": calendar(jan=["0102"], feb=["0206"]),
    "/y2025": calendar(dec=["1230"]),
    **{f"/d{day}": day_page(day) for day in DAYS},
    **{f"/n1/2026/{d}/c45-{n}{d}.html": page("社工站里的春天") for d in DAYS for n in (1, 2)},
}
ARTICLES = {path: page(title) for path, title, _ in ROWS}
FORM = '</p><p>附件：<a href="/down.jsp?fid=3">1.社会工作服务项目申报表.doc</a></p><p>'
SIGNPOST = Answer(
    "<html><body><p>当前位置：首页 > 政策文件</p><div id='list'></div>"
    "<script>var columnid=9,unitid=4,webid=2,perPage=1,totalRecord=6</script></body>".encode()
)
WINDOW = (
    "startrecord={}&endrecord={}&webid=2&columnid=9&unitid=4&perpage=1"
    "&col=1&appid=1&path=%2F&sourceContentType=1"
)


def records(first, last):
    """What the service answers to POST; GET is refused."""
    rows = "".join(
        f"<record><![CDATA[<li><a href='{path}'>{title}</a><span>{on}</span></li>]]></record>"
        for path, title, on in ROWS[first - 1 : last]
    )
    body = f"<datastore><totalrecord>6</totalrecord><recordset>{rows}</recordset></datastore>"
    return Answer(body.encode(), headers=(("Content-Type", "text/xml"),), post_only=True)


QUESTIONS = {
    f"/module/web/jpage/dataproxy.jsp?{WINDOW.format(*window)}": records(*window)
    for window in ((1, 3), (4, 6))
}
SITES = {
    "library": {
        LIBRARY: library(),
        PICTURE: page("关于表扬志愿服务先进典型的通报"),
        "/attr/download.jsp?id=7": Answer(b"PK\x03\x04 docx"),
    },
    "paper": PAPER,
    "counted": {
        "/zcwj/": listing(ROWS[:3]),
        "/zcwj/index_1.html": listing(ROWS[3:]),
        **ARTICLES,
    },
    "stuck": {
        **{path: listing(ROWS) for path in ("/zcwj/", *(f"/zcwj/?page={n}" for n in range(2, 9)))},
        **ARTICLES,
    },
    "young": long_list(4),
    "posting": {"/zcwj/": SIGNPOST, **QUESTIONS, **ARTICLES},
    "files": {
        "/zcwj/": listing(ROWS[:3]),
        **ARTICLES,
        ROWS[0][0]: page(ROWS[0][1], text="各地要充分认识社会工作的重要意义。" * 20 + FORM),
        "/down.jsp?fid=3": Answer(b"\xd0\xcf\x11\xe0"),
    },
}
TITLE = ROWS[0][1]


def one_post(root):
    """A site that shows its one post under this root and no other."""
    address = f"/{root}/content/post_1.html"
    rows = [(address, TITLE, "2026-05-01"), *ROWS[1:3]]
    return {"/zcwj/": listing(rows), address: page(TITLE), **ARTICLES}


FAMILIES = {
    "posting": ("hanweb", "/zcwj/"),
    "library": ("gdnps", LIBRARY),
    "paper": ("people_paper", "/paper/"),
}
MORE = {
    "posting": "post = true",
    "library": "carries_pages = true",
    "counted": 'pager = "index_{page}.html"',
    "stuck": 'pager = "?page={page}"\nsecond_page = 2',
    "young": 'since = "2022"',
}


def open_sites(story, stack, sites, **options):
    for name, pages in sites.items():
        story.sites[name] = stack.enter_context(serving(pages))
        family, path = FAMILIES.get(name, ("generic", "/zcwj/"))
        story.desk.watch(name, story.sites[name].base, path, family=family, **options)
        file = story.desk.sources / f"{name}.toml"
        text = file.read_text(encoding="utf-8").replace('id = "gdnps"', 'id = "library"')
        file.write_text(f"{text}\n{MORE.get(name, '')}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    told = Story(Desk(tmp_path_factory.mktemp("walk")))
    with ExitStack() as stack:
        open_sites(told, stack, SITES)
        twins = r"[['/\w+/(?:pc/)?content/post_(\d+)', '/post_\1']]"
        open_sites(told, stack, {"twins": one_post("cn")}, twins=twins)
        told.crawl(settled=True)
        told.sites["twins"].pages = one_post("szmz/pc")
        told.sites["paper"].pages["/y2026"] = calendar(jan=["0102"], feb=["0206", "0213"])
        told.crawl(hours=12, settled=True)
        told.sites["library"].pages[LIBRARY] = library(TEXT.replace("按时", "按月"))
        told.crawl(hours=24 * 40, settled=True)
    return told


# --- carried pages ------------------------------------------------------------------------------


def test_a_page_that_its_list_carries_is_never_asked_for(story):
    assert set(story.asked[0]["library"]) == {LIBRARY, PICTURE, "/attr/download.jsp?id=7"}
    assert all(CARRIED not in asked["library"] for asked in story.asked)
    carried = story.seen[0]["library"][CARRIED]
    assert (carried.outcome, carried.target, carried.entry.on) == ("ok", "page", "2026-05-01")
    assert carried.status is None, "no request was made for it"
    assert "一起返回" in carried.detail


def test_a_carried_page_is_archived_once_as_long_as_it_reads_the_same(story):
    first, again, edited = (seen["library"][CARRIED] for seen in story.seen)
    assert (again.outcome, again.capture_id) == ("unchanged", first.capture_id)
    assert edited.outcome == "ok"
    assert "按月报送" in story.body(edited)
    [archive] = (story.desk.folder / "archive").glob("run000001-*")
    kept = [r.body.decode() for r in iter_responses(archive) if r.url.endswith(CARRIED)]
    assert kept == [story.body(first)]


def test_a_carried_page_becomes_a_document_with_the_title_and_day_of_its_row(story):
    with story.desk.database.reading() as session:
        changes = ledger.changes(session)
    told = [c for c in changes if c.document.title == "关于加强社会工作专业人才队伍建设的意见"]
    assert [change.kind for change in told] == ["new", "revised"]
    assert told[0].document.published_on == "2026-05-01"
    assert [a.name for a in told[0].document.attachments] == ["附件：申报表.docx"]


# --- calendars, counted pages, stuck pagers -----------------------------------------------------


def test_a_paper_is_walked_from_its_newest_day_to_the_first_day_that_is_known(story):
    walks = [[p for p in asked["paper"] if not p.startswith("/n1/")] for asked in story.asked]
    assert walks[0] == ["/paper/", "/y2026", "/d0206", "/d0102", "/y2025", "/d1230"]
    assert walks[1] == ["/paper/", "/y2026", "/d0213", "/d0206"]


def test_a_counted_page_that_does_not_exist_ends_the_list_and_proves_nothing_absent(story):
    seen = story.seen[0]["counted"]
    assert seen["/zcwj/index_1.html"].outcome == "ok"
    end = seen["/zcwj/index_2.html"]
    assert (end.outcome, end.complete) == ("empty_declared", False)
    assert "不存在" in end.detail


def test_a_pager_that_serves_the_same_rows_for_ever_is_left(story):
    assert story.lists(0, "stuck") == ["/zcwj/", "/zcwj/?page=2"]
    assert "与前面一页重复" in story.seen[0]["stuck"]["/zcwj/?page=2"].detail


def test_rows_before_the_year_a_column_begins_with_are_left_alone(story):
    assert story.articles(0, "young") == {article(n) for n in range(1, 6)}
    assert "/zcwj/p4.html" not in story.lists(0, "young")


def test_a_service_that_answers_post_only_is_asked_by_post(story):
    site = story.sites["posting"]
    assert [v.outcome for v in story.seen[0]["posting"].values() if v.target == "page"] == [
        "ok"
    ] * 6
    assert {path.partition("?")[2]: form for path, form in site.posted.items()} == {
        question: question for question in (WINDOW.format(1, 3), WINDOW.format(4, 6))
    }
    lists = [v for v in story.seen[0]["posting"].values() if v.target == "listing"]
    assert {visit.outcome for visit in lists} == {"ok"}


def test_the_doctor_asks_it_by_post_too(story):
    with serving(SITES["posting"]) as site:
        story.desk.watch("posted", site.base, "/zcwj/", family="hanweb")
        story.desk.ids.remove("posted")
        file = story.desk.sources / "posted.toml"
        file.write_text(file.read_text(encoding="utf-8") + "\npost = true\n", encoding="utf-8")
        source = load_source(file)
        file.unlink()
        seen = look(Client("test", manners_of(source)), source.columns[0], source.family)
    assert len(seen.listing.entries) == 3


def test_a_download_without_an_ending_is_fetched_as_the_document_names_it(story):
    assert story.seen[0]["files"]["/down.jsp?fid=3"].target == "attachment"


def test_a_page_is_one_under_all_its_addresses_and_asked_for_where_its_list_says(story):
    asked = [[p for p in asked["twins"] if "post_" in p] for asked in story.asked]
    assert asked == [["/cn/content/post_1.html"], [], ["/szmz/pc/content/post_1.html"]]
    assert [story.seen[crawl]["twins"]["/post_1.html"].outcome for crawl in (0, 2)] == ["ok", "ok"]
    with story.desk.database.reading() as session:
        changes = ledger.changes(session)
    [told] = [c for c in changes if c.page_url.endswith("/post_1.html")]
    assert told.address.endswith("/cn/content/post_1.html"), "what a reader can open"
    assert official_link(told) == told.address


# --- backfill -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backfills(tmp_path_factory):
    """An ordinary crawl that reads one page of each list, then backfills to page 9 or 2013."""
    told = Story(Desk(tmp_path_factory.mktemp("back")))
    with ExitStack() as stack:
        open_sites(told, stack, {"deep": long_list(6)})
        open_sites(told, stack, {"poor": long_list(6)}, daily_budget=14)
        for file in told.desk.sources.iterdir():
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("max_pages = 5", "max_pages = 1"), encoding="utf-8")
        told.crawl(settled=True)
        for day in (1, 2):
            told.crawl(25 * day, Backfill(pages=9, since="2013"), settled=True)
    return told


def test_a_backfill_walks_past_what_is_known_to_the_year_it_is_asked_for(backfills):
    assert backfills.lists(0, "deep") == ["/zcwj/"]
    assert backfills.lists(1, "deep") == ["/zcwj/", *(f"/zcwj/p{n}.html" for n in range(2, 7))]
    found = backfills.articles(1, "deep")
    assert found >= {article(n) for n in range(4, 15)}, "2023 to 2013"
    assert not found & {article(n) for n in range(15, 19)}


def test_a_backfill_that_spends_its_day_goes_on_where_it_stopped(backfills):
    lists = [backfills.lists(crawl, "poor") for crawl in (1, 2)]
    assert all(len(asked["poor"]) <= 14 for asked in backfills.asked)
    assert lists[0][0] == "/zcwj/"
    assert lists[1][0] == lists[0][-1], "the page whose rows were left is read once more"
    found = backfills.articles(1, "poor") | backfills.articles(2, "poor")
    assert found >= {article(n) for n in range(4, 15)}
    with backfills.desk.database.reading() as session:
        assert columns.cursor(session, "poor", "zcwj") is None


def test_what_a_backfill_finds_is_recorded_and_neither_announced_nor_held(backfills):
    with backfills.desk.database.reading() as session:
        changes = ledger.changes(session)
        assert visits.unsettled(session) == []
    found = {c.page_url.rpartition("/")[2]: c for c in changes if c.kind == "new"}
    assert len(found) >= 11
    assert {change.announcement for change in found.values()} <= {"baseline", "irrelevant"}


def test_a_backfill_withdraws_nothing(backfills):
    with backfills.desk.database.reading() as session:
        assert not [c for c in ledger.changes(session) if c.kind == "withdrawn"]


def test_a_site_under_maintenance_is_not_asked_for_its_pages(tmp_path):
    desk = Desk(tmp_path)
    upkeep = Answer("<html><body><p>系统维护中，请稍后访问。</p></body></html>".encode())
    with serving(SITE) as site:
        desk.watch("upkeep", site.base, "/zcwj/")
        desk.crawl()
        know(desk, desk.visits())
        site.pages.update(dict.fromkeys(SITE, upkeep))
        site.asked.clear()
        desk.crawl(now=NOW + timedelta(days=1))
        assert desk.of("upkeep")["/zcwj/"].outcome == "empty_unexpected"
        assert not set(site.paths()) & set(PATHS)
        site.pages.update(SITE)
        desk.crawl(now=NOW + timedelta(days=2))
        assert set(PATHS) <= set(site.paths())
