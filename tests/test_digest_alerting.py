"""Immediate alerts: pending with the change, one message a dossier, in one thread, once."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from blank import blank
from feed_examples import NOON, SALARY_DIFF, tell

from feeds.digest import compose_alerts
from feeds.mail import deliver
from feeds.settings import MailSettings
from feeds.transport import transport
from store import alerts, digests, ledger, subscribers
from store.database import Database
from store.records import Delivery, Filter
from store.subscribers import subscribe


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return blank(tmp_path / "policywatch.db")


@pytest.fixture
def settings(tmp_path: Path) -> MailSettings:
    return MailSettings(digests=tmp_path / "digests", maildir=tmp_path / "maildir")


def want(database: Database, address: str = "now@example.org", **filters: tuple[str, ...]) -> None:
    with database.writing() as session:
        subscribe(session, address, Filter(**filters), NOON, rhythm="immediately")


def stored(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return digests.deliveries(session)


def parsed(delivery: Delivery) -> EmailMessage:
    message = message_from_bytes(delivery.message, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_an_alert_waits_from_the_moment_its_change_is_in_the_ledger(database: Database) -> None:
    want(database, words=("督导",))
    want(database, "station@example.org", words=("社工站",))
    tell(database, 1)
    with database.reading() as session:
        assert alerts.pending(session) == {2: [(1, 1)]}


def test_a_change_rolled_back_leaves_no_alert(database: Database) -> None:
    want(database)
    with pytest.raises(RuntimeError), database.writing() as session:
        tell_in(session)
        assert alerts.pending(session)
        raise RuntimeError("half way")
    with database.reading() as session:
        assert alerts.pending(session) == {}


def tell_in(session: object) -> None:
    """Record a change inside a session that the test owns."""

    class Borrowed:
        def writing(self) -> "Borrowed":
            return self

        def __enter__(self) -> object:
            return session

        def __exit__(self, *ended: object) -> None:
            return None

    tell(Borrowed(), 1)  # type: ignore[arg-type]


def test_what_is_not_announced_alerts_nobody_until_it_is_released(database: Database) -> None:
    want(database)
    tell(database, 1, announcement="held")
    tell(database, 2, announcement="irrelevant")
    with database.reading() as session:
        assert alerts.pending(session) == {}
    with database.writing() as session:
        ledger.release(session, "mz_js", NOON)
    with database.reading() as session:
        assert len(alerts.pending(session)[1]) == 1


def test_a_document_number_is_a_word_to_be_alerted_by(
    database: Database, settings: MailSettings
) -> None:
    want(database, words=("苏民发〔2026〕",))
    want(database, "other@example.org", words=("浙民发〔2026〕",))
    tell(database, 1, document_number="苏民发〔2026〕9号")
    assert compose_alerts(database, settings, NOON) == 1
    (delivery,) = stored(database)
    message = parsed(delivery)
    assert message["To"] == "now@example.org"
    assert message["Subject"] == "社工政策提醒：【新增】社工站建设意见之1"
    body = message.get_body(("plain",))
    assert body is not None
    assert "苏民发〔2026〕9号" in body.get_content()
    assert delivery.change_ids == (told_ids(database)[0],)


def told_ids(database: Database) -> list[str]:
    with database.reading() as session:
        return [change.id for change in ledger.changes(session)]


def test_a_revision_replies_to_the_first_notice_of_its_policy(
    database: Database, settings: MailSettings
) -> None:
    want(database)
    tell(database, 1)
    compose_alerts(database, settings, NOON)
    with database.reading() as session:
        (policy_id,) = {change.policy_id for change in ledger.changes(session)}
    tell(database, 1, kind="revised", policy_id=policy_id, diff=SALARY_DIFF, body_text="新")
    compose_alerts(database, settings, NOON + timedelta(days=30))
    tell(database, 2)
    compose_alerts(database, settings, NOON + timedelta(days=31))
    first, revised, other = map(parsed, stored(database))
    assert first["In-Reply-To"] is None
    assert revised["In-Reply-To"] == revised["References"] == first["Message-ID"]
    assert "【修订】" in revised["Subject"]
    assert other["In-Reply-To"] is None


def test_many_at_once_are_one_message_and_few_are_one_each(
    database: Database, settings: MailSettings
) -> None:
    want(database)
    for n in range(3):
        tell(database, n)
    assert compose_alerts(database, settings, NOON) == 3
    for n in range(10, 22):
        tell(database, n)
    assert compose_alerts(database, settings, NOON) == 1
    grouped = stored(database)[-1]
    assert parsed(grouped)["Subject"] == "社工政策提醒：12项政策动态"
    assert len(grouped.change_ids) == 12
    assert compose_alerts(database, settings, NOON) == 0


def test_an_alert_is_delivered_once_and_before_digests(
    database: Database, settings: MailSettings
) -> None:
    want(database)
    tell(database, 1)
    compose_alerts(database, settings, NOON)
    assert deliver(database, transport(settings), settings, NOON).states == {"sent": 1}
    assert deliver(database, transport(settings), settings, NOON).states == {}


def test_who_unsubscribes_gets_no_alert_that_waited(
    database: Database, settings: MailSettings
) -> None:
    want(database)
    tell(database, 1)
    with database.writing() as session:
        subscribers.unsubscribe(session, "", 1)
    assert compose_alerts(database, settings, NOON) == 0


def test_a_suspended_address_is_alerted_again_once_it_subscribed_again(
    database: Database, settings: MailSettings
) -> None:
    want(database)
    with database.writing() as session:
        subscribers.suspend(session, "now@example.org", "550", NOON)
    tell(database, 1)
    want(database)
    tell(database, 2)
    assert compose_alerts(database, settings, NOON) == 1


class Hook(BaseHTTPRequestHandler):
    """A chat service's webhook that keeps what it is sent."""

    taken: list[dict[str, str]]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def channel() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.taken, server.status = [], 200  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_channel_gets_a_short_message_and_its_url_stands_in_no_header(
    database: Database, settings: MailSettings, channel: HTTPServer
) -> None:
    url = f"json://127.0.0.1:{channel.server_port}/secret-token"
    want(database, url)
    for n in range(30):
        tell(database, n)
    compose_alerts(database, settings, NOON)
    assert b"secret-token" not in stored(database)[0].message
    channel.status = 500  # type: ignore[attr-defined]
    assert deliver(database, transport(settings), settings, NOON).states == {"pending": 1}
    channel.status = 200  # type: ignore[attr-defined]
    later = NOON + timedelta(hours=1)
    assert deliver(database, transport(settings), settings, later).states == {"sent": 1}
    told = channel.taken[-1]  # type: ignore[attr-defined]
    assert told["title"] == "社工政策提醒：30项政策动态"
    assert "另有22项" in told["message"]
    assert len(told["message"].encode()) <= 2048


@pytest.mark.parametrize("point", ["store_commit_before:2", "store_commit_after:2"])
def test_kill_around_the_commit_of_a_change_keeps_change_and_alert_together(
    database: Database, point: str
) -> None:
    want(database)
    code = (
        "from feed_examples import tell; from feeds.filters import matches\n"
        "from store.database import Database\n"
        f"database = Database({database.url!r}, wants=matches)\n"
        "tell(database, 1); tell(database, 2)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"POLICYWATCH_FAULT": point, "PYTHONPATH": "tests"},
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with database.reading() as session:
        recorded = [change.sequence for change in ledger.changes(session)]
        waiting = [sequence for _, sequence in alerts.pending(session)[1]]
    assert waiting == recorded == ([1] if "before" in point else [1, 2])
