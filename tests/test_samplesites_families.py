"""The CMS families of the sample sites: each shows the real defects, and all its articles."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import quote, urljoin
from xml.etree import ElementTree

import pytest
from samplesites_client import Fetched, fetch

from samplesites import SampleInternet, serve
from samplesites.articles import library
from samplesites.clone import damaged
from samplesites.roster import BAD_ROSTER, ROSTER
from samplesites.uploads import docx, pdf

PLAN_ON_TRS = "/zwgk/zcwj/202605/t20260528_30417.html"


@pytest.fixture(scope="module")
def internet() -> Iterator[SampleInternet]:
    """Day 0 for every test of this module: nobody advances it."""
    with serve(port_base=22300, roster=ROSTER + BAD_ROSTER) as running:
        yield running


@pytest.fixture
def later() -> Iterator[SampleInternet]:
    with serve(port_base=22400) as running:
        yield running


def text_of(answer: Fetched, encoding: str = "utf-8") -> str:
    body = answer.body
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode(encoding)


def titles(site: str, column: str | None = None, day: int = 0) -> set[str]:
    shown = library().articles(site, day)
    return {article.title for article in shown if column in {None, article.column}}


# --- TRS ----------------------------------------------------------------------------------------


def test_trs_pages_together_list_the_column_by_relative_links(internet: SampleInternet) -> None:
    first = internet.addresses["demo_trs"] + "/zwgk/zcwj/"
    html = text_of(fetch(first))
    total = int(re.findall(r'createPageHTML\((\d+), 0, "index", "html"\)', html)[0])
    assert total == 2
    html += text_of(fetch(urljoin(first, "index_1.html")))
    rows = re.findall(r'<li><a href="(\./[^"]+)" title="([^"]+)"', html)
    assert {title for _, title in rows} == titles("demo_trs", "zcwj")
    assert all(fetch(urljoin(first, href)).status == 200 for href, _ in rows)


def test_trs_articles_show_a_frozen_date_and_a_header_table(internet: SampleInternet) -> None:
    html = text_of(fetch(internet.addresses["demo_trs"] + PLAN_ON_TRS))
    assert "2019年12月3日" in html
    assert re.search(r"发文字号：</b></td><td>云社工发〔2026〕8号<", html)
    assert re.search(r"成文日期：</b></td><td>2026-05-25<", html)


def test_trs_dates_from_word_stand_in_inline_elements(internet: SampleInternet) -> None:
    html = text_of(fetch(internet.addresses["demo_trs"] + PLAN_ON_TRS))
    body = html[html.index('id="zoom"') :]
    assert "2026年5月25日" not in body
    assert "2026年5月25日" in re.sub(r"<[^>]+>", "", body)


def test_trs_attachments_lie_beside_the_page(internet: SampleInternet) -> None:
    url = internet.addresses["demo_trs"] + PLAN_ON_TRS
    href = re.findall(r'<a href="([^"]+)"[^>]*appendix', text_of(fetch(url)))[0]
    answer = fetch(urljoin(url, href))
    assert answer.headers["Content-Type"].endswith("wordprocessingml.document")
    assert zipfile.ZipFile(io.BytesIO(answer.body)).testzip() is None


# --- Hanweb -------------------------------------------------------------------------------------


def test_hanweb_sends_gzip_to_who_did_not_ask(internet: SampleInternet) -> None:
    answer = fetch(internet.addresses["demo_hanweb"] + "/col/col1001/index.html")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body[:2] == b"\x1f\x8b"


def test_hanweb_island_and_proxy_together_list_the_column(internet: SampleInternet) -> None:
    base = internet.addresses["demo_hanweb"]
    html = text_of(fetch(base + "/col/col1001/index.html"))
    following = re.findall(r'<nextgroup><!\[CDATA\[<a href="([^"]+)"', html)[0]
    xml = text_of(fetch(urljoin(base, following)))
    assert ElementTree.fromstring(xml).findtext("nextgroup") == ""
    rows = re.findall(r'<li><a href="([^"]+)" target="_blank" title="([^"]+)"', html + xml)
    assert len(rows) == 6
    assert {title for _, title in rows} == titles("demo_hanweb", "gfxwj")
    assert all(fetch(base + path).status == 200 for path, _ in rows)


def test_hanweb_proxy_answers_a_posted_range(internet: SampleInternet) -> None:
    url = internet.addresses["demo_hanweb"] + "/module/web/jpage/dataproxy.jsp"
    form = "columnid=1001&startrecord=2&endrecord=4&perpage=5&webid=33"
    assert text_of(fetch(url, method="POST", form=form)).count("<record>") == 3


def test_hanweb_proxy_knows_no_foreign_column(internet: SampleInternet) -> None:
    url = internet.addresses["demo_hanweb"] + "/module/web/jpage/dataproxy.jsp?columnid=7"
    assert fetch(url).status == 404


def test_hanweb_meta_attributes_are_in_single_quotes(internet: SampleInternet) -> None:
    url = internet.addresses["demo_hanweb"] + "/art/2026/4/24/art_1001_10849377.html"
    assert "<meta name='PubDate' content='2026-04-24 15:18'>" in text_of(fetch(url))


def test_hanweb_robots_is_an_html_page(internet: SampleInternet) -> None:
    answer = fetch(internet.addresses["demo_hanweb"] + "/robots.txt")
    assert answer.status == 200
    assert text_of(answer).startswith("<html>")


# --- CMSTOP -------------------------------------------------------------------------------------


def test_cmstop_declares_gb2312_and_sends_gbk(internet: SampleInternet) -> None:
    body = fetch(internet.addresses["demo_swchina"] + "/trends/2026/0529/48296.shtml").body
    assert b"charset=gb2312" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")
    assert all(character in body.decode("gbk") for character in "镕堃喆")


def test_cmstop_print_twin_names_its_original_and_no_date(internet: SampleInternet) -> None:
    base = internet.addresses["demo_swchina"]
    twin = text_of(fetch(f"{base}/print.php?contentid=48296"), "gbk")
    assert f"文章来源:{base}/trends/2026/0529/48296.shtml" in twin
    assert "行业发展</a><a" in twin
    assert "2026-05-29" not in twin
    assert fetch(f"{base}/print.php?contentid=1").status == 404


# --- gkmlpt -------------------------------------------------------------------------------------


def gkmlpt_rows(internet: SampleInternet, category: int) -> list[dict[str, object]]:
    base = internet.addresses["demo_gkmlpt"]
    index = text_of(fetch(f"{base}/gkmlpt/index"))
    sid = re.findall(r"SID: '(\d+)'", index)[0]
    rows: list[dict[str, object]] = []
    for number in (1, 2, 3):
        url = f"{base}/gkmlpt/api/all/{category}?page={number}&sid={sid}"
        rows += json.loads(fetch(url).body)["articles"]
    return rows


def test_gkmlpt_category_0_lists_all_articles_as_json(internet: SampleInternet) -> None:
    rows = gkmlpt_rows(internet, 0)
    assert {row["title"] for row in rows} == titles("demo_gkmlpt")
    assert all(fetch(str(row["url"])).status == 200 for row in rows)


def test_gkmlpt_tree_counts_what_its_categories_list(internet: SampleInternet) -> None:
    index = text_of(fetch(internet.addresses["demo_gkmlpt"] + "/gkmlpt/index"))
    tree = json.loads(re.findall(r"TREE: (\[.*\]),", index)[0])
    counts = {node["id"]: node["post_count"] for node in tree}
    assert counts == {id_: len(gkmlpt_rows(internet, id_)) for id_ in (1051, 1063)}


def test_gkmlpt_refuses_a_foreign_site_number(internet: SampleInternet) -> None:
    url = internet.addresses["demo_gkmlpt"] + "/gkmlpt/api/all/0?page=1&sid=1"
    assert fetch(url).status == 404


def test_gkmlpt_repeal_turns_the_flag_of_the_named_documents(later: SampleInternet) -> None:
    def abolished() -> set[object]:
        rows = gkmlpt_rows(later, 1051)
        return {row["document_number"] for row in rows if row["is_abolished"]}

    later.advance(3)
    assert abolished() == set()
    later.advance()
    assert abolished() == {"南民发〔2013〕41号", "南民发〔2015〕88号"}


# --- UCAP ---------------------------------------------------------------------------------------


def test_ucap_header_names_a_charset_the_bytes_deny(internet: SampleInternet) -> None:
    answer = fetch(internet.addresses["demo_ucap"] + "/zgyj/c114203/list.shtml")
    assert answer.headers["Content-Type"] == "text/html; charset=ISO-8859-1"
    assert "charset=utf-8" in text_of(answer)
    assert all(title in text_of(answer) for title in titles("demo_ucap", "zcwj"))


def test_ucap_articles_change_around_an_unchanged_body(later: SampleInternet) -> None:
    base = later.addresses["demo_ucap"]
    listing = text_of(fetch(base + "/zgyj/c114203/list.shtml"))
    url = base + re.findall(r'href="([^"]+/2026/3/3/[^"]+)"', listing)[0]
    before = fetch(url)
    later.advance()
    after = fetch(url)
    assert "ETag" not in before.headers
    assert "Last-Modified" not in before.headers
    assert "最新信息" in text_of(after)
    boxes = [text_of(a)[text_of(a).index("最新信息") :] for a in (before, after)]
    assert "“十五五”规划" in boxes[1]
    assert "“十五五”规划" not in boxes[0]


def test_ucap_attachments_have_chinese_names(later: SampleInternet) -> None:
    later.advance()
    base = later.addresses["demo_ucap"]
    listing = text_of(fetch(base + "/zgyj/c114203/list.shtml"))
    url = base + re.findall(r'href="([^"]+/2026/6/1/[^"]+)"', listing)[0]
    name = re.findall(r'<a href="(files/[^"]+)"', text_of(fetch(url)))[0]
    assert name == "files/附件：重点任务分工方案.docx"
    assert fetch(urljoin(url, quote(name))).body.startswith(b"PK")


# --- e-paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "issue"), [(0, "2026-05/26"), (1, "2026-06/02")])
def test_epaper_entry_moves_on_to_the_newest_issue(
    later: SampleInternet, day: int, issue: str
) -> None:
    if day:
        later.advance(day)
    entry = later.addresses["demo_epaper"] + "/gyzb/"
    target = re.findall(r"URL=([^\"]+)", text_of(fetch(entry), "gbk"))[0]
    assert target == f"html/{issue}/node_1.htm"
    assert fetch(urljoin(entry, target)).status == 200


def test_epaper_pages_lead_to_every_article_of_the_issue(internet: SampleInternet) -> None:
    first = internet.addresses["demo_epaper"] + "/gyzb/html/2026-05/26/node_1.htm"
    nodes = sorted(set(re.findall(r"node_\d+\.htm", text_of(fetch(first), "gbk"))))
    pages = [text_of(fetch(urljoin(first, node)), "gbk") for node in nodes]
    contents = {name for page in pages for name in re.findall(r"content_\d+\.htm", page)}
    assert contents == {"content_30481.htm", "content_30488.htm", "content_30489.htm"}
    assert all(fetch(urljoin(first, name)).status == 200 for name in contents)


def test_epaper_article_carries_the_property_block(internet: SampleInternet) -> None:
    url = internet.addresses["demo_epaper"] + "/gyzb/html/2026-05/26/content_30488.htm"
    html = text_of(fetch(url), "gbk")
    block = html[html.index("<!--enpproperty") : html.index("/enpproperty-->")]
    assert "<introtitle>云江：</introtitle>" in block
    assert "<date>2026-05-26 00:00:00.0</date>" in block
    assert html.index("<!--enpcontent-->") < html.index("本报讯") < html.index("<!--/enpcontent-->")


# --- the clone ----------------------------------------------------------------------------------


def test_clone_glosses_in_gbk_bytes() -> None:
    assert damaged("数字乡村现代化") == "數(shù)字鄉(xiāng)村現(xiàn)代化"


def test_clone_loses_the_tag_after_a_split_pair() -> None:
    assert damaged("社会工作专刊</a>") == "社會工作?？?/a>"


def test_clone_leaves_an_aligned_question_mark_alone() -> None:
    assert damaged("为什么？因为") == "為什麼？因為"


def test_clone_page_keeps_the_path_and_hides_the_origin(internet: SampleInternet) -> None:
    path = "/gyzb/html/2026-05/26/content_30488.htm"
    html = text_of(fetch(internet.addresses["demo_clone"] + path))
    assert "?？?/a>" in html
    assert "gb2312" not in html
    body = html[html.index("<body") :]
    assert body.index("棋牌") < body.index("歡迎光臨") < body.index("督導來了")


def test_clone_copies_a_day_later(later: SampleInternet) -> None:
    url = later.addresses["demo_clone"] + "/gyzb/html/2026-06/02/content_30524.htm"
    later.advance()
    assert fetch(url).status == 404
    later.advance()
    assert fetch(url).status == 200


# --- obstacles ----------------------------------------------------------------------------------


def test_script_site_shows_no_row_without_its_script(internet: SampleInternet) -> None:
    base = internet.addresses["demo_script"]
    assert "党建" not in text_of(fetch(base + "/zcwj/index.html"))
    assert len(json.loads(fetch(base + "/api/zcwj/queryList", method="POST").body)["rows"]) == 1


def test_challenge_site_answers_412_with_a_cookie(internet: SampleInternet) -> None:
    answer = fetch(internet.addresses["demo_challenge"] + "/zwgk/zcwj/")
    assert answer.status == 412
    assert answer.headers["Set-Cookie"].startswith("FSSBBIl1UgzbN7N80S=")


def test_robots_answers_differ_by_site(internet: SampleInternet) -> None:
    statuses = {
        source: fetch(f"{url}/robots.txt").status for source, url in internet.addresses.items()
    }
    assert {s for s, status in statuses.items() if status == 503} == {"demo_robots"}
    assert {s for s, status in statuses.items() if status == 200} == {
        "demo_trs",
        "demo_hanweb",
        "demo_gkmlpt",
        "demo_bad",
    }
    rules = fetch(internet.addresses["demo_gkmlpt"] + "/robots.txt").body
    assert b"Crawl-delay: 0.05" in rules


# --- attachments --------------------------------------------------------------------------------


def test_pdf_cross_references_point_at_its_objects() -> None:
    data = pdf(("社会工作服务", "第二行"))
    start = int(data.split(b"startxref\n")[1].split(b"\n")[0])
    assert data[start:].startswith(b"xref\n0 8\n")
    offsets = [int(offset) for offset in re.findall(rb"(\d{10}) 00000 n", data)]
    assert [data[o : o + 7] for o in offsets] == [b"%d 0 obj" % n for n in range(1, 8)]


def test_pdf_stream_holds_the_text_and_its_true_length() -> None:
    data = pdf(("社工",))
    length, stream = re.findall(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", data, re.DOTALL)[0]
    assert int(length) == len(stream)
    assert "社工".encode("utf-16-be").hex().upper().encode() in stream


def test_docx_paragraphs_are_the_lines_given() -> None:
    package = zipfile.ZipFile(io.BytesIO(docx(("甲 & 乙", "丙"))))
    document = ElementTree.fromstring(package.read("word/document.xml"))
    assert [element.text for element in document.iter() if element.tag.endswith("}t")] == [
        "甲 & 乙",
        "丙",
    ]


def test_attachments_are_the_same_bytes_every_time() -> None:
    assert docx(("一",)) == docx(("一",))
    assert pdf(("一",)) == pdf(("一",))


# --- bad inputs ---------------------------------------------------------------------------------


def bad(internet: SampleInternet, name: str) -> Fetched:
    return fetch(f"{internet.addresses['demo_bad']}/page/{name}.html")


def test_bad_list_names_every_bad_page(internet: SampleInternet) -> None:
    listing = text_of(fetch(internet.addresses["demo_bad"] + "/list/"))
    named = set(re.findall(r"/page/([a-z]+)\.html", listing))
    assert {"sound", "nul", "nothing", "loop", "gzip", "drip", "cut"} <= named
    assert "<li>" not in text_of(fetch(internet.addresses["demo_bad"] + "/list/empty/"))


def test_bad_bytes_are_what_they_claim(internet: SampleInternet) -> None:
    assert b"\0" in bad(internet, "nul").body
    assert b"\x1b" in bad(internet, "control").body
    with pytest.raises(UnicodeDecodeError):
        bad(internet, "surrogate").body.decode()
    assert bad(internet, "nothing").body == b" " * (10 * 1024 * 1024)
    assert bad(internet, "zero").body == b""


def test_bad_gzip_ends_early(internet: SampleInternet) -> None:
    answer = bad(internet, "gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)


def test_bad_redirects_go_round(internet: SampleInternet) -> None:
    there = bad(internet, "loop").headers["Location"]
    back = fetch(internet.addresses["demo_bad"] + there)
    assert (back.status, back.headers["Location"]) == (302, "/page/loop.html")


def test_bad_connection_is_cut_before_the_promised_end(internet: SampleInternet) -> None:
    with pytest.raises(Exception, match="more expected"):
        bad(internet, "cut")


def test_bad_error_page_says_200(internet: SampleInternet) -> None:
    answer = bad(internet, "error")
    assert answer.status == 200
    assert "系统繁忙" in text_of(answer)


def test_bad_drip_comes_whole_in_the_end(internet: SampleInternet) -> None:
    assert bad(internet, "drip").body == bad(internet, "sound").body
