"""Numbers that Word counts itself are read as its reader sees them."""

import pytest
from attached_files import package

from pipelines.files import read_file
from pipelines.files.numbering import chinese_numeral

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(place: int, form: str, text: str, *, suffix: str = "nothing", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def paragraph(text: str, list_id: int | None = None, place: int = 0, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    counted = f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="{list_id}"/></w:numPr>'
    properties = named + (counted if list_id is not None else "")
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def read(levels: str, body: str, *, more: str = "", styles: str = "") -> list[str]:
    lists = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}</w:numbering>'
    )
    parts = {
        "word/document.xml": f"<w:document {NS}><w:body>{body}</w:body></w:document>",
        "word/numbering.xml": lists,
        "word/styles.xml": f"<w:styles {NS}>{styles}</w:styles>",
    }
    return read_file(package({k: v.encode() for k, v in parts.items()}), "a.docx").text.split("\n")


def test_chapters_articles_and_items_are_counted_as_word_counts_them() -> None:
    levels = (
        level(0, "chineseCountingThousand", "第%1章", suffix="space")
        + level(1, "chineseCountingThousand", "（%2）")
        + level(2, "decimal", "%3.", suffix="tab")
    )
    body = (
        paragraph("总则", 1)
        + paragraph("目的", 1, 1)
        + paragraph("依据", 1, 1)
        + paragraph("法律", 1, 2)
        + paragraph("没有编号的话")
        + paragraph("法规", 1, 2)
        + paragraph("附则", 1)
        + paragraph("解释", 1, 1)
    )
    assert read(levels, body) == [
        "第一章 总则",
        "（一）目的",
        "（二）依据",
        "1. 法律",
        "没有编号的话",
        "2. 法规",
        "第二章 附则",
        "（一）解释",
    ]


def test_a_style_gives_its_list_and_zero_takes_it_away() -> None:
    styles = (
        '<w:style w:styleId="条"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="条文"><w:basedOn w:val="条"/></w:style>'
    )
    body = (
        paragraph("一年一评。", style="条")
        + paragraph("不编号。", 0, style="条")
        + paragraph("两年一查。", style="条文")
    )
    levels = level(0, "chineseCounting", "第%1条", suffix="space")
    assert read(levels, body, styles=styles) == [
        "第一条 一年一评。",
        "不编号。",
        "第二条 两年一查。",
    ]


def test_an_override_begins_anew_and_shared_lists_go_on() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(paragraph(text, n) for text, n in (("甲", 1), ("乙", 2), ("丙", 3), ("丁", 3)))
    lines = read(level(0, "chineseCounting", "%1、"), body, more=more)
    assert lines == ["一、甲", "二、乙", "一、丙", "二、丁"]


@pytest.mark.parametrize(
    ("form", "text", "label"),
    [
        ("decimal", "%1．", "3．"),
        ("chineseCounting", "%1、", "三、"),
        ("decimalEnclosedCircleChinese", "%1", "③"),
        ("chineseLegalSimplified", "%1、", "叁、"),
        ("ideographTraditional", "%1、", "丙、"),
        ("upperRoman", "%1.", "III."),
        ("lowerLetter", "%1)", "c)"),
        ("decimalFullWidth", "（%1）", "（３）"),
        ("bullet", "●", ""),
        ("none", "", ""),
        ("ganada", "%1.", "3."),
    ],
)
def test_every_form_of_number_is_written_as_word_writes_it(
    form: str, text: str, label: str
) -> None:
    assert read(level(0, form, text, start=3), paragraph("内容", 1)) == [f"{label}内容"]


def test_levels_above_stand_in_a_number_of_several_parts() -> None:
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", suffix="space")
    body = paragraph("机构", 1) + paragraph("人员", 1, 1)
    assert read(levels, body) == ["一、机构", "一.1 人员"]


def test_a_list_that_is_defined_nowhere_gives_no_number() -> None:
    assert read(level(0, "decimal", "%1."), paragraph("内容", 9)) == ["内容"]


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1020, "一千零二十"),
    ],
)
def test_chinese_numerals(number: int, numeral: str) -> None:
    assert chinese_numeral(number) == numeral


def test_a_level_may_go_on_counting_across_chapters() -> None:
    """Articles are numbered through a whole law: their level names no level to begin after."""
    articles = level(1, "chineseCounting", "第%2条", suffix="space")
    articles = articles.replace("<w:suff", '<w:lvlRestart w:val="0"/><w:suff')
    levels = level(0, "chineseCounting", "第%1章", suffix="space") + articles
    body = "".join(
        paragraph(text, 1, n) for text, n in (("总则", 0), ("甲", 1), ("附则", 0), ("乙", 1))
    )
    assert read(levels, body) == ["第一章 总则", "第一条 甲", "第二章 附则", "第二条 乙"]


def test_a_level_names_the_style_that_stands_for_it() -> None:
    second = level(1, "decimal", "%2.").replace("<w:suff", '<w:pStyle w:val="节"/><w:suff')
    levels = level(0, "chineseCounting", "%1、") + second
    styles = (
        '<w:style w:styleId="节"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    assert read(levels, paragraph("机构", 1) + paragraph("人员", style="节"), styles=styles) == [
        "一、机构",
        "1.人员",
    ]
