"""Families whose lists are services: JSON, HTML inside JSON, pages that are only counted.

The exchanges are of our own making, in the shapes that public crawlers' files show.
"""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.sources import Column
from crawler.spiders import gdnps, govlib, jpaas, longxun, people, trs
from crawler.spiders.sheet import SheetError, read_plain

HOST = "https://mzt.linhai.gov.cn"


def column(url, **more):
    return Column(id="c", name="栏目", role="policy", url=url, basis="seen", **more)


def asked(url):
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def rows(first, last, day="2026-05-{:02d}"):
    return "".join(
        f"<li><a href='/art/2026/5/{n}/art_9_{n}.html'>关于第{n}批社会工作服务站建设的通知</a>"
        f"<span>{day.format(n)}</span></li>"
        for n in range(first, last + 1)
    )


# --- jpaas --------------------------------------------------------------------------------------

COL = f"{HOST}/col/col1229/index.html"
UNIT = f"{HOST}/api-gateway/jpaas-publish-server/front/page/build/unit"


def script(tag):
    return (
        '<script src="/script/unitbuild.js" '
        'url="/api-gateway/jpaas-publish-server/front/page/build/unit" '
        f"queryData=\"{{'parseType':'bulidstatic','webId':'3206','tplSetId':'a1','pageType':"
        f"'column','tagId':'{tag}','editType':'null','pageId':'1229'}}\"></script>"
    )


def unit_answer(first, last, pager):
    html = f"<div class='page-content'><ul>{rows(first, last)}</ul>{pager}</div>"
    return json.dumps({"success": True, "data": {"html": html}}, ensure_ascii=False)


def test_jpaas_column_points_to_the_unit_that_draws_its_list():
    page = f"<html><body>{script('导航')}<div>{script('分页列表')}</div></body></html>"
    sheet = jpaas.read(page, COL, column(COL))
    assert sheet.listing is None
    assert sheet.next_url.startswith(f"{UNIT}?")
    assert asked(sheet.next_url)["tagId"] == "分页列表"
    assert asked(sheet.next_url)["pageId"] == "1229"


def test_jpaas_question_may_be_written_with_entities():
    page = script("列表").replace("'", "&#39;")
    assert asked(jpaas.read(page, COL, column(COL)).next_url)["webId"] == "3206"


@pytest.mark.parametrize(
    "pager",
    [
        '<div class="pagination" rows="8" count="20" pageNo="1"></div>',
        "<div id='p' queryData=\"{'rows':'8','count':'20','pageNo':'1'}\"></div>",
    ],
)
def test_jpaas_goes_on_until_the_rows_that_its_pager_counts_are_shown(pager):
    first = jpaas.read(unit_answer(1, 8, pager), f"{UNIT}?webId=3206&pageId=1229", column(COL))
    assert first.listing.entries[0].on == "2026-05-01"
    assert len(first.listing.entries) == 8
    assert json.loads(asked(first.next_url)["paramJson"]) == {"pageNo": 2, "pageSize": 8}
    assert asked(first.next_url)["webId"] == "3206"
    second = jpaas.read(unit_answer(9, 16, pager), first.next_url, column(COL))
    assert json.loads(asked(second.next_url)["paramJson"])["pageNo"] == 3
    assert jpaas.read(unit_answer(17, 20, pager), second.next_url, column(COL)).next_url is None


def test_jpaas_links_are_relative_to_the_column_not_to_the_gateway():
    html = "<ul>" + rows(1, 4).replace("'/art", "'art") + "</ul>"
    answer = json.dumps({"data": {"html": html}})
    entry = jpaas.read(answer, f"{UNIT}?pageId=1229", column(COL)).listing.entries[0]
    assert entry.url == f"{HOST}/col/col1229/art/2026/5/1/art_9_1.html"


@pytest.mark.parametrize("text", ["<html></html>", "[]", '{"data": null}', '{"code": 500}'])
def test_jpaas_answer_of_another_shape_is_named(text):
    with pytest.raises(SheetError, match="不是原来的格式"):
        jpaas.read(text, f"{UNIT}?pageId=1", column(COL))


def test_jpaas_page_of_the_older_generation_is_read_as_hanweb():
    page = f"<html><body><ul>{rows(1, 5)}</ul></body></html>"
    assert len(jpaas.read(page, COL, column(COL)).listing.entries) == 5


