"""Signature blocks and the organs in titles."""

from pipelines.issuers import date_line, find_signature, issuers_in_title, organs_in


def test_columns_of_joint_issuers_are_read_row_by_row() -> None:
    lines = [
        "请认真贯彻落实。",
        "中共东原省委组织部     中共东原省委政法委",
        "        东原省财政厅     东原省民政厅",
        "东原省残联",
        "20111212",
        "东原省社会工作规划",
    ]
    signature = find_signature(lines)
    assert signature is not None
    assert signature.issuers == (
        "中共东原省委组织部",
        "中共东原省委政法委",
        "东原省财政厅",
        "东原省民政厅",
        "东原省残联",
    )
    assert (signature.written_on, signature.certainty) == ("2011-12-12", "repaired")


def test_chinese_numeral_date_closes_a_signature() -> None:
    signature = find_signature(["特此通知。", "东原省民政厅", "二〇一二年六月四日"])
    assert signature is not None
    assert signature.written_on == "2012-06-04"
    assert signature.certainty == "stated"


def test_date_without_an_organ_above_signs_nothing() -> None:
    assert find_signature(["会议时间如下。", "2024年3月5日"]) is None


def test_date_inside_a_sentence_is_no_date_line() -> None:
    assert date_line("2024年3月5日召开会议") is None
    assert date_line("（2024年3月5日）") is not None


def test_spaced_letters_are_one_name() -> None:
    assert organs_in("民 政 部") == ("民政部",)


def test_a_sentence_is_no_organ() -> None:
    assert organs_in("请各单位认真贯彻落实") == ()
    assert organs_in("第一，加强组织领导。") == ()


def test_organs_before_about_issue_the_document() -> None:
    assert issuers_in_title("民政部 财政部关于加强社工站建设的通知") == ("民政部", "财政部")
    assert issuers_in_title("关于加强社工站建设的通知") == ()
    assert issuers_in_title("我省积极推进社工站建设") == ()
