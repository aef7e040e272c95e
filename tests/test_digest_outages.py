"""Sources down for long are told of once, and when they are back; resting ones are not missed."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from blank import blank
from feed_examples import change, event, sick, source, tell
from hypothesis import given
from hypothesis import strategies as st
from test_lessons import PEOPLE, TO, subscribe, text_of

from config import load_config
from crawler.sources import load_sources
from feeds.coverage import coverage
from feeds.digest import compose_day
from feeds.digest.compose import compose
from feeds.digest.outages import LONG, concerning, notices
from feeds.settings import MailSettings
from jobs.settings import post_settings
from store import health
from store.database import Database
from store.records import DigestRun, Filter, HealthEvent, Subscription

CUT = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return blank(tmp_path / "policywatch.db")


@pytest.fixture
def to(tmp_path: Path) -> MailSettings:
    return replace(TO, digests=tmp_path / "digests", maildir=tmp_path / "maildir")


def fell(at: datetime, number: int = 1, **fields: object) -> HealthEvent:
    return event(number, happened_at=at, **fields)


def rose(at: datetime, number: int = 2, now: str = "healthy") -> HealthEvent:
    return event(number, happened_at=at, was="sick", now=now)


def told_on(database: Database, to: MailSettings, days: range) -> dict[int, list[str]]:
    """Compose each day's digest; return the lines on outages by the day they were told on."""
    found = {}
    for day in days:
        cut = CUT + day * DAY
        for delivery in compose_day(database, cut.date().isoformat(), cut, to):
            text = text_of(delivery.message)
            lines = [line for line in text.splitlines() if line.startswith("- 吉林省民政厅")]
            lines = [line for line in lines if "起一直未能查到" in line or "恢复" in line]
            if lines:
                found.setdefault(day, []).extend(lines)
    return found


def test_an_outage_is_told_after_a_week_and_once_more_when_it_is_over(
    database: Database, to: MailSettings
) -> None:
    subscribe(database, PEOPLE[0])
    with database.writing() as session:
        health.put(session, sick())
        health.add_event(session, fell(CUT + timedelta(hours=3)))
    assert told_on(database, to, range(7)) == {}
    assert told_on(database, to, range(7, 12)) == {
        8: ["- 吉林省民政厅：6月7日起一直未能查到（连接不上），恢复后会再告诉您"]
    }
    with database.writing() as session:
        health.add_event(session, rose(CUT + 11 * DAY + timedelta(hours=5)))
    assert told_on(database, to, range(12, 16)) == {
        12: ["- 吉林省民政厅：6月7日至6月18日未能查到，现已恢复；其间发布的会补上"]
    }


def test_a_week_of_sleep_tells_what_fell_into_it_once(database: Database, to: MailSettings) -> None:
    subscribe(database, PEOPLE[0])
    with database.writing() as session:
        health.put(session, sick())
        health.add_event(session, fell(CUT - 2 * DAY))
    compose_day(database, "2026-06-07", CUT, to)
    assert list(told_on(database, to, range(9, 12))) == [9]


def test_only_subscribers_of_the_source_are_told(database: Database, to: MailSettings) -> None:
    """Who wants nothing of that province gets no mail for it; who does gets one without news."""
    subscribe(database, PEOPLE[0], wanted=Filter(regions=("22",)))
    subscribe(database, PEOPLE[1], wanted=Filter(regions=("44",)))
    subscribe(database, PEOPLE[2], wanted=Filter(sources=("mz_jl",)))
    subscribe(database, PEOPLE[3], wanted=Filter(sources=("mz_js",)))
    with database.writing() as session:
        health.put(session, sick())
        health.put(session, source())
        health.add_event(session, fell(CUT - LONG - timedelta(hours=1)))
    made = compose_day(database, "2026-06-07", CUT, to)
    assert [d.address for d in made] == [PEOPLE[0], PEOPLE[2]]
    subject = message_from_bytes(made[0].message, policy=default)["Subject"]
    assert subject == "社工政策日报 6月7日：来源提示｜1个来源未查到"


def test_a_source_switched_off_is_no_outage(database: Database, to: MailSettings) -> None:
    subscribe(database, PEOPLE[0])
    with database.writing() as session:
        health.put(session, sick())
        health.add_event(session, fell(CUT - LONG - timedelta(hours=1)))
    assert compose_day(database, "2026-06-07", CUT, replace(to, watched=frozenset())) == []


