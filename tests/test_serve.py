import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import feedparser
import pytest
from bs4 import BeautifulSoup
from feed_examples import HOSTILE, NOON, tell
from served_site import ServedSite, served

from feeds.errors import BadFilter
from feeds.filters import MOST_WORDS, in_words, parse, query
from feeds.publish import publish
from feeds.settings import PublishSettings
from feeds.site.library import MOST_RESULTS, search_data
from feeds.web.catalogue import Catalogue
from store.database import Database
from store.editions import Card
from store.records import Filter


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    folder = tmp_path_factory.mktemp("served")
    database = Database(f"sqlite:///{folder / 'policywatch.db'}")
    tell(database, 1)
    tell(database, 2, region="33", body_text="督导每月不少于一次。", title="督导工作办法")
    tell(database, 3, genre="news", role="news", region="33")
    tell(database, 4, announcement="baseline", region="33", title="旧的督导办法")
    with served(database, folder / "public") as running:
        running.publish()
        yield running


def _titles(body: bytes) -> list[str]:
    return [entry.title for entry in feedparser.parse(body).entries]


def test_filtered_feed_holds_exactly_what_the_filter_wants(site: ServedSite) -> None:
    assert len(_titles(site.get("/feed.xml")[2])) == 3
    assert _titles(site.get("/feed.xml?region=33")[2]) == [
        "【新闻】社工站建设意见之3",
        "【新增】督导工作办法",
    ]
    assert _titles(site.get("/feed.xml?region=330000&genre=policy")[2]) == ["【新增】督导工作办法"]
    assert _titles(site.get("/feed.xml?region=32&region=33&genre=news")[2]) == [
        "【新闻】社工站建设意见之3"
    ]
    assert _titles(site.get(f"/feed.xml?q={quote('督导')}")[2]) == ["【新增】督导工作办法"]
    assert _titles(site.get(f"/feed.xml?topic={quote('社工站')}&region=44")[2]) == []


def test_each_format_says_the_same_under_its_own_media_type(site: ServedSite) -> None:
    found = {}
    for path in ("/feed.atom?region=33", "/feed.xml?region=33&format=atom", "/feed.xml?region=33"):
        status, headers, body = site.get(path)
        assert status == 200
        found[path] = (headers["content-type"].split(";")[0], _titles(body))
    kinds = [kind for kind, _ in found.values()]
    assert kinds == ["application/atom+xml", "application/atom+xml", "application/rss+xml"]
    assert len({tuple(titles) for _, titles in found.values()}) == 1
    feed = json.loads(site.get("/feed.json?region=33")[2])
    assert feed["feed_url"] == f"{site.url}/feed.json?region=33"
    assert len(feed["items"]) == 2


def test_items_of_a_filtered_feed_are_those_of_the_static_one(site: ServedSite) -> None:
    dynamic = feedparser.parse(site.get("/feed.xml?region=33")[2])
    static = feedparser.parse(site.get("/feeds/region-33.xml")[2])
    assert [(e.id, e.content[0].value) for e in dynamic.entries] == [
        (e.id, e.content[0].value) for e in static.entries
    ]


def test_same_filter_in_another_order_is_the_same_feed(site: ServedSite) -> None:
    one = site.get("/feed.xml?region=33&region=32&genre=news")
    two = site.get("/feed.xml?genre=news&region=32&region=33")
    assert one[1]["etag"] == two[1]["etag"]
    assert one[2] == two[2]


@pytest.mark.parametrize("path", ["/feed.xml?region=33", "/feeds/all.xml", "/", "/search?q=1"])
def test_a_client_with_a_good_copy_is_answered_304(site: ServedSite, path: str) -> None:
    for encoding in ("gzip", "identity"):
        status, headers, body = site.get(path, accept_encoding=encoding)
        assert (status, bool(body)) == (200, True)
        assert headers["etag"].startswith('"')
        again, told, nothing = site.get(
            path, accept_encoding=encoding, if_none_match=f'"x", {headers["etag"]}'
        )
        assert (again, nothing) == (304, b"")
        assert told["etag"] == headers["etag"]
        dated = site.get(path, if_modified_since=headers["last-modified"])
        assert dated[0] == 304
        assert site.get(path, if_none_match='"other"')[0] == 200


