"""Tells the operator that a source changed state: once per event, what to do included.

Alerts speak on state changes only (invariant 8): the events were decided and stored by the crawl;
here they become words and go to the configured channels. Apprise never raises, it answers False:
an alert it did not place stays due and is tried at the next run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import apprise

from feeds.errors import AlertFailed
from feeds.inert import inert_line
from feeds.words import HEALTHS, clock_words
from store import health
from store.database import Database
from store.records import HealthEvent

GROUP_FROM = 4
"""From so many events at once on, they go out as one alert: a dead network is one story."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to the operator and the events it covers."""

    title: str
    body: str
    event_ids: tuple[int, ...]


class Notifier(Protocol):
    """Places one alert somewhere; True only when it was taken."""

    def notify(self, title: str, body: str) -> bool:
        """Return whether the alert was taken by every channel."""


class AppriseNotifier:
    """Sends to 企业微信, 钉钉, 飞书, ntfy, mail … as apprise URLs name them."""

    def __init__(self, urls: Sequence[str]) -> None:
        """Raises AlertFailed on a URL that apprise does not know; it names its place, no secret."""
        self._channels = apprise.Apprise()
        for place, url in enumerate(urls, start=1):
            if not self._channels.add(url):
                raise AlertFailed(
                    f"alert channel {place}: not an apprise URL; see the apprise documentation "
                    "of that service and correct the configuration"
                )

    def notify(self, title: str, body: str) -> bool:
        """Return whether every configured channel took the alert."""
        return bool(self._channels.notify(title=title, body=body))


def alerts(events: Sequence[HealthEvent]) -> list[Alert]:
    """Return the alerts these events become: one each, or one for all when many come at once."""
    if len(events) < GROUP_FROM:
        return [Alert(alert_title(e), alert_body(e), (e.id,)) for e in events]
    bad = sum(event.now != "healthy" for event in events)
    title = f"社工政策监测：{bad}个来源异常，{len(events) - bad}个恢复"
    body = "\n\n".join(f"{alert_title(event)}\n{alert_body(event)}" for event in events)
    return [Alert(title, body, tuple(event.id for event in events))]


def alert_title(event: HealthEvent) -> str:
    """Return `来源异常：江苏省民政厅`."""
    state = "恢复正常" if event.now == "healthy" else HEALTHS.get(event.now, event.now)
    return inert_line(f"来源{state}：{event.source_name}")


def alert_body(event: HealthEvent) -> str:
    """Return what happened, since when, why, and what to do, one line each."""
    was = HEALTHS.get(event.was, event.was) or "尚未查看"
    lines = [
        f"状况：{was} → {HEALTHS.get(event.now, event.now)}（{event.source_id}）",
        f"自：{clock_words(event.happened_at)}",
        f"原因：{inert_line(event.reason)}",
    ]
    if event.remedy:
        lines.append(f"怎么办：{inert_line(event.remedy)}")
    return "\n".join(lines)


def notifier(urls: Sequence[str]) -> Notifier | None:
    """Return the configured channels as one, or None if there are none."""
    return AppriseNotifier(urls) if urls else None


def send_alerts(database: Database, notifier: Notifier | None, now: datetime) -> int:
    """Tell the operator of every event not yet told; return how many events were taken.

    Without a notifier the events count as told: they stand in the health feed, and a channel
    configured later should not begin with old troubles.

    Raises AlertFailed after trying all of them if a channel refused; what it refused stays due.
    """
    with database.reading() as session:
        due = alerts(health.unnotified(session))
    taken, refused = 0, 0
    for alert in due:
        if notifier is not None and not notifier.notify(alert.title, alert.body):
            refused += len(alert.event_ids)
            continue
        with database.writing() as session:
            for event_id in alert.event_ids:
                health.notified(session, event_id, now)
        taken += len(alert.event_ids)
    if refused:
        raise AlertFailed(
            f"{refused} alerts: a channel did not take them; they stay due for the next run; "
            "check the apprise URLs and whether the service answers"
        )
    return taken
