"""What a source's rules change, and what Rules() leaves alone."""

import pytest

from pipelines.extract import ExtractError, Rules, extract, read_article

HTML = """<html><head><title>社工站建设稳步推进</title></head><body><h1>社工站建设稳步推进</h1>
<p>2024-01-02 来源：本网</p><div class="odd"><p>第一段，内容完整。</p>
<p class="ad">广告，请勿理会。</p><p>第二段，内容完整。</p></div><div class="more">
<p>别的文章摘要，很长很长，不属于正文，也不应出现在这里。</p>
<p>又一段别的文章摘要，很长很长，不属于正文，也不应出现在这里，更不应该被当作正文。</p></div></body></html>"""


def test_body_selector_decides_where_the_body_is() -> None:
    (document,) = extract(HTML, "http://x/", Rules(body=(".missing", ".odd")))
    assert document.body_text.startswith("第一段")
    assert document.body_text.endswith("第二段，内容完整。")


def test_dropped_boxes_are_gone_and_their_neighbours_stay() -> None:
    (document,) = extract(HTML, "http://x/", Rules(body=(".odd",), drop=(".ad",)))
    assert document.body_text == "第一段，内容完整。\n第二段，内容完整。"


def test_site_name_says_who_this_site_is() -> None:
    (document,) = extract(HTML, "http://x/", Rules(site_name="南河市民政局"))
    assert document.source_name == "南河市民政局"


def test_without_a_site_name_this_site_stays_as_written() -> None:
    (document,) = extract(HTML, "http://x/", None)
    assert document.source_name == "本网"


def test_unusable_selector_is_refused_by_name() -> None:
    with pytest.raises(ExtractError, match=r"\.\.oops"):
        Rules(body=("..oops",))


def test_what_an_article_lacks_is_said() -> None:
    page = read_article(
        "<h1>社工站建设稳步推进</h1><div><p>第一段，内容完整。</p></div>", "http://x/"
    )
    assert page.detail == "missing: published_on"
