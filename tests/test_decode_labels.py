"""Declared labels: where they are looked for, and which codec they mean."""

import pytest

from pipelines.decode.labels import codec_of, header_label, meta_label


@pytest.mark.parametrize(
    ("content_type", "label"),
    [
        (None, None),
        ("text/html", None),
        ("text/html; charset=GB2312", "gb2312"),
        ('text/html;charset="utf-8"', "utf-8"),
        ("text/html; Charset = utf-8 ; boundary=x", "utf-8"),
    ],
)
def test_the_header_label_is_read_as_written(content_type: str | None, label: str | None) -> None:
    assert header_label(content_type) == label


@pytest.mark.parametrize(
    "declaration",
    [
        b'<meta charset="GBK">',
        b"<META http-equiv=Content-Type content='text/html; charset=gbk'/>",
        b'<?xml version="1.0" encoding="gbk"?>',
    ],
)
def test_a_declaration_is_found_in_meta_and_xml(declaration: bytes) -> None:
    assert meta_label(declaration + b"<html></html>") == "gbk"


def test_a_declaration_behind_long_scripts_is_found_up_to_64_kb() -> None:
    assert meta_label(b" " * 60_000 + b"<meta charset=gbk>") == "gbk"
    assert meta_label(b" " * 70_000 + b"<meta charset=gbk>") is None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"),
        ("x-gbk", "gb18030"),
        ("gb-18030", "gb18030"),
        ("gb_2312-80", "gb18030"),
        ("big5", "big5hkscs"),
        ("x-x-big5", "big5hkscs"),
        ("big5hk", "big5hkscs"),
        ("utf8", "utf-8"),
        ("utf_8", "utf-8"),
        ("utf16", "utf-16-le"),
        ("unicode", "utf-16-le"),
        ("utf-16be", "utf-16-be"),
        ("iso-8859-1", "cp1252"),
        ("euc-kr", "euc_kr"),
        ("base64", None),
        ("no such thing", None),
        ("", None),
        (None, None),
    ],
)
def test_labels_and_their_typing_slips_name_the_superset(
    label: str | None, codec: str | None
) -> None:
    assert codec_of(label) == codec
