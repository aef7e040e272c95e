"""Hands one message to a mail server, or to a Maildir, and says honestly what became of it.

The SMTP dialogue is a small state machine of its own (RFC 5321 §4.2.1 and §3.3): what happened
before the final dot was taken is retried or refused; a 250 after it is *sent* whatever follows; no
answer after it is *unknown*, and nobody may guess. It never retries by itself.
"""

import mailbox
import re
import smtplib
import ssl
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import apprise

from feeds.addresses import is_channel
from feeds.errors import MailRefused
from feeds.refusals import Cause, Stage, judge
from feeds.settings import MailSettings, SmtpSettings

State = Literal["pending", "sent", "refused", "unknown"]
_DROPS = (OSError, smtplib.SMTPException)
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message: pending = try again later; detail = the server's words.

    cause: what a refusal was about, None where no server refused. ends_round: the server was not
    there, did not let us in, dislikes our sender or our pace: the next message would fare alike.
    """

    state: State
    detail: str = ""
    cause: Cause | None = None
    ends_round: bool = False


class Transport(Protocol):
    """Anything that takes a message for an address and answers with a receipt."""

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        """Return what became of the message; never raises for a server's behaviour."""

    def close(self) -> None:
        """Give back what is open; never raises for a server's behaviour."""


class MaildirTransport:
    """Keeps messages in a Maildir in the data folder, for when no SMTP server is configured.

    A message already there under its Message-ID is not stored twice, so that a kill between
    storing and noting it leaves one copy.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("cur", "new", "tmp"):  # a restored backup holds files and no empty folders
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        self._box = mailbox.Maildir(folder, create=True)
        self._known = {str(message["Message-ID"]) for message in self._box}

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        """Store the message; sender and address stand in its headers already."""
        message_id = str(message_from_bytes(message, policy=SMTP)["Message-ID"])
        if message_id not in self._known:
            self._box.add(message)
            self._known.add(message_id)
        return Receipt("sent", "存入本机邮箱文件夹，没有配置SMTP服务器")

    def close(self) -> None:
        """Close the folder."""
        self._box.close()


class SmtpTransport:
    """Sends over one submission server; the connection is kept as long as it behaves."""

    def __init__(self, settings: SmtpSettings, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        """Return what became of the message, by the stage at which the dialogue ended."""
        try:
            connection = self._ready()
        except smtplib.SMTPAuthenticationError as error:
            reason = f"登录被拒绝，请检查用户名和授权码：{_reply(error)}"
            return Receipt("pending", reason, ends_round=True)
        except _DROPS as error:
            return Receipt("pending", f"连接不上邮件服务器：{_reply(error)}", ends_round=True)
        try:
            refusal = _offer(connection, sender, address)
            if refusal is not None:
                return refusal
            connection.send(_stuffed(message))
        except _DROPS as error:
            self._drop()
            return Receipt("pending", f"邮件服务器中途断开：{_reply(error)}")
        return self._after_dot(connection)

    def close(self) -> None:
        """Say QUIT if there is somebody to say it to; what is sent stays sent."""
        if self._connection is None:
            return
        try:
            self._connection.quit()
        except _DROPS:
            # Some providers answer QUIT with garbage or hang up; the mail was taken long before.
            self._drop()
        self._connection = None

    def _after_dot(self, connection: smtplib.SMTP) -> Receipt:
        try:
            code, words = connection.getreply()
        except _DROPS as error:
            self._drop()
            return Receipt("unknown", f"已递交，但服务器没有答复：{_reply(error)}")
        if code // 100 not in (2, 4, 5):
            self._drop()
            return Receipt("unknown", f"已递交，服务器答复无法理解：{code} {_text(words)}")
        return _judged(code, words, "END")

    def _ready(self) -> smtplib.SMTP:
        """Return a connection that answers sanely, a new one if the old one does not."""
        if self._connection is not None:
            try:
                if self._connection.rset()[0] == 250:
                    return self._connection
            except _DROPS:
                # The server hung up or left garbage after the last 250; start afresh below.
                self._drop()
        self._drop()
        self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        to = self._settings
        if to.security == "ssl":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                to.host, to.port, timeout=to.timeout_s, context=self._context
            )
        else:
            connection = smtplib.SMTP(to.host, to.port, timeout=to.timeout_s)
        try:
            if to.security == "starttls":
                connection.starttls(context=self._context)
            if to.username is not None:
                connection.login(to.username, to.password or "")
            connection.ehlo_or_helo_if_needed()
        except _DROPS:
            connection.close()
            raise
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class ChannelTransport:
    """Places short messages in chat channels (企业微信, 钉钉, ntfy…) named by apprise URLs."""

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        """Place the message's subject and text; apprise says only whether it was taken."""
        parsed = message_from_bytes(message, policy=SMTP)
        text = parsed.get_body(("plain",))
        channel = apprise.Apprise()
        channel.add(address)
        body = str(text.get_content()) if text is not None else ""
        if channel.notify(title=str(parsed["Subject"]), body=body):
            return Receipt("sent", "渠道已接收")
        return Receipt("pending", "渠道没有接收，稍后再试", cause="temporary")

    def close(self) -> None:
        """Nothing is kept open."""


