"""Keys and hashes: what finds kin, and what meaning is made of."""

import opencc
from invented import policy_text

from pipelines.fingerprint import (
    bands,
    canonical_path,
    canonical_url,
    content_hash,
    lookup_keys,
    match_keys,
)
from store.records import Attachment, Document, MatchKey

TEXT = policy_text("fingerprint")


def document(body=TEXT, **fields):
    fields = {"url": "https://mz.example.cn/a/t20210301_12345.html", "title": "社工办法"} | fields
    return Document(body_text=body, **fields)


def test_the_hash_does_not_see_dress_or_stamps():
    plain = document(published_on="2021-03-01", source_name="本网")
    dressed = document(
        body=opencc.OpenCC("s2t").convert(f"浏览次数：12\n\n{TEXT}\n【打印】"),
        title="社工辦法 ",
        published_on="2023-09-09",
        url="http://other.example.cn/1",
    )
    assert content_hash(plain) == content_hash(dressed)


def test_the_hash_sees_every_field_that_a_reader_acts_on():
    plain = document()
    changed = [
        document(body=TEXT + "新增一句。"),
        document(title="社工条例"),
        document(validity="废止"),
        document(effective_on="2021-01-01"),
        document(expires_on="2021-01-01"),
        document(consultation_ends_on="2021-01-01"),
        document(document_number="江民发〔2021〕1号"),
        document(attachments=(Attachment("u", "表.doc"),)),
    ]
    assert len({content_hash(d) for d in [plain, *changed]}) == len(changed) + 1


def test_a_field_does_not_slip_into_the_next_one():
    assert content_hash(document(effective_on="2021-01-01")) != content_hash(
        document(expires_on="2021-01-01")
    )


def test_keys_name_page_number_title_and_text():
    keys = match_keys(
        document(title="关于印发《社工办法》的通知", document_number="江民发〔2021〕1号")
    )
    assert MatchKey("url", "mz.example.cn/a/t20210301_12345.html") in keys
    assert MatchKey("path", "/a/t20210301_12345.html") in keys
    assert MatchKey("number", "江民发〔2021〕1号") in keys
    assert MatchKey("title", "社工办法") in keys
    assert len({key.kind for key in keys}) == 6
    assert len(keys) == len(set(keys))


def test_a_report_looks_up_the_policy_and_the_policy_its_reports():
    report = Document(url="http://n.cn/1", title="《江州社工办法》出台", body_text="近日")
    policy = Document(url="http://p.cn/1", title="江州社工办法", body_text=TEXT)
    assert set(lookup_keys(report)) & set(match_keys(policy))
    assert set(lookup_keys(policy)) & set(match_keys(report))


def test_a_print_page_and_its_article_find_each_other():
    printed = Document(url="http://p.cn/?id=9", title=None, original_url="http://www.a.cn/9.html")
    article = Document(url="https://a.cn/9.html", title=None)
    assert set(lookup_keys(printed)) & set(match_keys(article))
    assert set(lookup_keys(article)) & set(match_keys(printed))


def test_copies_share_bands_and_strangers_do_not():
    excerpt = "\n".join(TEXT.split("\n")[3:11])
    assert set(bands(TEXT)) & set(bands(excerpt))
    assert not set(bands(TEXT)) & set(bands("完全不同的内容" * 30))


def test_a_short_body_has_no_text_keys():
    assert not {k.kind for k in match_keys(document(body="见附件"))} & {"text", "band"}


def test_urls_meet_without_scheme_www_port_and_double_slashes():
    assert canonical_url("http://www.a.cn:80//b/c.html#top") == canonical_url(
        "https://a.cn/b/c.html"
    )


def test_a_path_without_an_id_is_no_key():
    assert canonical_path("http://a.cn/index.html") is None
    assert canonical_path("http://a.cn/x/content_30316.htm?div=-1") == "/x/content_30316.htm"
