"""Roles are read from the page alone."""

import pytest

from pipelines.roles import role_of
from store.records import Classification, Document


def role(title, genre, body="", *, is_clone=False, **fields):
    fields = {"url": "http://mzt.js.gov.cn/1.html"} | fields
    document = Document(title=title, body_text=body, **fields)
    return role_of(document, Classification(genre, (), "yes"), is_clone=is_clone)


@pytest.mark.parametrize(
    ("title", "genre", "expected"),
    [
        ("江州省社工办法", "policy", "original"),
        ("关于《社工办法（征求意见稿）》公开征求意见的公告", "draft", "draft"),
        ("《江州省社工办法》解读", "interpretation", "interpretation"),
        ("专家谈社工发展", "interpretation", "original"),
        ("《江州省社工办法》出台", "news", "news"),
        ("社工走进校园", "news", "original"),
        ("关于转发《江州省社工办法》的通知", "policy", "implementing"),
        ("关于贯彻落实《江州省社工办法》的通知", "policy", "implementing"),
        ("河阳市贯彻落实《江州省社工办法》实施细则", "policy", "original"),
        ("关于印发《江州省社工办法》的通知", "policy", "original"),
    ],
)
def test_the_role_follows_from_title_and_genre(title, genre, expected):
    assert role(title, genre) == expected


def test_a_clone_is_a_clone_whatever_it_says():
    assert role("《江州省社工办法》解读", "interpretation", is_clone=True) == "clone"


def test_a_page_that_names_another_address_is_a_reprint():
    assert role("社工办法", "policy", original_url="http://www.mca.gov.cn/9.html") == "reprint"
    assert role("社工办法", "policy", original_url="http://mzt.js.gov.cn/9.html") == "original"


def test_a_ministrys_text_on_a_provinces_page_is_a_reprint():
    assert role("社工办法", "policy", issuers=("民政部",), region="32") == "reprint"
    assert role("社工办法", "policy", issuers=("江苏省民政厅",), region="32") == "original"
