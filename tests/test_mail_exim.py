"""Delivery to a real mail server: Exim on loopback takes the mails, refuses one, keeps the rest.

Needs the system package exim4-daemon-light (`.ci/packages.txt`); skips by name without it.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from feed_examples import tell
from test_lessons import CUT, DAY, lint, subscribe

from feeds.digest import compose_day
from feeds.filters import matches
from feeds.mail import deliver
from feeds.settings import MailSettings, SmtpSettings
from feeds.transport import SmtpTransport
from store import digests
from store.database import Database

CONFIGURATION = """
primary_hostname = mail.example.org
keep_environment =
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
queue_only
acl_smtp_rcpt = recipient
acl_smtp_data = message
acl_not_smtp = message
begin acl
recipient:
  deny condition = ${{if eq{{$local_part}}{{nobody}}}}
       message = no such user
  defer condition = ${{if eq{{$local_part}}{{later}}}}
       message = greylisted, try again
  accept
message:
  deny condition = ${{if !def:header_message-id:}}
       message = no Message-ID
  deny condition = ${{if !def:header_date:}}
       message = no Date
  accept verify = header_syntax
begin routers
everywhere:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
"""


@pytest.fixture
def exim() -> Iterator[tuple[SmtpSettings, Path]]:
    """A running Exim and the folder in which what it accepted lies (`*-H` headers, `*-D` body)."""
    program = shutil.which("exim4", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("exim4 is not installed (exim4-daemon-light): no real mail server was asked")
    folder = Path(tempfile.mkdtemp(prefix="policywatch-exim-"))
    folder.chmod(0o777)  # Exim leaves root behind and works as a user of its own
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen(  # -bw: the port is handed over open, as inetd does
            [program, "-bw", "-C", str(folder / "conf")],
            stdin=listener,
            stderr=subprocess.DEVNULL,
        )
        settings = SmtpSettings("127.0.0.1", listener.getsockname()[1], "plain")
    try:
        _greet(settings, server)
        yield settings, folder / "spool" / "input"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _greet(settings: SmtpSettings, server: "subprocess.Popen[bytes]") -> None:
    """Return once the server has said its name; skip where this machine does not let it run."""
    try:
        smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s).close()
    except OSError:
        if server.wait() == 0:
            raise
        pytest.skip(f"exim4 ended with {server.returncode}: no real mail server was asked")


def test_exim_takes_everybodys_digest_and_one_refusal_affects_no_other(
    exim: tuple[SmtpSettings, Path], tmp_path: Path
) -> None:
    server, queue = exim
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}", wants=matches)
    settings = MailSettings(digests=tmp_path / "digests", maildir=tmp_path / "maildir")
    people = ("one", "nobody", "later", "two", "three")
    subscribe(database, *(f"{name}@example.org" for name in people))
    tell(database, 1, title="行首\n.\n有点的意见")
    made = compose_day(database, DAY, CUT, settings)
    assert [problem for delivery in made for problem in lint(delivery.message)] == []
    for _ in range(2):
        deliver(database, SmtpTransport(server), settings, CUT)
    with database.reading() as session:
        ends = {d.address.split("@")[0]: (d.state, d.cause) for d in digests.deliveries(session)}
    assert ends == {
        **dict.fromkeys(("one", "two", "three"), ("sent", "")),
        "nobody": ("refused", "address"),
        "later": ("pending", "temporary"),
    }
    assert _accepted(queue) == sorted(
        str(message_from_bytes(d.message, policy=default)["Message-ID"])
        for d in made
        if d.address.split("@")[0] in ("one", "two", "three")
    )


def _accepted(queue: Path) -> list[str]:
    """Return the Message-IDs of what lies in Exim's queue."""
    heads = [path.read_text() for path in queue.rglob("*-H")]
    lines = [line for head in heads for line in head.splitlines() if "Message-ID:" in line]
    return sorted(line.split("Message-ID:")[1].strip() for line in lines)
