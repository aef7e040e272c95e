"""One window of the ledger as mails: which changes, what the subject says, layout, envelope.

Pure: the same window, filter and options give the same content, so that many subscribers of one
filter share it; the same subscription gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from feeds.coverage import Coverage, coverage
from feeds.digest import envelope
from feeds.digest.entries import Entry, counts, entries
from feeds.digest.layout import Content, Page, Press
from feeds.digest.outages import Notice, concerning
from feeds.digest.upcoming import upcoming
from feeds.settings import MailSettings
from feeds.words import exact_day
from store.records import SHANGHAI, Change, DigestRun, SourceStatus, Subscription

_NAMES = {"daily": "日报", "weekly": "周报"}
LENGTHS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Mail:
    """One subscriber's message and exactly which changes it tells.

    own: the header lines that are this subscriber's; sealed: the rest, the same bytes for all who
    read the same.
    """

    own: bytes
    sealed: bytes
    change_ids: tuple[str, ...]

    @property
    def message(self) -> bytes:
        """The whole message as it is sent."""
        return self.own + self.sealed


def compose(
    run: DigestRun,
    changes: Sequence[Change],
    sources: Sequence[SourceStatus],
    subscription: Subscription,
    settings: MailSettings,
    *,
    dated: Sequence[Change] = (),
    told: Sequence[Notice] = (),
) -> bytes | None:
    """Return the subscriber's digest of this run, or None if there is nothing to tell.

    As `Desk.mail`, for one subscriber.
    """
    mail = Desk(run, changes, sources, settings, dated=dated, told=told).mail(subscription)
    return mail.message if mail else None


class Desk:
    """Composes one window for everybody; what two mails have in common is made once.

    changes: those of the run's range, announced or not; the rest is filtered here.
    sources: how they stand when the digest is composed. dated: announced changes of policies with
    a date within the next days, of whatever window. told: outages that readers hear of in this one.
    """

    def __init__(
        self,
        run: DigestRun,
        changes: Sequence[Change],
        sources: Sequence[SourceStatus],
        settings: MailSettings,
        *,
        dated: Sequence[Change] = (),
        told: Sequence[Notice] = (),
    ) -> None:
        self._run, self._changes, self._dated, self._told = run, changes, dated, told
        self._settings = settings
        since = cut_at(run, settings) - LENGTHS[run.rhythm]
        self._covered = coverage(sources, since, settings.rhythms_h)
        self._press = Press(settings)
        self._sealed: dict[Subscription, Mail | None] = {}

    def mail(self, subscription: Subscription) -> Mail | None:
        """Return the subscriber's mail; None: nothing to tell, and no "all quiet" mail asked for.

        Raises MailRefused if the address cannot be written in a header.
        """
        wish = replace(subscription, id=0, address="")
        if wish not in self._sealed:
            self._sealed[wish] = self._seal(wish)
        sealed = self._sealed[wish]
        if sealed is None:
            return None
        name = message_id(self._run, subscription, self._settings)
        own = envelope.own_headers(subscription, self._settings, message_id=name)
        return replace(sealed, own=own)

    def _seal(self, wish: Subscription) -> Mail | None:
        content = self.content(wish)
        if content is None:
            return None
        at = cut_at(self._run, self._settings)
        return Mail(b"", envelope.seal(content, self._settings, at), content.change_ids)

    def content(self, subscription: Subscription) -> Content | None:
        """Return what the digest says; of the subscription only filter and options are asked."""
        run = self._run
        found = entries(run, self._changes, subscription)
        told = concerning(self._told, subscription.filter)
        if not found and not told and not subscription.all_quiet:
            return None
        day = date.fromisoformat(run.on)
        page = Page(
            name=_NAMES[run.rhythm],
            day=day,
            found=found,
            subject=subject(run, found, self._covered, told),
            notices=tuple(notice.words(day) for notice in told),
            coverage=self._covered,
            upcoming=upcoming(self._dated, subscription.filter, day),
            diffs=subscription.diffs,
            details=subscription.details,
            source_names=self._covered.names,
        )
        return self._press.lay_out(page)


def cut_at(run: DigestRun, settings: MailSettings) -> datetime:
    """Return the instant the run's window ends: 08:00 Asia/Shanghai unless configured."""
    return datetime.combine(date.fromisoformat(run.on), settings.digest_at, tzinfo=SHANGHAI)


def message_id(run: DigestRun, subscription: Subscription, settings: MailSettings) -> str:
    """Return the Message-ID of this window to this subscription; a re-send bears the same."""
    return f"<digest.{run.rhythm}.{run.on}.{subscription.id}@{settings.domain}>"


def subject(
    run: DigestRun, found: Sequence[Entry], covered: Coverage, told: Sequence[Notice] = ()
) -> str:
    """Return `社工政策日报 6月7日：新增3 修订1 征求意见1（截止6/20）｜2个来源未查到`."""
    day = date.fromisoformat(run.on)
    news = " ".join(f"{name}{count}{_until(name, found)}" for name, count in counts(found))
    nothing = "来源提示" if told else "没有新内容"
    missed = f"｜{len(covered.missed)}个来源未查到" if covered.missed else ""
    head = f"社工政策{_NAMES[run.rhythm]} {day.month}月{day.day}日"
    return f"{head}：{news or nothing}{missed}"


def _until(name: str, found: Sequence[Entry]) -> str:
    """Return `（截止6/20）`, the earliest end of the consultations counted, or nothing."""
    ends = [day for entry in found if (day := exact_day(entry.deadline))]
    if name != "征求意见" or not ends:
        return ""
    return f"（截止{min(ends).month}/{min(ends).day}）"
