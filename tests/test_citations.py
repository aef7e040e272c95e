"""Policies a text cites."""

from pipelines.citations import find_citations, sentence_at


def cited(text: str) -> list[tuple[str | None, str | None]]:
    return [(c.title, c.document_number) for c in find_citations(text)]


def test_title_takes_the_number_in_brackets_behind_it() -> None:
    text = "根据《关于加强养老服务的意见》（东办发〔2019〕5号）精神，制定本办法。"
    assert cited(text) == [("关于加强养老服务的意见", "东办发〔2019〕5号")]


def test_repaired_number_marks_its_citation() -> None:
    (citation,) = find_citations("《关于加强人才建设的意见》(中组发〔201125号)")
    assert (citation.document_number, citation.certainty) == ("中组发〔2011〕25号", "repaired")


def test_short_names_are_not_policies() -> None:
    text = "印发《东原省社会工作发展规划》（以下简称《规划》）。《规划》提出，五年内翻一番。"
    assert cited(text) == [("东原省社会工作发展规划", None)]


def test_two_short_names_defined_together_are_left_out() -> None:
    text = (
        "出台《甲市志愿服务意见》《甲市社工规划》（以下分别简称《意见》和《规划》）。《意见》要求。"
    )
    assert cited(text) == [("甲市志愿服务意见", None), ("甲市社工规划", None)]


def test_newspapers_and_books_are_not_policies() -> None:
    assert cited("据《河阳日报》报道，作者著有《社会工作随笔》。") == []


def test_nested_titles_stay_one() -> None:
    text = "转发《民政厅关于印发〈志愿服务办法〉的通知》，请执行。"
    assert cited(text) == [("民政厅关于印发〈志愿服务办法〉的通知", None)]


def test_number_without_a_title_stands_alone() -> None:
    assert cited("按照民发〔2016〕180号文件执行。") == [(None, "民发〔2016〕180号")]


def test_each_policy_is_cited_once_and_keeps_its_number() -> None:
    text = "依据《救助办法》。根据《救助办法》（民发〔2014〕1号）。再见《救助办法》。"
    assert cited(text) == [("救助办法", "民发〔2014〕1号")]


def test_title_with_a_tail_in_brackets_is_a_policy() -> None:
    assert cited("《社区治理条例（草案）》") == [("社区治理条例（草案）", None)]


def test_sentence_is_the_one_around_the_position() -> None:
    text = "第一句。根据《救助办法》执行；第三句。"
    assert sentence_at(text, text.index("《")) == "根据《救助办法》执行；"
