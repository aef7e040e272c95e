"""Families: how the next address follows from an answer, tested on exchanges of our own making."""

import json
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from crawler.sources import Column, Family
from crawler.spiders import founder, gdnps, gkmlpt, hanweb, reader_for
from crawler.spiders.sheet import SheetError

HOST = "https://mzt.linhai.gov.cn"


def column(url, **more):
    return Column(id="c", name="栏目", role="policy", url=url, basis="seen", **more)


# --- hanweb -------------------------------------------------------------------------------------

COL = f"{HOST}/col/col1001/index.html"
PAGER = """<script>$("#2121001").jpage({totalRecord: %d, perPage: 15,
 proxyUrl: '/module/web/jpage/dataproxy.jsp',
 ajaxParam: {col: 1, webid: 33, path: '/', columnid: 1001, unitid: '2121001'}})</script>"""


def records(first, last, total):
    rows = "".join(
        f"<record><![CDATA[<li><a href='/art/2026/5/{n}/art_1001_{n}.html'>"
        f"关于{n}号社会工作事项的通知</a><span>2026-05-{n:02d}</span></li>]]></record>"
        for n in range(first, last + 1)
    )
    return f"<datastore><totalrecord>{total}</totalrecord><recordset>{rows}</recordset></datastore>"


def island(first, last, total):
    return (
        f"<html><body><ul><script type='text/xml'>{records(first, last, total)}</script></ul>"
        f"{PAGER % total}</body></html>"
    )


def test_hanweb_goes_on_through_the_proxy_until_every_record_is_read():
    sheet = hanweb.read(island(1, 9, 20), COL, column(COL))
    assert len(sheet.listing.entries) == 9
    asked = {k: v[0] for k, v in parse_qs(urlsplit(sheet.next_url).query).items()}
    assert urlsplit(sheet.next_url).path == "/module/web/jpage/dataproxy.jsp"
    assert (asked["startrecord"], asked["endrecord"]) == ("10", "54")
    assert (asked["columnid"], asked["unitid"], asked["webid"]) == ("1001", "2121001", "33")
    last = hanweb.read(records(10, 20, 20), sheet.next_url, column(COL))
    assert len(last.listing.entries) == 11
    assert last.next_url is None


def test_hanweb_proxy_windows_follow_each_other():
    url = f"{HOST}/module/web/jpage/dataproxy.jsp?startrecord=10&endrecord=18&columnid=1&unitid=2"
    following = hanweb.read(records(10, 18, 40), url, column(COL)).next_url
    assert parse_qs(urlsplit(following).query)["startrecord"] == ["19"]
    assert parse_qs(urlsplit(following).query)["endrecord"] == ["27"]


def test_hanweb_column_without_rows_points_to_the_proxy():
    sheet = hanweb.read(f"<html><body>{PAGER % 20}</body></html>", COL, column(COL))
    assert sheet.listing is None
    assert "startrecord=1&" in sheet.next_url


def test_hanweb_link_to_the_next_group_is_followed_where_the_page_names_no_parameters():
    link = "<nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=2&amp;k=ab'></a>]]>"
    page = f"<script type='text/xml'>{link}</nextgroup>{records(1, 5, 20)}</script>"
    following = f"{HOST}/module/web/jpage/dataproxy.jsp?page=2&k=ab"
    assert hanweb.read(page, COL, column(COL)).next_url == following
    assert hanweb.read(records(6, 9, 20), following, column(COL)).next_url is None


def test_hanweb_column_that_shows_all_its_records_ends():
    assert hanweb.read(island(1, 5, 5), COL, column(COL)).next_url is None


# --- gkmlpt -------------------------------------------------------------------------------------

INDEX = f"{HOST}/gkmlpt/index"
CONFIG = (
    "<script>window._CONFIG = {SITE_ID: 3, SID: '755042', TREE: [{id: 1, name: '政策'}]}</script>"
)


def articles(count, total):
    posts = [
        {
            "id": n,
            "title": f"关于第{n}批社会工作服务站的通知",
            "url": f"{HOST}/gkmlpt/content/1/2/post_{n}.html",
            "display_publish_time": "2026-05-01 10:00",
        }
        for n in range(count)
    ]
    return json.dumps({"classify": {"post_count": total}, "articles": posts}, ensure_ascii=False)


def test_gkmlpt_index_is_a_signpost_to_all_categories_or_the_one_in_the_address():
    assert gkmlpt.read(CONFIG, INDEX, column(INDEX)).next_url == (
        f"{HOST}/gkmlpt/api/all/0?page=1&sid=755042"
    )
    one = gkmlpt.read(CONFIG, INDEX, column(f"{INDEX}#344"))
    assert (one.listing, urlsplit(one.next_url).path) == (None, "/gkmlpt/api/all/344")


def test_gkmlpt_pages_until_every_post_is_shown():
    url = f"{HOST}/gkmlpt/api/all/0?page=1&sid=755042"
    first = gkmlpt.read(articles(20, 25), url, column(INDEX))
    assert len(first.listing.entries) == 20
    assert first.next_url == f"{HOST}/gkmlpt/api/all/0?page=2&sid=755042"
    assert gkmlpt.read(articles(20, 20), url, column(INDEX)).next_url is None
    bare = gkmlpt.read(articles(0, 25), first.next_url, column(INDEX))
    assert bare.may_be_bare
    assert bare.next_url is None


@pytest.mark.parametrize("text", ["<html></html>", "{}", "[]"])
def test_gkmlpt_of_another_shape_is_named(text):
    with pytest.raises(SheetError):
        gkmlpt.read(text, INDEX, column(INDEX))


# --- gdnps --------------------------------------------------------------------------------------


