"""Markup that libxml2 gives up on still yields its article."""

import pytest

from pipelines.extract import extract

URL = "http://mzt.example.gov.cn/zwgk/202605/t20260520_7.html"
PARAGRAPH = (
    "各乡镇（街道）社工站要配备专职社会工作者，落实督导制度，每月开展个案、小组和社区服务活动。"
)
BODY = "".join(f"<p>{n}、{PARAGRAPH}</p>" for n in "一二三四五六")
TITLE = "关于加强社工站建设的通知"
HEAD = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"


@pytest.mark.parametrize(
    "damage",
    [
        "<!-- 广告位开始 ",  # a comment that nobody closed
        '<a href="/index.html>首页</a>',  # an attribute without its second quote
        "<font color=red><p>字</p>" * 1200,  # nesting beyond libxml2's depth
    ],
    ids=["comment", "attribute", "nesting"],
)
def test_what_libxml2_swallows_is_read_all_the_same(damage: str) -> None:
    (document,) = extract(f"{HEAD}{damage}<div class='TRS_Editor'>{BODY}</div></body></html>", URL)
    assert document.title == TITLE
    for number in "一二三四五六":
        assert f"{number}、{PARAGRAPH}" in document.body_text
    assert "<" not in document.body_text


def test_a_sound_page_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> str:
        raise AssertionError("a sound page was mended")

    monkeypatch.setattr("pipelines.extract.damaged.mended", refuse)
    (document,) = extract(f"{HEAD}<div class='TRS_Editor'>{BODY}</div></body></html>", URL)
    assert document.body_text.count(PARAGRAPH) == 6
