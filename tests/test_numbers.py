"""Document numbers: forms, repairs, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.numbers import canonical_number, find_numbers, own_line_number


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("民发〔2012〕7号", "民发〔2012〕7号"),
        ("民函﹝2019﹞ 12 号", "民函〔2019〕12号"),
        ("京发(2007〕27号", "京发〔2007〕27号"),
        ("粤民字[2012]187号", "粤民字〔2012〕187号"),
        ("湘政发【2012】33号", "湘政发〔2012〕33号"),
        ("（苏政办发〔2022〕60号）", "苏政办发〔2022〕60号"),
        ("民發〔２０１６〕１８６號", "民发〔2016〕186号"),
        ("皖民社救字[2024]10号", "皖民社救字〔2024〕10号"),
        ("民发〔2021〕第 5 号", "民发〔2021〕5号"),
        ("京政办发[99]12号", "京政办发〔1999〕12号"),
        ("粤民规字〔2019〕010号", "粤民规字〔2019〕10号"),
        ("退役军人部发〔2018〕27号", "退役军人部发〔2018〕27号"),
        ("民政部令第79号", "民政部令第79号"),
        ("国务院令第649号", "国务院令第649号"),
        ("国令第649号", "国令第649号"),
        ("中华人民共和国主席令第七十一号", "中华人民共和国主席令第71号"),
        ("政府令187号", "政府令第187号"),
        ("民政部公告第512号", "民政部公告第512号"),
        ("财政部 税务总局公告2023年第12号", "财政部税务总局公告2023年第12号"),
    ],
)
def test_form_becomes_canonical(written: str, canonical: str) -> None:
    assert canonical_number(written) == canonical


@pytest.mark.parametrize(
    "written",
    [
        "无",
        "-",
        "",
        "40000169-4/2016-00091",
        "014000000/2024-00031",
        "电话12345号",
        "2011年12月1号",
        "附件2011年第5期",
        "第79号",
        "滨河路2012号",
    ],
)
def test_what_is_no_number_stays_none(written: str) -> None:
    assert canonical_number(written) is None


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("〔中组发〔201125号", "中组发〔2011〕25号"),
        ("(吉办发〔201030号)", "吉办发〔2010〕30号"),
        ("民函〔2019 12号", "民函〔2019〕12号"),
        ("民函2019〕12号", "民函〔2019〕12号"),
    ],
)
def test_fused_or_unclosed_number_is_repaired_and_marked(damaged: str, repaired: str) -> None:
    (mention,) = find_numbers(damaged)
    assert (mention.value, mention.certainty) == (repaired, "repaired")


@pytest.mark.parametrize(
    ("sentence", "canonical"),
    [
        ("根据民政部民发〔2016〕180号文件精神", "民发〔2016〕180号"),
        ("按照国办发〔2020〕5号要求", "国办发〔2020〕5号"),
        ("关于印发规划的通知 吉组发〔2011〕11号", "吉组发〔2011〕11号"),
        ("同时废止川民发〔2015〕195号", "川民发〔2015〕195号"),
    ],
)
def test_lead_in_words_are_no_part_of_the_code(sentence: str, canonical: str) -> None:
    assert canonical_number(sentence) == canonical


def test_several_numbers_are_all_found_in_order() -> None:
    text = "《甲办法》（民发〔2012〕7号）、《乙办法》（民函〔2013〕9号）"
    assert [m.value for m in find_numbers(text)] == ["民发〔2012〕7号", "民函〔2013〕9号"]


def test_a_line_of_its_own_holds_nothing_else() -> None:
    own = own_line_number("　　晋民发﹝2023﹞ 9 号")
    assert own is not None
    assert own.value == "晋民发〔2023〕9号"
    assert own_line_number("根据晋民发〔2023〕9号文件，现通知如下") is None


CODES = st.sampled_from(["民发", "苏民规", "皖民社救字", "中组发", "国办函"])
BRACKETS = st.sampled_from(["〔〕", "[]", "（）", "()", "【】", "﹝﹞", "［］"])


@given(CODES, st.integers(1950, 2030), st.integers(1, 9999), BRACKETS, st.sampled_from(["", " "]))
def test_every_bracket_and_blank_gives_one_form(
    code: str, year: int, serial: int, brackets: str, blank: str
) -> None:
    written = f"{code}{blank}{brackets[0]}{year}{brackets[1]}{blank}{serial}{blank}号"
    canonical = f"{code}〔{year}〕{serial}号"
    assert canonical_number(written) == canonical
    assert canonical_number(canonical) == canonical


@given(st.text(max_size=80))
def test_spans_lie_in_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for mention in find_numbers(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("浙经信投资〔2012〕5号", "浙经信投资〔2012〕5号"),
        ("（根据浙经信投资〔2012〕5号要求）", "浙经信投资〔2012〕5号"),
        ("三原政发〔2012〕5号", "三原政发〔2012〕5号"),
        ("和县民发〔2012〕5号", "和县民发〔2012〕5号"),
        ("将乐民发〔2012〕5号", "将乐民发〔2012〕5号"),
        ("；和甬民发〔2012〕3号", "甬民发〔2012〕3号"),
        ("（原甬民发〔2009〕3号）同时废止", "甬民发〔2009〕3号"),
        ("宁波市民政局甬民发〔2012〕3号", "甬民发〔2012〕3号"),
        ("工信部联规〔2011〕5号", "工信部联规〔2011〕5号"),
    ],
)
def test_a_code_may_begin_with_what_elsewhere_is_a_particle(text: str, number: str) -> None:
    assert [mention.value for mention in find_numbers(text)] == [number]