# --- TRS search services ------------------------------------------------------------------------

WAS = (
    f"{HOST}/was5/web/search?channelid=229105&templet=docs.jsp&classsql=chnlid%3D18&prepage=3&page="
)


def was_answer(first, last, pages=None):
    docs = ",\n".join(
        f'{{"title": "关于{n}号社会组织登记事项的公告", '
        f'"url": "{HOST}/gk/202605/t202605{n:02d}_{n}.htm",'
        f'\r\n "chnldocurl": "{HOST}/gk/", "pubtime": "2026-05-{n:02d} 10:00:00"}}'
        for n in range(first, last + 1)
    )
    template = '{"title": "文章标题", "url": "http://文章地址", "pubtime": ""}'
    head = f'"pagenum": "{pages}",' if pages else ""
    return f'\r\n{{{head} "docs": [{docs}, {template}]}}\n'


def test_was_rows_are_read_without_the_templates_own_and_the_next_page_is_counted():
    sheet = trs.read(was_answer(1, 3), f"{WAS}1", column(f"{WAS}1"))
    assert [e.on for e in sheet.listing.entries] == ["2026-05-01", "2026-05-02", "2026-05-03"]
    assert asked(sheet.next_url) == asked(f"{WAS}2")
    assert trs.read(was_answer(4, 5), f"{WAS}2", column(WAS)).next_url is None


def test_was_believes_the_number_of_pages_it_is_told():
    assert trs.read(was_answer(1, 3, pages=1), f"{WAS}1", column(WAS)).next_url is None
    assert trs.read(was_answer(1, 2, pages=4), f"{WAS}1", column(WAS)).next_url


def test_was_page_past_the_last_is_bare():
    past = trs.read('{"docs": [{"title": "文章标题", "url": ""}]}', f"{WAS}9", column(WAS))
    assert past.may_be_bare
    assert (past.listing.entries, past.next_url) == ((), None)


IGS = f"{HOST}/igs/front/search/publish/data/list.html?pageSize=2&filter%5BSITEID%5D=57&pageNumber="


def igs_answer(first, last, total_pages):
    content = [
        {
            "DOCTITLE": f"关于印发第{n}批志愿服务办法的通知",
            "DOCPUBURL": f"{HOST}/zcwj/202605/t202605{n:02d}_{n}.html",
            "DOCRELTIME": f"2026-05-{n:02d} 08:00:00",
        }
        for n in range(first, last + 1)
    ]
    return json.dumps({"page": {"content": content, "totalPages": total_pages, "number": 0}})


def test_igs_goes_on_while_the_answer_says_there_are_pages():
    first = trs.read(igs_answer(1, 2, 2), f"{IGS}1", column(IGS))
    assert first.listing.entries[1].url == f"{HOST}/zcwj/202605/t20260502_2.html"
    assert first.listing.entries[1].on == "2026-05-02"
    assert asked(first.next_url) == asked(f"{IGS}2")
    assert trs.read(igs_answer(3, 3, 2), first.next_url, column(IGS)).next_url is None


def test_trs_list_drawn_by_a_script_points_to_the_search_it_asks():
    ask = "/igs/front/search/list.html?index=zcwj&amp;filter[CHANNELID]=7&amp;pageNumber=1"
    page = f"<div class='list'></div><script>$.get('{ask}', draw)</script>"
    sheet = trs.read(page, f"{HOST}/zcwj/", column(f"{HOST}/zcwj/"))
    assert sheet.listing is None
    assert sheet.next_url == HOST + ask.replace("&amp;", "&")


def test_trs_list_with_rows_of_its_own_needs_no_search_box():
    box = "<script>location = '/igs/front/search.jhtml?siteId=7&searchWord=' + word</script>"
    sheet = trs.read(f"<ul>{rows(1, 6)}</ul>{box}", f"{HOST}/a/", column(f"{HOST}/a/"))
    assert len(sheet.listing.entries) == 6
    empty = trs.read(f"<p>暂无数据</p>{box}", f"{HOST}/a/", column(f"{HOST}/a/"))
    assert empty.listing is not None, "a box that waits for a word is no list"


@pytest.mark.parametrize("url", [f"{WAS}1", f"{IGS}1"])
@pytest.mark.parametrize("text", ["<html>系统繁忙</html>", "[]", '{"error": 1}'])
def test_search_answer_of_another_shape_is_named(url, text):
    with pytest.raises(SheetError, match="检索的回答"):
        trs.read(text, url, column(url))


