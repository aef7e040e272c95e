"""A mail server that fails at one stage, in every way: nothing is lost, nothing comes twice."""

import select
import shutil
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feed_examples import tell
from test_lessons import CUT, DAY, PEOPLE, TO, subscribe

from feeds.digest import compose_day
from feeds.filters import matches
from feeds.mail import deliver
from feeds.settings import MailSettings, SmtpSettings
from feeds.transport import SmtpTransport
from store import digests
from store.database import Database

THREE = PEOPLE[:3]
STALL, CLOSE = "stall", "close"


class Moody:
    """A mail server that misbehaves once: at `stage`, of its `nth` message, in `mood`.

    mood: a reply, `stall` (says nothing more) or `close`. stage: GREETING, EHLO, MAIL, RCPT, DATA,
    END (after the final dot) or QUIT. taken: the addresses whose message it acknowledged.
    """

    def __init__(self, stage: str, mood: str, nth: int) -> None:
        self.fault: tuple[str, int] | None = (stage, nth)
        self.mood = mood
        self.taken: list[str] = []
        self.counts: dict[str, int] = {}
        self.over = threading.Event()
        self.stalled = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        self.settings = SmtpSettings("127.0.0.1", port, "plain")
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._greet, args=(connection,), daemon=True).start()

    def _greet(self, connection: socket.socket) -> None:
        stream = connection.makefile("rwb", buffering=0)
        with connection, stream, suppress(ConnectionError):
            if self._answers(stream, "GREETING", "220 ready"):
                self._talk(stream)

    def _talk(self, stream: Any) -> None:
        address = ""
        while line := stream.readline():
            verb = line[:4].upper().decode()
            if verb == "RCPT":
                address = line.decode().split("<")[1].split(">")[0]
            if verb == "HELO":
                verb = "EHLO"
            usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 OK")
            if not self._answers(stream, verb, usual):
                return
            if verb == "DATA" and self.said.startswith("354"):
                while stream.readline() != b".\r\n":
                    continue
                if not self._answers(stream, "END", "250 OK", address):
                    return

    def _answers(self, stream: Any, stage: str, usual: str, taken: str = "") -> bool:
        """Answer as the mood is; return whether the dialogue goes on.

        taken: whose message a 250 acknowledges; it is noted before anybody can read the 250.
        """
        self.counts[stage] = self.counts.get(stage, 0) + 1
        at_fault = self.fault == (stage, self.counts[stage])
        # A refused EHLO is followed by HELO: both are the same mood.
        at_fault = at_fault or (
            stage == "EHLO" and self.fault is not None and self.fault[0] == stage
        )
        if at_fault and self.mood == STALL:
            self.stalled.set()
            self.over.wait()
            return False
        if at_fault and self.mood == CLOSE:
            return False
        self.said = self.mood if at_fault else usual
        if taken and self.said.startswith("250"):
            self.taken.append(taken)
        stream.write(f"{self.said}\r\n".encode())
        return True


class Impatient(socket.socket):
    """A client's socket that gives up when the server stalls, and not before, however slow it is.

    What a timeout of the settings does on the machine's clock has a test of its own.
    """

    def __init__(self, server: Moody) -> None:
        super().__init__()
        self._server = server
        self.connect((server.settings.host, server.settings.port))

    def recv_into(self, *given: Any) -> int:
        while not select.select([self], [], [], 0.01)[0]:
            if self._server.stalled.is_set():
                self._server.stalled.clear()
                raise TimeoutError("timed out")
        return super().recv_into(*given)


@contextmanager
def moody(stage: str, mood: str, nth: int) -> Iterator[Moody]:
    """Run such a server; clients lose patience with it when it stalls."""
    server = Moody(stage, mood, nth)
    with closing(server), pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtplib.SMTP, "_get_socket", lambda *_: Impatient(server))
        yield server


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people's digests, composed and pending: copied for each test."""
    folder = tmp_path_factory.mktemp("composed")
    made = Database(f"sqlite:///{folder / 'policywatch.db'}", wants=matches)
    subscribe(made, *THREE)
    tell(made, 1)
    compose_day(made, DAY, CUT, replace(TO, digests=folder / "digests"))
    made.close()
    return folder / "policywatch.db"


