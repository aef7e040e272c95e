"""What a text that moved to another address says differently; new dress is no difference."""

import random

import pytest
from invented import policy_text
from pairs import edited, excerpt, framed, rewrapped

from pipelines.moved import moved_difference
from store.records import Comparison, Document

LETTER = (
    "云民发〔2026〕3号\n各市（州）民政局：\n现将《云江省社工站管理办法》印发给你们，请遵照执行。\n"
)


def seen(old: str, new: str) -> Comparison | None:
    title = "云江省民政厅关于印发《云江省社工站管理办法》的通知"
    before = Document(url="https://mzt.example.gov.cn/a/1.html", title=title, body_text=old)
    after = Document(url="https://mzt.example.gov.cn/b/1.html", title=title, body_text=new)
    return moved_difference(before, after)


def text(seed: int, count: int = 12) -> str:
    return f"{LETTER}{policy_text(f'moved {seed}', count)}\n云江省民政厅\n2026年3月8日"


@pytest.mark.parametrize("seed", range(25))
def test_new_dress_other_lines_and_excerpts_are_no_revision(seed: int) -> None:
    chance = random.Random(f"dress {seed}")
    old = text(seed, chance.randint(6, 25))
    for done in (framed, rewrapped, excerpt):
        new = done(chance, old)
        assert seen(old, new) is None, done.__name__
        assert seen(new, old) is None, done.__name__
    assert seen(old, framed(chance, rewrapped(chance, old))) is None


@pytest.mark.parametrize("seed", range(25))
def test_one_edited_clause_is_seen_whatever_the_dress(seed: int) -> None:
    chance = random.Random(f"clause {seed}")
    old = text(seed, chance.randint(6, 25))
    new = edited(chance, old)
    for shown in (new, framed(chance, new)):
        found = seen(old, shown)
        assert found is not None
        assert [block for block in found.diff.blocks if block.op != "same"]


def test_one_letter_can_turn_a_provision_round() -> None:
    old = text(4)
    found = seen(old, old.replace("可以", "不可以", 1))
    assert found is not None


def test_an_article_added_at_the_end_is_a_revision() -> None:
    old = policy_text("end", 12)
    new = f"{old}\n第十三条 本办法自2026年7月1日起施行，有效期五年，由省民政厅负责解释。"
    found = seen(old, new)
    assert found is not None
    assert found.words == "增第十三条"


def test_another_day_in_the_last_line_is_a_revision() -> None:
    old = text(1)
    found = seen(old, old.replace("2026年3月8日", "2026年9月1日"))
    assert found is not None
    assert found.words == "改1段"


@pytest.mark.parametrize(
    "new",
    ["", "　", "正文见附件。", policy_text("something else", 12)],
    ids=["no text", "blank", "pointer", "stranger"],
)
def test_a_page_that_cannot_stand_for_the_old_text_tells_nothing(new: str) -> None:
    assert seen(text(2), new) is None
    assert seen(new, text(2)) is None


def test_a_text_without_paragraphs_is_compared_by_sentence() -> None:
    old = text(3)
    flat = old.replace("\n", "").replace("应当", "可以", 1)
    found = seen(old, flat)
    assert found is not None
    changed = [block for block in found.diff.blocks if block.op == "edited"]
    assert changed
    assert all(len(block.new or "") < 300 for block in changed)
