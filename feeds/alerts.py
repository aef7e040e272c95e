"""Tells the operator when something goes wrong, seldom again while it lasts, and when it is over.

Alarms speak on state changes only (invariant 8): which troubles there are is judged in
`feeds.conditions` and kept by the store; here they become words and go to the configured channels.
Apprise never raises, it answers False: what it did not place stays due and is tried at the next
run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import apprise

from feeds.errors import AlertFailed
from feeds.inert import inert_line
from feeds.words import clock_words
from store import alarms, faults
from store.alarms import Alarm
from store.database import Database

faults.register(
    alert_send_before="an alarm is about to go to the operator's channels",
    alert_send_after="the channels have answered and the store does not know it",
)

GROUP_FROM = 4
"""From so many at once on, they go out as one message: a dead network is one story."""
REMIND_AFTER = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30))
"""When an open alarm is told again, counted from the first time; after the last, never more."""

Turn = Literal["opened", "still", "closed"]
_MARKS: dict[Turn, str] = {"opened": "", "still": "仍未恢复：", "closed": "已恢复："}


@dataclass(frozen=True, slots=True)
class Message:
    """One message to the operator and the alarms it speaks of."""

    title: str
    body: str
    alarms: tuple[Alarm, ...]


class Notifier(Protocol):
    """Places one message somewhere; True only when it was taken."""

    def notify(self, title: str, body: str) -> bool:
        """Return whether the message was taken by every channel."""


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
        """Return whether every configured channel took the message."""
        faults.reach("alert_send_before")
        taken = bool(self._channels.notify(title=title, body=body))
        faults.reach("alert_send_after")
        return taken


def turn(alarm: Alarm, now: datetime) -> Turn | None:
    """Return what is to be said of the alarm now, None if nothing."""
    if alarm.closed_at is not None:
        return "closed"
    if alarm.told_at is None:
        return "opened"
    if alarm.acked_until is not None and now < alarm.acked_until:
        return None
    due = alarm.reminders < len(REMIND_AFTER) and (
        now - alarm.told_at >= REMIND_AFTER[alarm.reminders]
    )
    return "still" if due else None


def messages(due: Sequence[Alarm], now: datetime) -> list[Message]:
    """Return the messages these alarms become: one each, or one for all when many come at once."""
    spoken = [alarm for alarm in due if turn(alarm, now)]
    if len(spoken) < GROUP_FROM:
        return [Message(title(a, now), body(a), (a,)) for a in spoken]
    over = sum(alarm.closed_at is not None for alarm in spoken)
    whole = "\n\n".join(f"{title(alarm, now)}\n{body(alarm)}" for alarm in spoken)
    head = f"社工政策监测：{len(spoken) - over}项异常，{over}项恢复"
    return [Message(head, whole, tuple(spoken))]


def title(alarm: Alarm, now: datetime) -> str:
    """Return `来源异常：江苏省民政厅`, with `仍未恢复：` or `已恢复：` before it later on."""
    return inert_line(f"{_MARKS[turn(alarm, now) or 'opened']}{alarm.title}")


def body(alarm: Alarm) -> str:
    """Return since when, why, what was tried, who is affected, what to do; or until when."""
    lines = [f"自：{clock_words(alarm.opened_at)}"]
    if alarm.closed_at is not None:
        return "\n".join([*lines, f"至：{clock_words(alarm.closed_at)}"])
    told = (
        ("原因", alarm.reason),
        ("试过", alarm.tried),
        ("影响", alarm.affects),
        ("怎么办", alarm.remedy),
    )
    lines += [f"{word}：{inert_line(text)}" for word, text in told if text]
    lines.append(f"知道了：policywatch ack {alarm.subject}")
    return "\n".join(lines)


def notifier(urls: Sequence[str]) -> Notifier | None:
    """Return the configured channels as one, or None if there are none."""
    return AppriseNotifier(urls) if urls else None


def send_alarms(
    database: Database, notifier: Notifier | None, found: Sequence[Alarm], now: datetime
) -> int:
    """Make `found` the open alarms and tell the operator what changed; return how many were told.

    Without a notifier they count as told: `status` and the health feed show them, and a channel
    configured later should not begin with old troubles.

    Raises AlertFailed after trying all of them if a channel refused; what it refused stays due.
    """
    with database.writing() as session:
        alarms.keep(session, found, now)
    with database.reading() as session:
        due = messages(alarms.unsettled(session), now)
    taken, refused = 0, 0
    for message in due:
        if notifier is not None and not notifier.notify(message.title, message.body):
            refused += len(message.alarms)
            continue
        with database.writing() as session:
            for alarm in message.alarms:
                alarms.told(session, alarm, now)
        taken += len(message.alarms)
    if refused:
        raise AlertFailed(
            f"{refused} alarms: a channel did not take them; they stay due for the next run; "
            "check the apprise URLs and whether the service answers"
        )
    return taken