@pytest.fixture
def database(composed: Path, tmp_path: Path) -> Database:
    shutil.copy(composed, tmp_path / "policywatch.db")
    return Database(f"sqlite:///{tmp_path / 'policywatch.db'}", wants=matches)


@pytest.fixture
def to(tmp_path: Path) -> MailSettings:
    return replace(TO, digests=tmp_path / "digests", maildir=tmp_path / "maildir")


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [delivery.state for delivery in digests.deliveries(session)]


BEFORE_THE_DOT = [
    (stage, mood)
    for stage in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA")
    for mood in ("451 4.3.0 later", STALL, CLOSE)
]
LASTING = [("GREETING", "554 no"), ("EHLO", "554 no"), ("MAIL", "550 5.7.1 not you")]


@pytest.mark.parametrize(("stage", "mood"), [*BEFORE_THE_DOT, *LASTING, ("END", "451 4.3.0 later")])
def test_what_failed_before_the_server_had_it_arrives_later_exactly_once(
    database: Database, to: MailSettings, stage: str, mood: str
) -> None:
    nth = 1 if stage in ("GREETING", "EHLO") else 2
    with moody(stage, mood, nth) as server:
        deliver(database, SmtpTransport(server.settings), to, CUT)
        assert set(states(database)) <= {"pending", "sent"}
        assert "pending" in states(database)
        server.fault = None
        for hours in (1, 2):
            deliver(database, SmtpTransport(server.settings), to, CUT + timedelta(hours=hours))
        assert states(database) == ["sent"] * 3
        assert sorted(server.taken) == sorted(THREE)


def test_a_server_that_never_greets_is_given_up_after_the_time_it_was_given(
    database: Database, to: MailSettings
) -> None:
    with closing(Moody("GREETING", STALL, 1)) as server:
        soon = replace(server.settings, timeout_s=0.05)
        deliver(database, SmtpTransport(soon), to, CUT)
        assert states(database) == ["pending"] * 3


@pytest.mark.parametrize(
    ("stage", "mood", "cause"),
    [
        ("RCPT", "550 5.1.1 no such user", "address"),
        ("DATA", "554 5.6.0 content", "content"),
        ("END", "554 DT:SPM", "content"),
    ],
)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_the_kth_refused_for_good_costs_nobody_else(
    database: Database, to: MailSettings, stage: str, mood: str, cause: str, nth: int
) -> None:
    with moody(stage, mood, nth) as server:
        for hours in (0, 5):
            deliver(database, SmtpTransport(server.settings), to, CUT + timedelta(hours=hours))
        expected = ["sent"] * 3
        expected[nth - 1] = "refused"
        assert states(database) == expected
        assert server.taken == [person for person in THREE if person != THREE[nth - 1]]
    with database.reading() as session:
        assert digests.deliveries(session)[nth - 1].cause == cause


@pytest.mark.parametrize("mood", [STALL, CLOSE, "-1", "gibberish"])
def test_no_sane_answer_after_the_dot_is_unknown_and_stays_so(
    database: Database, to: MailSettings, mood: str
) -> None:
    with moody("END", mood, 2) as server:
        for hours in (0, 5):
            deliver(database, SmtpTransport(server.settings), to, CUT + timedelta(hours=hours))
        assert states(database) == ["sent", "unknown", "sent"]
        assert server.taken == [THREE[0], THREE[2]]


@pytest.mark.parametrize("mood", [STALL, CLOSE, "500 what?", "-1"])
def test_a_server_that_forgets_quit_has_every_mail_all_the_same(
    database: Database, to: MailSettings, mood: str
) -> None:
    with moody("QUIT", mood, 1) as server:
        for hours in (0, 5):
            deliver(database, SmtpTransport(server.settings), to, CUT + timedelta(hours=hours))
        assert states(database) == ["sent"] * 3
        assert server.taken == list(THREE)
