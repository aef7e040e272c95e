import mailbox
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from blank import blank
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from feed_examples import NOON, tell
from loopback import closed_port

from demo import MailServer
from feeds.digest.run import compose_day
from feeds.errors import MailRefused
from feeds.mail import (
    FIRST_WAIT,
    LONGEST_WAIT,
    USUAL_PATIENCE,
    Delivered,
    deliver,
    next_attempt,
)
from feeds.settings import MailSettings, Security, SmtpSettings
from feeds.transport import MaildirTransport, Post, SmtpTransport, transport
from store import digests, subscribers
from store.database import Database
from store.records import Delivery, Filter

NOW = datetime(2026, 6, 7, 0, 1, tzinfo=UTC)
LOOPBACK = IPv4Address("127.0.0.1")
PATIENCE_S = 60.0
PEOPLE = ("one@example.org", "two@example.org", "three@example.org")


class Inbox:
    """An SMTP server's handler that keeps mail and refuses whom it is told to refuse."""

    def __init__(self, refuse: dict[str, str] | None = None) -> None:
        self.refuse = refuse or {}
        self.messages: list[tuple[str, bytes]] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK queued"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return blank(tmp_path / "policywatch.db")


@pytest.fixture
def settings(tmp_path: Path, database: Database) -> MailSettings:
    """Three people's digests of 7 June, composed and pending."""
    made = MailSettings(digests=tmp_path / "digests", maildir=tmp_path / "mail" / "out")
    with database.writing() as session:
        for address in PEOPLE:
            digests.subscribe(session, address, Filter(), NOON)
    tell(database, 1, title="行首\n.\n有点的意见", body_text=".\n..两点")
    compose_day(database, "2026-06-07", NOW, made)
    return made


@pytest.fixture
def smtp_server() -> Iterator[Callable[..., tuple[Inbox, SmtpSettings]]]:
    started: list[MailServer] = []

    def start(refuse: dict[str, str] | None = None, **told: Any) -> tuple[Inbox, SmtpSettings]:
        inbox = Inbox(refuse)
        server = MailServer(inbox, **told)
        server.start()
        started.append(server)
        return inbox, SmtpSettings("127.0.0.1", server.port, "plain", timeout_s=PATIENCE_S)

    yield start
    for server in started:
        server.stop()


def _deliver(
    database: Database, to: SmtpSettings, settings: MailSettings, now: datetime = NOW
) -> Delivered:
    with SmtpTransport(to) as smtp:
        return deliver(database, smtp, settings, now)


def _delivery_to(database: Database, address: str) -> Delivery:
    return next(d for d in _stored(database) if d.address == address)


