"""The shipped sources: every site of the table of sources, nothing else, nothing claimed unseen."""

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from feed_examples import sick
from rich.console import Console

from crawler.addresses import canonical_url, host_key
from crawler.fetch import groups_by_host
from crawler.settings import source_settings
from crawler.sources import SHIPPED, Retired, load_source, load_sources
from crawler.spiders import reader_for
from feeds.standing import BASIS_WORDS
from feeds.words import COLUMN_ROLES
from pipelines.classify import classify
from store.records import Document
from store.revisits import Delay
from terminal import sources_view

README = Path(__file__).parent.parent / "README.md"

TABLE = """
mca           00 https://www.mca.gov.cn
gov_zcwjk     00 https://sousuo.www.gov.cn
mz_bj         11 https://mzj.beijing.gov.cn
mz_tj         12 https://mz.tj.gov.cn
mz_he         13 https://minzheng.hebei.gov.cn
mz_sx         14 https://mzt.shanxi.gov.cn
mz_nm         15 https://mzt.nmg.gov.cn
mz_ln         21 https://mzt.ln.gov.cn
mz_dl         21 https://mzj.dl.gov.cn
mz_jl         22 http://mzt.jl.gov.cn
mz_hl         23 https://mzt.hlj.gov.cn
mz_sh         31 https://mzj.sh.gov.cn
mz_js         32 https://mzt.jiangsu.gov.cn
mz_zj         33 https://mzt.zj.gov.cn
mz_nb         33 https://nbmz.ningbo.gov.cn
mz_ah         34 https://mz.ah.gov.cn
mz_fj         35 https://mzt.fujian.gov.cn
mz_xm         35 https://mzj.xm.gov.cn
mz_jx         36 https://mzt.jiangxi.gov.cn
mz_sd         37 http://mzt.shandong.gov.cn
mz_qd         37 http://www.qingdao.gov.cn/zwgk/xxgk/mzj/
mz_ha         41 https://mzt.henan.gov.cn
mz_hb         42 https://mzt.hubei.gov.cn
mz_whcity     42 http://mzj.wuhan.gov.cn
mz_hn         43 http://mzt.hunan.gov.cn
mz_gd         44 https://smzt.gd.gov.cn
mz_gzcity     44 http://mzj.gz.gov.cn
mz_sz         44 http://mzj.sz.gov.cn
mz_gx         45 http://mzt.gxzf.gov.cn
mz_hi         46 https://mz.hainan.gov.cn
mz_cq         50 https://mzj.cq.gov.cn
mz_sc         51 https://mzt.sc.gov.cn
mz_gz         52 https://mzt.guizhou.gov.cn
mz_yn         53 https://ynmz.yn.gov.cn
mz_xz         54 https://mzt.xizang.gov.cn
mz_sn         61 https://mzt.shaanxi.gov.cn
shgzb_sn      61 http://www.sxshgzb.gov.cn
mz_gs         62 https://mzt.gansu.gov.cn
mz_qh         63 https://mzt.qinghai.gov.cn
mz_nx         64 https://mca.nx.gov.cn
mz_xj         65 https://mzt.xinjiang.gov.cn
mz_xjbt       65 http://mzj.xjbt.gov.cn
sw_home       00 http://www.swchina.org
sw_trends     00 http://trade.swchina.org
sw_laws       00 http://laws.swchina.org
sw_news       00 http://news.swchina.org
sw_practice   00 http://practice.swchina.org
sw_team       00 http://team.swchina.org
sw_salon      00 http://salon.swchina.org
gysb_epaper   00 http://www.gongyishibao.com
gysb_web      00 http://www.gongyishibao.com
zyshgzb       00 https://www.zyshgzb.gov.cn
zgshgzb_paper 00 https://www.zyshgzb.gov.cn
cvf           00 https://www.cvf.org.cn
12371         00 https://www.12371.cn
flk           00 https://flk.npc.gov.cn
rmrb_mohrss   00 https://www.mohrss.gov.cn
"""
"""Id, region (GB/T 2260) and base of every row of the table of sources that has a host."""

INFERRED = """
mca/mtbd mca/dfgz mz_tj/zcwj mz_tj/zfxxgk mz_ln/mztgfxwj mz_jl/fgwj mz_js/gfxwj mz_gx/gmf
mz_hi/newxxgk mz_sc/xzgfxwj mz_sc/mzxx mz_yn/qtzcwj mz_xj/c113003 mz_xj/c112990
mz_nb/col1229061592 mz_xm/gzgh mz_qd/cssy sw_trends/trends sw_news/industrynews sw_team/train
sw_salon/event shgzb_sn/gzdt
"""
"""Columns whose address the table derives from articles, a later page or a sibling site."""

