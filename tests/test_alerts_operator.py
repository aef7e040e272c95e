"""What wakes an operator: each trouble once, seldom again, taken back when it is over."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from blank import blank
from feed_examples import NOON, sick, source

from feeds.alerts import (
    REMIND_AFTER,
    AppriseNotifier,
    body,
    messages,
    notifier,
    send_alarms,
    title,
    turn,
)
from feeds.conditions import Outlook, affected, troubles
from feeds.errors import AlertFailed
from feeds.heartbeat import beat
from store import alarms
from store.alarms import Alarm
from store.database import Database
from store.records import Delivery, Filter, Subscription

READER = Subscription(3, "reader@example.org", Filter())
CUT = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
SICK = sick(since=NOON, detail="连续3次连接超时")


class Channel:
    """Takes alarms unless told not to."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.told: list[tuple[str, str]] = []

    def notify(self, title: str, body: str) -> bool:
        self.told.append((title, body))
        return self.takes

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.told]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return blank(tmp_path / "policywatch.db")


def outlook(**fields: object) -> Outlook:
    return replace(Outlook(now=NOON, subscriptions=(READER,)), **fields)  # type: ignore[arg-type]


def tell(database: Database, channel: Channel | None, state: Outlook) -> int:
    return send_alarms(database, channel, troubles(state), state.now)


def test_an_alarm_says_what_since_when_why_what_to_do_and_who_is_affected() -> None:
    (alarm,) = troubles(outlook(sources=[SICK], remedies={"mz_jl": "先打开网站看看"}))
    assert title(alarm, NOON) == "来源异常：吉林省民政厅"
    assert body(alarm).splitlines() == [
        "自：2026年6月6日 12:00",
        "原因：连续3次连接超时",
        "试过：到期即重试，最近一次2026年6月7日 07:00（连接不上）；上次查到：2026年6月4日 07:00",
        "影响：1个订阅（编号3）",
        "怎么办：先打开网站看看",
        "知道了：policywatch ack mz_jl",
    ]


def test_a_sick_source_is_told_once_and_taken_back_once(database: Database) -> None:
    channel = Channel()
    for _ in range(5):
        tell(database, channel, outlook(sources=[SICK]))
    for _ in range(3):
        tell(database, channel, outlook(sources=[source("mz_jl", name="吉林省民政厅")]))
    assert channel.titles == ["来源异常：吉林省民政厅", "已恢复：来源异常：吉林省民政厅"]
    assert "至：2026年6月6日 12:00" in channel.told[1][1]


def test_a_source_that_falls_sick_again_is_told_again(database: Database) -> None:
    channel = Channel()
    well = source("mz_jl")
    for state in (SICK, well, SICK):
        tell(database, channel, outlook(sources=[state]))
    assert len(channel.told) == 3


def test_sick_that_turns_silent_is_another_trouble(database: Database) -> None:
    channel = Channel()
    tell(database, channel, outlook(sources=[SICK]))
    tell(database, channel, outlook(sources=[replace(SICK, health="silent")]))
    assert channel.titles[1:] == [
        "已恢复：来源异常：吉林省民政厅",
        "来源久无更新：吉林省民政厅",
    ]


def test_reminders_are_bounded(database: Database) -> None:
    channel = Channel()
    for hour in range(0, 24 * 120, 6):
        now = NOON + timedelta(hours=hour)
        tell(database, channel, outlook(now=now, sources=[SICK]))
    assert len(channel.told) == 1 + len(REMIND_AFTER)
    assert set(channel.titles[1:]) == {"仍未恢复：来源异常：吉林省民政厅"}


def test_an_acknowledged_alarm_is_quiet_until_the_word_expires(database: Database) -> None:
    channel = Channel()
    tell(database, channel, outlook(sources=[SICK]))
    with database.writing() as session:
        assert alarms.acknowledge(session, "mz_jl", NOON + timedelta(days=5)) == 1
        assert alarms.acknowledge(session, "mz_xx", NOON) == 0
    for days in (1, 3, 4.9):
        tell(database, channel, outlook(now=NOON + timedelta(days=days), sources=[SICK]))
    assert len(channel.told) == 1
    tell(database, channel, outlook(now=NOON + timedelta(days=5), sources=[SICK]))
    assert len(channel.told) == 2
    tell(database, channel, outlook(now=NOON + timedelta(days=6)))
    assert channel.titles[-1] == "已恢复：来源异常：吉林省民政厅"


def test_many_at_once_become_one_message() -> None:
    many = [sick(f"mz_{n}", name=f"来源{n}", since=NOON) for n in range(12)]
    (message,) = messages(troubles(outlook(sources=many)), NOON)
    assert message.title == "社工政策监测：12项异常，0项恢复"
    assert all(f"来源{n}" in message.body for n in range(12))
    assert len(message.alarms) == 12


