"""Differences of two texts: exact, aligned by article, minimal, quick."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import articles, clause, numeral, policy_text

from pipelines.diff import apply, compare, label, reflow
from store.records import Diff

OLD = """第一章 总则
第一条 为了规范社会工作服务，制定本办法。
第二条 本办法适用于全省社会工作服务机构。
第三条 民政部门负责登记和评估。
第四条 机构应当配备专职社工三名。
第五条 本办法自2020年1月1日起施行，有效期五年。"""

LINES = st.lists(
    st.sampled_from(["", "第一条 甲乙丙丁戊己", "第二条 甲乙丙丁", "（一）开展评估", "附件", "  "])
    | st.text(alphabet="第一二三条社工服务应当，。 1\u3000", max_size=12),
    max_size=9,
).map("\n".join)


def ops(diff):
    return [(block.op, block.label) for block in diff.blocks if block.op != "same"]


@settings(max_examples=300)
@given(LINES, LINES)
def test_old_and_diff_give_new(old, new):
    diff = compare(old, new)
    assert apply(old, diff) == new
    assert (diff == Diff()) == (old == new)


@settings(max_examples=200)
@given(LINES, LINES)
def test_every_old_block_is_told_once_and_marks_spell_both_texts(old, new):
    diff = compare(old, new)
    if diff.blocks:
        told = [block.old for block in diff.blocks if block.old is not None]
        assert sorted(told) == sorted(old.split("\n"))
    for block in diff.blocks:
        if block.op == "edited":
            assert "".join(e.text for e in block.edits if e.op != "+") == block.old
            assert "".join(e.text for e in block.edits if e.op != "-") == block.new


def test_an_edited_article_is_marked_character_by_character():
    diff = compare(OLD, OLD.replace("三名", "五名"))
    (block,) = [b for b in diff.blocks if b.op != "same"]
    assert (block.op, block.label) == ("edited", "第四条")
    assert [e.text for e in block.edits if e.op != "="] == ["三", "五"]


def test_an_inserted_article_renumbers_the_rest_without_calling_it_edited():
    new = OLD.replace("第四条", "第五条").replace("第五条 本", "第六条 本")
    new = new.replace("第三条", "第三条 社会工作者应当遵守职业道德。\n第四条")
    assert ops(compare(OLD, new)) == [
        ("inserted", "第三条"),
        ("moved", "第四条"),
        ("moved", "第五条"),
        ("moved", "第六条"),
    ]


def test_a_deleted_article_stands_where_it_stood():
    diff = compare(OLD, OLD.replace("第三条 民政部门负责登记和评估。\n", ""))
    assert [b.label for b in diff.blocks] == [
        "第一章",
        "第一条",
        "第二条",
        "第三条",
        "第四条",
        "第五条",
    ]
    assert ops(diff) == [("deleted", "第三条")]


def test_a_moved_paragraph_is_one_move():
    lines = [
        "甲部门负责登记管理。",
        "乙部门负责资金保障。",
        "丙部门负责人才培养。",
        "丁部门负责监督。",
    ]
    moved = [*lines[1:], lines[0]]
    assert [b.op for b in compare("\n".join(lines), "\n".join(moved)).blocks].count("moved") == 1


def test_an_article_moved_and_edited_is_still_one_article():
    lines = [
        f"第{numeral(n)}条 {text}" for n, text in enumerate(policy_text("m", 8).split("\n"), 1)
    ]
    new = [*lines[1:], lines[0].replace("第一条", "第九条") + "确有困难的除外。"]
    diff = compare("\n".join(lines), "\n".join(new))
    assert ops(diff) == [("edited", "第九条")]


def test_a_reprint_that_omits_an_article_says_which():
    text = policy_text("omit", 10)
    omitted = "\n".join(line for line in text.split("\n") if not line.startswith("第八条"))
    assert ops(compare(text, omitted)) == [("deleted", "第八条")]


@pytest.mark.parametrize(
    ("block", "number"),
    [
        ("第十二条 为了", "第十二条"),
        ("　　（三）开展", "（三）"),
        ("二、总体要求", "二、"),
        ("3. 人员", "3."),
        ("2021年", None),
        ("", None),
    ],
)
def test_labels_of_articles_items_and_paragraphs(block, number):
    assert label(block) == number


def test_a_diff_refuses_another_old_text():
    with pytest.raises(ValueError, match="another old text"):
        apply("别的", compare(OLD, OLD + "。"))


def revised(seed, count):
    """Return a regulation, its revision, and how many blocks the revision touched."""
    chance = random.Random(seed)
    old = list(articles(seed, count))
    new = list(old)
    for at in chance.sample(range(count), count // 10):
        new[at] = new[at].replace("应当", "可以", 1) + clause(chance)
    del new[count // 2]
    return "\n".join(old), "\n".join(new), count // 10 + 1


@pytest.mark.parametrize("seed", range(10))
def test_labelled_revisions_are_told_with_as_few_blocks_as_were_touched(seed):
    old, new, touched = revised(seed, 40)
    assert touched - 1 <= len(ops(compare(old, new))) <= touched


@pytest.mark.timeout(30)
def test_a_300_article_regulation_is_told_with_as_few_blocks_as_were_touched():
    old, new, touched = revised("big", 300)
    assert touched - 1 <= len(ops(compare(old, new))) <= touched


def test_copies_broken_into_lines_differently_are_compared_by_article():
    text = policy_text("flow", 10)
    flat = text.replace("\n", "")
    commas = text.replace("，", "，\n")
    assert ops(compare(reflow(text), reflow(commas))) == []
    omitted = flat.replace(text.split("\n")[7], "")
    assert ops(compare(reflow(text), reflow(omitted))) == [("deleted", "第八条")]


@given(LINES)
def test_reflowing_keeps_every_word_and_is_idempotent(text):
    once = reflow(text)
    assert "".join(once.split()) == "".join(text.split())
    assert reflow(once) == once


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("每月200元，高级800元。", "每月300元，高级1000元。", ["200", "300", "800", "1000"]),
        ("比例为1.5%。", "比例为1.8%。", ["1.5", "1.8"]),
        ("第十三条 补助二十万元。", "第十三条 补助三十五万元。", ["二十万", "三十五万"]),
        ("2026年1月起施行", "2026年12月起施行", ["1", "12"]),
        ("每站配备社工3名。", "每站配备社工3名，督导1名。", ["，督导1名"]),
        ("7个工作日内办结", "15个工作日内办结", ["7", "15"]),
    ],
)
def test_a_changed_number_is_marked_whole(old: str, new: str, marked: list[str]) -> None:
    (block,) = compare(old, new).blocks
    assert [edit.text for edit in block.edits if edit.op != "="] == marked
