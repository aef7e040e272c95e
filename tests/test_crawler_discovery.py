"""Discovery: which links promise columns, what proves them, what is proposed and never adopted."""

from dataclasses import replace
from pathlib import Path

import pytest
from crawl_site import Answer, listing, page, serving

from crawler.client import Client, Manners
from crawler.definition import changed_source, match_moved, new_source, source_id_for
from crawler.discovery import (
    Kind,
    find_leads,
    is_same_page,
    kind_of,
    page_name,
    recognise_family,
    site_name,
)
from crawler.errors import SourceError
from crawler.sources import Column, load_source
from crawler.survey import Proven, prove, survey
from samplesites import serve
from samplesites.roster import ROSTER
from store.records import Entry, Listing

HOME = "https://mzt.yunjiang.gov.cn/"
HERE = Manners(delay_s=0, allow_loopback=True)
ON = "2026-06-02"


def client() -> Client:
    return Client("policywatch test", HERE)


def html(body: str, head: str = "<title>首页-云江省民政厅</title>") -> Answer:
    return Answer(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def rows(folder: str, topic: str, count: int = 6) -> Answer:
    return listing(
        [
            (
                f"/{folder}/202605/t202605{n:02d}_{n}.html",
                f"关于{topic}第{n}项工作的通知",
                f"2026-05-{n:02d}",
            )
            for n in range(1, count + 1)
        ]
    )


@pytest.mark.parametrize(
    ("name", "role", "slug"),
    [
        ("政策文件", "policy", "zcwj"),
        ("政策解读", "interpretation", "zcjd"),
        ("行政规范性文件", "policy", "gfxwj"),
        ("通知公告", "notice", "tzgg"),
        ("公示公告", "notice", "tzgg"),
        ("意见征集", "notice", "zqyj"),
        ("慈善社工", "social-work", "shgz"),
        ("社会工作", "social-work", "shgz"),
        ("厅发文件", "policy", "zcwj"),
        ("工作动态", "news", "xwdt"),
    ],
)
def test_a_column_is_known_by_its_name(name: str, role: str, slug: str) -> None:
    kind = kind_of(name)
    assert kind is not None
    assert (kind.role, kind.slug) == (role, slug)


@pytest.mark.parametrize(
    "name",
    [
        "关于公布社会工作师名单的公告",
        "《慈善法》解读",
        "2026年通知公告",
        "社会工作部",
        "婚姻登记",
        "新闻视频",
        "首",
        "",
    ],
)
def test_titles_organs_and_other_business_are_no_columns(name: str) -> None:
    assert kind_of(name) is None


def test_leads_stand_best_first_and_stay_on_the_site() -> None:
    text = """
      <ul class="nav"><li><a href="/xwzx/dt/">工作 动态</a></li>
      <li><a href="./zwgk/zcwj/">政策文件</a></li>
      <li><a href="http://www.mca.gov.cn/zcwj/">政策文件</a></li>
      <li><a href="/jyj/">救助局</a></li></ul>"""
    found = find_leads(text, HOME)
    assert [(lead.name, lead.url) for lead in found] == [
        ("政策文件", f"{HOME}zwgk/zcwj/"),
        ("工作动态", f"{HOME}xwzx/dt/"),
    ]


def test_a_more_link_is_called_what_stands_beside_it() -> None:
    text = """<div class="box"><div class="tit"><h3>通知公告</h3>
      <a href="/tzgg/">更多&gt;&gt;</a></div>
      <ul><li><a href="/a/t20260501_1.html">关于表彰的公告</a></li></ul></div>
      <div class="box"><a href="/zcjd/" title="政策解读"><img src="zcjd.png"></a></div>"""
    assert {lead.url.rsplit("/", 2)[1]: lead.name for lead in find_leads(text, HOME)} == {
        "tzgg": "通知公告",
        "zcjd": "政策解读",
    }


def test_a_link_whose_address_only_a_script_holds_is_followed() -> None:
    script = "window.open('/gk/gfxwj/index.html')"
    text = f'<a href="javascript:void(0)" onclick="{script}">规范性文件</a>'
    assert [lead.url for lead in find_leads(text, HOME)] == [f"{HOME}gk/gfxwj/index.html"]


def test_the_breadcrumb_of_an_article_leads_to_its_column() -> None:
    text = """<div>当前位置：<a href="/">首页</a> &gt; <a href="/gk/">政务公开</a> &gt;
      <a href="/gk/tfwj/">厅发文件</a> &gt; 正文</div><h1>关于加强社工站建设的通知</h1>"""
    assert f"{HOME}gk/tfwj/" in [lead.url for lead in find_leads(text, f"{HOME}gk/tfwj/1.html")]


def test_a_page_is_called_what_column_name_says_else_its_breadcrumb() -> None:
    meta = (
        '<html><head><meta name="ColumnName" content="规范性文件"></head><body>列表</body></html>'
    )
    crumb = (
        "<html><body><div>当前位置：首页 &gt; 政务公开 &gt; 政策文件</div><p>列表</p></body></html>"
    )
    assert page_name(meta, HOME) == "规范性文件"
    assert page_name(crumb, HOME) == "政策文件"
    assert page_name("<p>无</p>", HOME) is None


def test_a_site_is_called_what_site_name_says_else_its_title() -> None:
    assert site_name('<html><head><meta name="SiteName" content="云江省民政厅"></head></html>') == (
        "云江省民政厅"
    )
    assert site_name("<html><head><title>政策文件_云江省民政厅</title></head></html>") == (
        "云江省民政厅"
    )


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://a.gov.cn/zcwj/202605/t20260501_12.html", "trs_tdate"),
        ("http://a.gov.cn/art/2026/5/1/art_12_3.html", "hanweb"),
        ("http://a.org/2026/0501/12.shtml", "cmstop"),
        ("http://a.gov.cn/c/202605/0123456789abcdef0123456789abcdef.shtml", "ucap"),
        ("http://a.gov.cn/2026/05-01/1234567.html", "dahe"),
        ("http://a.gov.cn/show/12.html", "generic"),
    ],
)
def test_a_family_is_known_by_its_rows(url: str, family: str) -> None:
    assert recognise_family("", "http://a.gov.cn/x/", [Entry(url, "通知")] * 3) == family


