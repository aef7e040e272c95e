"""When documents take effect, end, and ask for comments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import parse_date
from pipelines.validity import consultation_ends_on, effective_on, expires_on


def test_stated_day_of_effect() -> None:
    term = effective_on("本办法自2023年4月1日起施行。", "2023-03-01")
    assert term is not None
    assert (term.on, term.certainty) == ("2023-04-01", "stated")


def test_from_the_day_of_issue_is_inferred() -> None:
    term = effective_on("本通知自印发之日起施行。", "2023-03-01")
    assert term is not None
    assert (term.on, term.certainty) == ("2023-03-01", "inferred")
    assert effective_on("本通知自印发之日起施行。", None) is None


def test_no_day_is_invented() -> None:
    assert effective_on("各地要认真组织实施。", "2023-03-01") is None
    assert expires_on("各地要认真组织实施。", "2023-03-01") is None


def test_years_of_validity_are_counted_from_the_day_of_effect() -> None:
    term = expires_on("自2023年4月1日起施行，有效期5年。", "2023-04-01")
    assert term is not None
    assert (term.on, term.certainty) == ("2028-04-01", "inferred")


def test_leap_day_ends_on_the_28th() -> None:
    term = expires_on("有效期五年。", "2024-02-29")
    assert term is not None
    assert term.on == "2029-02-28"


def test_stated_end_beats_counting() -> None:
    term = expires_on("本办法有效期至2026年12月31日。", "2023-04-01")
    assert term is not None
    assert (term.on, term.certainty) == ("2026-12-31", "stated")


def test_last_day_for_comments() -> None:
    term = consultation_ends_on(
        "关于公开征求《办法（征求意见稿）》意见的公告",
        "现公开征求意见。请于2024年6月5日前将意见反馈至省民政厅。",
    )
    assert term is not None
    assert term.on == "2024-06-05"


def test_period_of_comments_ends_with_its_second_day() -> None:
    term = consultation_ends_on("公开征求意见", "征求意见时间：2024年5月6日至2024年6月5日。")
    assert term is not None
    assert term.on == "2024-06-05"


def test_a_plain_notice_has_no_deadline_for_comments() -> None:
    assert consultation_ends_on("关于报送材料的通知", "请于2024年6月5日前报送。") is None


@pytest.mark.parametrize(
    ("sentence", "on"),
    [
        ("本规定自发布之日起30日后施行。", "2023-03-31"),
        ("本办法自公布之日起三十日后施行。", "2023-03-31"),
        ("本细则自印发之日起满30日后实施", "2023-03-31"),
        ("本办法自2023年5月1日起30日后施行。", "2023-05-31"),
        ("本办法自发布之日起3个月后施行。", "2023-06-01"),
        ("本通知自下发之日起执行。", "2023-03-01"),
        ("本通知自即日起施行。", "2023-03-01"),
    ],
)
def test_days_after_the_issue_are_counted_and_inferred(sentence: str, on: str) -> None:
    term = effective_on(sentence, "2023-03-01")
    stated = "2023年5月" not in sentence
    assert term is not None
    assert (term.on, term.certainty) == (on, "inferred")
    assert (effective_on(sentence, None) is None) == stated


@pytest.mark.parametrize(
    "sentence",
    [
        "本办法从2023年4月1日起执行。",
        "本标准于2023年4月1日起实施。",
        "本办法2023年4月1日起施行。",
        "本规定自二〇二三年四月一日起施行",
        "本办法自2023年4月1日施行。",
        "施行日期为2023年4月1日。",
        "本办法自2023年4月1日起正式施行，有效期5年。",
    ],
)
def test_every_wording_of_a_stated_day_of_effect(sentence: str) -> None:
    term = effective_on(sentence, "2023-03-01")
    assert term is not None
    assert (term.on, term.certainty) == ("2023-04-01", "stated")


def test_the_day_an_older_policy_took_effect_is_not_this_ones() -> None:
    text = "2010年1月1日起施行的《江口市临时救助办法》同时废止。本办法自2023年4月1日起施行。"
    term = effective_on(text, None)
    assert term is not None
    assert term.on == "2023-04-01"


@pytest.mark.parametrize(
    "sentence",
    [
        "社会组织登记证书有效期3年，自登记之日起施行年检。",
        "社会工作者职业水平证书登记有效期3年。",
        "养老机构设立许可有效期为5年。",
        "评估等级有效期为5年，期满须重新申请。",
        "本办法所称承接主体，其资质有效期不少于2年。",
        "服务合同期限为3年。",
        "补贴期限为3年。",
        "申请人应在登记有效期届满前3个月提出换发申请。",
        "证书有效期至2026年12月31日的，应当重新登记。",
        "试行单位应当总结经验。",
        "自2023年4月1日起施行。慈善组织认定有效期5年。",
    ],
)
def test_what_else_is_valid_for_a_time_is_not_the_policy(sentence: str) -> None:
    assert expires_on(sentence, "2023-04-01") is None


@pytest.mark.parametrize(
    ("sentence", "on"),
    [
        ("本办法自2023年4月1日起施行，有效期两年。", "2025-04-01"),
        ("本规定有效期5年，自2023年4月1日起施行。", "2028-04-01"),
        ("本规定自2023年4月1日起施行。有效期为五年。", "2028-04-01"),
        ("本办法自2023年4月1日起试行，试行期2年。", "2025-04-01"),
        ("本办法自印发之日起试行两年。", "2025-04-01"),
        ("本办法自发布之日起施行，暂行一年。", "2024-04-01"),
        ("本意见自2023年4月1日起施行，有效期18个月。", "2024-10-01"),
        ("本通知自印发之日起执行，有效期限为３年。", "2026-04-01"),
        ("（有效期5年）", "2028-04-01"),
    ],
)
def test_every_wording_of_a_counted_term(sentence: str, on: str) -> None:
    term = expires_on(sentence, "2023-04-01")
    assert term is not None
    assert (term.on, term.certainty) == (on, "inferred")


@pytest.mark.parametrize(
    "sentence",
    [
        "本办法有效期截至2026年12月31日。",
        "本通知自2023年4月1日起施行，有效期自2023年4月1日至2026年12月31日。",
        "本通知自2023年4月1日起施行，至2026年12月31日止。",
        "本措施执行至2026年12月31日。",
        "本政策自印发之日起施行，2026年12月31日自行失效。",
        "本办法有效期为2023年4月1日至2026年12月31日。",
        "本意见自2023年4月1日起施行，有效期至2026年12月31日，原文件同时废止。",
    ],
)
def test_every_wording_of_a_stated_end(sentence: str) -> None:
    term = expires_on(sentence, "2023-04-01")
    assert term is not None
    assert (term.on, term.certainty) == ("2026-12-31", "stated")


def test_the_end_of_another_policy_is_not_this_ones() -> None:
    text = "《江口市救助办法》2022年12月31日自行失效，现予重新公布。本办法有效期5年。"
    term = expires_on(text, "2023-04-01")
    assert term is not None
    assert term.on == "2028-04-01"


@pytest.mark.parametrize(
    ("sentence", "on"),
    [
        ("征求意见时间：2024年5月6日至6月5日。", "2024-06-05"),
        ("意见反馈截止时间为2024年6月5日17:00。", "2024-06-05"),
        ("请于6月5日前将意见反馈至省民政厅。", "2024-06-05"),
        ("社会公众可自公告发布之日起30日内提出意见。", "2024-06-05"),
    ],
)
def test_every_wording_of_the_last_day_for_comments(sentence: str, on: str) -> None:
    term = consultation_ends_on("公开征求意见的公告", f"现公开征求意见。{sentence}", "2024-05-06")
    assert term is not None
    assert term.on == on


@given(st.text(alphabet="本办法自有效期至试行2023年月日起施后、，。个三十5", max_size=60))
def test_any_sentence_gives_days_that_exist_or_none(text: str) -> None:
    for term in (effective_on(text, "2023-12-31"), expires_on(text, "2024-02-29")):
        assert term is None or parse_date(term.on) == term.on
