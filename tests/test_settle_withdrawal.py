"""Many pages gone at once: a site was rebuilt, nobody withdrew anything; a person decides."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pytest
from test_settle import World, site, url

from crawler.flood import MOST_GONE
from store import dossiers, health, ledger
from store.records import Change

ALL = range(1, MOST_GONE + 3)
KEPT = 99


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.run(site(*ALL, KEPT))
    return world


def lose(world: World, *numbers: int, days: int = 4, found: Collection[int] = ()) -> None:
    """Let days pass on which these pages are asked for and gone; `found` stand there again.

    The list names all others as ever.
    """
    listed = [url(number) for number in (*ALL, KEPT) if number not in numbers]
    for _ in range(days):
        world.now += timedelta(days=1)
        world.run(site(KEPT, *found), listed=listed, gone=[url(n) for n in numbers])


def of(world: World, kind: str) -> list[Change]:
    return [change for change in world.changes() if change.kind == kind]


def release(world: World) -> int:
    with world.database.writing() as session:
        told = ledger.release(session, "mz_example", world.now)
        health.open_gate(session, "mz_example")
    return told


def held_reason(world: World) -> str:
    with world.database.reading() as session:
        status = health.status(session, "mz_example")
    assert status is not None
    return status.held_reason


def test_a_few_pages_gone_are_withdrawn(world: World) -> None:
    lose(world, *range(1, MOST_GONE + 1))
    assert {c.announcement for c in of(world, "withdrawn")} == {"announced"}
    assert held_reason(world) == ""


def test_many_pages_gone_at_once_are_held_and_the_operator_reads_why(world: World) -> None:
    lose(world, *ALL)
    withdrawn = of(world, "withdrawn")
    assert [c.announcement for c in withdrawn] == ["held"] * len(ALL)
    assert f"同时有{len(ALL)}个政策页面消失" in held_reason(world)


def test_release_tells_only_of_pages_that_are_gone_still(world: World) -> None:
    lose(world, *ALL)
    lose(world, *ALL[:2], days=1, found=ALL[2:])
    assert {c.announcement for c in of(world, "returned")} == {"unannounced"}
    assert release(world) == 2
    told = [c for c in of(world, "withdrawn") if c.announcement == "announced"]
    assert sorted(c.page_url for c in told) == [url(1), url(2)]
    assert release(world) == 0


def test_a_page_told_as_withdrawn_is_told_as_back(world: World) -> None:
    lose(world, 1)
    lose(world, days=1, found=(1,))
    assert [c.announcement for c in of(world, "returned")] == ["announced"]


def test_a_return_is_told_though_the_dossier_was_merged_meanwhile(world: World) -> None:
    lose(world, 1, 2)
    with world.database.writing() as session:
        owner = {ledger.changes(session, page_url=url(n))[0].policy_id: n for n in (1, 2)}
        survivor = dossiers.merge(session, [*owner], world.now)
    (back,) = (number for policy_id, number in owner.items() if policy_id != survivor)
    lose(world, 3 - back, days=1, found=(back,))
    assert [c.announcement for c in of(world, "returned")] == ["announced"]


def test_pages_withdrawn_long_ago_close_no_gate(world: World) -> None:
    for number in ALL:
        lose(world, *range(1, number + 1))
        world.now += timedelta(days=10)
    assert len(of(world, "withdrawn")) == len(ALL)
    assert {c.announcement for c in of(world, "withdrawn")} == {"announced"}


def test_what_comes_after_the_gate_closed_is_held_with_it(world: World) -> None:
    lose(world, *ALL, days=2)
    world.now += timedelta(days=1)
    undated = {url(500): ("", site(500, on="2026-05-30")[url(500)][1])}  # taken in last
    world.run(site(KEPT) | undated, gone=[url(number) for number in ALL])
    assert [c.announcement for c in of(world, "withdrawn")] == ["held"] * len(ALL)
    (found,) = [c for c in world.changes() if c.page_url == url(500)]
    assert (found.kind, found.announcement) == ("new", "held")
