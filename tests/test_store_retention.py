"""Old visits go with old captures; what anything still asks about stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.pruning import prune
from store import columns, retention, runs, visits
from store.database import Database
from store.records import Visit

NOW = datetime(2026, 6, 8, 4, tzinfo=UTC)
DAY = timedelta(days=1)
LIST, MORE, PAGE = "https://mz.cn/l/", "https://mz.cn/l/2", "https://mz.cn/1.html"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'policywatch.db'}")


def sweep(database: Database, days_ago: int, *urls: str, settled: bool = True) -> list[int]:
    """Write down a run that asked a column's list and one page."""
    at = NOW - days_ago * DAY
    with database.writing() as session:
        run_id = runs.begin(session, ["mz"], at)
        page = Visit(run_id, "mz", "zcwj", PAGE, "page", "ok", at)
        made = [replace(page, url=url, target="listing") for url in urls]
        ids = [visits.add(session, visit) for visit in (*made, page)]
        columns.visited(session, "mz", "zcwj", at, swept=True)
        if settled:
            visits.settle(session, ids)
    return ids


def left(database: Database) -> list[int | None]:
    with database.reading() as session:
        return [visit.id for visit in visits.outcomes(session, "mz", NOW - 900 * DAY)]


def test_of_old_visits_the_last_to_each_address_and_of_each_column_stays(
    database: Database, tmp_path: Path
) -> None:
    sweep(database, 190, LIST, MORE)
    (_, page) = sweep(database, 180, LIST)
    with database.reading() as session:
        assert len(retention.old_visits(session, NOW)) == 2
    gone = prune(database, tmp_path, NOW - 30 * DAY, NOW, preview=True)
    assert gone.visits == 2
    assert len(left(database)) == 5
    assert prune(database, tmp_path, NOW - 30 * DAY, NOW).visits == 2
    assert len(left(database)) == 3, "the second page of the list was seen nowhere since"
    assert page in left(database)


def test_the_last_sweep_stays_whole_where_a_page_of_it_was_asked_again(
    database: Database, tmp_path: Path
) -> None:
    """By hand, in a run that another column came with: the column's own last sweep still speaks."""
    swept = sweep(database, 160, LIST, MORE)
    with database.writing() as session:
        run_id = runs.begin(session, ["mz"], NOW - 150 * DAY)
        again = Visit(run_id, "mz", "ghjh", LIST, "listing", "ok", NOW - 150 * DAY)
        visits.settle(session, [visits.add(session, again)])
    prune(database, tmp_path, NOW, NOW)
    assert set(swept) <= set(left(database))
    with database.reading() as session:
        last = visits.last_sweep(session, "mz", "zcwj", NOW - 160 * DAY)
    assert [visit.url for visit in last] == [LIST, MORE]


def test_young_visits_and_those_that_wait_stay(database: Database, tmp_path: Path) -> None:
    waiting = sweep(database, 160, LIST, settled=False)
    young = [i for days in (29, 20, 10) for i in sweep(database, days, LIST)]
    assert prune(database, tmp_path, NOW - 30 * DAY, NOW).visits == 0
    assert left(database) == [*waiting, *young]


def test_what_the_doctor_compares_with_stays_while_the_column_is_broken(
    database: Database, tmp_path: Path
) -> None:
    """Captures may go after 30 days; the last good look at a list is remembered for 90."""
    (good, *_) = sweep(database, 80, LIST)
    for days_ago in (70, 60):
        with database.writing() as session:
            at = NOW - days_ago * DAY
            run_id = runs.begin(session, ["mz"], at)
            broken = Visit(run_id, "mz", "zcwj", LIST, "listing", "gone", at)
            visits.settle(session, [visits.add(session, broken)])
            columns.visited(session, "mz", "zcwj", at, swept=False)
    prune(database, tmp_path, NOW - 30 * DAY, NOW)
    assert good in left(database)
