"""Steps in a policy's life, each with the sentence that says so."""

import pytest

from pipelines.lifecycle import steps
from store.records import Classification, Document, LifecycleStep

POLICY = Classification("policy", (), "yes")


def document(body="", title="江州省社工站管理办法", **fields):
    fields = {"written_on": "2021-03-01"} | fields
    return Document(url="http://mz.cn/1", title=title, body_text=body, **fields)


def found(doc, genre="policy", **kwargs):
    return [(s.step, s.on) for s in steps(doc, Classification(genre, (), "yes"), **kwargs)]


def test_issued_effective_and_expiry_follow_from_the_text():
    text = "第一条 略。\n第九条 本办法自2021年5月1日起施行，有效期五年。"
    told = steps(document(text), POLICY)
    assert [(s.step, s.on) for s in told] == [
        ("issued", "2021-03-01"),
        ("effective", "2021-05-01"),
        ("expired", "2026-05-01"),
    ]
    assert told[1].sentence == "第九条 本办法自2021年5月1日起施行，有效期五年。"


def test_header_fields_win_over_the_text():
    text = "本办法自2021年5月1日起施行。"
    assert ("effective", "2021-06-01") in found(document(text, effective_on="2021-06-01"))


def test_a_draft_opens_a_consultation_and_its_sentence_states_the_deadline():
    doc = document(
        "现公开征求意见，请于2021年4月30日前反馈意见。",
        title="关于《社工办法（征求意见稿）》公开征求意见的公告",
    )
    (step,) = steps(doc, Classification("draft", (), "yes"))
    assert (step.step, step.on) == ("consultation", "2021-03-01")
    assert "4月30日前" in step.sentence


def test_a_repeal_names_its_target_with_its_number():
    text = "本办法自2021年5月1日起施行。《社工站暂行规定》（江民发〔2015〕8号）同时废止。"
    (repeal,) = [s for s in steps(document(text), POLICY) if s.target_title]
    assert repeal == LifecycleStep(
        "repealed",
        "2021-03-01",
        "《社工站暂行规定》（江民发〔2015〕8号）同时废止。",
        "社工站暂行规定",
        "江民发〔2015〕8号",
    )


def test_the_same_name_repealed_is_replaced():
    text = "本办法自2021年5月1日起施行，《江州省社工站管理办法（试行）》同时废止。"
    (step,) = [s for s in steps(document(text), POLICY) if s.target_title]
    assert (step.step, step.on) == ("replaced", "2021-05-01")


def test_a_notice_of_repeal_names_every_target():
    doc = document(
        "经研究，决定废止下列文件：\n1.《甲办法》（江民发〔2010〕1号）\n2.《乙规定》",
        title="关于废止部分规范性文件的通知",
    )
    targets = [s.target_title for s in steps(doc, POLICY) if s.step == "repealed"]
    assert targets == ["甲办法", "乙规定"]


def test_a_decision_to_amend_revises_its_target():
    doc = document("", title="关于修改《江州省志愿服务条例》的决定")
    (step,) = [s for s in steps(doc, POLICY) if s.target_title]
    assert (step.step, step.target_title) == ("revised", "江州省志愿服务条例")


def test_a_revised_text_says_so_in_its_title():
    assert found(document(title="江州省志愿服务条例（2021年修订）"))[0][0] == "revised"


@pytest.mark.parametrize(
    ("validity", "step"),
    [("已废止", "repealed"), ("失效", "expired"), ("已修订", "revised")],
)
def test_the_sites_own_validity_is_a_step_without_a_day(validity, step):
    assert (step, None) in found(document(validity=validity))


@pytest.mark.parametrize("validity", ["有效", "现行有效", "尚未失效", "部分失效", None])
def test_a_policy_in_force_has_no_end(validity):
    told = {step for step, _ in found(document(validity=validity))}
    assert not told & {"repealed", "expired", "revised"}


def test_contradictions_are_all_kept():
    doc = document("本办法自2021年5月1日起施行，有效期五年。", validity="已废止")
    assert {"repealed", "effective", "expired"} <= {step for step, _ in found(doc)}


def test_a_clone_states_nothing():
    assert steps(document("本办法自2021年5月1日起施行。"), POLICY, is_clone=True) == ()


def test_news_moves_no_policy():
    assert found(document("《甲办法》同时废止。"), genre="news") == []


@pytest.mark.parametrize(
    "sentence", ["《甲办法》未被废止。", "关于是否废止《甲办法》的问题另行研究。"]
)
def test_what_is_not_repealed_is_not_told(sentence):
    assert all(step != "repealed" for step, _ in found(document(sentence)))


def test_a_note_that_a_text_was_replaced_moves_the_text_itself():
    told = steps(document("本办法已被《江州省社工条例》（江民发〔2022〕1号）废止。"), POLICY)
    assert [(s.step, s.target_title) for s in told if s.step != "issued"] == [("repealed", None)]


def test_a_sentence_that_names_both_texts_moves_the_first():
    told = steps(document("《甲办法》自2022年1月1日起被《乙办法》替代。"), POLICY)
    assert [(s.step, s.on, s.target_title) for s in told if s.step != "issued"] == [
        ("replaced", "2022-01-01", "甲办法")
    ]
