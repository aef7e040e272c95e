"""Visits without news are taken in many at a time, and only those."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from test_settle import World, site, url

from crawler import quiet
from store import visits
from store.tables import PageRow


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
