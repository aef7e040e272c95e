"""Labels and the values behind them, in lines and in cells."""

import pytest

from pipelines.extract.labels import is_info_line, label_kind, read_labels, read_line
from pipelines.extract.plain import outline_of


def values(line: str) -> list[tuple[str, str]]:
    return [(item.kind, item.value) for item in read_line(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "发布时间:2023-07-31 10:12信息来源: 社会事业局阅读次数:编辑:李明",
            [
                ("published", "2023-07-31 10:12"),
                ("source", "社会事业局"),
                ("other", ""),
                ("editor", "李明"),
            ],
        ),
        ("来　源：南河日报", [("source", "南河日报")]),
        ("索 引 号∶ 003/2022-1", [("index", "003/2022-1")]),
        ("[发文字号] 南民〔2022〕41号", [("number", "南民〔2022〕41号")]),
        ("文号：无", [("number", "")]),
        (
            "作者:王锡三 汪健时间:2022年07月25日",
            [("author", "王锡三 汪健"), ("published", "2022年07月25日")],
        ),
        ("報名時間：2022-01-01", []),
        ("报名时间：2024-04-01", [("other", "2024-04-01")]),
        ("数据来源：省统计局", [("other", "省统计局")]),
        ("根据有关规定办理。", []),
    ],
)
def test_line_is_read_label_by_label(line: str, expected: list[tuple[str, str]]) -> None:
    assert values(line) == expected


def test_event_times_never_become_the_published_time() -> None:
    line = "来信人：李某 来信时间：2023-01-02 答复时间：2023-01-05"
    assert "published" not in [kind for kind, _ in values(line)]


def test_text_nodes_end_a_glued_source() -> None:
    page = outline_of("<p><b>来源：南河网</b><b>李明</b></p><p>。</p>", "http://x/")
    (item,) = read_labels(page, 0, 1)
    assert item.value == "南河网"


def test_empty_cell_does_not_take_the_next_label() -> None:
    html = "<table><tr><td>文号</td><td></td><td>发布日期</td><td>2024-01-02</td></tr></table>"
    page = outline_of(html, "http://x/")
    found = {item.kind: item.value for item in read_labels(page, 0, len(page.blocks))}
    assert found == {"number": "", "published": "2024-01-02"}


def test_a_cell_is_a_label_only_when_it_says_nothing_else() -> None:
    assert label_kind("索　引　号：") == "index"
    assert label_kind("【文 号】") == "number"
    assert label_kind("来源于群众的智慧") is None


def test_info_lines_are_told_from_sentences() -> None:
    assert is_info_line("发布时间：2024-01-02　来源：本网　浏览次数：")
    assert is_info_line("2024-01-02 10:30")
    assert not is_info_line("会议于2024年1月2日召开，省民政厅负责人出席。")
    assert not is_info_line("联系地址：南河市滨河路1号，联系人李明，请于三日内送达有关材料。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年5月12日新闻发布会实录", False),
        ("【20260512】清江镇入户走访活动", False),
        ("2026年05月19日 星期二上一期下一期", True),
        ("禹山区民政局 2026-03-27 0", True),
        ("2026-03-29 18:26来源：江州日报", True),
        ("2026-05-10 09:26:54 编辑：叶小青 审核人：吴大山 阅读次数：385 |", True),
        ("2026-05-10 09:26 记者：叶小青", True),
    ],
)
def test_a_title_with_a_day_is_no_info_line(text: str, expected: bool) -> None:
    assert is_info_line(text) is expected