def test_what_no_channel_took_stays_due(database: Database) -> None:
    with pytest.raises(AlertFailed, match="stay due"):
        tell(database, Channel(takes=False), outlook(sources=[SICK]))
    channel = Channel()
    assert tell(database, channel, outlook(sources=[SICK])) == 1
    assert channel.titles == ["来源异常：吉林省民政厅"]


def test_a_trouble_gone_before_anybody_was_told_needs_no_word(database: Database) -> None:
    with pytest.raises(AlertFailed):
        tell(database, Channel(takes=False), outlook(sources=[SICK]))
    channel = Channel()
    assert tell(database, channel, outlook(sources=[source("mz_jl")])) == 0
    assert channel.told == []


def test_without_a_channel_old_troubles_do_not_wait_for_one(database: Database) -> None:
    assert notifier([]) is None
    assert tell(database, None, outlook(sources=[SICK])) == 1
    late = Channel()
    assert tell(database, late, outlook(sources=[SICK])) == 0


def test_a_closed_gate_is_an_alarm_that_says_how_to_open_it() -> None:
    held = source(held=True, held_reason="一次出现120条新政策")
    (alarm,) = troubles(outlook(sources=[held]))
    assert (alarm.kind, alarm.subject) == ("held", "mz_js")
    assert "policywatch release mz_js" in alarm.remedy


@pytest.mark.parametrize(
    ("hours", "states", "late"),
    [
        (0.5, None, False),
        (1, None, True),
        (1, [], False),  # composed; nobody had anything to read
        (1, ["pending", "pending"], True),
        (1, ["pending", "sent"], False),
        (1, ["refused"], False),
        (1, ["sending"], True),
    ],
)
def test_a_digest_not_sent_by_its_hour_is_an_alarm(
    hours: float, states: list[str] | None, late: bool
) -> None:
    made = None if states is None else [_delivery(state) for state in states]
    state = outlook(now=CUT + timedelta(hours=hours), digest_at=CUT, digest=made)
    assert [alarm.kind for alarm in troubles(state)] == (["late"] if late else [])


def test_nobody_is_waited_for_where_no_digest_is_due() -> None:
    assert troubles(outlook(now=CUT + timedelta(hours=9), digest_at=None)) == []


def test_a_full_disk_a_refusing_address_and_growing_damage_are_alarms() -> None:
    bounced = replace(READER, suspended="550 no such user")
    state = outlook(subscriptions=[bounced], free_bytes=9, least_free_bytes=10**9, withheld=(6, 2))
    found = {alarm.kind: alarm for alarm in troubles(state)}
    assert set(found) == {"full", "suspended", "damaged"}
    assert "reader@example.org" not in "".join(str(alarm) for alarm in found.values())
    assert troubles(outlook(free_bytes=10, least_free_bytes=10, withheld=(6, 3))) == []


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(), 1),
        (Filter(regions=("220000",)), 1),
        (Filter(regions=("44",)), 0),
        (Filter(sources=("mz_js",)), 0),
        (Filter(sources=("mz_jl",), words=("督导",)), 1),
    ],
)
def test_who_is_affected_is_read_from_the_filters(wanted: Filter, count: int) -> None:
    assert len(affected([replace(READER, filter=wanted)], SICK)) == count


def test_unknown_channel_is_refused_without_repeating_its_secret() -> None:
    with pytest.raises(AlertFailed) as refused:
        AppriseNotifier(["nonsense-scheme://token-1234"])
    assert "token-1234" not in str(refused.value)
    assert "channel 1" in str(refused.value)


def test_apprise_answers_false_for_a_service_that_is_not_there() -> None:
    assert AppriseNotifier(["json://127.0.0.1:9/"]).notify("题", "文") is False


def test_an_alarm_told_and_not_due_says_nothing() -> None:
    alarm = Alarm(1, "sick", "mz_jl", "题", "因", "法", NOON, told_at=NOON)
    assert turn(alarm, NOON + timedelta(hours=23)) is None
    assert turn(alarm, NOON + timedelta(hours=24)) == "still"


@pytest.mark.parametrize(("status", "answered"), [(200, True), (500, False)])
def test_a_heartbeat_is_heard_or_its_silence_is_told_without_its_address(
    status: int, answered: bool
) -> None:
    class Pulse(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Pulse) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        said = beat(f"http://127.0.0.1:{server.server_port}/secret", "policywatch")
        thread.join()
    assert (said is None) == answered
    assert "secret" not in (said or "")
    assert "correct the configuration" in (beat("file:///etc/passwd", "x") or "")


def _delivery(state: str) -> Delivery:
    return Delivery(1, 1, 3, "reader@example.org", "<x@y>", b"", state)  # type: ignore[arg-type]