# --- 国务院政策文件库 ----------------------------------------------------------------------------

LIBRARY = f"{HOST}/search-gov/data?t=zhengcelibrary_bm&q=%E7%A4%BE&n=2&p="


def found(first, last):
    return [
        {
            "title": f"民政部关于加强<em>社会工作</em>第{n}期的意见",
            "url": f"https://www.gov.cn/zhengce/zhengceku/202605/content_70{n}.htm",
            "pcode": f"民发〔2026〕{n}号",
            "pubtime": 1777600800000 + 86_400_000 * n,
            "pubtimeStr": None,
        }
        for n in range(first, last + 1)
    ]


def test_library_rows_have_plain_titles_and_days_in_shanghai():
    answer = {"code": 200, "searchVO": {"totalCount": 0, "listVO": found(1, 2)}}
    sheet = govlib.read(json.dumps(answer), f"{LIBRARY}1", column(LIBRARY))
    assert sheet.listing.entries[0].title == "民政部关于加强社会工作第1期的意见"
    assert [e.on for e in sheet.listing.entries] == ["2026-05-02", "2026-05-03"]
    assert asked(sheet.next_url) == asked(f"{LIBRARY}2")


def test_library_of_several_libraries_reads_each_and_ends_when_none_is_full():
    vo = {"catMap": {"gongwen": {"listVO": found(1, 1)}, "bumenfile": {"listVO": found(4, 4)}}}
    answer = json.dumps({"code": 200, "searchVO": vo})
    sheet = govlib.read(answer, f"{LIBRARY}1", column(LIBRARY))
    assert [e.url[-10:] for e in sheet.listing.entries] == ["nt_701.htm", "nt_704.htm"]
    assert sheet.next_url is None


def test_library_that_finds_nothing_is_empty_and_one_that_did_not_search_is_named():
    nothing = '{"code": 1001, "msg": "抱歉，没有找到相关结果"}'
    assert govlib.read(nothing, f"{LIBRARY}1", column(LIBRARY)).listing.entries == ()
    shell = '{"code": 200, "msg": "操作成功", "data": null, "paramsVO": {"q": "社"}}'
    with pytest.raises(SheetError, match="没有检索"):
        govlib.read(shell, f"{LIBRARY}1", column(LIBRARY))


# --- 龙讯 ---------------------------------------------------------------------------------------

LONGXUN = f"{HOST}/public/column/6595721?type=4&catId=7065111&action=list"


def test_longxun_pages_are_counted_by_page_index():
    page = f"<html><body><ul class='xxgk_list'>{rows(1, 6)}</ul></body></html>"
    first = longxun.read(page, LONGXUN, column(LONGXUN))
    assert len(first.listing.entries) == 6
    assert first.counted
    assert asked(first.next_url) == asked(f"{LONGXUN}&pageIndex=2")
    assert asked(longxun.read(page, first.next_url, column(LONGXUN)).next_url)["pageIndex"] == "3"


def test_longxun_page_past_the_last_is_bare_and_the_first_is_not():
    empty = "<html><body><ul><li>暂无相关信息</li></ul></body></html>"
    assert longxun.read(empty, f"{LONGXUN}&pageIndex=4", column(LONGXUN)).may_be_bare
    assert not longxun.read(empty, LONGXUN, column(LONGXUN)).may_be_bare


# --- 人民网 newspaper ---------------------------------------------------------------------------

PAPER = f"{HOST}/459402/461614/index.html"


def test_paper_leads_from_years_to_days_newest_first():
    years = (
        '\ufeff[{"title": "2025", "url": "/y/2025.json"}, {"title": "2026", "url": "/y/2026.json"}]'
    )
    sheet = people.read(years, PAPER, column(PAPER))
    assert (sheet.listing, sheet.next_url) == (None, f"{HOST}/y/2026.json")
    assert sheet.ahead == (f"{HOST}/y/2025.json",)
    days = {"1": ["<a href='/d/0102'>1月2日</a>", ""], "2": ["<a href='/d/0206'>2月6日</a>"] * 2}
    year = people.read(json.dumps(days, ensure_ascii=False), sheet.next_url, column(PAPER))
    assert (year.next_url, year.ahead) == (f"{HOST}/d/0206", (f"{HOST}/d/0102",))


