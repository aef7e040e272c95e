"""Reasons reach readers in their words, not in the pipelines'."""

import pytest

from feeds.grounds import evidence_words, field_words, repair_words
from store.records import Evidence


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("number: 民发〔2012〕7号", "文号相同（民发〔2012〕7号）"),
        ("text: 100% of the shorter text, 0 places differ", "与已知页面文本一致（相合100%）"),
        (
            "text: 97% of the shorter text, 2 places differ",
            "与已知页面文本一致（相合97%，2处不同）",
        ),
        (
            "text: a clone's path: /zwgk/t1.html；合并档案",
            "与已知页面文本一致（镜像站保留了原页路径 /zwgk/t1.html）；合并档案",
        ),
        ("text: title and whole text", "与已知页面文本一致"),
        ("new: no known page is linked to this one", "首次发现，与已知页面均无关联"),
        ("page: title, body", "页面改动：标题、正文"),
        ("第八条　本办法自2026年6月5日起施行。", "第八条　本办法自2026年6月5日起施行。"),
        ("页面返回 404；已于2026-06-03确认", "页面返回 404；已于2026-06-03确认"),
    ],
)
def test_a_stored_reason_is_shown_in_readers_words(stored: str, read: str) -> None:
    assert evidence_words(stored) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("glossed wherever it occurs on the page", "全页各处都注了音"),
        ("valid utf-8 in a page of gb18030", "gb18030的网页里夹有完整的utf-8"),
        ("something a later version says", "something a later version says"),
    ],
)
def test_the_ground_of_a_repair_reads_as_chinese(stored: str, read: str) -> None:
    assert repair_words(stored) == read


@pytest.mark.parametrize(
    ("rule", "where", "read"),
    [
        ("label 索引号", "block 12", "“索引号”一栏，第12段"),
        ("meta ArticleTitle", "head", "页面元数据 ArticleTitle，页头"),
        ("sentence", "自2026年7月1日起施行", "正文语句，自2026年7月1日起施行"),
        ("来源所在地区", "", "来源所在地区"),
    ],
)
def test_where_a_field_was_read_is_told_in_chinese(rule: str, where: str, read: str) -> None:
    assert field_words(Evidence(rule, where)) == read
