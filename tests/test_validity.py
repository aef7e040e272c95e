"""When documents take effect, end, and ask for comments."""

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
