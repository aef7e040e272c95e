import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from blank import blank
from feed_examples import NOON, sick, source, tell

from feeds.digest import compose_day, preview
from feeds.settings import MailSettings
from store import digests, health
from store.database import Database
from store.records import Delivery, Filter

DAY = "2026-06-07"
CUT = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
"""08:00 of 2026年6月7日 in China."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = blank(tmp_path / "policywatch.db")
    with opened.writing() as session:
        health.put(session, source())
        digests.subscribe(session, "one@example.org", Filter(), NOON)
    return opened


@pytest.fixture
def settings(tmp_path: Path) -> MailSettings:
    return MailSettings(digests=tmp_path / "digests", maildir=tmp_path / "maildir")


def _subscribe(database: Database, address: str, wanted: Filter, **told: object) -> None:
    with database.writing() as session:
        digests.subscribe(session, address, wanted, NOON, **told)  # type: ignore[arg-type]


def _text(delivery: Delivery) -> str:
    body = message_from_bytes(delivery.message, policy=default).get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content())


def test_digest_is_stored_and_lies_beside_as_eml(
    database: Database, settings: MailSettings
) -> None:
    tell(database, 1)
    (delivery,) = compose_day(database, DAY, CUT, settings)
    assert delivery.state == "pending"
    copy = settings.digests / f"{DAY}-{delivery.subscription_id}.eml"
    assert copy.read_bytes() == delivery.message
    assert "社工站建设意见之1" in _text(delivery)


def test_a_re_run_sends_what_is_stored_whatever_came_since(
    database: Database, settings: MailSettings
) -> None:
    tell(database, 1)
    first = compose_day(database, DAY, CUT, settings)
    tell(database, 2)
    _subscribe(database, "late@example.org", Filter())
    assert compose_day(database, DAY, CUT, settings) == first


def test_change_at_the_cut_belongs_to_the_next_day(
    database: Database, settings: MailSettings
) -> None:
    tell(database, 1, now=CUT - timedelta(microseconds=1))
    tell(database, 2, now=CUT)
    (today,) = compose_day(database, DAY, CUT, settings)
    (tomorrow,) = compose_day(database, "2026-06-08", CUT + timedelta(days=1), settings)
    assert "之1" in _text(today)
    assert "之2" not in _text(today)
    assert "之2" in _text(tomorrow)
    assert "之1" not in _text(tomorrow)


def test_missed_days_are_caught_up_without_loss_or_doubling(
    database: Database, settings: MailSettings
) -> None:
    for day in range(5):
        tell(database, day, now=NOON + timedelta(days=day))
    told = []
    for day in (0, 4):  # three days nobody ran
        cut = CUT + timedelta(days=day)
        told += compose_day(database, cut.date().isoformat(), cut, settings)
    texts = [_text(delivery) for delivery in told]
    assert [text.count("之0") > 0 for text in texts] == [True, False]
    assert all(f"之{day}" in texts[1] for day in range(1, 5))


def test_a_day_before_the_newest_window_tells_nothing_again(
    database: Database, settings: MailSettings
) -> None:
    tell(database, 1)
    compose_day(database, DAY, CUT, settings)
    assert compose_day(database, "2026-06-05", CUT - timedelta(days=2), settings) == []


def test_each_subscriber_gets_what_matches_and_nobody_a_blank_mail(
    database: Database, settings: MailSettings
) -> None:
    _subscribe(database, "guangdong@example.org", Filter(regions=("44",)))
    _subscribe(database, "quiet@example.org", Filter(regions=("44",)), all_quiet=True)
    _subscribe(database, "weekly@example.org", Filter(), rhythm="weekly")
    tell(database, 1)
    found = {d.address: _text(d) for d in compose_day(database, DAY, CUT, settings)}
    assert set(found) == {"one@example.org", "quiet@example.org"}
    assert "没有符合您订阅条件的新内容" in found["quiet@example.org"]
    weekly = compose_day(database, DAY, CUT, settings, rhythm="weekly")
    assert [d.address for d in weekly] == ["weekly@example.org"]


def test_one_unusable_address_costs_nobody_else_the_digest(
    database: Database, settings: MailSettings
) -> None:
    _subscribe(database, "读者@example.org", Filter())
    _subscribe(database, "three@example.org", Filter())
    tell(database, 1)
    found = {d.address: d.state for d in compose_day(database, DAY, CUT, settings)}
    assert found == {
        "one@example.org": "pending",
        "读者@example.org": "refused",
        "three@example.org": "pending",
    }
    assert len(list(settings.digests.iterdir())) == 2


def test_preview_shows_the_mails_and_stores_none(
    database: Database, settings: MailSettings
) -> None:
    tell(database, 1)
    shown = preview(database, DAY, CUT, settings)
    with database.reading() as session:
        assert digests.last_run(session, "daily") is None
    assert not settings.digests.exists()
    (delivery,) = compose_day(database, DAY, CUT, settings)
    assert shown == [(delivery.address, delivery.message)]
    tell(database, 2, now=CUT - timedelta(hours=1))
    assert preview(database, DAY, CUT, settings) == shown


def test_a_source_switched_off_is_not_counted_as_missed(
    database: Database, settings: MailSettings
) -> None:
    with database.writing() as session:
        health.put(session, sick())
    tell(database, 1)
    ((_, whole),) = preview(database, DAY, CUT, settings)
    assert "1个来源未查到" in str(message_from_bytes(whole, policy=default)["Subject"])
    (delivery,) = compose_day(database, DAY, CUT, replace(settings, watched=frozenset({"mz_js"})))
    assert "检查了1/1个来源" in _text(delivery)


@pytest.mark.parametrize("point", ["store_commit_before", "store_commit_after"])
def test_kill_while_composing_leaves_no_window_or_a_whole_one(
    database: Database, settings: MailSettings, tmp_path: Path, point: str
) -> None:
    _subscribe(database, "two@example.org", Filter())
    tell(database, 1)
    code = (
        "from datetime import datetime; from pathlib import Path\n"
        "from feeds.digest import compose_day, preview; from feeds.settings import MailSettings\n"
        "from store.database import Database\n"
        f"settings = MailSettings(digests=Path({str(settings.digests)!r}), maildir=Path('m'))\n"
        f"compose_day(Database({database.url!r}), {DAY!r}, "
        f"datetime.fromisoformat({CUT.isoformat()!r}), settings)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"POLICYWATCH_FAULT": point},
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with database.reading() as session:
        assert len(digests.deliveries(session)) == (0 if point.endswith("before") else 2)
    assert len(compose_day(database, DAY, CUT, settings)) == 2
    assert len(list(settings.digests.glob("*.eml"))) == 2