def test_an_outage_over_within_the_window_that_would_have_told_it_needs_no_word() -> None:
    events = [fell(CUT - LONG - DAY), rose(CUT - timedelta(hours=1))]
    assert notices(events, [sick()], after=CUT - 2 * DAY, upto=CUT) == ()


def test_sick_that_turned_silent_answers_again() -> None:
    events = [fell(CUT - 20 * DAY), rose(CUT - timedelta(hours=1), now="silent")]
    (told,) = notices(events, [sick()], after=CUT - DAY, upto=CUT)
    assert told.kind == "back"


@given(
    st.lists(st.integers(min_value=1, max_value=400), min_size=1, max_size=12),
    st.sets(st.integers(min_value=1, max_value=120), min_size=1, max_size=40),
)
def test_whatever_the_windows_each_long_outage_is_told_at_most_once_and_back_only_after_down(
    gaps_h: list[int], window_days: set[int]
) -> None:
    """Law: over adjoining windows of any length no word is doubled, and `back` follows `down`."""
    at, events = CUT, []
    for number, gap in enumerate(gaps_h):
        at += timedelta(hours=gap)
        events.append(fell(at, number) if number % 2 == 0 else rose(at, number))
    ends = [CUT + day * DAY for day in sorted(window_days)]
    told = [
        (notice.outage.began_at, notice.kind)
        for after, upto in zip([CUT, *ends], ends, strict=False)
        for notice in notices(events, [sick()], after=after, upto=upto)
    ]
    assert max(Counter(told).values(), default=0) <= 1
    for place, (began_at, kind) in enumerate(told):
        assert kind == "down" or (began_at, "down") in told[:place]


def test_a_source_of_the_whole_country_concerns_every_province() -> None:
    ministry = sick("mca", region=None)
    events = [event(happened_at=CUT - LONG - DAY, source_id="mca")]
    told = notices(events, [ministry], after=CUT - 2 * DAY, upto=CUT)
    assert concerning(told, Filter(regions=("44",))) == told
    assert concerning(told, Filter(sources=("mz_js",))) == ()


def test_a_source_looked_at_weekly_is_not_missed_on_the_days_between() -> None:
    weekly = source("swnews", name="通讯社", last_success_at=CUT - 4 * DAY)
    covered = coverage([source(), weekly], CUT - DAY, {"mz_js": 12, "swnews": 168})
    assert ([s.source_id for s in covered.resting], covered.missed) == (["swnews"], ())
    late = replace(weekly, last_success_at=CUT - 9 * DAY)
    assert coverage([late], CUT - DAY, {"swnews": 168}).missed == (late,)
    ill = replace(weekly, health="sick")
    assert coverage([ill], CUT - DAY, {"swnews": 168}).missed == (ill,)
    assert coverage([weekly], CUT - DAY, {}).missed == (weekly,), "daily is what is expected"


def test_the_coverage_line_says_who_rests_and_the_subject_does_not_complain() -> None:
    weekly = source("swnews", name="通讯社", last_success_at=CUT - 4 * DAY)
    settings = replace(TO, rhythms_h={"swnews": 168.0})
    run = DigestRun(1, "daily", "2026-06-07", 0, 9)
    mail = compose(
        run, [change(1)], [source(), weekly], Subscription(1, PEOPLE[0], Filter()), settings
    )
    assert mail is not None
    assert "检查了1/2个来源，1个未到查看周期。" in text_of(mail)
    assert "未查到" not in message_from_bytes(mail, policy=default)["Subject"]


def test_news_and_notice_stand_in_one_mail(database: Database, to: MailSettings) -> None:
    subscribe(database, PEOPLE[0])
    tell(database, 1)
    with database.writing() as session:
        health.put(session, sick())
        health.add_event(session, fell(CUT - LONG - timedelta(hours=1)))
    (made,) = compose_day(database, "2026-06-07", CUT, to)
    assert "新增1" in message_from_bytes(made.message, policy=default)["Subject"]
    assert "起一直未能查到" in text_of(made.message)


def test_the_job_tells_the_digest_each_sources_own_rhythm(tmp_path: Path) -> None:
    config = load_config(data=tmp_path)
    sources = load_sources(config.sources)
    settings = post_settings(config, sources.values())
    assert settings.watched is not None
    assert set(settings.rhythms_h) == settings.watched
    seldom = {name: hours for name, hours in settings.rhythms_h.items() if hours > 24}
    assert all(min(c.rhythm_h for c in sources[name].columns) > 24 for name in seldom)