UNVERIFIED = {"mz_dl", "sw_practice"}
"""Rows of which no page was met."""

OPTIONAL = "mz_gzcity mz_whcity sw_practice sw_salon cvf 12371 flk rmrb_mohrss"
"""Off by default; the party's social-work departments and their paper are on."""

ROWS = {key: (region, base) for key, region, base in map(str.split, TABLE.split("\n")[1:-1])}
SOURCES = load_sources(SHIPPED)
COLUMNS = {f"{s.id}/{c.id}": c for s in SOURCES.values() for c in s.columns}
TWINS = [
    ("http://mzt.hunan.gov.cn/mzt/a/t1.html", "https://mzt.hunan.gov.cn/a/t1.html", "mz_hn"),
    (
        "https://ynmz.yn.gov.cn/index.php/cms/a/1.html",
        "http://ynmz.yn.gov.cn/cms/a/1.html",
        "mz_yn",
    ),
    ("https://mzt.shanxi.gov.cn/mobile/a/1.html", "https://mzt.shanxi.gov.cn/a/1.html", "mz_sx"),
    (
        "https://mz.hainan.gov.cn/smzt/0204/a.shtml?ddtab=true",
        "https://mz.hainan.gov.cn/smzt/0204/a.shtml",
        "mz_hi",
    ),
    (
        "http://mca.gov.cn/n1288/n1290/n1316/c16620/content.html",
        "https://www.mca.gov.cn/n152/n165/c16620/content.html",
        "mca",
    ),
    (
        "http://mzj.sz.gov.cn/cn/xxgk_mz/ztzl/content/post_97.html",
        "http://mzj.sz.gov.cn/gkmlpt/content/9/97/post_97.html",
        "mz_sz",
    ),
    (
        "https://mzj.sz.gov.cn/szmz/pc/tzgg/content/mpost_97.html",
        "http://mzj.sz.gov.cn/gkmlpt/content/9/97/post_97.html",
        "mz_sz",
    ),
    (
        "http://mzt.jiangxi.gov.cn/jxsmzt/a/pc/content/content_1.html",
        "https://mzt.jiangxi.gov.cn/jxsmzt/a/content/content_1.html",
        "mz_jx",
    ),
    (
        "http://smzt.gd.gov.cn/a/content/mpost_4.html",
        "https://smzt.gd.gov.cn/a/content/post_4.html",
        "mz_gd",
    ),
    *(
        (
            "http://app.swchina.org/print.php?contentid=42",
            f"http://{host}.swchina.org/c/2026/0602/42.shtml",
            f"sw_{key}",
        )
        for host, key in (("trade", "trends"), ("laws", "laws"), ("news", "home"))
    ),
    (
        "http://gongyishibao.com/html/shenghuigongzuo//2026/06/1.html",
        "http://www.gongyishibao.com/html/shenghuigongzuo/2026/06/1.html",
        "gysb_web",
    ),
    (
        "http://gongyishibao.com/newdzb/html/2026-06/02/content_1.htm?div=-1",
        "http://www.gongyishibao.com/newdzb/html/2026-06/02/content_1.htm",
        "gysb_epaper",
    ),
]


def text_of(source_id):
    return (SHIPPED / f"{source_id}.toml").read_text(encoding="utf-8")


def test_every_site_of_the_table_has_its_file_and_none_else_has():
    assert len(ROWS) == 57
    assert {path.stem for path in SHIPPED.glob("*.toml")} == ROWS.keys() == SOURCES.keys()


@pytest.mark.parametrize("source_id", ROWS)
def test_region_and_base_are_those_of_the_table(source_id):
    source = SOURCES[source_id]
    assert (source.region, source.base_url) == ROWS[source_id]


def test_every_province_of_the_mainland_has_its_department():
    tens = {"1": 5, "2": 3, "3": 7, "4": 6, "5": 4, "6": 5}  # codes 11-15, 21-23, 31-37, …
    provinces = {f"{ten}{one}" for ten, last in tens.items() for one in range(1, last + 1)}
    provinces |= {"50"}  # 重庆, the one code that ends in 0
    watched = {s.region for s in SOURCES.values() if s.id.startswith("mz_") and s.enabled}
    assert watched == provinces


def test_only_the_optional_sources_are_off():
    assert {s.id for s in SOURCES.values() if not s.enabled} == set(OPTIONAL.split())
    assert all(SOURCES[key].enabled for key in ("zyshgzb", "zgshgzb_paper", "shgzb_sn"))