@pytest.mark.parametrize(
    ("text", "url", "family"),
    [
        ("<script url='/api-gateway/jpaas-publish-server/front/page/build/unit'>", "/c/", "jpaas"),
        ("<script>url:'/module/web/jpage/dataproxy.jsp'</script>", "/c/", "hanweb"),
        ("", "/col/col123/index.html", "hanweb"),
        ("", "/public/column/6595?type=4&action=list", "longxun"),
        ("", "/gkmlpt/index#12", "gkmlpt"),
        ("", "/gdnps/searchIndex.jsp?params=1", "gdnps"),
        ("<script>location='html/2026-05/26/node_1.htm'</script>", "/", "founder_epaper"),
        ("<ul></ul>", "/zcwj/", "generic"),
    ],
)  # fmt: skip
def test_a_family_is_known_by_its_address_or_its_pager(text: str, url: str, family: str) -> None:
    assert recognise_family(text, f"http://a.gov.cn{url}") == family


def test_few_rows_of_a_family_among_many_others_speak_for_none() -> None:
    strange = [Entry(f"http://a.gov.cn/{n}.html", "通知") for n in range(5)]
    trs = [Entry("http://a.gov.cn/zcwj/202605/t20260501_12.html", "通知")]
    assert recognise_family("", "http://a.gov.cn/x/", strange + trs) == "generic"


def test_the_home_page_under_another_address_is_recognised_whatever_its_counter() -> None:
    links = "".join(f'<a href="/{n}/">栏目</a>' for n in range(12))
    assert is_same_page(f"{links}<p>访问 1</p>", f"{links}<p>访问 2</p>", HOME)
    assert not is_same_page(links, links.replace("/1", "/9"), HOME)