def _stored(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return digests.deliveries(session)


def test_everybody_gets_their_own_mail_once(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server()
    assert _deliver(database, to, settings).states == {"sent": 3}
    assert _deliver(database, to, settings).states == {}
    assert [address for address, _ in inbox.messages] == list(PEOPLE)
    for (_, content), delivery in zip(inbox.messages, _stored(database), strict=True):
        assert content == delivery.message
        parsed = message_from_bytes(content, policy=default)
        assert parsed["Subject"] == "社工政策日报 6月7日：新增1"
    assert [d.attempts for d in _stored(database)] == [1, 1, 1]


def test_one_refused_recipient_affects_no_other(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server({PEOPLE[1]: "550 5.1.1 no such user"})
    told = _deliver(database, to, settings)
    assert told.states == {"sent": 2, "refused": 1}
    assert [address for address, _ in inbox.messages] == [PEOPLE[0], PEOPLE[2]]
    refused = _stored(database)[1]
    assert (refused.state, refused.detail) == ("refused", "550 5.1.1 no such user")
    assert PEOPLE[1] not in "".join(told.troubles)  # addresses do not reach a log


def test_one_address_alone_can_be_served(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server()
    assert deliver(database, SmtpTransport(to), settings, NOW, to=PEOPLE[2]).states == {"sent": 1}
    assert [address for address, _ in inbox.messages] == [PEOPLE[2]]


def test_temporary_refusal_stays_pending_and_arrives_later(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server({PEOPLE[0]: "451 4.7.1 greylisted"})
    assert _deliver(database, to, settings).states == {"pending": 1, "sent": 2}
    assert _stored(database)[0].detail == "451 4.7.1 greylisted"
    inbox.refuse.clear()
    assert _deliver(database, to, settings).states == {}  # not yet: it backs off
    assert _deliver(database, to, settings, NOW + FIRST_WAIT).states == {"sent": 1}
    assert _stored(database)[0].attempts == 2
    assert len(inbox.messages) == 3


def test_a_put_off_message_is_tried_for_three_days_and_then_given_up(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server({PEOPLE[0]: "451 4.7.1 greylisted"})
    now, tries = NOW, 0
    while (first := _delivery_to(database, PEOPLE[0])).state == "pending":
        now = first.due_at or now
        _deliver(database, to, settings, now)
        tries += 1
    assert first.state == "refused"
    assert first.detail.startswith("多日未能送达：451 4.7.1 greylisted")
    assert USUAL_PATIENCE <= now - NOW <= USUAL_PATIENCE + LONGEST_WAIT
    assert 8 <= tries <= 14
    assert len(inbox.messages) == 2


def test_waits_grow_and_never_pass_half_a_day() -> None:
    waits = [next_attempt(NOW, attempts, NOW) - NOW for attempts in range(1, 40)]
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_a_put_off_message_does_not_hold_up_the_others(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server({PEOPLE[0]: "550 5.7.1 relaying denied"})  # ends the round
    assert _deliver(database, to, settings).states == {"pending": 3}
    assert _deliver(database, to, settings).states == {"sent": 2}
    assert len(inbox.messages) == 2


def test_an_address_refused_on_three_days_is_suspended_until_subscribed_again(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    _, to = smtp_server({PEOPLE[1]: "550 5.1.1 no such user"})
    for day in range(3):
        tell(database, 10 + day, now=NOW + timedelta(days=day, hours=1))
        on = NOW + timedelta(days=day + 1)
        compose_day(database, on.date().isoformat(), on, settings)
        _deliver(database, to, settings, on)
        with database.reading() as session:
            served = {s.address for s in digests.subscriptions(session)}
        assert (PEOPLE[1] in served) == (day < 2)
    with database.reading() as session:
        listed = {s.address: s.suspended for s in digests.subscriptions(session, suspended=True)}
    assert listed[PEOPLE[1]] == "550 5.1.1 no such user"
    with database.writing() as session:
        digests.subscribe(session, PEOPLE[1], Filter(), NOW)
    with database.reading() as session:
        assert PEOPLE[1] in {s.address for s in digests.subscriptions(session)}


@pytest.mark.parametrize(
    "words", ["554 DT:SPM content", "554 5.7.1 message content rejected as spam"]
)
def test_a_refused_content_never_suspends_the_address(
    database: Database, settings: MailSettings, smtp_server: Any, words: str
) -> None:
    _, to = smtp_server({PEOPLE[1]: words})
    for day in range(4):
        tell(database, 10 + day, now=NOW + timedelta(days=day, hours=1))
        on = NOW + timedelta(days=day + 1)
        compose_day(database, on.date().isoformat(), on, settings)
        _deliver(database, to, settings, on)
    refused = [d for d in _stored(database) if d.address == PEOPLE[1]]
    assert {(d.state, d.cause) for d in refused} == {("refused", "content")}
    with database.reading() as session:
        assert len(digests.subscriptions(session)) == 3


def test_a_day_gives_no_more_than_its_limit_and_the_next_day_the_rest(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server()
    limited = replace(settings, smtp=replace(to, per_day=2))
    told = _deliver(database, to, limited)
    assert told.states == {"sent": 2, "pending": 1}
    assert "today's limit of 2" in told.troubles[0]
    assert _deliver(database, to, limited, NOW + timedelta(hours=15)).states == {"pending": 1}
    assert _deliver(database, to, limited, NOW + timedelta(hours=16)).states == {"sent": 1}
    assert len(inbox.messages) == 3


def test_mails_keep_the_pace_of_the_provider(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    _, to = smtp_server()
    waited: list[float] = []
    with SmtpTransport(to) as smtp:
        paced = replace(settings, smtp=replace(to, per_minute=20))
        deliver(database, smtp, paced, NOW, pause=waited.append)
    assert waited == [3.0, 3.0]


def test_who_unsubscribes_is_not_sent_what_waits(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    inbox, to = smtp_server()
    with database.writing() as session:
        assert subscribers.unsubscribe(session, PEOPLE[0]) == 1
    assert _deliver(database, to, settings).states == {"sent": 2}
    assert PEOPLE[0] not in {address for address, _ in inbox.messages}


def test_an_erased_address_is_nowhere_in_the_database(
    database: Database, settings: MailSettings
) -> None:
    with database.writing() as session:
        (forgotten,) = subscribers.erase(session, PEOPLE[0])
    assert "digest.daily.2026-06-07" in forgotten[0]
    database.close()
    path = Path(database.url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("VACUUM")
    assert PEOPLE[0].encode() not in path.read_bytes()
    assert PEOPLE[1].encode() in path.read_bytes()


def test_server_that_is_not_there_leaves_everything_pending(
    database: Database, settings: MailSettings
) -> None:
    with closed_port() as port:
        told = _deliver(database, SmtpSettings("127.0.0.1", port, "plain"), settings)
    assert told.states == {"pending": 3}
    assert "连接不上邮件服务器" in told.troubles[0]
    assert len(told.troubles) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # loopback has no TLS here
def test_password_is_offered_and_a_wrong_one_says_what_to_check(
    database: Database, settings: MailSettings, smtp_server: Any
) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: Any, auth: Any) -> AuthResult:
        return AuthResult(success=auth.password == b"right", handled=False)

    _, to = smtp_server(authenticator=check, auth_required=True, auth_require_tls=False)
    wrong = SmtpSettings(to.host, to.port, "plain", "me", "wrong", PATIENCE_S)
    told = _deliver(database, wrong, settings)
    assert told.states == {"pending": 3}
    assert len(told.troubles) == 1  # one try, not one per mail: accounts get locked
    assert "请检查用户名和授权码" in told.troubles[0]
    right = SmtpSettings(to.host, to.port, "plain", "me", "right", PATIENCE_S)
    assert _deliver(database, right, settings).states == {"sent": 3}
    assert "right" not in repr(right)


@pytest.mark.parametrize(("host", "refused"), [("smtp.example.org", True), ("127.0.0.1", False)])
def test_password_does_not_leave_the_machine_in_the_clear(
    settings: MailSettings, host: str, refused: bool
) -> None:
    to = replace(settings, smtp=SmtpSettings(host, 25, "plain", "me", "secret"))
    with pytest.raises(MailRefused, match="465") if refused else nullcontext():
        assert isinstance(transport(to), Post)


class Scripted:
    """A server that says `after_data` after the final dot of every message, then may hang up."""

    def __init__(self, after_data: bytes, *, hang_up: bool) -> None:
        self.after_data, self.hang_up = after_data, hang_up
        self.received = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.settings = SmtpSettings(
            "127.0.0.1", self._socket.getsockname()[1], "plain", timeout_s=PATIENCE_S
        )
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._greet(connection)

    def _greet(self, connection: socket.socket) -> None:
        stream = connection.makefile("rwb", buffering=0)
        with connection, stream, suppress(ConnectionError):  # a client may drop us
            stream.write(b"220 ready\r\n")
            self._talk(stream)

    def _talk(self, stream: Any) -> None:
        while line := stream.readline():
            if line.upper().startswith(b"DATA"):
                stream.write(b"354 go on\r\n")
                while stream.readline() != b".\r\n":
                    continue
                self.received += 1
                if self.after_data:
                    stream.write(self.after_data)
                if self.hang_up:
                    return
            else:
                stream.write(b"250 OK\r\n")


@pytest.mark.parametrize(
    ("after_data", "hang_up", "state"),
    [
        (b"250 OK\r\n-1\r\n\x00\x00garbage\r\n", False, "sent"),
        (b"250 OK\r\n", True, "sent"),
        (b"", True, "unknown"),
        (b"-1\r\n", False, "unknown"),
        (b"\x00\x01\x02\r\n", True, "unknown"),
        (b"554 DT:SPM content\r\n", False, "refused"),
        (b"452 4.2.2 mailbox full\r\n", False, "pending"),
    ],
)
def test_what_the_server_says_after_the_final_dot_decides(
    database: Database, settings: MailSettings, after_data: bytes, hang_up: bool, state: str
) -> None:
    with closing(Scripted(after_data, hang_up=hang_up)) as server:
        assert _deliver(database, server.settings, settings).states == {state: 3}
        assert server.received == 3


def test_unknown_is_not_sent_again_blindly(database: Database, settings: MailSettings) -> None:
    with closing(Scripted(b"", hang_up=True)) as server:
        _deliver(database, server.settings, settings)
        assert _deliver(database, server.settings, settings).states == {}
        assert server.received == 3


@pytest.mark.parametrize("point", ["smtp_send_before", "smtp_send_after", "smtp_send_after:2"])
def test_kill_around_a_send_loses_nothing_and_doubles_at_most_one(
    database: Database, settings: MailSettings, smtp_server: Any, point: str
) -> None:
    inbox, to = smtp_server()
    code = (
        "from datetime import UTC, datetime; from pathlib import Path\n"
        "from feeds.mail import deliver; from feeds.settings import MailSettings, SmtpSettings\n"
        "from feeds.transport import SmtpTransport; from store.database import Database\n"
        "settings = MailSettings(digests=Path('d'), maildir=Path('m'))\n"
        f"smtp = SmtpTransport(SmtpSettings('127.0.0.1', {to.port}, 'plain'))\n"
        f"deliver(Database({database.url!r}), smtp, settings, datetime.now(UTC))\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"POLICYWATCH_FAULT": point},
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    _deliver(database, to, settings)
    assert [d.state for d in _stored(database)] == ["sent"] * 3
    addresses = [address for address, _ in inbox.messages]
    assert set(addresses) == set(PEOPLE)
    assert len(addresses) <= 4
    ids = [
        message_from_bytes(content, policy=default)["Message-ID"] for _, content in inbox.messages
    ]
    assert len(set(ids)) == 3


def test_without_a_server_mail_lies_in_a_maildir_once(
    database: Database, settings: MailSettings
) -> None:
    with closing(transport(settings)) as box:
        assert deliver(database, box, settings, NOW).states == {"sent": 3}
    first = _stored(database)[0]
    with closing(MaildirTransport(settings.maildir)) as again:
        again.send("x@example.org", first.address, first.message)
    kept = list(mailbox.Maildir(settings.maildir))
    assert sorted(str(message["To"]) for message in kept) == sorted(PEOPLE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_tls_is_verified_before_anything_is_said(
    database: Database,
    settings: MailSettings,
    smtp_server: Any,
    certificate: Path,
    security: Security,
) -> None:
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    told = {"ssl": {"ssl_context": served}, "starttls": {"tls_context": served}}[security]
    inbox, plain = smtp_server(**told)
    to = SmtpSettings("127.0.0.1", plain.port, security, timeout_s=PATIENCE_S)
    with SmtpTransport(to) as distrusting:
        assert deliver(database, distrusting, settings, NOW).states == {"pending": 3}
    assert inbox.messages == []
    with SmtpTransport(to, ssl.create_default_context(cafile=certificate)) as trusting:
        assert deliver(database, trusting, settings, NOW).states == {"sent": 3}
    assert len(inbox.messages) == 3