def test_the_basis_of_every_address_follows_the_table():
    inferred, unknown = set(INFERRED.split()), {c for c in COLUMNS if c.split("/")[0] in UNVERIFIED}
    assert inferred <= COLUMNS.keys()
    for name, column in COLUMNS.items():
        wanted = "inferred" if name in inferred else "unknown" if name in unknown else "seen"
        assert (name, column.basis) == (name, wanted)


def test_nothing_is_called_captured_before_it_was():
    assert "captured" not in {column.basis for column in COLUMNS.values()}


@pytest.mark.parametrize("source_id", ROWS)
def test_a_doubtful_address_says_beside_it_where_it_comes_from(source_id):
    doubtful = re.findall(r'^basis = "(?:inferred|unknown)"(.*)$', text_of(source_id), re.M)
    assert all(re.fullmatch(r" # \S.*", comment) for comment in doubtful)


@pytest.mark.parametrize("source_id", ROWS)
def test_a_source_of_which_no_list_was_seen_watches_its_home_page(source_id):
    source = SOURCES[source_id]
    if source.enabled and source_id not in {"sw_trends", "sw_team"}:  # sw_home watches for them
        assert any(c.basis == "seen" or c.id == "home" for c in source.columns)


@pytest.mark.parametrize("source_id", ROWS)
def test_a_file_begins_with_what_is_known_and_what_is_not(source_id):
    text = text_of(source_id)
    head = text[: text.index("id = ")]
    assert all(line.startswith("# ") for line in head.splitlines())
    assert re.search(r"Not known:|Nothing is known", head.replace("\n# ", " "))
    assert len(text.splitlines()) <= 63


def test_a_departments_home_page_holds_everything_so_nothing_follows_from_its_rows():
    homes = [c for name, c in COLUMNS.items() if re.fullmatch("mz_.*/home", name)]
    assert len(homes) > 20
    assert {column.role for column in homes} == {"mixed"}
    page = Document(
        url="https://a.gov.cn/1", title="关于表彰先进的决定", body_text="决定予以表彰。"
    )
    assert classify(page, "mixed") == classify(page, None)


def test_columns_stand_on_the_hosts_of_their_source():
    for source in SOURCES.values():
        assert {host_key(c.url) for c in source.columns} == {host_key(source.base_url)}, source.id


def test_two_sources_of_one_host_are_visited_in_turn_at_one_pace():
    shared = [group for group in groups_by_host(SOURCES.values()) if len(group) > 1]
    assert sorted(sorted(s.id for s in group) for group in shared) == [
        ["gysb_epaper", "gysb_web"],
        ["zgshgzb_paper", "zyshgzb"],
    ]
    for group in shared:
        assert len({(s.delay_s, s.daily_budget, s.aliases) for s in group}) == 1


@pytest.mark.parametrize("source_id", ROWS)
def test_no_exception_is_made_without_need(source_id):
    source = SOURCES[source_id]
    settings = source_settings(source)
    assert settings["DOWNLOAD_DELAY"] >= 3
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
    assert not settings["COOKIES_ENABLED"]
    assert (source.proxy, source.allow_loopback) == (None, False)


@pytest.mark.parametrize("source_id", ROWS)
def test_an_address_is_one_under_http_and_https_with_and_without_www(source_id):
    source = SOURCES[source_id]
    rest = source.base_url.split("://")[1].rstrip("/") + "/a/1.html"
    forms = {f"{scheme}://{host}" for scheme in ("http", "https") for host in (rest, bare(rest))}
    assert len({canonical_url(form, source) for form in forms}) == 1


def bare(address):
    return address.removeprefix("www.")


@pytest.mark.parametrize(("twin", "page", "source_id"), TWINS)
def test_twins_that_were_met_become_one_page(twin, page, source_id):
    source = SOURCES[source_id]
    assert canonical_url(twin, source) == canonical_url(page, source)
    assert canonical_url(f"{page}?x=2", source) != canonical_url(page, source)


@pytest.mark.parametrize(
    ("url", "source_id"),
    [
        ("https://www.mca.gov.cn/n152/n165/index.html", "mca"),
        ("http://mzj.sz.gov.cn/gkmlpt/index", "mz_sz"),
        ("http://trade.swchina.org/trends/", "sw_trends"),
        ("http://trade.swchina.org/trends/index_2.shtml", "sw_trends"),
    ],
)
def test_lists_are_nobodys_twins(url, source_id):
    assert canonical_url(url, SOURCES[source_id]) == url


def test_a_print_page_met_without_its_source_is_known_as_the_article():
    page = "http://laws.swchina.org/policy/2026/0602/42.shtml"
    assert canonical_url("http://app.swchina.org/print.php?contentid=42&utm_source=wx") == (
        canonical_url(page, SOURCES["sw_laws"])
    )


