"""One small page per lie that real servers and pages tell about their bytes."""

from pathlib import Path

import pytest

from pipelines.decode import decode
from store.records import Decoded

BYTES = Path(__file__).parent / "bytes"
SIMPLIFIED = "各县民政局要落实经费保障，配备专业社会工作者。"
TRADITIONAL = "各縣民政局要落實經費保障，配備專業社會工作者。"


def read(name: str, content_type: str | None = None) -> Decoded:
    return decode((BYTES / f"{name}.html").read_bytes(), content_type)


@pytest.mark.parametrize(
    ("name", "content_type", "charset", "sentence"),
    [
        ("utf8_meta_says_gb2312", None, "utf-8", SIMPLIFIED),
        ("utf8_meta_says_gb2312", "text/html; charset=gbk", "utf-8", SIMPLIFIED),
        ("gbk_meta_says_utf8", None, "gb18030", SIMPLIFIED),
        ("gbk_meta_says_utf8", "text/html; charset=ISO-8859-1", "gb18030", SIMPLIFIED),
        ("big5_meta_says_gb2312", None, "big5hkscs", TRADITIONAL),
        ("big5_meta_says_gb2312", "text/html; charset=utf-8", "big5hkscs", TRADITIONAL),
        ("utf16_without_mark", "text/html; charset=gb2312", "utf-16-le", SIMPLIFIED),
    ],
)
def test_a_false_label_loses_to_the_bytes(
    name: str, content_type: str | None, charset: str, sentence: str
) -> None:
    decoded = read(name, content_type)
    assert decoded.charset == charset
    assert sentence in decoded.text
    assert (decoded.repairs, decoded.damage) == ((), ())
    assert decoded.quality > 0.99


@pytest.mark.parametrize("name", ["gbk_one_bad_byte", "gbk_one_lost_byte"])
def test_one_fault_costs_one_character_and_is_told(name: str) -> None:
    decoded = read(name)
    assert SIMPLIFIED.replace("配", "\ufffd") in decoded.text
    assert decoded.text.count("\ufffd") == 1
    (repair,) = decoded.repairs
    (damage,) = decoded.damage
    assert (repair.kind, repair.certainty) == ("resync", "inferred")
    assert decoded.text[repair.start] == decoded.text[damage.start] == "\ufffd"
    assert 0.9 < decoded.quality < 1.0


def test_a_cut_page_ends_in_one_replacement_character() -> None:
    decoded = read("utf8_cut_short")
    assert decoded.text.endswith("本办法自印发之日起施\ufffd")
    assert decoded.damage[0].kind == "lost"


def test_an_included_menu_in_another_encoding_is_read_as_what_it_is() -> None:
    decoded = read("gbk_page_utf8_menu")
    assert "<li>政务公开</li><li>通知公告</li>" in decoded.text
    assert SIMPLIFIED in decoded.text
    assert {repair.kind for repair in decoded.repairs} == {"fragment"}


@pytest.mark.parametrize("name", ["utf8_stored_as_latin1", "gbk_stored_as_latin1"])
def test_bytes_stored_as_latin1_come_back(name: str) -> None:
    decoded = read(name)
    assert SIMPLIFIED in decoded.text
    (repair,) = decoded.repairs
    assert (repair.kind, repair.certainty, repair.count) == ("mojibake", "certain", 3)


def test_utf8_stored_as_gbk_comes_back() -> None:
    decoded = read("utf8_stored_as_gbk")
    assert "<p>机构职能办事服务</p>\n<p>乡镇社会工作</p>" in decoded.text
    assert decoded.repairs[0].kind == "mojibake"


def test_references_escaped_twice_become_characters() -> None:
    decoded = read("entities_escaped_twice")
    assert "<p>为加强乡镇社会工作服务站建设，现将有关事项通知如下。</p>" in decoded.text
    assert decoded.repairs[0].kind == "entities"


def test_stray_nuls_are_dropped_and_counted() -> None:
    decoded = read("gbk_stray_nuls")
    assert SIMPLIFIED in decoded.text
    assert [(r.kind, r.count) for r in decoded.repairs] == [("nul", 2)]
    assert not decoded.damage


def test_labels_are_kept_as_declared_even_when_not_believed() -> None:
    decoded = read("gbk_meta_says_utf8", "text/html; charset=ISO-8859-1")
    assert (decoded.header, decoded.meta) == ("iso-8859-1", "utf-8")
    assert decoded.evidence == ("language",)


def test_declarations_that_agree_are_named_as_evidence() -> None:
    body = (BYTES / "gbk_meta_says_utf8.html").read_bytes().replace(b"utf-8", b"x-gbk")
    decoded = decode(body, "text/html; charset=gb2312")
    assert decoded.evidence == ("language", "header", "meta")
