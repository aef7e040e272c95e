"""Visits without news are taken in many at a time, and only those."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from test_settle import World, site, url

from crawler import quiet
from crawler.standing import Settled
from store import ledger, visits
from store.tables import PageRow, PolicyRow


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def rows(world: World) -> dict[str, PageRow]:
    with world.database.reading() as session:
        found = session.exec(select(PageRow)).all()
        session.expunge_all()
    return {row.url: row for row in found}


def commits_of(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the write transactions from now on."""
    writing, begun = world.database.writing, []

    @contextmanager
    def counted() -> Iterator[Session]:
        begun.append(1)
        with writing() as session:
            yield session

    monkeypatch.setattr(world.database, "writing", counted)
    return begun


def test_thirty_pages_without_news_are_one_transaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(site(*range(30)))
    world.now += timedelta(days=1)
    settle, begun = world.settle, []

    def settle_counted() -> object:
        begun.append(commits_of(world, monkeypatch))
        return settle()

    monkeypatch.setattr(world, "settle", settle_counted)
    settled = world.run(site(*range(30)))
    assert (settled.pages, settled.unchanged, settled.changes) == (30, 30, [])
    assert len(begun[0]) <= 5  # the pages, their list, the source's health, the calendar
    assert {row.last_visited_at for row in rows(world).values()} == {world.now}


def test_a_transaction_takes_only_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet, "VISITS_PER_TRANSACTION", 2)
    world.run(site(1, 2, 3, 4, 5))
    world.now += timedelta(days=1)
    assert world.run(site(1, 2, 3, 4, 5)).unchanged == 5
    with world.database.reading() as session:
        assert visits.unsettled(session) == []


def test_news_among_quiet_pages_is_told(world: World) -> None:
    world.run(site(1, 2, 3))
    world.now += timedelta(days=1)
    settled = world.run({**site(1, 3), **site(2, amount=300)})
    assert (settled.unchanged, len(settled.changes)) == (2, 1)
    assert world.changes()[-1].page_url == url(2)


def test_a_page_that_changed_and_changed_back_between_two_settlings_is_looked_at_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(site(1))
    settle = world.settle
    monkeypatch.setattr(world, "settle", lambda: None)  # that run was cut off
    world.now += timedelta(days=1)
    world.run(site(1, amount=300))
    monkeypatch.setattr(world, "settle", settle)
    world.now += timedelta(days=1)
    settled = world.run(site(1))
    assert len(settled.changes) == 2
    assert settled.unchanged == 0


def test_a_page_that_was_missing_is_no_longer_when_it_is_seen_as_it_was(world: World) -> None:
    world.run(site(1, 2))
    world.now += timedelta(days=1)
    world.run(site(2), gone=[url(1)])
    assert rows(world)[url(1)].missing_days
    world.now += timedelta(days=1)
    assert world.run(site(1, 2)).unchanged == 2
    assert rows(world)[url(1)].missing_days is None


def test_the_row_that_led_to_a_quiet_page_is_noted(world: World) -> None:
    served = site(1)
    world.run(served)
    world.now += timedelta(days=1)
    world.run({url(1): ("2026-05-21", served[url(1)][1])})
    assert rows(world)[url(1)].entry_on == "2026-05-21"


def test_a_counter_that_moved_rewrites_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(site(1))
    before = rows(world)[url(1)].settled_capture_id
    monkeypatch.setattr(ledger, "record", lambda *_: pytest.fail("recorded once more"))
    world.now += timedelta(days=1)
    settled = world.run(site(1, seen=7))
    assert (settled.broken, settled.changes, settled.unchanged) == ({}, [], 0)
    row = rows(world)[url(1)]
    assert row.last_visited_at == world.now
    assert row.settled_capture_id != before


def test_a_page_that_reads_otherwise_in_any_field_is_recorded(world: World) -> None:
    world.run(site(1))
    (on, body) = site(1)[url(1)]
    world.now += timedelta(days=1)
    world.run({url(1): (on, body.replace("200元", "260元"))})
    assert [change.kind for change in world.changes()] == ["new", "revised"]


def test_a_revisit_reads_a_page_as_of_the_column_that_first_listed_it(world: World) -> None:
    """A page due for another look is asked for without a list, so its visit names no column."""
    (on, body) = site(1)[url(1)]
    body = re.sub("关于印发《.*?》的通知", "春季社会工作者培训活动侧记", body)
    body = re.sub("<p>.*</p>", f"<p>{'春风送暖，繁花似锦。' * 30}</p>", body, flags=re.DOTALL)
    world.run({url(1): (on, body)})
    before = classified(world)
    world.now += timedelta(days=1)
    visit, settle = world._visit, world.settle
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(world, "settle", lambda: Settled())
        world.run({})
        patched.setattr(world, "settle", settle)
        visit(url(1), "page", "ok", body=body.replace("次数：1", "次数：7"), column_id=None)
    assert world.settle().broken == {}
    assert classified(world) == before


def classified(world: World) -> list[tuple[str, str, datetime]]:
    with world.database.reading() as session:
        return [(p.genre, p.title, p.updated_at) for p in session.exec(select(PolicyRow))]
