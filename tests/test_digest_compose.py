import base64
import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from feed_examples import (
    HOSTILE,
    NOON,
    STATION,
    change,
    draft,
    repeal,
    revision,
    sick,
    source,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.digest.compose import compose, message_id
from feeds.digest.entries import counts, entries, lead
from feeds.digest.headers import from_header, subject_header
from feeds.errors import MailRefused
from feeds.filters import matches
from feeds.settings import MailSettings
from store.records import (
    Change,
    Diff,
    DiffBlock,
    DigestRun,
    Filter,
    LifecycleStep,
    SourceStatus,
    Subscription,
)

SETTINGS = MailSettings(digests=Path("digests"), maildir=Path("maildir"))
RUN = DigestRun(id=7, rhythm="daily", on="2026-06-07", after=0, upto=100)
READER = Subscription(id=3, address="reader@example.org", filter=Filter())
SOURCES = (source(), source("mz_sc", name="四川省民政厅", region="51"), sick())


def _mail(
    changes: list[Change],
    *,
    subscription: Subscription = READER,
    sources: tuple[SourceStatus, ...] = SOURCES,
    run: DigestRun = RUN,
) -> EmailMessage:
    message = compose(run, changes, sources, subscription, SETTINGS)
    assert message is not None
    parsed = message_from_bytes(bytes(message), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _told() -> list[Change]:
    return [change(1), draft(2), revision(3, policy_id="p9"), repeal(4, policy_id="p8")]


def test_subject_counts_what_happened_and_what_was_not_looked_at() -> None:
    subject = _mail([change(1), change(5), change(6), draft(2), revision(3)])["Subject"]
    assert subject == "社工政策日报 6月7日：新增3 修订1 征求意见1（截止6/20）｜1个来源未查到"


def test_subject_of_a_whole_and_quiet_day_says_so() -> None:
    quiet = replace(READER, all_quiet=True)
    assert _mail([], subscription=quiet, sources=(source(),))["Subject"] == (
        "社工政策日报 6月7日：没有新内容"
    )


def test_no_mail_without_content_unless_all_quiet_was_asked_for() -> None:
    assert compose(RUN, [], SOURCES, READER, SETTINGS) is None
    unwanted = replace(READER, filter=Filter(regions=("44",)))
    assert compose(RUN, _told(), SOURCES, unwanted, SETTINGS) is None
    assert compose(RUN, [], SOURCES, replace(READER, all_quiet=True), SETTINGS) is not None


def test_text_and_html_parts_are_equally_complete() -> None:
    message = _mail(_told())
    text, html = _part(message, "plain"), _part(message, "html")
    visible = BeautifulSoup(html, "lxml").get_text()
    for words in (
        "【新增】关于加强乡镇（街道）社会工作服务站建设的实施意见",
        "【征求意见】社会工作者继续教育办法（征求意见稿） 截止6月20日",
        "苏民发〔2026〕12号",
        "江苏省民政厅、江苏省财政厅",
        "征求意见截止：2026年6月20日",
        "第二条（修改）",
        "原《社会工作站管理办法》自2026年7月1日起废止。",
        "检查了2/3个来源",
        "吉林省民政厅：连接不上；上次查到：2026年6月4日 07:00",
    ):
        assert words in text, words
        assert words in visible, words
    for told in _told():
        assert told.page_url in text
        assert told.page_url in html


def test_revision_shows_old_and_new_words() -> None:
    message = _mail([revision(3)])
    assert "原文：第二条 每站配备社工不少于【三】名。" in _part(message, "plain")
    assert "现文：第二条 每站配备社工不少于【四】名。" in _part(message, "plain")
    html = BeautifulSoup(_part(message, "html"), "lxml")
    assert [tag.get_text() for tag in html.find_all("del")] == ["三"]


def test_html_keeps_its_looks_without_a_style_sheet() -> None:
    html = _part(_mail(_told()), "html")
    assert "<style" not in html
    assert 'style="' in html
    assert "<img" not in html
    assert "<script" not in html


def test_headers_are_what_providers_ask_for() -> None:
    message = _mail(_told())
    assert message["Message-ID"] == "<digest.daily.2026-06-07.3@policywatch.local>"
    assert message["Date"] == "Sun, 07 Jun 2026 08:00:00 +0800"
    assert message["To"] == "reader@example.org"
    assert message["From"] == "社工政策监测 <policywatch@policywatch.local>"
    assert message["List-Id"] == "<digest.policywatch.local>"
    assert message["List-Unsubscribe"].strip() == (
        "<mailto:policywatch@policywatch.local?subject=unsubscribe%203>"
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert not [part.defects for part in message.walk() if part.defects]


def test_composing_twice_gives_the_same_bytes() -> None:
    one, two = (compose(RUN, _told(), SOURCES, READER, SETTINGS) for _ in range(2))
    assert bytes(one) == bytes(two)  # type: ignore[arg-type]


def test_one_entry_per_dossier_with_all_that_happened_to_it() -> None:
    told = [change(1, policy_id="p1"), revision(2, policy_id="p1"), change(3, policy_id="p2")]
    found = entries(RUN, told, READER)
    assert [(entry.policy_id, entry.labels) for entry in found] == [
        ("p1", ("新增", "修订")),
        ("p2", ("新增",)),
    ]
    assert counts(found) == [("新增", 2), ("修订", 1)]


def test_policies_and_drafts_stand_before_interpretations_and_news() -> None:
    news = change(1, genre="news", role="news", region="11")
    reading = change(2, genre="interpretation", role="interpretation", region="11")
    found = entries(RUN, [news, reading, change(3, region="51"), draft(4)], READER)
    assert [entry.leading.sequence for entry in found] == [4, 3, 2, 1]


def test_reprints_are_counted_at_the_policy_and_tell_nothing_of_their_own() -> None:
    copies = [
        change(
            n,
            kind="joined",
            role="reprint",
            announcement="unannounced",
            policy_id="p1",
            page_url=f"https://site{n}.example.org/1.html",
        )
        for n in (2, 3)
    ]
    message = _mail([change(1, policy_id="p1"), *copies])
    assert "另见于2个网站" in _part(message, "plain")
    assert "新增1" in message["Subject"]


def test_first_lines_say_who_what_why_and_until_when() -> None:
    (entry,) = entries(RUN, [draft(2)], READER)
    assert str(lead(entry, NOON.date(), {})) == (
        "吉林省民政厅 · 征求意见 · 社会工作者继续教育办法（征求意见稿） · 继续教育 · 截止6月20日"
    )


def test_who_is_the_watched_source_when_no_issuer_is_known() -> None:
    unsigned = change(1, document=replace(STATION, issuers=(), source_name="省民政厅"))
    (entry,) = entries(RUN, [unsigned], READER)
    assert lead(entry, NOON.date(), {"mz_js": "江苏省民政厅"}).who == "江苏省民政厅"
    assert lead(entry, NOON.date(), {}).who == "省民政厅"


def test_repealed_policy_does_not_bear_the_number_of_what_repeals_it() -> None:
    step = LifecycleStep(
        "repealed", "2026-07-01", "《社工员办法》同时废止。", "社工员办法", "苏民发〔2013〕4号"
    )
    message = _mail([change(1, kind="lifecycle", step=step, policy_title="社工员办法")])
    for kind in ("plain", "html"):
        text = BeautifulSoup(_part(message, kind), "lxml").get_text()
        assert "【废止】社工员办法 7月1日起" in text
        assert "文号：苏民发〔2013〕4号" in text
        assert f"依据文件：{STATION.title}（苏民发〔2026〕12号）" in text
        assert "发文机关" not in text


def test_what_does_not_fit_in_full_is_one_line_each_and_never_dropped() -> None:
    told = [change(n, document=replace(STATION, title=f"意见之{n}")) for n in range(1, 41)]
    message = _mail(told)
    for kind in ("plain", "html"):
        part = _part(message, kind)
        assert "其余25项" in part
        for n in range(1, 41):
            assert f"【新增】意见之{n}" in part


def test_source_that_was_not_visited_in_the_window_is_not_called_checked() -> None:
    old = source("mz_gd", name="广东省民政厅", last_success_at=NOON - timedelta(days=3))
    never = source(
        "mz_hi", name="海南省民政厅", health=None, last_visit_at=None, last_success_at=None
    )
    text = _part(_mail([change(1)], sources=(source(), old, never)), "plain")
    assert "检查了1/3个来源，2个未查到" in text
    assert "广东省民政厅：这段时间没有查看；上次查到：2026年6月3日 12:00" in text
    assert "海南省民政厅：尚未查看过" in text


def test_weekly_roll_up_looks_back_a_week() -> None:
    weekly = replace(RUN, rhythm="weekly")
    old = source(last_success_at=NOON - timedelta(days=3))
    message = _mail([change(1)], sources=(old,), run=weekly)
    assert message["Subject"] == "社工政策周报 6月7日：新增1"


def test_hostile_page_stays_inert_and_cannot_add_headers() -> None:
    document = replace(
        STATION, title=f"甲\r\nBcc: x@example.org\r\n\r\n{HOSTILE}", body_text=HOSTILE
    )
    message = _mail([change(1, document=document, evidence=HOSTILE)])
    assert message["Bcc"] is None
    html = BeautifulSoup(_part(message, "html"), "lxml")
    assert html.find("script") is None
    assert not [tag for tag in html.find_all(True) if "onclick" in tag.attrs]
    for kind in ("plain", "html"):
        assert "\u202e" not in _part(message, kind)
        assert "\x00" not in _part(message, kind)
        assert "𠮷" in _part(message, kind)


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.org", "读者@example.org", "a@"])
def test_unusable_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(MailRefused) as refused:
        compose(RUN, _told(), SOURCES, replace(READER, address=address), SETTINGS)
    assert "policywatch subscribers" in str(refused.value)
    assert not address or address not in str(refused.value)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120))
@example("two  blanks")
@example(" ")
@example("=?utf-8?q?no_word?=")
@example("a" * 68)
def test_subject_of_any_text_folds_by_rfc_2047_and_reads_back(subject: str) -> None:
    raw = subject_header(subject)
    assert all(len(line) <= 76 for line in raw.split(b"\r\n"))
    assert all(len(word) <= 75 for word in raw.split())
    words = re.findall(rb"=\?utf-8\?b\?(.*?)\?=", raw)
    said = [base64.b64decode(word).decode() for word in words]  # each: whole characters
    assert "".join(said) == subject or raw == f"Subject: {subject}\r\n".encode()


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
@example("社工  政策 监测")
@example('"quoted", <a@b.example>')
@example("=?utf-8?q?no_word?=")
def test_sender_of_any_name_folds_by_rfc_2047_and_reads_back(name: str) -> None:
    raw = from_header(name, "watch@policy.example")
    assert all(len(line) <= 76 for line in raw.split(b"\r\n"))
    words = re.findall(rb"=\?utf-8\?b\?(.*?)\?=", raw)
    said = "".join(base64.b64decode(word).decode() for word in words)
    plain = f"From: {name} <watch@policy.example>\r\n" if name else "From: watch@policy.example\r\n"
    assert said == name or raw == plain.encode()
    assert raw.rstrip(b"\r\n").endswith((b"<watch@policy.example>", b" watch@policy.example"))


_REGIONS = st.sampled_from(["32", "22", "00", None])
_CHANGES = st.builds(
    lambda sequence, region, genre, possibly, announcement, topic, owner: change(
        sequence,
        region=region,
        genre=genre,
        possibly_relevant=possibly,
        announcement=announcement,
        topics=(topic,),
        policy_id=f"p{owner}",
    ),
    st.integers(1, 200),
    _REGIONS,
    st.sampled_from(["policy", "draft", "news", "interpretation"]),
    st.booleans(),
    st.sampled_from(["announced", "announced", "baseline", "held", "irrelevant"]),
    st.sampled_from(["社工站", "督导"]),
    st.integers(1, 5),
)
_FILTERS = st.builds(
    Filter,
    regions=st.sampled_from([(), ("32",), ("320000", "00")]),
    genres=st.sampled_from([(), ("policy", "draft")]),
    topics=st.sampled_from([(), ("督导",)]),
    possibly=st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(_CHANGES, max_size=30, unique_by=lambda c: c.sequence),
    _FILTERS,
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_change_is_in_a_digest_iff_announced_matching_and_in_range(
    told: list[Change], wanted: Filter, after: int, upto: int
) -> None:
    run = replace(RUN, after=after, upto=upto)
    found = entries(run, told, replace(READER, filter=wanted))
    inside = {c.sequence for entry in found for c in entry.changes}
    assert inside == {
        c.sequence
        for c in told
        if c.announcement == "announced" and matches(wanted, c) and after < c.sequence <= upto
    }
    assert len({entry.policy_id for entry in found}) == len(found)
    mail = compose(run, told, (), replace(READER, filter=wanted), SETTINGS)
    assert (mail is None) == (not inside)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_title_and_name_makes_a_mail_that_reads_back_without_defects(
    title: str, name: str
) -> None:
    told = [change(1, document=replace(STATION, title=title))]
    raw = compose(RUN, told, (sick(name=name),), READER, replace(SETTINGS, from_name=name or "x"))
    parsed = message_from_bytes(bytes(raw), policy=SMTP)  # type: ignore[arg-type]
    assert not [part.defects for part in parsed.walk() if part.defects]
    assert parsed["Message-ID"] == message_id(RUN, READER, SETTINGS)


def test_html_stays_under_100_kb_and_drops_nothing() -> None:
    long = "第二条 " + "各级民政部门应当加强社会工作服务站建设。" * 400
    block = DiffBlock("inserted", "第二条", None, long)
    diff = Diff((block,) * 60)
    told = [change(n, kind="revised", diff=diff, policy_id=f"p{n}") for n in range(1, 16)]
    message = _mail(told)
    assert len(_part(message, "html").encode()) <= 100_000
    for kind in ("plain", "html"):
        assert _part(message, kind).count("【修订】") == 15
