"""Text that was read wrongly once and stored: turned back where that is certain, else marked."""

import pytest

from pipelines.decode import decode

SENTENCES = ("各县民政局要落实经费保障", "配备专业社会工作者", "本办法自印发之日起施行。")


def html(*paragraphs: str) -> bytes:
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs).encode()


def sloppy_cp1252(body: bytes) -> str:
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    return "".join(chr(b) if b in undefined else bytes((b,)).decode("cp1252") for b in body)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_windows_1252_readings_come_back(codec: str) -> None:
    body = html(*(sloppy_cp1252(sentence.encode(codec)) for sentence in SENTENCES))
    assert decode(body, None).text.encode() == html(*SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "Café Müller à São Paulo, naïve façade, Ærøskøbing, Łódź",
        "社会工作 · 志愿服务 × 慈善 © 2024 ±5°C",
        "汉语拼音：shèhuì gōngzuò",
    ],
)
def test_accents_that_belong_there_are_left_alone(text: str) -> None:
    decoded = decode(html(text), None)
    assert decoded.text.encode() == html(text)
    assert decoded.repairs == ()


def test_rare_characters_are_no_mojibake() -> None:
    text = "录用人员：龚䶮、李堃、涓涓、鐨铧、陶喆、王囧、浠水县、銮驾村"
    decoded = decode(html(text, text), None)
    assert decoded.text.encode() == html(text, text)
    assert decoded.repairs == ()


def windows_gbk(body: bytes) -> str:
    """As Windows read UTF-8 as code page 936: what is no character became a question mark."""
    found, at = [], 0
    while at < len(body):
        width = 1 if body[at] < 0x80 else 2
        found.append(body[at : at + width].decode("gbk", "ignore") or "?")
        at += width
    return "".join(found)


def test_gaps_in_utf8_read_as_gbk_are_closed_only_where_it_is_clear() -> None:
    seen = windows_gbk("政务公开".encode())
    assert "?" in seen
    decoded = decode(html(seen), None)
    assert decoded.text.encode() == html("政务公开")
    (repair,) = decoded.repairs
    assert (repair.kind, repair.certainty, repair.before) == ("gaps", "inferred", seen)
    assert decoded.quality < 0.9


@pytest.mark.parametrize("sentence", ["补贴标准为三", "合计二十万", "三月五日", "共计七"])
def test_no_numeral_is_ever_put_into_a_gap(sentence: str) -> None:
    decoded = decode(html(*map(windows_gbk, (s.encode() for s in (sentence, *SENTENCES)))), None)
    first = decoded.text.split("\n")[0]
    invented = set(first) & set("一二三四五六七八九十百千万亿年月日") - set(sentence)
    assert not invented


def test_a_reference_escaped_twice_stays_where_it_is_explained() -> None:
    text = "<p>请在源码中写 &amp;#31038; 表示汉字，空格写 &amp;nbsp;。</p>"
    decoded = decode(text.encode(), None)
    assert decoded.text == text


def test_markup_that_was_escaped_on_purpose_is_never_unescaped() -> None:
    twice = "".join(f"&amp;#{ord(c)};" for c in "社会工作")
    decoded = decode(f"<p>{twice} &amp;lt;p&amp;gt; &amp;#60;</p>".encode(), None)
    assert decoded.text == "<p>社会工作 &amp;lt;p&amp;gt; &amp;#60;</p>"
