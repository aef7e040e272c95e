"""Which policy a page is about: in its title, in its lead; never what it only relies on."""

import pytest

from pipelines.subject import names_policy, speaks_of_policy, subject_titles
from store.records import Document


def subjects(title, body=""):
    return subject_titles(Document(url="http://a.cn/1", title=title, body_text=body))


@pytest.mark.parametrize(
    ("title", "body", "about"),
    [
        ("《江州省社工条例》解读", "", ("江州省社工条例",)),
        ("关于转发《江州省社工办法》的通知", "", ("江州省社工办法",)),
        ("江州社工规划出台", "近日，省民政厅印发《江州省社工规划》。", ("江州省社工规划",)),
        ("新闻发布会举行", "会上发布解读《社工意见若干》和《社工发展规划》。", ("社工意见若干",)),
        ("推进社工", "《江州省社工办法》（以下简称《办法》）近日印发。", ("江州省社工办法",)),
        ("《甲市社工办法》出台", "近日印发《乙市社工办法》。", ("甲市社工办法", "乙市社工办法")),
    ],
)  # fmt: skip
def test_reports_are_about_what_was_issued(title, body, about):
    assert subjects(title, body)[: len(about)] == about


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("关于印发《江州省社工办法》的通知", "现将《江州省社工办法》印发给你们。"),
        ("关于做好评估的通知", "根据《社会组织评估办法》，现将有关事项通知如下。"),
        ("社工读书会", "社工们共读《社会工作实务》，发布读后感。"),
        ("关于加强社工的意见", "为贯彻落实《关于加强民政工作的意见》，制定本意见。"),
        (None, ""),
    ],
)
def test_a_text_of_its_own_is_about_nothing_else(title, body):
    assert subjects(title, body) == ()


@pytest.mark.parametrize(
    "title", ["社区服务条例", "关于印发《社工站办法（试行）》的通知", "社工规划（2021—2025年）"]
)
def test_titles_that_name_a_policy(title):
    assert names_policy(title)


@pytest.mark.parametrize("title", ["成交公告", "任前公示", "关于召开会议的通知", "行政处罚决定书"])
def test_titles_that_are_given_again_and_again(title):
    assert not names_policy(title)


def test_news_of_policy_is_told_from_news_of_events():
    def speaks(title):
        return speaks_of_policy(Document(url="http://a.cn/1", title=title))

    assert speaks("江州社工人才规划出台")
    assert speaks("《江州省社工办法》印发")
    assert not speaks("社工走进校园")