def test_columns_are_proven_by_their_rows_and_the_rest_is_dismissed_with_a_reason() -> None:
    menu = "".join(
        f'<a href="/{path}/">{name}</a>'
        for path, name in (
            ("zcwj", "政策文件"), ("copy", "政策法规"), ("tzgg", "通知公告"), ("zcjd", "政策解读"),
            ("gk", "政务公开"), ("home", "慈善工作"), ("js", "意见征集"),
        )
    )  # fmt: skip
    links = "".join(f'<a href="/x/{n}/">局{n}</a>' for n in range(9))
    site = {
        "/": html(menu + links),
        "/zcwj/": rows("zcwj", "社工站"),
        "/copy/": rows("zcwj", "社工站"),
        "/tzgg/": Answer(b"<p>404</p>", 404),
        "/zcjd/": html("<div><p>建设中</p></div>"),
        "/home/": html(menu + links),
        "/gk/": html('<a href="/gk/gfxwj/">规范性文件</a>'),
        "/gk/gfxwj/": rows("gk/gfxwj", "机构"),
        "/js/": html("<ul id='list'></ul><script>$.get('/api',f=>$('#list').html(f))</script>"),
    }
    with serving(site) as tiny:
        found = survey(client(), f"{tiny.base}/")
        paths = {c.url.removeprefix(tiny.base): (c.name, c.family) for c in found.columns}
        why = {u.removeprefix(tiny.base): reason for u, reason in found.dismissed.items()}
    assert paths == {
        "/zcwj/": ("政策文件", "trs_tdate"),
        "/gk/gfxwj/": ("规范性文件", "trs_tdate"),
    }
    assert "条目与" in why["/copy/"]
    assert "404" in why["/tzgg/"]
    assert why["/zcjd/"] == "没有条目"
    assert "来时的那一页" in why["/home/"]
    assert "脚本" in why["/js/"]
    assert found.site == "云江省民政厅"


def test_the_categories_of_a_gkmlpt_tree_are_columns_by_name() -> None:
    with serve(port_base=24900, roster=(ROSTER[3],)) as internet:
        index = f"{internet.addresses['demo_gkmlpt']}/gkmlpt/index"
        found = survey(client(), index)
    assert {c.name: (c.url, c.family, c.kind.role) for c in found.columns} == {
        "规范性文件": (f"{index}#1051", "gkmlpt", "policy"),
        "通知公告": (f"{index}#1063", "gkmlpt", "notice"),
    }
    rows = {column.name: column.listing.entries for column in found.columns}
    assert rows["规范性文件"] != rows["通知公告"]


def test_a_tree_may_be_nested_escaped_or_no_json() -> None:
    tree = (
        'TREE: [{"id": 1, "name": "\\u673a\\u6784", "children": [{"id": 12, "name":'
        " \"\\u653f\\u7b56\\u6587\\u4ef6\"}]}, {id: 7, name: '通知公告'}]"
    )
    leads = find_leads(f"<div></div><script>_CONFIG = {{{tree}}}</script>", f"{HOME}gkmlpt/index")
    assert [(lead.name, lead.url) for lead in leads] == [
        ("政策文件", f"{HOME}gkmlpt/index#12"),
        ("通知公告", f"{HOME}gkmlpt/index#7"),
    ]


def test_a_survey_asks_for_no_more_than_it_may() -> None:
    menu = "".join(f'<a href="/zc{n}/">政策文件</a>' for n in range(60))
    with serving({"/": html(menu)}) as tiny:
        survey(client(), f"{tiny.base}/")
        assert len(tiny.paths()) <= 20


@pytest.mark.parametrize(
    ("site", "family"),
    [("demo_trs", "trs_tdate"), ("demo_hanweb", "hanweb"), ("demo_ucap", "ucap"),
     ("demo_swchina", "cmstop"), ("demo_gkmlpt", "gkmlpt"), ("demo_epaper", "founder_epaper")],
)  # fmt: skip
def test_each_family_is_recognised_and_read_from_a_column_address(site: str, family: str) -> None:
    with serve(port_base=24100, roster=tuple(r for r in ROSTER if r[1].id == site)) as internet:
        card = internet.sites[site].card
        url = internet.sites[site].column_url(card.columns[0])
        _, proven = prove(client(), url)
    assert isinstance(proven, Proven)
    assert proven.family == family
    assert proven.listing.entries


