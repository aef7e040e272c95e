"""Encodings that prove themselves: marks, NUL parity, valid UTF-8; shifted UTF-16."""

from pipelines.decode import decode, stated
from pipelines.decode.language import MODEL_PATH, load

PAGE = "<p>各县民政局要落实经费保障，配备专业社会工作者。</p><p>本办法自印发之日起施行。</p>"


def test_a_byte_order_mark_beats_every_label_and_is_not_text() -> None:
    decoded = decode(b"\xef\xbb\xbf" + PAGE.encode(), "text/html; charset=gbk")
    assert (decoded.text, decoded.charset, decoded.evidence) == (PAGE, "utf-8", ("bom",))


def test_utf16_is_seen_by_its_nuls_in_either_order() -> None:
    assert stated.utf16_codec(PAGE.encode("utf-16-le")) == "utf-16-le"
    assert stated.utf16_codec(PAGE.encode("utf-16-be")) == "utf-16-be"


def test_a_few_stray_nuls_are_no_utf16() -> None:
    assert stated.utf16_codec(PAGE.replace("工", "工\0").encode("gbk") * 3) is None


def test_utf16_without_any_markup_is_seen_by_its_shape() -> None:
    text = "各县民政局要落实经费保障，配备专业社会工作者。"
    assert decode(text.encode("utf-16-le"), None).text == text
    assert decode(text.encode("utf-16-be"), None).text == text


def test_gbk_behind_kilobytes_of_script_is_no_utf16() -> None:
    body = b"abcdefgh" * 1_000 + "社会工作".encode("gbk")
    assert decode(body, None).text.endswith("社会工作")


def test_a_byte_lost_in_utf16_costs_one_character() -> None:
    body = PAGE.encode("utf-16-le")
    at = body.index("备".encode("utf-16-le"))
    decoded = decode(body[:at] + body[at + 1 :], None)
    assert decoded.text == PAGE.replace("备", "\ufffd")
    assert decoded.repairs[0].kind == "resync"
    assert decoded.repairs[0].start == decoded.text.index("\ufffd")


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    body = PAGE.encode("utf-16-le").replace("备".encode("utf-16-le"), b"\x07\xdc")
    assert decode(body, None).text == PAGE.replace("备", "\ufffd")


def test_one_bad_byte_in_utf8_costs_one_character() -> None:
    body = PAGE.encode().replace("备".encode(), b"\xff" + "备".encode()[1:])
    assert decode(body, None).text == PAGE.replace("备", "\ufffd")


def test_stored_replacement_characters_are_damage_and_stay() -> None:
    decoded = decode(PAGE.replace("备", "\ufffd").encode(), None)
    assert decoded.text == PAGE.replace("备", "\ufffd")
    assert [place.kind for place in decoded.damage] == ["lost"]
    assert decoded.repairs == ()


def test_garbage_that_was_stored_is_reported_and_never_rewritten() -> None:
    page = "<p>锟斤拷锟斤拷锟斤拷</p><p>社会工作</p>"
    decoded = decode(page.encode(), None)
    assert decoded.text == page
    assert decoded.damage[0].length == 9


def test_characters_that_xml_forbids_are_dropped_and_told() -> None:
    decoded = decode("社会\x0b工作\x1f".encode(), None)
    assert decoded.text == "社会工作"
    assert [(repair.kind, repair.count) for repair in decoded.repairs] == [("control", 2)]


def test_the_model_prefers_chinese_to_chinese_misread() -> None:
    model = load()
    right = model.plausibility("乡镇社会工作服务站")
    wrong = model.plausibility("乡镇社会工作服务站".encode().decode("gb18030", "replace"))
    assert right > -7 > -10 > wrong


def test_the_model_reads_traditional_as_it_reads_simplified() -> None:
    model = load()
    assert model.folded("鄉鎮社會工作服務站") == "乡镇社会工作服务站"
    assert model.folded("第12條　a股") == "第00条 a股"


def test_the_package_with_its_model_stays_under_a_megabyte() -> None:
    files = MODEL_PATH.parent.rglob("*.*")
    assert sum(f.stat().st_size for f in files if f.suffix != ".pyc") < 1_000_000
