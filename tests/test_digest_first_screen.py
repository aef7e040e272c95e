"""The digest on a phone: what stands first, what it is made of, what when it is long."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from feed_examples import NOON, STATION, change, draft, repeal, revision, sick, source
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.digest.compose import compose
from feeds.digest.layout import DIFF_BLOCKS, HTML_BYTES
from feeds.digest.upcoming import DAYS_AHEAD, upcoming
from feeds.settings import MailSettings
from store.records import Change, Diff, DiffBlock, DigestRun, Filter, Subscription

SETTINGS = MailSettings(digests=Path("digests"), maildir=Path("maildir"))
RUN = DigestRun(id=7, rhythm="daily", on="2026-06-07", after=0, upto=10_000)
READER = Subscription(id=3, address="reader@example.org", filter=Filter())
DAY = date(2026, 6, 7)
SOURCES = (source(), sick())
SAFE = tomllib.loads(
    (Path(__file__).parent.parent / "feeds" / "templates" / "mail_safe.toml").read_text("utf-8")
)


def mail(
    changes: list[Change],
    *,
    dated: list[Change] | None = None,
    reader: Subscription = READER,
    to: MailSettings = SETTINGS,
) -> EmailMessage:
    made = compose(RUN, changes, SOURCES, reader, to, dated=dated or [])
    assert made is not None
    parsed = message_from_bytes(bytes(made), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def seen(html: str) -> str:
    return BeautifulSoup(html, "lxml").get_text()


def everything() -> list[Change]:
    return [change(1), draft(2), revision(3, policy_id="p9"), repeal(4, policy_id="p8")]


def test_deadlines_of_the_next_fortnight_stand_before_the_entries() -> None:
    earlier = draft(50, policy_id="p50", ends_on="2026-06-12")
    message = mail([change(1)], dated=[earlier])
    for text in (part(message, "plain"), seen(part(message, "html"))):
        line = "6月12日（还有5天）征求意见截止：社会工作者继续教育办法（征求意见稿）"
        assert line in text
        assert text.index("检查了") < text.index(line) < text.index("【新增】")
    assert earlier.page_url in part(message, "html")


@pytest.mark.parametrize(
    ("ends_on", "told"),
    [
        ("2026-06-06", False),
        ("2026-06-07", True),
        ("2026-06-21", True),
        ("2026-06-22", False),
        ("2026-06", False),
        ("2026-06-31", False),
    ],
)
def test_a_deadline_is_told_from_its_day_to_fourteen_days_before(ends_on: str, told: bool) -> None:
    assert bool(upcoming([draft(2, ends_on=ends_on)], Filter(), DAY)) == told


def test_a_deadline_that_was_moved_is_told_as_it_is_now() -> None:
    first = draft(2, ends_on="2026-06-12", policy_id="p2")
    moved = draft(9, ends_on="2026-07-30", policy_id="p2", kind="revised")
    assert upcoming([first, moved], Filter(), DAY) == ()
    (sooner,) = upcoming([moved, draft(12, ends_on="2026-06-09", policy_id="p2")], Filter(), DAY)
    assert sooner.on == date(2026, 6, 9)


def test_a_withdrawn_draft_has_no_deadline_until_it_returns() -> None:
    told = [draft(2, policy_id="p2"), change(3, policy_id="p2", kind="withdrawn")]
    assert upcoming(told, Filter(), DAY) == ()
    assert upcoming([*told, change(4, policy_id="p2", kind="returned")], Filter(), DAY)


def test_a_deadline_outside_the_filter_is_not_told() -> None:
    assert upcoming([draft(2)], Filter(regions=("44",)), DAY) == ()
    assert upcoming([draft(2)], Filter(regions=("22",)), DAY)


def test_the_day_a_policy_comes_into_force_is_a_date_not_to_miss() -> None:
    told = change(1, document=replace(STATION, effective_on="2026-06-10"))
    assert [d.words for d in upcoming([told], Filter(), DAY)] == [
        f"6月10日（还有3天）施行：{STATION.title}"
    ]


def test_deadlines_alone_make_no_mail() -> None:
    assert compose(RUN, [], SOURCES, READER, SETTINGS, dated=[draft(2)]) is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-40, 40), max_size=12))
def test_every_exact_day_within_reach_is_told_once_and_no_other(days: list[int]) -> None:
    told = [
        draft(n, policy_id=f"p{n}", ends_on=(DAY + timedelta(day)).isoformat())
        for n, day in enumerate(days)
    ]
    found = [(d.on - DAY).days for d in upcoming(told, Filter(), DAY)]
    assert found == sorted(day for day in days if 0 <= day <= DAYS_AHEAD)


def test_html_uses_only_what_the_allow_list_permits() -> None:
    told = [*everything(), *(change(n) for n in range(20, 40))]
    html = part(mail(told, dated=[draft(90)]), "html")
    used = set()
    for tag in BeautifulSoup(html, "lxml").find_all(True):
        assert tag.name in SAFE["tags"], tag.name
        assert set(tag.attrs) <= set(SAFE["tags"][tag.name]), tag.attrs
        for rule in str(tag.get("style", "")).split(";"):
            used.add(rule.partition(":")[0].strip())
    assert used - {""} <= set(SAFE["css"]["properties"])
    assert "url(" not in html


def test_html_without_css_and_images_says_what_the_text_says() -> None:
    message = mail([*everything(), *(change(n) for n in range(20, 40))], dated=[draft(90)])
    soup = BeautifulSoup(part(message, "html"), "lxml")
    for tag in soup.find_all(True):
        del tag["style"]
    bare = "".join(soup.get_text().split())
    for line in part(message, "plain").splitlines():
        words = line.split("：", 1)[-1].lstrip("- 0123456789.").rsplit(" http", 1)[0]
        if "http" not in words and "【" not in words and not set(words) <= set("- "):
            assert "".join(words.split()) in bare, line


def test_no_more_than_five_lines_come_first() -> None:
    text = part(mail([change(n) for n in range(1, 9)]), "plain")
    head = text.split("检查了")[0]
    assert [line[:2] for line in head.splitlines() if line[:1].isdigit()] == [
        f"{n}." for n in range(1, 6)
    ]
    assert "另有3项" in head


@pytest.mark.parametrize("count", [40, 300, 900])
def test_a_long_digest_stays_small_and_the_text_tells_every_change(count: int) -> None:
    title = "关于进一步加强和规范新时代乡镇（街道）社会工作服务站项目建设运行管理工作的通知之"
    told = [change(n, document=replace(STATION, title=f"{title}{n}。")) for n in range(1, count)]
    message = mail(told)
    html = part(message, "html")
    assert len(html.encode()) <= HTML_BYTES
    text = part(message, "plain")
    assert all(f"{title}{n}。" in text for n in range(1, count))
    in_html = sum(f"{title}{n}。" in seen(html) for n in range(1, count))
    if in_html < count - 1:
        assert f"还有{count - 1 - in_html}项，在本邮件的纯文本部分" in seen(html)


def test_a_wholly_rewritten_text_does_not_crowd_out_the_rest() -> None:
    blocks = [DiffBlock("inserted", f"第{n}条", None, f"第{n}条 新。") for n in range(1, 90)]
    told = [revision(1, policy_id="p1"), change(2)]
    told[0] = replace(told[0], diff=Diff(tuple(blocks)))
    message = mail(told)
    for text in (part(message, "plain"), seen(part(message, "html"))):
        assert text.count("（新增）") == DIFF_BLOCKS
        assert f"另有{89 - DIFF_BLOCKS}处改动" in text


def test_a_reader_may_go_without_diffs_and_without_details() -> None:
    plain = replace(READER, diffs=False, details=False)
    message = mail([revision(3)], reader=plain)
    for text in (part(message, "plain"), seen(part(message, "html"))):
        assert "【修订】" in text
        assert "第二条（修改）" not in text
        assert "检查了1/2个来源，1个未查到" in text
        assert "连接不上" not in text


def test_dossier_links_stand_beside_the_official_one_where_the_site_is_public() -> None:
    public = replace(SETTINGS, public_url="https://policy.example.org/")
    message = mail([change(1, recorded_at=NOON)], to=public)
    link = "https://policy.example.org/policy/p0001.html"
    assert link in part(message, "plain")
    assert link in part(message, "html")
