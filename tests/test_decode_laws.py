"""Laws of the decoder: round trips, no exception, no illegal character, linear time."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.decode import DECODER_VERSION, decode

SENTENCES = (
    "关于进一步加强社会工作专业人才队伍建设的通知",
    "各市民政局要会同有关部门，健全工作机制。",
    "《志愿服务条例》自2017年12月1日起施行。",
    "社会工作服务站配备两名以上专业社会工作者；",
    "附件：1.申报表  2.汇总表",
)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CODECS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "big5hkscs", "utf-16")
texts = st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=12).map("\n".join)
labels = st.sampled_from([None, "utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "utf8", "nonsense"])


@given(texts, st.sampled_from(CODECS), labels)
@settings(max_examples=150, deadline=None)
def test_chinese_survives_any_encoding_under_any_header(
    text: str, codec: str, label: str | None
) -> None:
    if codec.startswith("big5"):
        text = text.translate(
            str.maketrans("关进会业队设各门机务愿条站备专两", "關進會業隊設各門機務願條站備專兩")
        )
        text = text.encode("big5hkscs", "ignore").decode("big5hkscs")
    content_type = None if label is None else f"text/html; charset={label}"
    assert decode(text.encode(codec), content_type).text == text


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
@settings(max_examples=150, deadline=None)
def test_any_chinese_survives_utf8_and_a_byte_order_mark(text: str) -> None:
    assert decode(text.encode("utf-8-sig"), None).text == text
    assert decode(text.encode("utf-16"), None).text == text


@given(st.binary(max_size=400), st.none() | st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_random_bytes_never_raise_and_never_yield_illegal_characters(
    body: bytes, content_type: str | None
) -> None:
    decoded = decode(body, content_type)
    assert not ILLEGAL.search(decoded.text)
    assert 0.0 <= decoded.quality <= 1.0
    assert decoded == decode(body, content_type)


CHUNKS = [
    *("社工人才".encode(codec) for codec in ("utf-8", "gbk", "big5", "utf-16-le", "utf-16-be")),
    *(piece.encode() for piece in ("鏀垮姟鍏?紑", "绀句細宸ヤ綔", "Éç»á¹¤×÷", "ç¤¾ä¼š", "å·¥ä½œ")),
    *(piece.encode() for piece in ("業(yè)", "總?cè)丝诒戎?", "?！鄙綎|", "錕斤拷锟斤拷", "，,，")),
    *(b"<p>", b"</p>", b"\n", b"?", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe0"),
    *(
        b"&amp;#31038;&amp;#24037;&amp;#20316;",
        b"&amp;#55296;&amp;#55297;&amp;#99999999;",
        b"a",
        b",",
    ),
]


@given(st.lists(st.sampled_from(CHUNKS) | st.binary(max_size=3), max_size=40).map(b"".join))
@settings(max_examples=500, deadline=None)
def test_no_mixture_of_damage_raises_or_yields_illegal_characters(body: bytes) -> None:
    decoded = decode(body, None)
    length = len(decoded.text)
    assert not ILLEGAL.search(decoded.text)
    assert all(0 <= repair.start <= length for repair in decoded.repairs)
    assert all(0 <= place.start <= length - place.length for place in decoded.damage)


@given(texts, st.sampled_from(("utf-8", "gb18030", "utf-16-le")), st.data())
@settings(max_examples=150, deadline=None)
def test_offsets_lie_in_the_text_whatever_byte_is_broken(
    text: str, codec: str, data: st.DataObject
) -> None:
    body = bytearray(f"<html><p>{text}</p></html>".encode(codec))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    decoded = decode(bytes(body), None)
    length = len(decoded.text)
    assert all(0 <= repair.start <= length for repair in decoded.repairs)
    assert all(place.start + place.length <= length for place in decoded.damage)


def _damaged_page() -> bytes:
    sentence = "各市民政局要會同有關部門，健全工作機制。".encode("gbk")
    lost = b"<p>" + sentence * 3 + sentence[1:] + b"</p>\n"
    gloss = "<p>專業(yè)社會(huì)工作?！鄙綎|省</p>\n".encode("gbk")
    return (lost + gloss + "<p>社会工作</p>\n".encode() + b"<p>a?\xa3\xac \xff?</p>") * 4


@pytest.mark.parametrize("filler", [b"", b"x" * 4_000, b"?" * 2_000, b"\xff" * 500])
@pytest.mark.timeout(60)
def test_a_concatenation_of_damaged_pages_is_read_as_each_of_them(filler: bytes) -> None:
    page = _damaged_page() + filler
    whole = decode(page * 24, None).text
    assert whole.count("社会工作") >= 24 * decode(page, None).text.count("社会工作") > 0


def test_a_long_line_without_markup_is_read_in_one_go() -> None:
    body = b"a" * 2_000_000 + "社会工作".encode("gbk")
    assert decode(body, None).text.endswith("社会工作")


def test_an_empty_body_is_an_empty_text() -> None:
    decoded = decode(b"", None)
    assert (decoded.text, decoded.charset, decoded.quality) == ("", "utf-8", 1.0)


def test_the_version_is_a_positive_number() -> None:
    assert DECODER_VERSION >= 1
