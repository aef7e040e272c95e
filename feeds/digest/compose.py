"""Lays a digest out as one mail: text and HTML, both complete, the same bytes every time. Pure.

Everything that could differ between two compositions (Message-ID, Date, MIME boundary) is derived
from the run's day and the subscription.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

import css_inline

from feeds.coverage import Coverage, coverage, why
from feeds.digest.entries import LEAD_LINES, Entry, counts, entries, lead_line
from feeds.errors import MailRefused
from feeds.inert import inert_line
from feeds.items import dossier_path
from feeds.render import render
from feeds.settings import MailSettings
from feeds.words import exact_day
from store.records import SHANGHAI, Change, DigestRun, SourceStatus, Subscription

MAIL = SMTP.clone(max_line_length=76)
"""RFC 2047 §2: an encoded word has at most 75 characters; at the default of 78 Python makes 76,
which strict servers refuse (`554 Invalid Subject header`)."""

HTML_BYTES = 100_000
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_NAMES = {"daily": "日报", "weekly": "周报"}
_LENGTHS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


def compose(
    run: DigestRun,
    changes: Sequence[Change],
    sources: Sequence[SourceStatus],
    subscription: Subscription,
    settings: MailSettings,
) -> EmailMessage | None:
    """Return the subscriber's digest of this run, or None if there is nothing to tell.

    changes: those of the run's range, announced or not; the rest is filtered here.
    sources: how they stand when the digest is composed.
    None means: no entry, and the subscriber did not ask for the "all quiet" mail.
    """
    found = entries(run, changes, subscription)
    if not found and not subscription.all_quiet:
        return None
    covered = coverage(sources, cut_at(run, settings) - _LENGTHS[run.rhythm])
    message = _envelope(run, subscription, settings)
    message["Subject"] = subject(run, found, covered)
    values = _values(run, found, covered, settings)
    text, html = _parts(values, found, settings.full_entries, str(message["Subject"]))
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    message.set_boundary(f"=_{_digest(message['Message-ID'])}")
    return message


def cut_at(run: DigestRun, settings: MailSettings) -> datetime:
    """Return the instant the run's window ends: 08:00 Asia/Shanghai unless configured."""
    return datetime.combine(_day(run), settings.digest_at, tzinfo=SHANGHAI)


def message_id(run: DigestRun, subscription: Subscription, settings: MailSettings) -> str:
    """Return the Message-ID of this window to this subscription; a re-send bears the same."""
    return f"<digest.{run.rhythm}.{run.on}.{subscription.id}@{settings.domain}>"


def subject(run: DigestRun, found: Sequence[Entry], covered: Coverage) -> str:
    """Return `社工政策日报 6月7日：新增3 修订1 征求意见1（截止6/20）｜2个来源未查到`."""
    day = _day(run)
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


def _values(
    run: DigestRun, found: Sequence[Entry], covered: Coverage, settings: MailSettings
) -> dict[str, object]:
    day = _day(run)
    public = settings.public_url.rstrip("/") if settings.public_url else None
    return {
        "run": run,
        "name": _NAMES[run.rhythm],
        "day": day,
        "leads": [lead_line(entry, day, covered.names) for entry in found[:LEAD_LINES]],
        "more": max(0, len(found) - LEAD_LINES),
        "coverage": covered,
        "missed": [(source, why(source)) for source in covered.missed],
        "dossier_urls": {
            entry.policy_id: f"{public}/{dossier_path(entry.policy_id)}" if public else None
            for entry in found
        },
    }


def _parts(
    values: dict[str, object], found: Sequence[Entry], full: int, subject: str
) -> tuple[str, str]:
    """Return the text and HTML parts with the first `full` entries whole, the rest a line each.

    Clients cut long mails (Gmail at 102 kB), so fewer entries are whole until the HTML fits;
    both parts always show the same.
    """
    shown = values | {"full": found[:full], "brief": found[full:]}
    html = _INLINER.inline(render("digest.html", subject=subject, **shown))
    if full and len(html.encode()) > HTML_BYTES:
        return _parts(values, found, full // 2, subject)
    return render("digest.txt", **shown), html


def _envelope(run: DigestRun, subscription: Subscription, settings: MailSettings) -> EmailMessage:
    """Return a message with every header but the subject.

    RFC 2919 List-Id, RFC 2369 List-Unsubscribe, RFC 3834 Auto-Submitted; Date and Message-ID
    because providers silently drop mail that lacks them.
    """
    message = EmailMessage(policy=MAIL)
    message["Message-ID"] = message_id(run, subscription, settings)
    message["Date"] = cut_at(run, settings)
    message["From"] = _address(settings.from_address, inert_line(settings.from_name))
    message["To"] = _address(subscription.address)
    message["List-Id"] = f"<digest.{settings.domain}>"
    leave = quote(f"unsubscribe {subscription.id}")
    message["List-Unsubscribe"] = f"<mailto:{settings.from_address}?subject={leave}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN"
    return message


def _address(address: str, name: str = "") -> Address:
    """Return the address for a header; ASCII only, as no SMTPUTF8 server may be assumed."""
    try:
        address.encode("ascii")
        parsed = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise _unusable(name) from error
    if not parsed.username or not parsed.domain:
        raise _unusable(name)
    return parsed


def _unusable(name: str) -> MailRefused:
    return MailRefused(
        f"mail address of {name or 'a subscriber'}: not of the form name@host in ASCII; "
        "correct it with `policywatch subscribers`"
    )


def _day(run: DigestRun) -> date:
    return date.fromisoformat(run.on)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
