import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from feed_examples import (
    HOSTILE,
    NOON,
    STATION,
    change,
    draft,
    event,
    policy,
    repeal,
    revision,
)
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import UnsafeName
from feeds.headline import LABELS, headline, label
from feeds.inert import plain_line, safe_link
from feeds.items import change_item, dossier_path, health_item, policy_item
from feeds.settings import PublishSettings
from store.records import Attachment, LifecycleStep

SETTINGS = PublishSettings()
SERVED = PublishSettings(public_url="https://policy.example.org/")


def test_title_says_what_happened_to_what_until_when() -> None:
    station = STATION.title
    assert headline(change()) == f"【新增】{station}"
    assert headline(revision()) == f"【修订】{station}"
    assert headline(draft()) == "【征求意见】社会工作者继续教育办法（征求意见稿） 截止6月20日"
    assert headline(repeal()) == f"【废止】{station} 7月1日起"
    assert headline(change(kind="withdrawn")) == f"【撤下】{station}"
    assert headline(change(kind="joined", role="interpretation")).startswith("【解读】")
    assert headline(change(genre="news", role="news")).startswith("【新闻】")


def test_repealing_document_is_named_as_the_ground_not_as_the_policy() -> None:
    step = LifecycleStep("repealed", None, "《社工员办法》同时废止。", "社工员办法", None)
    html = change_item(
        change(kind="lifecycle", step=step, policy_title="社工员办法"), SETTINGS
    ).html
    facts, rest = html.split("</p>", 1)
    assert "苏民发〔2026〕12号" not in facts
    assert f"依据文件：{STATION.title}（苏民发〔2026〕12号）" in rest


def test_deadline_in_another_year_names_the_year() -> None:
    assert headline(draft(ends_on="2027-01-05")).endswith(" 截止2027年1月5日")


def test_middle_band_and_late_finds_are_marked_in_the_title() -> None:
    late = change(possibly_relevant=True, document=replace(STATION, published_on="2026-03-02"))
    assert headline(late).startswith("【新增】〔可能相关〕〔补发〕")
    html = change_item(late, SETTINGS).html
    assert "可能相关" in html
    assert "原页日期为2026年3月2日" in html


@pytest.mark.parametrize("kind", ["new", "revised", "corrected", "joined", "withdrawn", "merged"])
@pytest.mark.parametrize("role", ["original", "reprint", "interpretation", "draft", "news"])
@pytest.mark.parametrize("genre", ["policy", "draft", "interpretation", "notice", "other"])
def test_every_kind_role_and_genre_has_a_known_label(kind: str, role: str, genre: str) -> None:
    assert label(change(kind=kind, role=role, genre=genre)) in LABELS


def test_revision_opens_with_old_and_new_article_then_the_whole_text() -> None:
    html = change_item(revision(), SETTINGS).html
    old = html.index("原文：第二条 每站配备社工不少于<del>三</del>名。")
    new = html.index("现文：第二条 每站配备社工不少于<ins>四</ins>名。")
    assert old < new < html.index("全文") < html.index("各市民政局")
    assert "第一条（" not in html  # an article that did not change is no part of the diff


def test_damaged_body_is_withheld_but_the_item_is_there() -> None:
    item = change_item(change(body_withheld=True), SETTINGS)
    assert "原文部分字符损坏，请看原页" in item.html
    assert item.summary == "原文部分字符损坏，请看原页"
    assert "各市民政局" not in item.html
    assert item.link is not None


def test_link_is_the_official_page_and_the_dossier_stands_beside_it_when_served() -> None:
    assert change_item(change(), SETTINGS).link == change().page_url
    assert "政策档案" not in change_item(change(), SETTINGS).html
    served = change_item(change(), SERVED)
    assert served.link == change().page_url
    assert 'href="https://policy.example.org/policy/p0001.html"' in served.html


def test_first_attachment_with_a_web_address_is_the_enclosure() -> None:
    files = (Attachment("javascript:open()", "x"), Attachment("https://a.example/表.xls", "表"))
    item = change_item(change(document=replace(STATION, attachments=files)), SETTINGS)
    assert item.enclosure is not None
    assert item.enclosure.url == "https://a.example/%E8%A1%A8.xls"
    assert item.enclosure.media_type == "application/vnd.ms-excel"
    assert "javascript:" not in item.html


def test_relative_attachment_is_found_from_its_page() -> None:
    files = (Attachment("./P0201.doc", "附件"),)
    item = change_item(change(document=replace(STATION, attachments=files)), SETTINGS)
    assert item.enclosure is not None
    assert item.enclosure.url == "https://mzt.example.gov.cn/art/2026/6/5/P0201.doc"
    assert f'href="{item.enclosure.url}"' in item.html


