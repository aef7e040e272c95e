"""The damage of converting mirrors: glosses, doubled commas, runs shifted by one byte."""

import random

import pytest

from pipelines.decode import decode
from pipelines.decode.edits import Edit, Story
from store.records import Damage, Repair

GLOSSES = {"業": "yè", "發": "fā", "鄉": "xiāng", "鎮": "zhèn", "數": "shù", "統": "tǒng"}
PAGE = (
    "江州市民政局推動鄉鎮社會工作服務站建設，統籌專業力量。本市現有持證社工兩千名，"
    "人數逐年增加，發展勢頭良好！各鄉鎮結合實際制定方案；專業人才發揮作用。"
)


def glossed(text: str) -> str:
    return "".join(f"{c}({GLOSSES[c]})" if c in GLOSSES else c for c in text)


def mirrored(text: str, mark: bytes = b"\x01") -> str:
    """The mirrors' process: glosses and marks put in byte by byte in GBK, then decoded."""
    body = text.encode("gbk")
    for character, reading in GLOSSES.items():
        encoded = character.encode("gbk")
        body = body.replace(encoded, encoded + f"({reading})".encode("gbk"))
    for punctuation in ("！；，？".encode("gbk"),):
        for at in range(0, 8, 2):
            pair = punctuation[at : at + 2]
            body = body.replace(pair, mark + pair)
    return lenient_gbk(body).replace("\x01", "")


def lenient_gbk(body: bytes) -> str:
    found, at = [], 0
    while at < len(body):
        if body[at] < 0x80:
            found.append(chr(body[at]))
            at += 1
            continue
        whole = body[at + 1 : at + 2] >= b"\x40"
        found.append(body[at : at + 2].decode("gbk", "ignore") if whole else "?")
        at += 2
    return "".join(found)


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain", None])
def test_a_converters_glosses_are_removed_and_counted(content_type: str | None) -> None:
    decoded = decode(glossed(PAGE).encode(), content_type)
    assert decoded.text == PAGE
    assert sum(r.count for r in decoded.repairs if r.kind == "gloss") == glossed(PAGE).count("(")
    assert {repair.certainty for repair in decoded.repairs} == {"certain"}
    assert decoded.damage == ()


@pytest.mark.parametrize(
    "text",
    [
        "主任龑(yǎn)明介紹社會工作情況。",
        "堃(kūn)，同“坤”。李堃参加了社会工作者考试。",
        "这里的“长(zhǎng)”不读cháng，会长、校长、家长都读zhǎng，长度的长不同。",
        "請聯繫(021)12345678，會(一)議室",
    ],
)
def test_an_authors_gloss_of_a_rare_name_stays(text: str) -> None:
    decoded = decode(text.encode(), None)
    assert decoded.text == text
    assert decoded.repairs == ()


def test_a_blank_before_the_bracket_is_part_of_the_gloss() -> None:
    assert decode(glossed(PAGE).replace(")", " )").encode(), None).text == PAGE


def test_a_split_before_a_mark_is_undone_and_marked_as_inferred() -> None:
    true = "實施效果明顯。”山東省專業鄉鎮社工"
    seen = mirrored(true)
    assert "?" in seen
    decoded = decode(seen.encode(), None)
    assert decoded.text == true
    (split,) = [repair for repair in decoded.repairs if repair.kind == "split"]
    assert split.certainty == "inferred"
    assert split.runner_up
    assert decoded.text[split.start :].startswith(split.after)


def test_a_gloss_across_two_characters_is_undone() -> None:
    true = "各地要把當地專業力量用好"
    seen = mirrored(true)
    assert "?shù)" in seen
    decoded = decode(seen.encode(), None)
    assert "?" not in decoded.text
    assert decoded.text == true or decoded.damage


def test_what_half_known_characters_were_is_taken_from_the_page_only() -> None:
    label = "社會工作專刊"
    alone = f"<a>{mirrored(label + '<')}/a>"
    assert "專刊" not in alone
    flagged = decode(f"<p>{glossed(PAGE)}</p>{alone}".encode(), None)
    assert "專刊" not in flagged.text
    assert "</a>" in flagged.text
    assert any(place.kind == "lost" for place in flagged.damage)
    shown = decode(f"<p>{glossed(PAGE)}</p><a>{label}</a>{alone}".encode(), None)
    assert shown.text.count(f"<a>{label}</a>") == 2
    assert any("the page has" in repair.evidence for repair in shown.repairs)


def test_a_torn_gloss_that_does_not_come_out_is_reported_and_left() -> None:
    seen = "管理?zhuàng)甲乙丙丁戊己"
    decoded = decode(seen.encode(), None)
    assert decoded.text == seen
    assert [place.kind for place in decoded.damage] == ["shifted"]
    assert decoded.quality < 0.6


def test_doubled_commas_of_a_clone_are_removed() -> None:
    seen = glossed(PAGE).replace("，", ",，").replace("。", ",。")
    assert decode(seen.encode(), None).text == PAGE


@pytest.mark.parametrize(
    "text",
    [
        "真的吗?！太好了?！谁说的?，我问。",
        "<a href='list.html?id=3'>社会工作</a>为什么??！怎么办?。",
        "“能不能?”“行吗?ok)”",
        "甲,，乙",
    ],
)
def test_question_marks_that_authors_write_are_left_alone(text: str) -> None:
    decoded = decode(text.encode(), None)
    assert decoded.text == text
    assert decoded.damage == ()


def test_random_clone_damage_is_restored_or_told() -> None:
    rng = random.Random(3)
    sentences = PAGE.replace("！", "。").replace("；", "。").split("。")[:-1]
    for _ in range(20):
        true = "。".join(rng.sample(sentences, len(sentences))) + "。"
        decoded = decode(mirrored(true).encode(), None)
        assert decoded.text == true or decoded.damage


def test_repairs_and_damage_move_with_the_text() -> None:
    repair = Repair("a", 6, "", "x", "", "certain")
    story = Story("0123456789", (repair,), (Damage("lost", 8, 1, ""),))
    edited = story.edited([Edit(1, 3, ""), Edit(4, 5, "abc")], [])
    assert edited.text == "03abc56789"
    assert edited.repairs[0].start == 6
    assert edited.text[edited.damage[0].start] == "8"