class Post:
    """Mail to mailboxes by one transport, alerts to channels by another."""

    def __init__(self, mail: Transport) -> None:
        self._mail, self._channels = mail, ChannelTransport()

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        """Return what became of the message on the way that its address asks for."""
        way = self._channels if is_channel(address) else self._mail
        return way.send(sender, address, message)

    def close(self) -> None:
        """Give back what is open."""
        self._mail.close()


def transport(settings: MailSettings) -> Post:
    """Return the way messages go: the configured SMTP server, else the Maildir; channels beside.

    Raises MailRefused if a password would leave this machine without encryption.
    """
    if settings.smtp is None:
        return Post(MaildirTransport(settings.maildir))
    if settings.smtp.security == "plain" and settings.smtp.username and not _is_here(settings.smtp):
        raise MailRefused(
            f"mail server {settings.smtp.host}: `plain` would send the password unencrypted; "
            "use `ssl` (port 465) or `starttls` (port 587)"
        )
    return Post(SmtpTransport(settings.smtp))


def _is_here(to: SmtpSettings) -> bool:
    try:
        return ip_address(to.host).is_loopback
    except ValueError:
        return to.host == "localhost"


def _offer(connection: smtplib.SMTP, sender: str, address: str) -> Receipt | None:
    """Say MAIL, RCPT and DATA; return the receipt if one of them is not accepted."""
    code, words = connection.mail(sender)
    if code != 250:
        return _judged(code, words, "MAIL")
    code, words = connection.rcpt(address)
    if code not in (250, 251):
        return _judged(code, words, "RCPT")
    code, words = connection.docmd("DATA")
    return None if code == 354 else _judged(code, words, "DATA")


def _stuffed(message: bytes) -> bytes:
    """Return the message with leading dots doubled and the final dot (RFC 5321 §4.5.2)."""
    end = b"" if message.endswith(b"\r\n") else b"\r\n"
    return _DOT.sub(b"..", message) + end + b".\r\n"


def _judged(code: int, words: bytes, stage: Stage) -> Receipt:
    """Return what a reply means at that stage (RFC 5321 §4.2.1); garbage is tried again."""
    said = _text(words)
    detail = f"{code} {said}"
    if 200 <= code < 300:
        return Receipt("sent", detail)
    lasting, cause = judge(code, said, stage)
    state: State = "refused" if lasting else "pending"
    return Receipt(state, detail, cause, ends_round=cause in ("rate", "sender"))


def _reply(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {_text(words if isinstance(words, bytes) else words.encode())}"
    return str(error) or type(error).__name__


def _text(words: bytes) -> str:
    return " ".join(words.decode("utf-8", "replace").split())[:300]
