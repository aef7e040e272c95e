"""One window for one subscriber: which changes, what the subject says, then layout and envelope.

Pure: the same window, filter and options give the same content, so that many subscribers of one
filter share it; the same subscription gives the same bytes.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage

from feeds.coverage import Coverage, coverage
from feeds.digest import envelope
from feeds.digest.entries import Entry, counts, entries
from feeds.digest.layout import Content, Page, lay_out
from feeds.digest.upcoming import upcoming
from feeds.settings import MailSettings
from feeds.words import exact_day
from store.records import SHANGHAI, Change, DigestRun, SourceStatus, Subscription

_NAMES = {"daily": "日报", "weekly": "周报"}
_LENGTHS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


def compose(
    run: DigestRun,
    changes: Sequence[Change],
    sources: Sequence[SourceStatus],
    subscription: Subscription,
    settings: MailSettings,
    *,
    dated: Sequence[Change] = (),
) -> EmailMessage | None:
    """Return the subscriber's digest of this run, or None if there is nothing to tell.

    changes: those of the run's range, announced or not; the rest is filtered here.
    sources: how they stand when the digest is composed. dated: announced changes of policies with
    a date within the next days, of whatever window.
    None means: no entry, and the subscriber did not ask for the "all quiet" mail.
    """
    content = digest(run, changes, sources, subscription, settings, dated=dated)
    return address(content, run, subscription, settings) if content else None


def digest(
    run: DigestRun,
    changes: Sequence[Change],
    sources: Sequence[SourceStatus],
    subscription: Subscription,
    settings: MailSettings,
    *,
    dated: Sequence[Change] = (),
) -> Content | None:
    """Return what the digest says; of the subscription only filter and options are asked."""
    found = entries(run, changes, subscription)
    if not found and not subscription.all_quiet:
        return None
    day = date.fromisoformat(run.on)
    covered = coverage(sources, cut_at(run, settings) - _LENGTHS[run.rhythm])
    page = Page(
        name=_NAMES[run.rhythm],
        day=day,
        found=found,
        subject=subject(run, found, covered),
        coverage=covered,
        upcoming=upcoming(dated, subscription.filter, day),
        diffs=subscription.diffs,
        details=subscription.details,
        source_names=covered.names,
    )
    return lay_out(page, settings)


def address(
    content: Content, run: DigestRun, subscription: Subscription, settings: MailSettings
) -> EmailMessage:
    """Return the content as the message to this subscriber."""
    return envelope.message(
        content,
        subscription,
        settings,
        message_id=message_id(run, subscription, settings),
        sent_at=cut_at(run, settings),
    )


def cut_at(run: DigestRun, settings: MailSettings) -> datetime:
    """Return the instant the run's window ends: 08:00 Asia/Shanghai unless configured."""
    return datetime.combine(date.fromisoformat(run.on), settings.digest_at, tzinfo=SHANGHAI)


def message_id(run: DigestRun, subscription: Subscription, settings: MailSettings) -> str:
    """Return the Message-ID of this window to this subscription; a re-send bears the same."""
    return f"<digest.{run.rhythm}.{run.on}.{subscription.id}@{settings.domain}>"


def subject(run: DigestRun, found: Sequence[Entry], covered: Coverage) -> str:
    """Return `社工政策日报 6月7日：新增3 修订1 征求意见1（截止6/20）｜2个来源未查到`."""
    day = date.fromisoformat(run.on)
    told = " ".join(f"{name}{count}{_until(name, found)}" for name, count in counts(found))
    missed = f"｜{len(covered.missed)}个来源未查到" if covered.missed else ""
    head = f"社工政策{_NAMES[run.rhythm]} {day.month}月{day.day}日"
    return f"{head}：{told or '没有新内容'}{missed}"


def _until(name: str, found: Sequence[Entry]) -> str:
    """Return `（截止6/20）`, the earliest end of the consultations counted, or nothing."""
    ends = [day for entry in found if (day := exact_day(entry.deadline))]
    if name != "征求意见" or not ends:
        return ""
    return f"（截止{min(ends).month}/{min(ends).day}）"