@pytest.mark.parametrize("path", ["/feed.xml?region=33", "/feeds/all.xml", "/index.html"])
def test_zipped_and_plain_are_two_representations(site: ServedSite, path: str) -> None:
    _, plain, body = site.get(path)
    _, packed, small = site.get(path, accept_encoding="br, gzip")
    assert packed["content-encoding"] == "gzip"
    assert packed["vary"] == plain["vary"] == "Accept-Encoding"
    assert packed["etag"] != plain["etag"]
    assert gzip.decompress(small) == body
    assert len(small) < len(body)
    assert "content-encoding" not in site.get(path, accept_encoding="gzip;q=0")[1]


@pytest.mark.parametrize("path", ["/feed.xml?region=33", "/feeds/all.xml", "/search?q=x"])
def test_head_has_the_headers_of_get_and_no_body(site: ServedSite, path: str) -> None:
    _, got, body = site.get(path)
    status, headers, nothing = site.get(path, method="HEAD")
    assert (status, nothing) == (200, b"")
    assert headers["content-length"] == str(len(body))
    assert headers["etag"] == got["etag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feed.xml?colour=red", 400),
        ("/feed.xml?genre=poem", 400),
        ("/feed.xml?" + "&".join(f"region={n}" for n in range(10, 40)), 400),
        (f"/feed.xml?q={'a' * 61}", 400),
        ("/feed.xml?q=a+b+c+d+e+f", 400),
        (f"/feed.xml?q={'a' * 2000}", 414),
        ("/feed.xml?q=%ff", 400),
        ("/feed.pdf", 404),
        ("/feed.xml?format=exe", 404),
        ("/.published.json", 404),
        ("/feeds/.all.xml.part", 404),
        ("/../policywatch.db", 404),
        ("/%2e%2e/policywatch.db", 404),
        ("/nothing.html", 404),
    ],
)
def test_what_nobody_means_is_refused(site: ServedSite, path: str, status: int) -> None:
    refused, headers, body = site.get(path)
    assert refused == status
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["content-security-policy"]
    heading = BeautifulSoup(body, "lxml").h1
    assert heading is not None
    assert heading.get_text() in {"没有看懂这个地址", "没有这样的地址", "地址太长", "没有这一页"}


def test_what_is_wrong_with_a_filter_is_named_and_stays_inert(site: ServedSite) -> None:
    status, _, body = site.get("/feed.xml?%3Cb%3Ecolour=red")
    assert status == 400
    assert b"&lt;b&gt;colour: unknown; known are region" in body
    assert b"<b>" not in body


