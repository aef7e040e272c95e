"""Bad and lost bytes in GBK and Big5, and letters that may be halves of characters."""

import pytest

from pipelines.decode import decode
from pipelines.decode.resync import read as resynchronised

GBK = "各县民政局要落实经费保障，配备专业社会工作者，按时足额发放补贴"
BIG5 = "各縣民政局要落實經費保障，配備專業社會工作者，按時足額發放補貼"


@pytest.mark.parametrize(("text", "codec"), [(GBK, "gb18030"), (BIG5, "big5hkscs")])
@pytest.mark.parametrize("place", [2, 9, 16, 23])
def test_a_bad_first_byte_is_one_lost_character(text: str, codec: str, place: int) -> None:
    at = len(text[:place].encode(codec))
    body = text.encode(codec)
    found, _, _ = resynchronised(body[:at] + b"\xff" + body[at + 1 :], codec)
    assert found == text[:place] + "\ufffd" + text[place + 1 :]


@pytest.mark.parametrize("place", [3, 9, 16, 25])
def test_a_lost_byte_shifts_nothing_but_its_own_character(place: int) -> None:
    at = len(GBK[:place].encode("gbk"))
    body = GBK.encode("gbk")
    found, other, _ = resynchronised(body[:at] + body[at + 1 :], "gb18030")
    assert found == GBK[:place] + "\ufffd" + GBK[place + 1 :]
    assert other != found


def test_a_bad_byte_in_a_four_byte_character_takes_all_four() -> None:
    body = "<p>录用人员龚䶮参加社会工作培训</p>".encode("gb18030")
    at = body.index("䶮".encode("gb18030"))
    decoded = decode(body[:at] + b"\xff" + body[at + 1 :], "text/html; charset=gb18030")
    assert decoded.text == "<p>录用人员龚\ufffd参加社会工作培训</p>"


def test_a_page_keeps_its_family_whatever_one_line_holds() -> None:
    page = f"<p>{GBK}</p>\n".encode("gbk")
    decoded = decode(page + b"<p>\xff\xfe\xfd</p>\n" + page, None)
    assert decoded.text.count(GBK) == 2


def test_half_a_character_that_reads_as_a_letter_is_lost_or_suspect() -> None:
    body = f"<p>{BIG5}</p>".encode("big5hkscs")
    at = body.index("專".encode("big5hkscs"))
    half = body[at + 1 : at + 2]
    assert half.isascii()
    decoded = decode(body[:at] + body[at + 1 :], "text/html; charset=big5")
    assert [place.kind for place in decoded.damage] in (["lost"], ["suspect"])
    assert decoded.quality < 0.95


@pytest.mark.parametrize("text", ["購買A股的民眾", "維生素C片和K歌房和T恤衫", "登記為甲類B組"])
def test_letters_that_authors_write_among_chinese_are_left_alone(text: str) -> None:
    page = f"<p>{BIG5}。{text}。{BIG5}</p>"
    assert decode(page.encode("big5hkscs"), "text/html; charset=big5").text == page


def test_a_fragment_is_repaired_as_a_whole_and_shown() -> None:
    page = f"<p>{GBK}</p>\n".encode("gbk") + "<div>版权所有 江州市民政局</div>\n".encode()
    decoded = decode(page * 2, None)
    assert decoded.text.count("<div>版权所有 江州市民政局</div>") == 2
    assert [repair.kind for repair in decoded.repairs] == ["fragment", "fragment"]
    first = decoded.repairs[0]
    assert decoded.text[first.start :].startswith(first.after)


@pytest.mark.parametrize(("text", "codec"), [(GBK, "gb18030"), (BIG5, "big5hkscs")])
def test_a_page_cut_inside_a_character_ends_in_one_fault(text: str, codec: str) -> None:
    body = f"<p>{text}</p><p>{text}".encode(codec)
    decoded = decode(body[:-1], None)
    assert decoded.text == f"<p>{text}</p><p>{text[:-1]}\ufffd"


def test_a_byte_lost_in_the_last_run_is_found_where_it_is() -> None:
    body = f"{GBK}，{GBK}".encode("gbk")
    at = body.rindex("专".encode("gbk"))
    assert decode(body[:at] + body[at + 1 :], None).text == (
        f"{GBK}，{GBK.replace('专', chr(0xFFFD))}"
    )
