"""A database of an earlier version is brought to this one with everything it held."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from store import digests, subscribers, tables  # noqa: F401  (fills the metadata)
from store.database import Database
from store.migrations import _config, head
from store.records import Filter

OLD_ROWS = """
INSERT INTO digest_run (id, rhythm, on_day, after, upto) VALUES (1, 'daily', '2026-06-07', 0, 0);
INSERT INTO subscription (id, address, filter, filter_key, rhythm, all_quiet, active, created_at)
VALUES (5, 'team@example.cn', '{"regions": ["32"]}', 'k', 'daily', 1, 1,
        '2026-06-01T00:00:00.000000+00:00'),
       (6, 'two@example.cn', '{}', 'k', 'weekly', 0, 0, '2026-06-01T00:00:00.000000+00:00');
INSERT INTO delivery (id, digest_run_id, subscription_id, address, message_id, message, state,
                      attempts, attempted_at, detail)
VALUES (9, 1, 5, 'team@example.cn', '<a@b>', X'616263', 'sent', 2,
        '2026-06-07T00:01:00.000000+00:00', '250 OK'),
       (10, 1, 6, 'two@example.cn', '<c@d>', X'64', 'pending', 0, NULL, '');
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database as version 0001 left it, with a delivery sent and one waiting."""
    path = tmp_path / "policywatch.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with sqlite3.connect(path) as old:
        old.executescript(OLD_ROWS)
    return f"sqlite:///{path}"


def test_what_0001_stored_is_still_there_and_reads_as_before(url: str) -> None:
    with Database(url).reading() as session:
        (subscription,) = digests.subscriptions(session)
        sent, waiting = digests.deliveries(session)
    assert (subscription.id, subscription.address) == (5, "team@example.cn")
    assert subscription.filter == Filter(regions=("32",))
    assert (subscription.all_quiet, subscription.diffs, subscription.details) == (True, True, True)
    assert not subscription.suspended
    assert (sent.state, sent.message, sent.attempts, sent.detail) == ("sent", b"abc", 2, "250 OK")
    assert sent.attempted_at == datetime(2026, 6, 7, 0, 1, tzinfo=UTC)
    assert sent.change_ids == ()
    assert (waiting.state, waiting.due_at, waiting.cause) == ("pending", None, "")


def test_the_migrated_schema_is_the_one_the_tables_say(url: str, tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    for database in (Database(url), Database(fresh)):
        with database.reading() as session:
            context = MigrationContext.configure(session.connection())
            assert compare_metadata(context, SQLModel.metadata) == []


def test_an_old_subscriber_can_unsubscribe_and_what_waits_is_cancelled(url: str) -> None:
    with Database(url).writing() as session:
        assert subscribers.unsubscribe(session, "team@example.cn") == 1
        assert digests.subscriptions(session) == []


def test_a_mail_stored_whole_before_0006_is_sent_and_erased_like_one_stored_in_parts(
    url: str,
) -> None:
    database = Database(url)
    with database.writing() as session:
        (subscription,) = digests.subscriptions(session)
        made = digests.Made(subscription, "<e@f>", b"To: team@example.cn\r\n", b"Subject: x\r\n")
        digests.add_deliveries(session, None, [made])
    with database.reading() as session:
        whole, waiting, parted = digests.deliveries(session)
    assert (whole.message, waiting.message) == (b"abc", b"d")
    assert parted.message == b"To: team@example.cn\r\nSubject: x\r\n"
    with database.writing() as session:
        assert len(subscribers.erase(session, "team@example.cn")) == 2
        assert [d.message for d in digests.deliveries(session)] == [b"", b"d", b""]


def test_the_newest_file_is_the_head_of_the_chain() -> None:
    assert head() == ScriptDirectory.from_config(_config()).get_current_head()


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    Database(fresh).close()
    opened = "import sys; from store.database import Database; Database(sys.argv[1])"
    asked = [sys.executable, "-c", f"{opened}; print('alembic' in sys.modules)", fresh]
    said = subprocess.check_output(asked, cwd=Path(__file__).parent.parent, text=True)
    assert said.strip() == "False"