def test_old_text_of_a_first_sweep_is_not_called_late_news() -> None:
    old = replace(STATION, published_on="2019-03-02")
    assert "补发" not in headline(change(document=old, announcement="baseline"))
    assert "补发" in headline(change(document=old))


def test_region_genre_and_topics_are_categories() -> None:
    found = [(c.scheme, c.term, c.label) for c in change_item(change(), SETTINGS).categories]
    assert found == [
        ("region", "32", "江苏"),
        ("genre", "policy", "政策"),
        ("topic", "社工站", "社工站"),
    ]


def test_everything_names_the_words_that_decided_and_why_it_was_not_announced() -> None:
    quiet = change_item(change(announcement="irrelevant"), SETTINGS, whole=False, explained=True)
    assert quiet.title.startswith("〔不相关〕【新增】")
    assert "与社会工作无关，不通知" in quiet.html
    assert "标题「社会工作服务站」" in quiet.html
    assert "全文" not in quiet.html


def test_id_survives_a_new_title_and_a_new_address() -> None:
    moved = change(policy_title="新名", page_url="https://other.example/1.html")
    assert change_item(moved, SETTINGS).id == change_item(change(), SETTINGS).id
    assert change_item(change(), SETTINGS).id == "tag:policywatch.local,2026:change/c0001"


def test_policy_keeps_its_id_while_its_state_and_update_move_on() -> None:
    before = policy_item(policy(), SETTINGS)
    later = NOON + timedelta(days=3)
    after = policy_item(policy(status="repealed", updated_at=later), SETTINGS)
    assert before.id == after.id == "tag:policywatch.local,2026:policy/p0001"
    assert before.title.endswith("（已印发）")
    assert after.title.endswith("（已废止）")
    assert after.updated_at == later
    assert before.published_at == after.published_at == NOON


def test_health_item_says_what_since_when_why_and_what_to_do() -> None:
    item = health_item(event(), SETTINGS)
    assert item.title == "【来源异常】吉林省民政厅"
    for words in ("2026年6月6日 12:00", "连续3次连接超时", "policywatch doctor mz_jl"):
        assert words in item.html
    assert item.link is None
    assert health_item(event(), SERVED).link == "https://policy.example.org/sources.html"


def test_policy_id_that_could_leave_the_folder_is_refused() -> None:
    with pytest.raises(UnsafeName, match="policywatch verify"):
        dossier_path("../index")


def test_hostile_page_renders_inert_in_every_field() -> None:
    document = replace(
        STATION,
        title=HOSTILE,
        body_text=HOSTILE,
        body_html=f"<p onclick='x()'>{HOSTILE}<a href='javascript:x()'>链接</a>"
        "<img src='https://t.example/p.gif'><iframe src='//x'></iframe></p>",
        source_name=HOSTILE,
        attachments=(Attachment("https://a.example/1.pdf", HOSTILE),),
    )
    item = change_item(change(document=document, policy_title=HOSTILE), SERVED)
    assert item.title == "【新增】社工＜script＞alert(1)＜/script＞站𠮷\"'&]]＞＜b onclick=x＞"
    for bad in (
        "<script",
        "onclick=",
        "javascript:",
        "<img",
        "<iframe",
        "\x00",
        "\u202e",
        "\ud800",
    ):
        assert bad not in item.html.replace("&lt;b onclick=x&gt;", "")
    item.html.encode()  # no lone surrogate is left


@given(st.text())
def test_no_text_can_make_an_item_that_is_not_legal_xml(text: str) -> None:
    item = change_item(
        change(document=replace(STATION, title=text, body_html=text, body_text=text)), SETTINGS
    )
    for part in (item.title, item.summary, item.html):
        assert not any(ord(char) < 32 and char not in "\t\n\r" for char in part)
        assert "\ufffe" not in part
        assert "\uffff" not in part
        part.encode()


@given(st.text(max_size=40))
def test_a_plain_line_is_the_same_read_as_text_and_as_html(text: str) -> None:
    line = plain_line(text)
    assert unescape(line) == line
    assert "<" not in line
    assert plain_line(line) == line


def test_a_plain_line_leaves_an_ampersand_that_means_one() -> None:
    assert plain_line("R&D 中心&社工站") == "R&D 中心&社工站"
    assert plain_line("甲&nbsp;乙") == "甲＆nbsp;乙"


@given(st.text(alphabet='ab/?#[]|{}^`\\"<> %社&=:@', max_size=20))
def test_a_safe_link_holds_only_what_a_uri_may(rest: str) -> None:
    link = safe_link(f"https://mzt.example.gov.cn/{rest}")
    assert link is None or re.fullmatch(r"[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]+", link)
    assert safe_link("https://mzt.example.gov.cn/a[1].pdf?f[]=x") == (
        "https://mzt.example.gov.cn/a%5B1%5D.pdf?f%5B%5D=x"
    )
