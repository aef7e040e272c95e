"""Visits wait for each other before they are written, but not long and none for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import pending
from crawler.pending import PendingVisits
from store import captures, runs, visits
from store.database import Database
from store.records import Capture, Entry, Visit

NOW = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
SITE = "https://mzt.yunjiang.gov.cn"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'p.db'}")
    with opened.writing() as session:
        runs.begin(session, ["mz_yj"], NOW)
    yield opened
    opened.close()


def visit(name: str, detail: str = "HTTP 200") -> Visit:
    address = f"{SITE}/{name}"
    return Visit(
        run_id=1,
        source_id="mz_yj",
        column_id="zcwj",
        url=address,
        target="page",
        outcome="ok",
        visited_at=NOW,
        status=200,
        detail=detail,
        entry=Entry(address, "关于加强社会工作的通知", "2026-05-30"),
    )


def capture(name: str, capture_id: int | None = None) -> Capture:
    return Capture(
        url=f"{SITE}/{name}",
        fetched_at=NOW,
        status=200,
        content_type="text/html",
        body_sha256="0" * 64,
        body_bytes=9,
        etag='"1"',
        last_modified=None,
        warc_file="run000001-01.warc.gz",
        warc_offset=0,
        id=capture_id,
    )


def written(database: Database) -> list[Visit]:
    with database.reading() as session:
        return visits.unsettled(session)


def test_visits_are_written_together_in_order_each_with_its_capture(database: Database) -> None:
    waiting = PendingVisits(database)
    for name in ("b", "a", "c"):
        waiting.add(visit(name), None if name == "a" else capture(name))
    assert written(database) == []
    waiting.flush()
    found = written(database)
    assert [v.url for v in found] == [f"{SITE}/{name}" for name in ("b", "a", "c")]
    assert found[0].entry == visit("b").entry
    with database.reading() as session:
        lies_at = {v.url: captures.get(session, v.capture_id or 0) for v in found}
    assert lies_at[f"{SITE}/a"] is None
    assert all(c is None or c.url == url for url, c in lies_at.items())


def test_no_row_says_where_bytes_lie_before_they_are_on_disk(database: Database) -> None:
    rows_then: list[int] = []
    waiting = PendingVisits(database, lambda: rows_then.append(len(written(database))))
    waiting.add(visit("a"), capture("a"))
    waiting.flush()
    waiting.flush()
    assert rows_then == [0]
    assert len(written(database)) == 1

    def refuse() -> None:
        raise OSError("the disk is full")

    waiting = PendingVisits(database, refuse)
    waiting.add(visit("b"), capture("b"))
    with pytest.raises(OSError, match="full"):
        waiting.flush()
    assert len(written(database)) == 1


def test_a_capture_of_an_earlier_visit_is_not_stored_again(database: Database) -> None:
    waiting = PendingVisits(database)
    waiting.add(visit("a"), capture("a"))
    waiting.flush()
    first = written(database)[0].capture_id
    waiting.add(visit("a"), capture("a", first))
    waiting.add(visit("b"), capture("b"))
    waiting.flush()
    assert [v.capture_id for v in written(database)] == [first, first, (first or 0) + 1]


def test_many_are_written_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MOST_WAITING", 3)
    waiting = PendingVisits(database)
    for name in "abcd":
        waiting.add(visit(name), None)
    assert len(written(database)) == 3


def test_what_was_brought_and_not_written_is_known(database: Database) -> None:
    waiting = PendingVisits(database)
    waiting.add(visit("a"), capture("a"))
    assert waiting.brought(f"{SITE}/a")
    assert not waiting.brought(f"{SITE}/b")
    waiting.flush()
    assert not waiting.brought(f"{SITE}/a")


def test_text_that_no_database_takes_fails_alone(database: Database) -> None:
    waiting = PendingVisits(database)
    waiting.add(visit("a"), None)
    with pytest.raises(UnicodeEncodeError):
        waiting.add(visit("b", detail="\udcff"), None)
    waiting.flush()
    assert [v.url for v in written(database)] == [f"{SITE}/a"]


def test_what_could_not_be_written_waits_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = PendingVisits(database)
    waiting.add(visit("a"), None)
    with monkeypatch.context() as broken:
        broken.setattr(visits, "add_all", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            waiting.flush()
    waiting.flush()
    assert len(written(database)) == 1
