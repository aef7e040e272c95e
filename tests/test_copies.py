"""Copies, drafts and editions beside a text: which article is left out, changed or added."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import articles, policy_text

from pipelines.copies import compared
from store.records import Comparison, Pairing

TEXT = policy_text("copies", 10)
LINES = TEXT.split("\n")
TRADITIONAL = opencc.OpenCC("s2t").convert


def beside(new: str, kind: str = "copy", old: str = TEXT) -> Comparison:
    return compared(Pairing(kind, "题", "http://b.cn/1", "p1", old, new))  # type: ignore[arg-type]


def without(*numbers: int) -> str:
    return "\n".join(line for at, line in enumerate(LINES, 1) if at not in numbers)


def test_a_reprint_that_omits_an_article_says_which() -> None:
    found = beside(without(8))
    assert found.words == "缺第八条"
    assert [block.old for block in found.diff.blocks if block.op == "deleted"] == [LINES[7]]


def test_an_excerpt_names_its_gaps_as_runs() -> None:
    assert beside(without(1, 2, 3, 9)).words == "缺第一条至第三条、第九条"


def test_what_an_edited_copy_changed_is_named_after_what_it_left_out() -> None:
    edited = without(3).replace("第七条 ", "第七条 经研究，")
    assert beside(edited).words == "缺第三条；改第七条"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.replace("\n", ""),
        TEXT.replace("，", "，\n"),
        TEXT.replace("，", ", ").replace("。", "．"),
        TRADITIONAL(TEXT),
        f"当前位置：首页 > 政策\n浏览次数：812次\n{TEXT}\n【打印本页】\n上一篇：志愿服务",
        TEXT.replace("\n", "\n\n\u3000\u3000"),
    ],
    ids=["same", "flat", "commas", "punctuation", "traditional", "framed", "spaced"],
)
def test_how_a_site_breaks_spells_and_frames_a_text_is_no_difference(copy: str) -> None:
    found = beside(copy)
    assert (found.words, found.diff.blocks) == ("文字一致", ())


def test_a_page_without_the_text_says_so() -> None:
    assert beside(" \n").words == "没有正文"


def test_a_draft_and_what_was_issued_are_told_as_added_and_struck() -> None:
    issued = (
        without(4).replace("第五条 ", "第五条 经研究，") + "\n第十一条 本办法自发布之日起施行。"
    )
    assert beside(issued, "draft").words == "删第四条；改第五条；增第十一条"


def test_many_differences_are_counted_not_listed() -> None:
    new = "\n".join(
        line if at % 2 else line + "另行规定。" for at, line in enumerate(articles(1, 20))
    )
    assert beside(new, old="\n".join(articles(1, 20))).words == "改10段"


def test_two_texts_that_share_only_a_name_are_not_set_side_by_side() -> None:
    strange = "\n".join(
        f"第{n}条 甲{n}乙丙丁，另据{n * 37}戊己庚辛壬癸子丑寅卯。" for n in range(1, 30)
    )
    found = beside(strange, "edition")
    assert (found.words, found.diff.blocks) == ("文字大多不同", ())


def test_what_has_no_number_is_counted_beside_what_has_one() -> None:
    new = TEXT.replace("第二条 ", "第二条 经研究，") + "\n河川省民政厅\n另附服务流程图"
    assert beside(new, old=TEXT + "\n河川省民政厅").words == "改第二条；多1段"
    assert beside(new.replace("河川省", "江州省"), old=TEXT + "\n河川省民政厅").words == (
        "改第二条及另1段；多1段"
    )


@given(st.sets(st.integers(1, 10), max_size=9))
def test_every_article_left_out_is_a_deleted_block_and_nothing_else_is(gone: set[int]) -> None:
    found = beside(without(*gone))
    assert [b.old for b in found.diff.blocks if b.op != "same"] == [
        LINES[at - 1] for at in sorted(gone)
    ]
    assert {b.op for b in found.diff.blocks} <= {"same", "deleted"}
