from pathlib import Path

import pytest
from feed_examples import NOON, event

from feeds.alerts import AppriseNotifier, alert_body, alert_title, alerts, notifier, send_alerts
from feeds.errors import AlertFailed
from store import health
from store.database import Database


class Channel:
    """Takes alerts unless told not to."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.told: list[tuple[str, str]] = []

    def notify(self, title: str, body: str) -> bool:
        self.told.append((title, body))
        return self.takes


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with opened.writing() as session:
        health.add_event(session, event())
        health.add_event(session, event(2, was="sick", now="healthy", reason="恢复访问", remedy=""))
    return opened


def test_alert_says_what_since_when_why_and_what_to_do() -> None:
    assert alert_title(event()) == "来源异常：吉林省民政厅"
    assert alert_body(event()).splitlines() == [
        "状况：正常 → 异常（mz_jl）",
        "自：2026年6月6日 12:00",
        "原因：连续3次连接超时",
        "怎么办：运行 policywatch doctor mz_jl",
    ]
    assert alert_title(event(now="healthy", was="sick")) == "来源恢复正常：吉林省民政厅"


def test_many_at_once_become_one_alert() -> None:
    events = [event(n, source_name=f"来源{n}") for n in range(1, 13)]
    (alert,) = alerts(events)
    assert alert.title == "社工政策监测：12个来源异常，0个恢复"
    assert alert.event_ids == tuple(range(1, 13))
    assert all(f"来源{n}" in alert.body for n in range(1, 13))


def test_each_event_is_told_once(database: Database) -> None:
    channel = Channel()
    assert send_alerts(database, channel, NOON) == 2
    assert send_alerts(database, channel, NOON) == 0
    assert [title for title, _ in channel.told] == [
        "来源异常：吉林省民政厅",
        "来源恢复正常：吉林省民政厅",
    ]


def test_alert_that_no_channel_took_stays_due(database: Database) -> None:
    with pytest.raises(AlertFailed, match="stay due"):
        send_alerts(database, Channel(takes=False), NOON)
    channel = Channel()
    assert send_alerts(database, channel, NOON) == 2


def test_unknown_channel_is_refused_without_repeating_its_secret() -> None:
    with pytest.raises(AlertFailed) as refused:
        AppriseNotifier(["nonsense-scheme://token-1234"])
    assert "token-1234" not in str(refused.value)
    assert "channel 1" in str(refused.value)


def test_apprise_answers_false_for_a_service_that_is_not_there() -> None:
    assert AppriseNotifier(["json://127.0.0.1:9/"]).notify("题", "文") is False


def test_without_a_channel_old_troubles_do_not_wait_for_one(database: Database) -> None:
    assert notifier([]) is None
    assert send_alerts(database, notifier([]), NOON) == 2
    late = Channel()
    assert send_alerts(database, late, NOON) == 0
    assert late.told == []
