"""Reasons reach readers in their words, not in the pipelines'."""

import pytest

from feeds.words import evidence_words


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("number: 民发〔2012〕7号", "文号相同（民发〔2012〕7号）"),
        ("text: 100% of the shorter text, 0 places differ", "与已知页面文本一致"),
        ("new: no known page is linked to this one", "首次发现，与已知页面均无关联"),
        ("page: title, body", "页面改动：标题、正文"),
        ("第八条　本办法自2026年6月5日起施行。", "第八条　本办法自2026年6月5日起施行。"),
        ("页面返回 404；已于2026-06-03确认", "页面返回 404；已于2026-06-03确认"),
    ],
)
def test_a_stored_reason_is_shown_in_readers_words(stored: str, read: str) -> None:
    assert evidence_words(stored) == read