@pytest.mark.parametrize("path", ["/nothing.html", "/policy/p9.html", "/.published.json"])
def test_an_unknown_path_is_a_page_that_leads_on_from_wherever_it_is(
    site: ServedSite, path: str
) -> None:
    status, headers, body = site.get(path)
    assert status == 404
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["content-security-policy"]
    tree = BeautifulSoup(body, "lxml")
    assert tree.h1 is not None
    assert tree.h1.get_text() == "没有这一页"
    for link in tree.select("a[href^='/'], link[href^='/']"):
        assert site.get(str(link["href"]))[0] == 200
    assert tree.select_one("link[rel=stylesheet][href^='/assets/']")
    assert body == (site.public / "404.html").read_bytes()  # object storage shows the same


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/index.html", "/policy/p1.html", "/.published.json"),
        *("/feed.xml?region=32", "/feed.json", f"/search?q={quote('社工')}"),
    ],
)
def test_before_the_first_publication_readers_are_told_to_come_back(
    tmp_path: Path, path: str
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with served(database, tmp_path / "public") as running:
        status, headers, body = running.get(path)
        assert status == 503
        assert headers["retry-after"] == "600"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["content-type"] == "text/html; charset=utf-8"
        tree = BeautifulSoup(body, "lxml")
        assert tree.h1 is not None
        assert tree.h1.get_text() == "尚未发布"
        style = tree.select_one("link[rel=stylesheet]")
        assert style is not None
        status, dress, _ = running.get(str(style["href"]))
        assert (status, dress["content-type"]) == (200, "text/css; charset=utf-8")
        running.publish()
        assert running.get("/")[0] == 200


def test_it_takes_no_writes(site: ServedSite) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for path in ("/feed.xml", "/search", "/feeds/all.xml"):
            assert site.get(path, method=method)[0] == 405


def test_search_finds_two_character_words_in_titles_and_numbers(site: ServedSite) -> None:
    page = BeautifulSoup(site.get(f"/search?q={quote('督导')}")[2], "lxml")
    titles = {a.get_text() for a in page.select(".policies a")}
    assert titles == {"督导工作办法", "旧的督导办法"}
    both = BeautifulSoup(site.get(f"/search?q={quote('督导')}&q={quote('旧的')}")[2], "lxml")
    assert [a.get_text() for a in both.select(".policies a")] == ["旧的督导办法"]
    narrowed = BeautifulSoup(site.get(f"/search?q={quote('办法')}&region=32")[2], "lxml")
    assert narrowed.select(".policies a") == []
    percent = BeautifulSoup(site.get("/search?q=%25")[2], "lxml")
    assert percent.select(".policies a") == []  # a wildcard is a character like any other


def test_search_finds_the_same_as_the_page_of_the_same_publication(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    catalogue = Catalogue(tmp_path / "public")
    assert catalogue.find((), Filter(), 9) == []
    for number in range(1, 4):
        tell(database, number, now=NOON + timedelta(hours=number), title=f"ABC督导办法之{number}")
    publish(database, tmp_path / "public", PublishSettings())
    found = catalogue.find(("督导", "abc"), Filter(), 2)
    assert [row.title for row in found] == ["ABC督导办法之3", "ABC督导办法之2"]
    before = catalogue.newest()[1]
    assert catalogue.newest()[1] is before  # nothing moved, nothing is read again
    tell(database, 4, now=NOON + timedelta(hours=4), title="督导与社工站", region="33")
    assert len(catalogue.find(("督导",), Filter(), 9)) == 3  # not yet published
    publish(database, tmp_path / "public", PublishSettings())
    assert len(catalogue.find(("督导",), Filter(), 9)) == 4
    narrowed = Filter(regions=("330000",), genres=("policy",), topics=("社工站", "慈善"))
    assert [row.region for row in catalogue.find(("督导",), narrowed, 9)] == ["33"]
    assert catalogue.find(("督导\n",), Filter(), 9) == []


def test_the_short_name_of_social_work_finds_its_long_one(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    tell(database, 1, title="社会工作督导办法")
    tell(database, 2, title="社会救助办法")
    publish(database, tmp_path / "public", PublishSettings())
    catalogue = Catalogue(tmp_path / "public")
    for word in ("社工", "社会工作", "社工督导"):
        assert len(catalogue.find((word,), Filter(), 9)) == 1
    assert len(catalogue.find(("社会",), Filter(), 9)) == 2


def test_searching_a_hundred_thousand_titles_costs_less_than_twelve_plain_looks(
    tmp_path: Path,
) -> None:
    """A plain look through them takes 10 ms here; both are timed on whatever machine it is."""
    (tmp_path / "search").mkdir()
    cards = [
        Card(
            id=f"p{number}",
            title=f"第{number}号关于加强社会工作服务站建设的实施意见",
            document_number=f"民发〔2020〕{number}号",
            region="32",
            genre="policy",
            topics=("社工站",),
            status="issued",
            first_seen_at=NOON,
            updated_at=NOON,
        )
        for number in range(500)
    ]
    for shelf in range(1, 201):
        (tmp_path / "search" / f"{shelf}.js").write_bytes(search_data(1, cards))
    catalogue = Catalogue(tmp_path)
    shelves = catalogue.newest().values()

    def spent_s(act: Callable[[], object]) -> float:
        started = time.process_time()
        act()
        return time.process_time() - started

    plain_s = [
        spent_s(lambda: [text for shelf in shelves for text in shelf.folded if "没有的词" in text])
        for _ in range(5)
    ]
    for words in (("社工",), ("999",), ("服务站", "499"), ("没有的词",), ("民发", "号关于")):
        times_s = [
            spent_s(lambda w=words: catalogue.find(w, Filter(regions=("32",)), MOST_RESULTS))
            for _ in range(5)
        ]
        assert min(times_s) < 12 * min(plain_s), words


def test_a_hostile_query_stays_inert(site: ServedSite) -> None:
    asked = HOSTILE.replace("\ud800", "").replace("\x00", "")[:60]
    for path in (f"/search?q={quote(asked)}", f"/feed.xml?q={quote(asked)}"):
        status, headers, body = site.get(path)
        assert status == 200
        assert b"<script>alert" not in body
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert not feedparser.parse(site.get(f"/feed.xml?q={quote(asked)}")[2]).bozo


def test_every_answer_is_of_the_newest_publication(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with served(database, tmp_path / "public") as running:
        assert running.get("/feed.xml")[0] == 503
        tell(database, 1)
        running.publish()
        first = running.get("/feed.xml")[1]["etag"]
        tell(database, 2, now=NOON + timedelta(hours=1))
        assert running.get("/feed.xml", if_none_match=first)[0] == 304
        assert len(_titles(running.get("/feed.xml?region=32")[2])) == 1  # not yet published
        running.publish()
        status, headers, body = running.get("/feed.xml", if_none_match=first)
        assert (status, len(_titles(body))) == (200, 2)
        assert headers["etag"] != first


def test_an_upgraded_program_answers_before_its_first_publication(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    tell(database, 1)
    publish(database, tmp_path / "public", PublishSettings(title="从前的样子"))
    with served(database, tmp_path / "public") as running:
        for path in ("/feed.xml?region=32", f"/search?q={quote('社工')}", "/feeds/all.xml"):
            status, headers, _ = running.get(path)
            assert status == 200
            assert running.get(path, if_none_match=headers["etag"])[0] == 304


def test_serving_leaves_ledger_and_folder_as_they_are(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    tell(database, 1)
    with served(database, tmp_path / "public") as running:
        running.publish()
        before = {p: p.stat().st_mtime_ns for p in (tmp_path / "public").rglob("*")}
        content = (tmp_path / "policywatch.db").read_bytes()
        for path in ("/", "/feed.xml?q=x", "/search?q=x", "/feeds/all.xml", "/nothing"):
            running.get(path, accept_encoding="gzip")
        assert {p: p.stat().st_mtime_ns for p in (tmp_path / "public").rglob("*")} == before
        assert (tmp_path / "policywatch.db").read_bytes() == content


def test_filter_grammar_goes_there_and_back() -> None:
    pairs = [("region", "33"), ("q", "督导 社工"), ("region", "32"), ("maybe", "0"), ("topic", "")]
    wanted = parse(pairs)
    assert wanted == Filter(regions=("32", "33"), words=("督导", "社工"), possibly=False)
    assert query(wanted) == query(parse(reversed(pairs)))
    assert in_words(wanted) == "江苏、浙江 · 督导、社工"
    assert in_words(Filter()) == "全部"
    with pytest.raises(BadFilter, match=str(MOST_WORDS)):
        parse([("q", "a b c d e f")])
