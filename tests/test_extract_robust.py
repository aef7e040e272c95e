"""Bad input cannot stop the run, and cannot make it slow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract import extract, read_article

TAGS = ("p", "div", "span", "table", "td", "tr", "a", "h1", "br", "li", "st1:chsdate", "b")
WORDS = (
    "发布时间：2024-01-02",
    "来源：本网",
    "关于印发《办法》的通知",
    "民发〔2012〕7号",
    "各市民政局：",
    "现将有关事项通知如下，请认真执行。",
    "附件：",
    "2024年1月2日",
    "上一篇：",
    "首页 > 政策文件",
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(WORDS),
    st.sampled_from(['<meta name="ContentStart">', "</html>", "<!--", "-->", "<script>", "&nbsp;"]),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_soup_of_tags_is_read_without_an_error(pieces: list[str]) -> None:
    page = read_article("<html><body>" + "".join(pieces), "http://www.example.gov.cn/a.html")
    assert bool(page.documents) == (page.kind_hint == "article")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for document in extract(text, "http://www.example.gov.cn/a.txt"):
        assert "\r" not in (document.title or "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_url_is_taken(url: str) -> None:
    html = '<h1>关于印发办法的通知</h1><p>正文，内容。</p><a href="x.pdf">附件</a>'
    assert read_article(html, url).kind_hint in {"article", "other", "stub"}


@pytest.mark.parametrize(
    "text",
    [
        "1" * 60_000,
        "<p>" + "打印" * 20_000 + "。</p>",
        "<p>" + "a.b" * 20_000 + "</p>",
        "《" * 20_000,
        "（据" * 10_000,
        "民发〔2012" * 5_000,
        "发布时间：" * 8_000,
        "来源" * 8_000 + "：" * 2_000,
        "<div>" * 20_000 + "文字，内容。",
        "<table><tr>" * 3_000 + "<td>文字，内容。</td>",
        "<script>document.write(" + '"a"+' * 600 + ")</script>",
        "---\n" + "title: x\n" * 5_000,
        "<h1>通知标题在此</h1>" + "<font>字" * 40_000,
        "<p>" + "《办法》" * 20_000,
        "<p>" + "民发〔2012〕7号" * 15_000,
        "<p>" + "有效期至" * 60_000,
        "<p>" + "有效期5年，" * 15_000,
        "[" * 300_000,
        "<table>" + "<tr><td>发布日期</td><td>文号</td></tr>" * 8_000,
        "<title>" + "题_" * 300_000 + "</title><h1>关于印发办法的通知</h1>",
        "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">文字，内容。",
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.timeout(60)
def test_pathological_pages_end_in_a_reading(text: str) -> None:
    """A pattern that tries every partition would hang here for minutes."""
    assert read_article(text, "http://www.example.gov.cn/a.html").kind_hint


def test_same_text_twice_gives_equal_documents() -> None:
    html = "<h1>关于印发办法的通知</h1><p>时间：2024-01-02</p><div><p>正文，内容。</p></div>"
    assert extract(html, "http://x/") == extract(html, "http://x/")


def test_a_page_without_an_end_is_read_up_to_a_line_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.extract.walk.MAX_BLOCKS", 100)
    row = "<p>社会工作服务站应当建立档案，并向社会公布。</p>"
    page = read_article("<h1>关于公布名单的通知</h1>" + row * 110, "http://x/a.html")
    assert page.documents[0].title == "关于公布名单的通知"
    assert "a longer page" in page.detail


@pytest.mark.parametrize("address", ["http://[bad", "//[", "http://[::1", "https://a]b/c.pdf"])
def test_an_address_that_cannot_be_split_stays_as_written(address: str) -> None:
    html = (
        f"<h1>关于印发办法的通知</h1><p>2024-01-02 来源：<a href='{address}'>某某日报</a></p>"
        f"<p>正文，内容。</p><iframe src='{address}'></iframe><img src='{address}'>"
        f"<a href='{address}'>附件.pdf</a>"
    )
    for url in (address, "http://www.example.gov.cn/a.html"):
        document = read_article(html, url).documents[0]
        assert document.attachments[-1].url.endswith(address.rpartition("/")[2])
