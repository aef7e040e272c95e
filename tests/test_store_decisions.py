"""An operator merges and splits dossiers, and no later run undoes it."""

from datetime import timedelta
from pathlib import Path

import pytest
from test_settle import World, page, url

from crawler.replay import replay_files
from store import decisions, dossiers
from store.errors import DecisionRefused
from store.records import Policy
from store.verify import problems


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def served(*numbers: int, **changed: int) -> dict[str, tuple[str, str]]:
    return {url(n): ("2026-05-20", page(n, "2026-05-20", **changed)) for n in numbers}


def copies(*numbers: int, of: int = 1, **changed: int) -> dict[str, tuple[str, str]]:
    """Pages at different addresses that carry one text."""
    return {url(n): ("2026-05-20", page(of, "2026-05-20", **changed)) for n in numbers}


def policies(world: World) -> list[Policy]:
    with world.database.reading() as session:
        return dossiers.policies(session)


def pages_of(world: World) -> set[frozenset[str]]:
    return {frozenset(m.page_url for m in policy.members) for policy in policies(world)}


def tomorrow(world: World) -> None:
    world.now += timedelta(days=1)


def merge(world: World, *ids: str) -> str:
    with world.database.writing() as session:
        return decisions.merge(session, ids, world.now)


def split(world: World, at: str, part: int | None = None) -> tuple[str, str]:
    with world.database.writing() as session:
        return decisions.split(session, at, part, world.now)


def test_a_merge_keeps_the_older_id_and_is_told_but_not_announced(world: World) -> None:
    world.run(served(1))
    tomorrow(world)
    world.run(served(1, 2))
    older, newer = policies(world)
    assert merge(world, newer.id, older.id) == older.id
    (one,) = policies(world)
    assert {m.page_url for m in one.members} == {url(1), url(2)}
    told = world.changes()[-1]
    assert (told.kind, told.announcement, told.policy_id) == ("merged", "unannounced", older.id)
    assert newer.id in told.evidence
    with world.database.reading() as session:
        assert dossiers.survivor(session, newer.id) == older.id
        assert problems(session) == []


def test_a_merge_outlives_runs_and_revisions(world: World) -> None:
    world.run(served(1, 2))
    merge(world, *(p.id for p in policies(world)))
    for amount in (210, 220):
        tomorrow(world)
        world.run(served(1, 2, amount=amount))
    assert pages_of(world) == {frozenset({url(1), url(2)})}


def test_a_split_gives_the_page_a_dossier_of_its_own_and_both_say_so(world: World) -> None:
    world.run(copies(1, 2))
    (one,) = policies(world)
    left, new = split(world, url(2))
    assert left == one.id
    assert pages_of(world) == {frozenset({url(1)}), frozenset({url(2)})}
    told = {c.policy_id: c for c in world.changes()[-2:]}
    assert {(c.kind, c.announcement) for c in told.values()} == {("corrected", "unannounced")}
    assert told[new].page_url == url(2)
    assert left in told[new].evidence
    assert new in told[left].evidence
    with world.database.reading() as session:
        assert problems(session) == []


def test_a_split_page_takes_the_steps_of_its_own_life_along(world: World) -> None:
    world.run(copies(1, 2))
    (before,) = policies(world)
    _, new = split(world, url(2))
    with world.database.reading() as session:
        moved, stayed = dossiers.policy(session, new), dossiers.policy(session, before.id)
    assert moved is not None
    assert stayed is not None
    assert moved.steps == stayed.steps == before.steps
    assert moved.status == stayed.status == "issued"


def test_a_split_outlives_runs_revisions_and_a_copy_that_resembles_both(world: World) -> None:
    world.run(copies(1, 2))
    split(world, url(2))
    tomorrow(world)
    world.run(copies(1, 2, amount=230))
    tomorrow(world)
    world.run(copies(1, 2, amount=230) | copies(3, amount=230))
    assert len(pages_of(world)) == 2
    assert not any({url(1), url(2)} <= members for members in pages_of(world))
    joined = next(c for c in world.changes() if c.page_url == url(3))
    assert "人工判定" in joined.evidence


def test_without_the_decision_that_copy_would_have_made_them_one(world: World) -> None:
    """The test above can fail: two dossiers that nobody divided are merged by such a copy."""
    world.run(copies(1, 2))
    split(world, url(2))
    (one, other) = (p.id for p in policies(world))
    with world.database.reading() as session:
        assert decisions.divided(session, one, other)
        assert decisions.divided(session, other, one)
        assert decisions.mergeable(session, [one, other]) == [one]
    merge(world, one, other)
    assert pages_of(world) == {frozenset({url(1), url(2)})}


def test_the_last_word_holds(world: World) -> None:
    world.run(copies(1, 2, 3))
    split(world, url(2))
    merge(world, *(p.id for p in policies(world)))
    split(world, url(3))
    with world.database.reading() as session:
        one, other = (p.id for p in dossiers.policies(session))
        assert decisions.divided(session, one, other)
    assert pages_of(world) == {frozenset({url(1), url(2)}), frozenset({url(3)})}


def test_pages_divided_from_one_dossier_one_after_the_other_stay_divided(world: World) -> None:
    world.run(copies(1, 2, 3))
    split(world, url(2))
    split(world, url(3))
    tomorrow(world)
    world.run(copies(1, 2, 3, amount=240))
    assert pages_of(world) == {frozenset({url(n)}) for n in (1, 2, 3)}


def test_what_was_decided_outlives_a_replay_of_the_archive(world: World) -> None:
    world.run(copies(1, 2) | served(3, 4))
    split(world, url(2))
    apart = {p.id for p in policies(world) for m in p.members if m.page_url in (url(3), url(4))}
    merge(world, *apart)
    stood = pages_of(world)
    assert stood == {frozenset({url(1)}), frozenset({url(2)}), frozenset({url(3), url(4)})}
    archives = sorted((world.folder / "archive").glob("*.warc.gz"))
    replay_files(world.database, archives, world.sources, lambda: world.now)
    assert pages_of(world) == stood


def test_a_merge_of_one_dossier_or_an_unknown_id_is_refused(world: World) -> None:
    world.run(served(1))
    (one,) = policies(world)
    with pytest.raises(DecisionRefused, match="two or more"):
        merge(world, one.id, one.id)
    with pytest.raises(DecisionRefused, match="p000000000000"):
        merge(world, one.id, "p000000000000")


def test_a_split_of_an_unknown_or_lonely_page_is_refused(world: World) -> None:
    world.run(served(1))
    before = world.changes()
    with pytest.raises(DecisionRefused, match="only page"):
        split(world, url(1))
    with pytest.raises(DecisionRefused, match="never recorded"):
        split(world, url(9))
    with pytest.raises(DecisionRefused, match="--part"):
        split(world, url(1), 4)
    assert world.changes() == before