def test_paper_year_without_days_leads_on_to_nothing_of_its_own():
    sheet = people.read("{}", f"{HOST}/y/2027.json", column(PAPER))
    assert (sheet.listing, sheet.next_url, sheet.ahead) == (None, None, ())


def test_paper_day_is_read_as_a_page_of_articles():
    links = "".join(
        f"<li><a href='/n1/2026/0206/c45-{n}.html'>社工站里的第{n}个春天</a></li>"
        for n in range(1, 6)
    )
    picture = "<a href='/n1/2026/0206/c45-3.html'><img src='3.jpg'></a><a href='/v.html'>版面</a>"
    page = f"<html><body><ul>{picture}{links}</ul></body></html>"
    sheet = people.read(page, f"{HOST}/d/0206", column(PAPER))
    assert len(sheet.listing.entries) == 5
    assert {e.title for e in sheet.listing.entries} >= {"社工站里的第3个春天"}
    assert sheet.may_be_bare


@pytest.mark.parametrize("text", ["3", '"days"'])
def test_paper_calendar_of_another_shape_is_named(text):
    with pytest.raises(SheetError, match="报纸日历"):
        people.read(text, PAPER, column(PAPER))


# --- gdnps: pages carried by the list -----------------------------------------------------------

QUESTION = f"{HOST}/gdnps/searchIndex.jsp?params=%257B%2522goPage%2522%253A1%257D"


def test_gdnps_rows_carry_their_pages_only_where_the_column_says_so():
    row = {
        "title": "关于“社会工作”的<em>意见</em>",
        "publishTime": "20260501093000",
        "url": "/n1/c2/content.html",
        "htmlContent": "<p>各地要加强社会工作专业人才队伍建设。</p>",
    }
    picture = {"title": "关于通报的函", "id": 7, "htmlContent": "<p>&nbsp;<img src='1.jpg'></p>"}
    answer = f"({json.dumps({'resultMap': [row, picture]}, ensure_ascii=False)})"
    assert not gdnps.read(answer, QUESTION, column(QUESTION)).pages
    pages = gdnps.read(answer, QUESTION, column(QUESTION, carries_pages=True)).pages
    page = pages[f"{HOST}/n1/c2/content.html"]
    assert list(pages) == [f"{HOST}/n1/c2/content.html"]
    assert "<p>各地要加强社会工作专业人才队伍建设。</p>" in page
    assert '<meta name="PubDate" content="2026-05-01 09:30">' in page
    assert "<h1>关于“社会工作”的意见</h1>" in page


# --- static pagers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "pager", "second", "pages"),
    [
        (
            "/zcwj/index.shtml",
            "index_{page}.shtml",
            1,
            ["/zcwj/index_1.shtml", "/zcwj/index_2.shtml"],
        ),
        ("/zcwj/", "list_{page}.html", 1, ["/zcwj/list_1.html", "/zcwj/list_2.html"]),
        ("/x/c1/common_list.shtml", "common_list_{page}.shtml", 2, ["/x/c1/common_list_2.shtml"]),
        (
            "/html/list-2.html",
            "list-2-{page}.html",
            2,
            ["/html/list-2-2.html", "/html/list-2-3.html"],
        ),
        ("/zwgk/a.rt?id=4", "?id=4&pageNo={page}", 2, ["/zwgk/a.rt?id=4&pageNo=2"]),
    ],
)
def test_a_static_pager_is_counted_as_the_source_says(url, pager, second, pages):
    watched = column(HOST + url, pager=pager, second_page=second)
    address, text = HOST + url, f"<ul>{rows(1, 6)}</ul>"
    for expected in pages:
        sheet = read_plain(text, address, watched)
        assert (sheet.next_url, sheet.counted) == (HOST + expected, True)
        address = sheet.next_url


def test_what_the_page_says_goes_before_what_the_source_counts():
    text = f"<ul>{rows(1, 6)}</ul><a href='p2.html'>下一页</a>"
    sheet = read_plain(text, f"{HOST}/a/", column(f"{HOST}/a/", pager="index_{page}.html"))
    assert (sheet.next_url, sheet.counted) == (f"{HOST}/a/p2.html", False)


def test_a_page_without_rows_is_not_counted_on_from():
    empty = read_plain("<p>暂无数据</p>", f"{HOST}/a/", column(f"{HOST}/a/", pager="i_{page}.html"))
    assert empty.next_url is None
