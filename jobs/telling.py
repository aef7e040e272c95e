"""Telling people what a run found: digests and alerts to readers, alarms to the operator.

It composes nothing and judges nothing itself: what is due is `jobs.rhythm`'s, words are `feeds`'.
"""

import email
import email.policy
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from config import Config
from crawler.sources import Source
from feeds.alerts import notifier, send_alarms
from feeds.conditions import troubles
from feeds.digest import compose_alerts, compose_day, preview
from feeds.errors import AlertFailed
from feeds.heartbeat import beat
from feeds.lookout import look_out
from feeds.mail import Delivered, deliver
from feeds.settings import MailSettings
from feeds.transport import transport
from jobs import rhythm as rhythms
from jobs.rhythm import RHYTHMS, Clock, cut
from jobs.settings import post_settings
from store import alarms, digests, subscribers
from store.alarms import Alarm
from store.database import Database
from store.digests import DigestRhythm
from store.errors import LockHeld
from store.lock import lock
from store.records import SHANGHAI


@dataclass(frozen=True, slots=True)
class Telling:
    """One job's mails, alerts and alarms."""

    config: Config
    database: Database
    sources: Mapping[str, Source]
    clock: Clock

    def mail(self, on: str | None = None) -> tuple[Delivered | None, tuple[str, ...]]:
        """Compose every digest whose hour has come, or that of one day, and send what is due.

        Immediate alerts that wait are composed and sent too.

        Returns what was delivered (None while another process is at it) and what went wrong.
        """
        settings = self._mail_settings()
        try:
            with lock(self.config.data, "mail", self.clock()):
                for rhythm in RHYTHMS:
                    for day in [on] if on and rhythm == "daily" else self.digests_due(rhythm):
                        compose_day(
                            self.database,
                            day,
                            cut(day, self._digest_time()),
                            settings,
                            rhythm=rhythm,
                        )
                compose_alerts(self.database, settings, self.clock())
                return deliver(self.database, transport(settings), settings, self.clock()), ()
        except LockHeld as held:
            return None, (str(held),)

    def digests_due(self, rhythm: DigestRhythm = "daily") -> list[str]:
        """Return the days whose digest hour has come and that have none yet, oldest first."""
        with self.database.reading() as session:
            began = subscribers.first_at(session, rhythm)
            last = digests.last_run(session, rhythm)
        at, last_on = self._digest_time(), last.on if last else None
        return rhythms.digest_days(rhythm, self.clock(), at, began=began, last_on=last_on)

    def preview(self, on: str | None, address: str | None) -> list[str]:
        """Return the digests of a day (today) as they would be sent; stores and sends nothing."""
        day = on or self.clock().astimezone(SHANGHAI).date().isoformat()
        mails = preview(self.database, day, cut(day, self._digest_time()), self._mail_settings())
        return [
            email.message_from_bytes(mail, policy=email.policy.default).as_string()
            for to, mail in mails
            if address in (None, to)
        ]

    def tell(self) -> tuple[Delivered | None, tuple[str, ...]]:
        """Send what is due, raise and lower alarms, give the heartbeat; return what went wrong."""
        delivered, problems = self.mail()
        try:
            self._lay_down_alarms()
            urls = [url.get_secret_value() for url in self.config.alert_urls]
            send_alarms(self.database, notifier(urls), self.troubles(), self.clock())
        except AlertFailed as error:
            problems = (*problems, str(error))
        if self.config.heartbeat_url is not None:
            silence = beat(self.config.heartbeat_url.get_secret_value(), self.config.user_agent)
            problems = (*problems, silence) if silence else problems
        return delivered, problems

    def _lay_down_alarms(self) -> None:
        off = [source_id for source_id, source in self.sources.items() if not source.enabled]
        with self.database.writing() as session:
            alarms.lay_down(session, off, self.clock())

    def troubles(self) -> list[Alarm]:
        """Return what an operator must know of the product as it stands now."""
        now = self.clock()
        outlook = look_out(
            self.database,
            now,
            enabled=self._enabled(),
            digest_at=cut(now.astimezone(SHANGHAI).date().isoformat(), self._digest_time()),
            free_bytes=shutil.disk_usage(self.config.data).free,
            least_free_bytes=self.config.disk_free_mb * 1_000_000,
        )
        return troubles(outlook)

    def _enabled(self) -> frozenset[str]:
        return frozenset(source_id for source_id, s in self.sources.items() if s.enabled)

    def _mail_settings(self) -> MailSettings:
        return post_settings(self.config, self.sources.values())

    def _digest_time(self) -> time:
        return time.fromisoformat(self.config.digest_at)