def question(page):
    asked = {"goPage": page, "pageSize": 2, "queryParam": [{"shortName": "fbjg", "value": "/1/2"}]}
    text = json.dumps(asked, separators=(",", ":"))
    return f"{HOST}/gdnps/searchIndex.jsp?params={quote(quote(text, safe=''), safe='')}"


def library(*rows):
    return f"jQuery123({json.dumps({'resultMap': rows}, ensure_ascii=False)});"


ROW = {
    "title": "关于<em>社会工作</em>的意见",
    "publishTime": "20260501093000",
    "url": "/n1/c2/content.html",
}


def test_gdnps_rows_and_the_next_question_doubly_encoded():
    sheet = gdnps.read(library(ROW, {"title": "乙", "id": 7}), question(1), column(question(1)))
    first, second = sheet.listing.entries
    assert (first.url, first.title, first.on) == (
        f"{HOST}/n1/c2/content.html",
        "关于社会工作的意见",
        "2026-05-01",
    )
    assert (second.url, second.on) == (f"{HOST}/gdnps/pc/content.jsp?mtype=1&id=7", None)
    once = parse_qs(urlsplit(sheet.next_url).query)["params"][0]
    assert json.loads(unquote(once))["goPage"] == 2


def test_gdnps_short_page_is_the_last_and_unreadable_rows_are_counted():
    sheet = gdnps.read(f"({json.dumps({'resultMap': [ROW]})})", question(1), column(question(1)))
    assert sheet.next_url is None
    assert gdnps.read(library({"x": 1}), question(1), column(question(1))).listing.skipped == 1


@pytest.mark.parametrize("text", ["<html>错误</html>", "({'a': 1})", '({"resultMap": 3})', ""])
def test_gdnps_of_another_shape_is_named(text):
    with pytest.raises(SheetError):
        gdnps.read(text, question(1), column(question(1)))


# --- founder ------------------------------------------------------------------------------------

PAPER = "http://paper.example.org/szb"
NODE = f"{PAPER}/html/2026-06/02/node_{{}}.htm"
PAGES = "".join(f'<a href="node_{n}.htm">第0{n}版</a>' for n in (1, 2, 4))


@pytest.mark.parametrize(
    "entrance",
    [
        '<meta http-equiv="refresh" content="0; url=html/2026-06/02/node_1.htm">',
        "<script>window.location.href='html/2026-06/02/node_1.htm'</script>",
        '<a href="html/2026-05/26/node_1.htm">上期</a><a href="html/2026-06/02/node_2.htm">2</a>'
        '<a href="html/2026-06/02/node_1.htm">本期</a>',
    ],
)
def test_founder_entrance_leads_to_the_newest_issue(entrance):
    sheet = founder.read(entrance, f"{PAPER}/", column(f"{PAPER}/"))
    assert (sheet.listing, sheet.next_url) == (None, NODE.format(1))


def test_founder_walks_the_pages_of_an_issue_then_the_issue_before():
    page = (
        f"{PAGES}<a href='content_9.htm'>社工站里的年轻人</a>"
        '<a href="../../2026-05/26/node_1.htm">上一期</a>'
    )
    first = founder.read(page, NODE.format(1), column(f"{PAPER}/"))
    assert first.next_url == NODE.format(2)
    assert [e.url for e in first.listing.entries] == [f"{PAPER}/html/2026-06/02/content_9.htm"]
    assert first.may_be_bare
    assert founder.read(page, NODE.format(2), column(f"{PAPER}/")).next_url == NODE.format(4)
    last = founder.read(page, NODE.format(4), column(f"{PAPER}/"))
    assert last.next_url == f"{PAPER}/html/2026-05/26/node_1.htm"


def test_founder_never_goes_forward_in_time_or_guesses_a_date():
    page = f"{PAGES}<a href='../../2026-06/09/node_1.htm'>上一期</a>"
    assert founder.read(page, NODE.format(4), column(f"{PAPER}/")).next_url is None
    assert founder.read(PAGES, NODE.format(4), column(f"{PAPER}/")).next_url is None


def test_founder_entrance_without_an_issue_is_named():
    with pytest.raises(SheetError, match="没有指向任何一期"):
        founder.read("<html>维护中</html>", f"{PAPER}/", column(f"{PAPER}/"))


PLAIN = f"{HOST}/zwgk/zcwj/index.html"
PLAIN_ROWS = "".join(
    f"<li><a href='/art/{n}.html'>关于第{n}批社会工作服务站的通知</a><span>2026-05-0{n}</span>"
    for n in range(1, 7)
)


@pytest.mark.parametrize("family", sorted({*Family.__args__} - {"founder_epaper"}))
def test_every_family_reads_a_plain_list_under_a_plain_address(family):
    sheet = reader_for(family)(f"<ul>{PLAIN_ROWS}</ul>", PLAIN, column(PLAIN))
    assert len(sheet.listing.entries) == 6
    assert sheet.next_url is None


@pytest.mark.parametrize("family", sorted({*Family.__args__} - {"founder_epaper"}))
def test_the_hints_of_a_column_reach_the_reader_in_every_family(family):
    sidebar = f"<div class='side'><ul>{PLAIN_ROWS.replace('/art/', '/side/')}</ul></div>"
    text = f"<html><body><div class='own'><ul>{PLAIN_ROWS}</ul></div>{sidebar}</body></html>"
    for hint in ({"container": "div.side"}, {"entry_url_pattern": "/side/"}):
        sheet = reader_for(family)(text, PLAIN, column(PLAIN, **hint))
        assert {entry.url.split("/")[3] for entry in sheet.listing.entries} == {"side"}, hint
