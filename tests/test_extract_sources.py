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


def test_a_magazine_before_author_and_day_is_the_source() -> None:
    text = (
        "专业社工：禁毒战线上的力量\n江州社会工作    吴小青   2026-05-20\n"
        "在禁毒这条战线上，活跃着许多社工，他们用耐心把一个个人带回到正常的生活里，也看到希望。\n"
    )
    (document,) = extract(text, "http://www.example.org/content/6")
    assert (document.source_name, document.published_on) == ("江州社会工作", "2026-05-20")


def test_a_page_without_a_title_has_the_date_of_its_first_line() -> None:
    text = (
        "2026-05-10 09:26:54 编辑：叶小青 审核人：吴大山 阅读次数：385\n"
        "近日，县民政局为获评的社会组织授牌，全县评定工作完成，共评出社会组织八家，效果良好。\n"
    )
    (document,) = extract(text, "http://www.example.gov.cn/detail/1.html")
    assert document.published_on == "2026-05-10"
