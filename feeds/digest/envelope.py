"""Puts content into one person's message: every header a provider asks for, the same bytes always.

Everything that could differ between two compositions (Message-ID, Date, MIME boundary) comes from
the window and the subscription. Pure.
"""

import base64
import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from urllib.parse import quote

from feeds.addresses import is_channel
from feeds.digest.headers import from_header, subject_header
from feeds.digest.layout import Content
from feeds.errors import MailRefused
from feeds.inert import inert_line
from feeds.settings import MailSettings
from store.records import Subscription

MAIL = SMTP.clone(max_line_length=76)
"""RFC 2047 §2: an encoded word has at most 75 characters; at the default of 78 Python makes 76,
which strict servers refuse (`554 Invalid Subject header`)."""
CRLF = "\r\n"
_PLAIN = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9.-]+", re.ASCII
)
"""A dot-atom at a host (RFC 5322 §3.4.1), which needs no quoting: nearly every address."""
_TEXT, _HTML = b"@text@", b"@html@"
"""No base64, so no content can hold them."""


def seal(
    content: Content,
    settings: MailSettings,
    sent_at: datetime,
    *,
    replies_to: str | None = None,
) -> bytes:
    """Return the content as a message without its addressee: all that its readers share.

    replies_to: the Message-ID of the notice this one goes on from.
    """
    sender = from_header(
        inert_line(settings.from_name), _mailbox(settings.from_address, "the sender")
    )
    frame = _frame(settings.domain, sent_at, replies_to, bool(content.html))
    filled = frame.replace(_TEXT, _encoded(content.text)).replace(_HTML, _encoded(content.html))
    return subject_header(content.subject) + sender + filled


@lru_cache(maxsize=64)
def _frame(domain: str, sent_at: datetime, replies_to: str | None, has_html: bool) -> bytes:
    """Return a window's message without subject and sender, with marks where text and HTML belong.

    `email` writes headers and structure once, however many contents come.

    RFC 2919 List-Id, RFC 3834 Auto-Submitted, and Date, because providers silently drop mail that
    lacks it. The boundary may be constant: base64 has no `_` (RFC 2045 §6.8).
    """
    made = EmailMessage(policy=MAIL)
    made["Date"] = sent_at
    made["List-Id"] = f"<digest.{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    if replies_to is not None:
        made["In-Reply-To"] = made["References"] = replies_to
    made.set_content("", cte="base64")
    made.set_payload(_TEXT.decode())
    if has_html:  # a chat channel takes text alone
        made.add_alternative("", subtype="html", cte="base64")
        made.get_payload(1).set_payload(_HTML.decode())  # type: ignore[union-attr]
        made.set_boundary("=_policywatch")
    made["Content-Language"] = "zh-CN"  # last: a part that is added takes such headers along
    return bytes(made)


def _encoded(text: str) -> bytes:
    """Return the text in base64 (RFC 2045 §6.8), its lines ended by CRLF inside and outside."""
    lines = b"".join(line + b"\r\n" for line in text.encode().splitlines())
    return base64.encodebytes(lines).replace(b"\n", b"\r\n").removesuffix(b"\r\n")


def address(
    sealed: bytes, subscription: Subscription, settings: MailSettings, *, message_id: str
) -> bytes:
    """Return the sealed message with the headers that are this subscriber's own before it.

    As `own_headers`. Raises MailRefused if the address cannot be written in a header.
    """
    return own_headers(subscription, settings, message_id=message_id) + sealed


def own_headers(subscription: Subscription, settings: MailSettings, *, message_id: str) -> bytes:
    """Return the header lines that are this subscriber's own, ASCII, each ended by CRLF.

    Message-ID and To (RFC 5322), List-Unsubscribe (RFC 2369) and, where one click is served,
    List-Unsubscribe-Post (RFC 8058 §3.1). Every value is ASCII and has no blank but where it is
    folded here; `email` would make an encoded word of an address longer than a line.
    Raises MailRefused if the address cannot be written in a header.
    """
    ways = [f"<mailto:{settings.from_address}?subject={quote(f'unsubscribe {subscription.id}')}>"]
    lines = [f"Message-ID: {message_id}", f"To: {_recipient(subscription.address)}"]
    if settings.one_click is not None:
        ways.insert(0, f"<{settings.one_click.link(subscription.id)}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    lines.append(f"List-Unsubscribe:{CRLF} {f',{CRLF} '.join(ways)}")
    return "".join(f"{line}{CRLF}" for line in lines).encode("ascii")


def _recipient(address: str) -> str:
    """Return what stands in To; a channel's URL is a secret and must not."""
    return "channel@localhost" if is_channel(address) else _mailbox(address)


def _mailbox(address: str, whose: str = "a subscriber") -> str:
    """Return the address for a header; ASCII only, as no SMTPUTF8 server may be assumed."""
    if _PLAIN.fullmatch(address):
        return address
    try:
        address.encode("ascii")
        parsed = Address(addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise _unusable(whose) from error
    if not parsed.username or not parsed.domain:
        raise _unusable(whose)
    return str(parsed)


def _unusable(whose: str) -> MailRefused:
    return MailRefused(
        f"mail address of {whose}: not of the form name@host in ASCII; "
        "correct it with `policywatch subscribers`"
    )