def test_a_site_is_discovered_from_its_home_page_and_the_proposal_loads(tmp_path: Path) -> None:
    with serve(port_base=24200, roster=ROSTER[:1]) as internet:
        base = internet.addresses["demo_trs"]
        found = survey(client(), f"{base}/")
        wanted = {internet.sites["demo_trs"].column_url(c) for c in ROSTER[0][1].columns}
    text = new_source(found.start, found.site, found.columns, ON)
    path = tmp_path / f"{source_id_for(found.start)}.toml"
    path.write_text(text, encoding="utf-8")
    source = load_source(path)
    assert {column.url for column in source.columns} <= wanted
    assert len(source.columns) >= 2
    assert source.family == "trs_tdate"
    assert "读到" in text


def proven(name: str, url: str, kind: Kind | None = None) -> Proven:
    known = kind or kind_of(name)
    assert known is not None
    entries = (Entry(f"{url}1.html", "关于社工站的通知", "2026-05-30"),)
    return Proven(url, name, known, "generic", Listing(entries), None)


def column(column_id: str, name: str, role: str) -> Column:
    return Column(id=column_id, name=name, role=role, url=f"{HOME}old/{column_id}/", basis="seen")  # type: ignore[arg-type]


def test_a_broken_column_is_matched_by_name_before_role() -> None:
    broken = [column("a", "政策文件", "policy"), column("b", "规范性文件", "policy")]
    found = [proven("规范性文件", f"{HOME}n/g/"), proven("政策文件库", f"{HOME}n/z/")]
    moved = match_moved(broken, found)
    assert {key: value.url for key, value in moved.items()} == {
        "a": f"{HOME}n/z/",
        "b": f"{HOME}n/g/",
    }


def test_two_of_a_role_are_no_match_for_a_strange_name() -> None:
    broken = [column("a", "法规", "policy")]
    found = [proven("规范性文件", f"{HOME}g/"), proven("政策文件", f"{HOME}z/")]
    assert match_moved(broken, found) == {}
    assert set(match_moved(broken, found[:1])) == {"a"}


FILE = f"""# 云江省民政厅. Known: static pages.
id = "mz_yj"
name = "云江省民政厅"
region = "32"
kind = "government"
family = "generic"
base_url = "{HOME}"

[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "{HOME}old/zcwj/"  # seen in 2024
basis = "seen"
"""


def test_a_proposal_for_a_known_source_keeps_the_file_and_changes_the_address(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mz_yj.toml"
    path.write_text(FILE, encoding="utf-8")
    source = load_source(path)
    moved = {"zcwj": proven("政策文件", f"{HOME}new/zcwj/")}
    added = [proven("政策解读", f"{HOME}new/jd/"), proven("解读回应", f"{HOME}new/hy/")]
    text = changed_source(FILE, source, moved, added, ON)
    path.write_text(text, encoding="utf-8")
    changed = load_source(path)
    assert [(c.id, c.url) for c in changed.columns] == [
        ("zcwj", f"{HOME}new/zcwj/"),
        ("zcjd", f"{HOME}new/jd/"),
        ("zcjd2", f"{HOME}new/hy/"),
    ]
    assert text.startswith("# 云江省民政厅. Known: static pages.")
    assert f"{HOME}old/zcwj/" in text


def test_a_file_whose_address_is_written_otherwise_is_not_changed_blindly(tmp_path: Path) -> None:
    path = tmp_path / "mz_yj.toml"
    path.write_text(FILE, encoding="utf-8")
    source = load_source(path)
    with pytest.raises(SourceError, match="edit it by hand"):
        changed_source("", source, {"zcwj": proven("政策文件", f"{HOME}n/")}, (), ON)


def test_a_lead_to_one_article_proves_nothing() -> None:
    with serving({"/zcwj/": page("关于社会工作的意见")}) as tiny:
        _, result = prove(client(), f"{tiny.base}/zcwj/")
    assert result == "没有条目"


def test_names_from_a_page_cannot_break_the_file(tmp_path: Path) -> None:
    odd = replace(proven("政策文件", f"{HOME}n/"), name='政策"文件\\')
    path = tmp_path / "mzt_yunjiang.toml"
    path.write_text(new_source(HOME, '云江"省\\民政厅', [odd], ON), encoding="utf-8")
    source = load_source(path)
    assert (source.name, source.columns[0].name) == ('云江"省\\民政厅', '政策"文件\\')
