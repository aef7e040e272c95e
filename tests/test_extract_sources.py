"""Whom a page names as its source."""

import pytest

from pipelines.extract import extract

PROSE = "<p>社工站里，社工陪老人们包粽子、读报纸，大家有说有笑，热热闹闹过了一个节日。</p>"


def source(info: str, tail: str = "") -> str | None:
    (document,) = extract(
        "<html><head><title>社工站里过端午</title></head><body><h1>社工站里过端午</h1>"
        f"<div>{info}</div><div class='article-content'>{PROSE}{PROSE}{tail}</div></body></html>",
        "http://www.example.gov.cn/a.html",
    )
    return document.source_name


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("<p>转自江州日报</p>", "江州日报"),
        ("<p>（摘自江州社工网）</p>", "江州社工网"),
        ("<p>转自一位老人的讲述</p>", None),
        ("<p>（据江州市民政局官网）</p>", "江州市民政局官网"),
    ],
)
def test_a_closing_line_names_the_source(tail: str, expected: str | None) -> None:
    assert source("2026-05-20 08:35", tail) == expected


def test_a_label_that_begins_an_element_is_glued_to_nothing() -> None:
    info = "<span>张三</span><span>来源：江州社工网</span><span>时间：2026-05-20</span>"
    assert source(info) == "江州社工网"
