"""A mail whose end nobody knows waits for a person: sent again as it was, or written off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from blank import blank
from feed_examples import tell
from test_lessons import CUT, DAY, PEOPLE, TO, Server, subscribe

import cli
from feeds.conditions import Outlook, troubles
from feeds.digest import compose_day
from feeds.errors import NotResendable
from feeds.mail import deliver
from feeds.redelivery import resend, write_off
from feeds.transport import Receipt
from store import digests, subscribers
from store.database import Database
from store.records import Delivery


class Mute(Server):
    """Takes the message and says nothing."""

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        self.taken.append((address, message))
        return Receipt("unknown", "已递交，但服务器没有答复")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two people's digests of one day, the server mute for both."""
    monkeypatch.setenv("POLICYWATCH_DATA", str(tmp_path))
    made = blank(tmp_path / "policywatch.db")
    subscribe(made, *PEOPLE[:2])
    tell(made, 1)
    to = replace(TO, digests=tmp_path / "digests", maildir=tmp_path / "maildir")
    compose_day(made, DAY, CUT, to)
    deliver(made, Mute(), to, CUT)
    return made


def stored(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return digests.deliveries(session)


def round_of_mail(database: Database) -> Server:
    server = Server()
    for hours in (1, 30):
        deliver(database, server, TO, CUT + timedelta(hours=hours))
    return server


def test_what_nobody_decides_is_never_sent_again(database: Database) -> None:
    assert round_of_mail(database).taken == []
    assert [d.state for d in stored(database)] == ["unknown", "unknown"]


def test_sent_again_it_is_the_same_bytes_once(database: Database) -> None:
    before = stored(database)[0]
    assert resend(database, [before.id]) == 1
    assert round_of_mail(database).taken == [(PEOPLE[0], before.message)]
    first, second = stored(database)
    assert (first.state, first.attempts, second.state) == ("sent", 2, "unknown")


def test_written_off_it_is_over_and_counts_against_nobody(database: Database) -> None:
    numbers = [d.id for d in stored(database)]
    assert write_off(database, numbers) == 2
    assert round_of_mail(database).taken == []
    assert {(d.state, d.cause) for d in stored(database)} == {("refused", "written_off")}
    with database.reading() as session:
        assert len(digests.subscriptions(session)) == 2


def test_a_decision_is_taken_for_all_or_for_none(database: Database) -> None:
    first, second = (d.id for d in stored(database))
    resend(database, [first])
    round_of_mail(database)
    with pytest.raises(NotResendable, match=f"delivery {first}: it is sent.*delivery 99: there is"):
        resend(database, [first, second, 99])
    assert [d.state for d in stored(database)] == ["sent", "unknown"]
    with pytest.raises(NotResendable, match="it is sent already"):
        write_off(database, [first])


def test_who_left_or_was_erased_is_not_written_to_again(database: Database) -> None:
    first, second = stored(database)
    with database.writing() as session:
        subscribers.unsubscribe(session, PEOPLE[0])
        subscribers.erase(session, PEOPLE[1])
    for delivery in (first, second):
        with pytest.raises(NotResendable, match="has ended"):
            resend(database, [delivery.id])


def test_the_operator_is_told_once_which_and_what_to_do(database: Database) -> None:
    (alarm,) = troubles(Outlook(now=CUT, unknown=stored(database)))
    assert (alarm.kind, alarm.title) == ("unknown", "2封邮件结果不明")
    assert "policywatch deliveries resend" in alarm.remedy
    assert alarm.affects == "2个订阅（编号1、2）"
    assert PEOPLE[0] not in f"{alarm}"


def test_the_command_lists_resends_and_writes_off(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["policywatch", "deliveries", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    code, said = call("--json")
    assert code == 0
    assert said.count('"state": "unknown"') == 2
    assert PEOPLE[0] not in said
    assert call("resend", "1")[0] == 0
    assert call("writeoff", "2")[0] == 0
    assert [d.state for d in stored(database)] == ["pending", "refused"]
    code, said = call("resend", "1", "7")
    assert code != 0
    assert "delivery 7: there is none" in said
    assert [d.state for d in stored(database)] == ["pending", "refused"]


@pytest.mark.parametrize("decide", [resend, write_off])
def test_deciding_about_nothing_changes_nothing(
    database: Database, decide: Callable[..., int]
) -> None:
    assert decide(database, []) == 0
    assert [d.state for d in stored(database)] == ["unknown", "unknown"]
