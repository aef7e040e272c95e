"""Crawls on real HTTP: every request ends in a named outcome, and calm sites cost next to nothing.

Twelve sites are crawled three times, by three children: first, half a day later, two days later.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest
from crawl_site import (
    NOW,
    PATHS,
    ROWS,
    SITE,
    Answer,
    Desk,
    TinySite,
    know,
    listing,
    page,
    self_signed,
    serving,
)

from crawler.archived import read_body
from samplesites import serve
from samplesites.roster import BAD_ROSTER
from store import captures
from store.records import Visit

PDF = b"%PDF-1.4 \xd6\xd0\xce\xc4"
GBK_ROWS = [("/p/1.html", "关于镕堃社会工作站的通知", "2026-05-01"), *ROWS[1:3]]
GBK_LIST = listing(GBK_ROWS).body.decode().encode("gb18030")
PAGER = '<a href="/zcwj/index_{}.html">下一页</a>'
TO_ITSELF = (("Location", "/self/"), ("Set-Cookie", "CT6T=1"))
HOME = listing(
    [
        (f"/h/{n}.html", f"省民政厅召开第{n}次社会组织座谈会", f"2026-05-{n:02d}")
        for n in range(1, 9)
    ],
    more="<p><a href='/own/'>通知公告</a> <a href='/dead/'>政策文件</a></p>",
)

SITES: dict[str, dict[str, Answer]] = {
    "calm": SITE,
    "edited": SITE,
    "poor": SITE,
    "long": {
        **SITE,
        "/zcwj/": listing(ROWS[:2], more=PAGER.format(1)),
        "/zcwj/index_1.html": listing(ROWS[2:4], more=PAGER.format(2)),
        "/zcwj/index_2.html": listing(ROWS[4:]),
    },
    "gbk": {
        "/zcwj/": Answer(GBK_LIST, headers=(("Content-Type", "text/html; charset=iso-8859-1"),)),
        "/p/2.html": page("通知", text=f'{"正文。" * 90}<a href="/f/a.pdf">附件1.pdf</a>'),
        "/f/a.pdf": Answer(PDF, headers=(("Content-Type", "text/html"),)),
    },
    "tired": {"/zcwj/": SITE["/zcwj/"], **dict.fromkeys(PATHS, Answer(b"", 403))},
    "slow": {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 1\n"),
        "/zcwj/": listing(ROWS[:2]),
        **{path: SITE[path] for path in PATHS[:2]},
    },
    "closed": {"/robots.txt": Answer(b"", 503), "/zcwj/": SITE["/zcwj/"]},
    "walls": {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /secret\n"),
        "/secret/": SITE["/zcwj/"],
        "/wall/": Answer(b"<script>$_ts=1</script>", 412),
        "/self/": Answer(b"", 302, TO_ITSELF),
        "/home/": Answer(b"", 302, (("Location", "/"),)),
        "/": page("首页"),
        "/gone/": Answer(b"", 404),
    },
    "masks": {
        "/": HOME,
        "/dead/": HOME,
        "/own/": listing(ROWS),
        "/copy/": listing(ROWS, more="<p>版权所有</p>"),
        **{path: SITE[path] for path in PATHS},
    },
}
MORE = {
    "poor": {"daily_budget": 6},
    "excused": {"insecure_tls_reason": '"self-signed, a sample site"'},
}
COLUMNS = {"walls": ("/secret/", "/wall/", "/self/", "/home/", "/gone/")}
COLUMNS["masks"] = ("/dead/", "/own/", "/copy/")


@dataclass
class Story:
    """What three crawls saw and what the sites were asked; visits: by run, source and path."""

    desk: Desk
    visits: list[dict[str, dict[str, Visit]]]
    asked: list[dict[str, list[str]]]
    agents: set[str]
    gaps: list[float]

    def outcomes(self, run: int, source_id: str) -> dict[str, str]:
        return {path: visit.outcome for path, visit in self.visits[run][source_id].items()}

    def body(self, visit: Visit) -> bytes:
        with self.desk.database.reading() as session:
            return read_body(self.desk.folder / "archive", captures.get(session, visit.capture_id))


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("story"))
    told = Story(desk, [], [], set(), [])
    with ExitStack() as open_sites:
        sites = {name: open_sites.enter_context(serving(p)) for name, p in SITES.items()}
        internet = open_sites.enter_context(serve(port_base=23100, roster=BAD_ROSTER))
        internet.write_sources(desk.sources)
        desk.ids.append("demo_bad")
        for name in ("unvouched", "excused"):
            sites[name] = open_sites.enter_context(serving(SITE, tls=self_signed(desk.folder)))
        for name, site in sites.items():
            more = MORE.get(name, {})
            desk.watch(name, site.base, *COLUMNS.get(name, ("/zcwj/",)), **more)
        crawl_once(told, sites, hours=0)
        edit(sites["edited"])
        crawl_once(told, sites, hours=12)
        sites["edited"].pages["/zcwj/"] = Answer(SITE["/zcwj/"].body, 500)
        sites["calm"].pages["/p/2.html"] = Answer(b"", 404)
        crawl_once(told, sites, hours=48)
    return told


def crawl_once(story: Story, sites: dict[str, TinySite], hours: int) -> None:
    """Crawl all sites, then let every page that came be known, as settling would."""
    for site in sites.values():
        site.asked.clear()
    result = story.desk.crawl(now=NOW + timedelta(hours=hours))
    assert result.completed, result.detail
    story.visits.append({name: story.desk.of(name) for name in [*sites, "demo_bad"]})
    story.asked.append({name: site.paths() for name, site in sites.items()})
    story.agents |= {headers["User-Agent"] for s in sites.values() for _, headers in s.asked}
    if hours == 0:
        story.gaps = [later - sooner for sooner, later in pairwise(sites["slow"].times)]
    know(story.desk, story.desk.visits())


def edit(site: TinySite) -> None:
    rows = [(path, f"{title}（修订）" if "3" in path else title, on) for path, title, on in ROWS]
    site.pages["/zcwj/"] = listing(rows, etag='"new"')
    site.pages["/p/3.html"] = page("关于第3批社会工作服务站建设的通知（修订）", etag='"new"')


def test_every_bad_input_ends_in_its_outcome_and_the_rest_goes_on(story):
    seen = story.visits[0]["demo_bad"]
    outcomes = {path.rsplit("/", 1)[1].removesuffix(".html"): v for path, v in seen.items()}
    assert outcomes["sound"].outcome == "ok"
    assert seen["/list/empty/"].outcome == "empty_unexpected"
    drifted = {name for name, visit in outcomes.items() if visit.outcome == "drifted"}
    assert drifted == {"loop", "gzip", "nothing", "error", "zero", "cut"}
    assert "跳转没有尽头" in outcomes["loop"].detail
    assert "不完整" in outcomes["gzip"].detail
    log = (story.desk.folder / "crawl.log").read_text(encoding="utf-8")
    assert "是 HTML 网页，不是规则" in log
    assert "Traceback" not in log


def test_barriers_and_robots_each_have_their_outcome(story):
    assert story.outcomes(0, "walls") == {
        "/secret/": "robots_denied",
        "/wall/": "challenged",
        "/self/": "challenged",
        "/home/": "drifted",
        "/gone/": "gone",
    }
    assert "/secret/" not in story.asked[0]["walls"]


def test_a_list_that_is_another_page_under_this_address_is_no_list(story):
    seen = story.visits[0]["masks"]
    assert {path: seen[path].outcome for path in COLUMNS["masks"]} == {
        "/dead/": "drifted",
        "/own/": "ok",
        "/copy/": "drifted",
    }
    assert "首页" in seen["/dead/"].detail
    assert "own" in seen["/copy/"].detail
    assert seen["/dead/"].listing is None
    assert not [path for path in story.asked[0]["masks"] if path.startswith("/h/")]
    assert story.asked[0]["masks"].count("/") == 1


def test_a_home_page_is_asked_only_where_a_list_shows_little_of_what_it_showed(story):
    assert story.asked[1]["long"].count("/") == 0
    assert story.asked[0]["long"].count("/") == 1


def test_a_robots_file_that_fails_means_stay_away(story):
    assert story.outcomes(0, "closed") == {"/zcwj/": "robots_denied"}
    assert story.asked[0]["closed"] == []


def test_crawl_delay_is_kept_between_all_requests(story):
    assert len(story.gaps) == 4, "robots.txt, list, home page, two pages"
    assert min(story.gaps) > 0.5, "1 s, less what our own server may take to notice a request"


def test_a_certificate_nobody_vouches_for_is_refused_unless_the_source_excuses_it(story):
    unvouched = story.visits[0]["unvouched"]["/zcwj/"]
    assert unvouched.outcome == "unreachable"
    assert "TLS" in unvouched.detail
    assert "certificate verify failed" in unvouched.detail
    assert set(story.outcomes(0, "excused").values()) == {"ok"}


def test_every_request_says_who_asks(story):
    [agent] = story.agents
    assert agent.endswith("; +https://watch.example.org)")


def test_a_host_that_keeps_refusing_is_left_alone(story):
    assert story.asked[0]["tired"][:2] == ["/zcwj/", "/"], "a new list is held beside the home page"
    assert len(story.asked[0]["tired"]) == 2 + 3
    blocked = [v.detail for v in story.visits[0]["tired"].values() if v.outcome == "blocked"]
    assert len(blocked) == len(ROWS)
    assert sum("之前不再访问" in detail for detail in blocked) == len(ROWS) - 3


def test_an_unchanged_site_costs_one_conditional_request_per_list(story):
    assert set(story.outcomes(0, "calm").values()) == {"ok"}
    assert story.asked[1]["calm"] == ["/zcwj/"]
    again = story.visits[1]["calm"]["/zcwj/"]
    assert again.outcome == "unchanged"
    assert again.capture_id == story.visits[0]["calm"]["/zcwj/"].capture_id
    assert [entry.title for entry in again.listing.entries] == [title for _, title, _ in ROWS]
    assert again.complete


def test_a_page_whose_row_changed_is_asked_again(story):
    assert story.asked[1]["edited"] == ["/zcwj/", "/p/3.html"]
    assert story.outcomes(1, "edited") == {"/zcwj/": "ok", "/p/3.html": "ok"}
    assert "修订" in story.body(story.visits[1]["edited"]["/p/3.html"]).decode()


def test_an_error_is_never_answered_from_the_archive(story):
    failed = story.visits[2]["edited"]["/zcwj/"]
    assert (failed.outcome, failed.status, failed.listing) == ("unreachable", 500, None)


def test_a_known_page_is_visited_again_when_its_time_has_come(story):
    assert set(story.asked[2]["calm"]) == {"/zcwj/", *PATHS}
    outcomes = story.outcomes(2, "calm")
    assert (outcomes["/p/2.html"], outcomes["/p/1.html"]) == ("gone", "unchanged")


def test_text_is_decoded_before_links_are_read(story):
    entries = story.visits[0]["gbk"]["/zcwj/"].listing.entries
    assert entries[0].title == "关于镕堃社会工作站的通知"
    assert story.body(story.visits[0]["gbk"]["/zcwj/"]) == GBK_LIST


def test_files_are_fetched_as_they_are(story):
    file = story.visits[0]["gbk"]["/f/a.pdf"]
    assert (file.target, file.outcome) == ("attachment", "ok")
    assert story.body(file) == PDF
    assert "/f/a.pdf" not in story.asked[1]["gbk"]


def test_a_file_under_an_unchanged_page_is_asked_again_with_its_page(story):
    asked = [crawl["gbk"].count("/f/a.pdf") for crawl in story.asked]
    assert asked == [1, 0, 1], "at once, not after 12 hours, after two days"


def test_a_list_is_followed_back_until_a_page_of_it_is_known(story):
    lists = [v for v in story.visits[0]["long"].values() if v.target == "listing"]
    assert [v.complete for v in lists] == [False, False, True]
    assert len(story.asked[0]["long"]) == 3 + 1 + len(ROWS)
    assert story.asked[1]["long"] == ["/zcwj/"]


def test_the_budget_of_the_day_leaves_the_rest_for_the_next(story):
    first, second, third = (story.visits[run]["poor"] for run in range(3))
    assert len(story.asked[0]["poor"]) == 6 - 1  # robots.txt was the sixth
    waiting = {path for path, visit in first.items() if "已用完" in visit.detail}
    assert len(waiting) == len(ROWS) - 3
    assert len(story.asked[1]["poor"]) <= 1
    assert set(story.asked[2]["poor"]) >= {"/zcwj/", *waiting}
    assert second
    assert {third[path].outcome for path in waiting} == {"ok"}
