"""Canonical text and titles: spellings of one thing meet, different things stay apart."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.canonical import (
    canonical_text,
    canonical_title,
    edition,
    simplify,
    unwrap_title,
    without_number,
)

TITLE = "江州市社会工作专业人才发展规划（2021—2025年）"
CONVERTERS = [opencc.OpenCC(profile) for profile in ("s2t", "s2tw", "s2hk")]


@pytest.mark.parametrize(
    ("served", "meant"),
    [
        ("誌願服務", "志愿服务"),
        ("聯係群眾", "联系群众"),
        ("幫助著名作家", "帮助著名作家"),
        ("隨著社會發展", "随着社会发展"),
        ("显著提升", "显著提升"),
    ],
)
def test_traditional_text_is_simplified_over_conversions_included(served, meant):
    assert simplify(served) == meant


def test_gloss_width_and_punctuation_do_not_change_canonical_text():
    assert canonical_text("創(chuàng)建５個「示範點」，") == canonical_text("创建5个示范点。")


def test_authors_latin_words_survive():
    assert canonical_text("推广APP（ESG）") == "推广appesg"


@given(st.text(alphabet="社会工作志愿服务着复了具余准里后面发展2021年，。（）", max_size=60))
def test_canonical_text_is_the_same_for_every_conversion(text):
    for converter in CONVERTERS:
        assert canonical_text(converter.convert(text)) == canonical_text(text)


@given(st.text(max_size=60))
def test_canonical_text_is_idempotent(text):
    once = canonical_text(text)
    assert canonical_text(once) == once


@pytest.mark.parametrize(
    "title",
    [
        f"关于印发《{TITLE}》的通知",
        f"江州省民政厅 江州省财政厅关于印发《{TITLE}》的通知",
        f"江州省民政厅等6部门关于印发《{TITLE}》的通知",
        f"江民发〔2021〕11号 关于印发《{TITLE}》的通知",
        f"关于印发《{TITLE}》的通知（江民发[2021]11号）",
        f"关于发布《{TITLE}》的公告",
        f"关于印发{TITLE}的通知",
        "江州市社會工作專業人才發展規劃(2021-2025年)",
        f"《{TITLE}》",
        f"【已失效】关于印发《{TITLE}》的通知",
        f"关于《{TITLE}（征求意见稿）》公开征求意见的公告",
        f"关于公开征求《{TITLE}》意见的通知",
        f"{TITLE}（试行）",
    ],
)
def test_wrappers_numbers_widths_and_editions_meet_in_one_title(title):
    assert canonical_title(title) == canonical_title(TITLE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("关于做好2021年度评估工作的通知", "关于做好2022年度评估工作的通知"),
        ("关于印发《江州省规划》的通知", "关于印发《河阳省规划》的通知"),
        ("《社区服务条例》解读", "《社区服务条例》"),
        ("关于废止《社区服务办法》的决定", "《社区服务办法》"),
        ("关于转发《社区服务办法》的通知", "《社区服务办法》"),
        ("《社区服务办法》出台 大力发展社会工作", "《社区服务办法》"),
    ],
)
def test_different_documents_keep_different_titles(one, other):
    assert canonical_title(one) != canonical_title(other)


def test_agencies_before_the_title_fall_away_but_not_the_subject():
    assert canonical_title("江州市民政局关于做好救助工作的通知") == "关于做好救助工作的通知"
    assert unwrap_title("江州市民政局关于印发《救助办法（试行）》的通知") == "救助办法（试行）"


def test_chinese_years_meet_digit_years():
    assert canonical_title("二〇二二年工作要点") == canonical_title("2022年工作要点")


@pytest.mark.parametrize(
    ("title", "which"),
    [
        ("社区服务办法（征求意见稿）", "draft"),
        ("关于公开征求《社区服务办法》意见的通知", "draft"),
        ("社区服务暂行办法", "trial"),
        ("社区服务办法（试行）", "trial"),
        ("社区服务办法", "final"),
    ],
)
def test_edition_is_told_apart_from_the_title(title, which):
    assert edition(title) == which


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("关于印发《社工办法》的通知 江民发〔2011〕11号", "关于印发《社工办法》的通知"),
        ("关于印发《社工办法》的通知江民发〔2011〕11号", "关于印发《社工办法》的通知"),
        ("江民发[2011]11号 社工办法", "社工办法"),
        ("社工办法（江民发〔2011〕11号）", "社工办法"),
        ("关于调整江民发〔2011〕11号文件有关事项的通知",) * 2,
        ("社工办法", "社工办法"),
    ],
)
def test_only_a_number_at_an_end_of_the_title_is_its_own(title, bare):
    assert without_number(title) == bare