def test_no_column_is_watched_twice_under_twin_addresses():
    canonical = Counter(
        canonical_url(c.url, s) + urlsplit(c.url).fragment
        for s in SOURCES.values()
        for c in s.columns
    )
    assert [url for url, times in canonical.items() if times > 1] == []


def test_a_new_source_of_a_known_family_takes_fifteen_lines(tmp_path):
    example = re.search(r"```toml\n(id = .*?)```", README.read_text(encoding="utf-8"), re.S)[1]
    assert len(example.splitlines()) <= 15
    path = tmp_path / "mz_example.toml"
    path.write_text(example, encoding="utf-8")
    source = load_source(path)
    [column] = source.columns
    rows = "".join(
        f"<li><a href='./202606/t2026060{n}_{n}.html'>关于第{n}批社会工作服务站建设的通知</a>"
        f"<span>2026-06-0{n}</span></li>"
        for n in range(1, 6)
    )
    answer = f"<html><body><ul>{rows}</ul></body></html>"
    listing = reader_for(source.family)(answer, column.url, column).listing
    assert [entry.on for entry in listing.entries] == [f"2026-06-0{n}" for n in range(1, 6)]
    assert listing.entries[0].url == f"{column.url}202606/t20260601_1.html"


def test_when_pages_were_verified_is_printed_with_the_delay_the_budget_buys():
    at = datetime(2026, 6, 1, 20, tzinfo=UTC)
    delays = {
        "mz_js": (Delay("month", True, 7, 24.0, at), Delay("older", False, 900, None, at)),
    }
    console = Console(width=200)
    with console.capture() as printed:
        console.print(sources_view(SOURCES, {}, delays))
    lines = printed.get().split("最近核对", 1)[1].splitlines()
    [month, older] = [line for line in lines if "mz_js" in line]
    assert all(word in month for word in ("一个月内", "是", "7", "2026-06-02", "12 小时"))
    assert all(word in older for word in ("更早", "900", "每日请求不够"))


def test_the_four_counts_are_printed():
    console = Console(width=200)
    with console.capture() as printed:
        console.print(sources_view(SOURCES, {}))
    counts = Counter(column.basis for column in COLUMNS.values())
    for basis, word in BASIS_WORDS.items():
        assert f"{word} {counts[basis]}" in printed.get()
    assert all(source_id in printed.get() for source_id in ROWS)
    off = [source for source in SOURCES.values() if not source.enabled]
    assert printed.get().count("未启用") == len(off) > 0


def _rows_of(source, lines):
    """Return the source's rows, an address that stands below its row put behind it."""
    start = next(n for n, line in enumerate(lines) if line.split(" ", 1)[0] == source.id)
    rows = []
    for line in takewhile(lambda line: line.startswith("  "), lines[start + 1 :]):
        if line.split()[0].startswith(("/", "http")):
            rows[-1] += line
        else:
            rows.append(line)
    return rows


def test_the_sources_can_be_read_in_80_columns():
    console = Console(width=80)
    with console.capture() as printed:
        console.print(sources_view(SOURCES, {}))
    lines = [line.rstrip() for line in printed.get().splitlines()]
    for source in SOURCES.values():
        (heading,) = [line for line in lines if line.split(" ", 1)[0] == source.id]
        word = "未访问" if source.enabled else "未启用"
        rhythm = [f"每{source.rhythm_h:g}小时"] if source.enabled else []
        assert heading.split() == [source.id, source.name, word, source.base_url, *rhythm]
        for column in source.columns:
            origin = re.match(r"https?://[^/]+", source.base_url)[0]
            path = column.url.removeprefix(origin)
            told = [column.name, COLUMN_ROLES[column.role], BASIS_WORDS[column.basis], path]
            assert len(path) > 78 or told in [line.split() for line in _rows_of(source, lines)]


def test_a_source_of_each_standing_is_called_by_its_word():
    base = SOURCES["mz_js"]
    gone = Retired(on="2026-05-01", why="并入新网站", successor="mz_zj")
    sources = {
        "mz_js": base,
        "mz_off": base.model_copy(update={"id": "mz_off", "enabled": False}),
        "mz_old": base.model_copy(update={"id": "mz_old", "enabled": False, "retired": gone}),
    }
    console = Console(width=80)
    with console.capture() as printed:
        console.print(sources_view(sources, {"mz_js": sick("mz_js")}))
    lines = {line.split()[0]: line for line in printed.get().splitlines() if line[:2] == "mz"}
    assert "异常" in lines["mz_js"]
    assert "未启用" in lines["mz_off"]
    assert "已停止监测" in lines["mz_old"]
    assert "2026-05-01起停止监测：并入新网站，由mz_zj接续" in printed.get()
