"""Identification over the whole archive again: previewed, deterministic, corrections only."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest
from sqlmodel import Session, select
from test_identify_dossiers import Page, editions, family, strangers
from test_settle import World, page, site, source, url
from typer.testing import CliRunner

from cli import app
from crawler import reidentifying
from crawler.recording import Circumstances, record_page
from crawler.reidentifying import Moved
from crawler.sources import Source
from store import decisions, dossiers
from store.database import Database
from store.records import Decoded, PageFacts, Policy, Reading
from store.tables import MatchKeyRow, MemberRow, PageRow
from store.verify import problems

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.run(site(1, 2) | copies(3, of=1))
    world.now += timedelta(days=1)
    world.run(site(1, 2, amount=350) | copies(3, of=1))
    return world


def copies(*numbers: int, of: int) -> dict[str, tuple[str, str]]:
    return {url(n): ("2026-05-20", page(of, "2026-05-20")) for n in numbers}


def policies(world: World) -> list[Policy]:
    with world.database.reading() as session:
        return dossiers.policies(session)


def groups(world: World) -> set[frozenset[str]]:
    return {frozenset(m.page_url for m in p.members) for p in policies(world)}


def preview(world: World) -> tuple[Moved, ...]:
    return reidentifying.preview(world.database, world.sources)


def reidentify(world: World) -> tuple[Moved, ...]:
    return reidentifying.reidentify(world.database, world.sources, lambda: world.now)


def sound(world: World) -> bool:
    with world.database.reading() as session:
        return problems(session) == []


def merged_by_mistake(world: World) -> str:
    """Make all dossiers one as older rules might have, without a decision; return its id."""
    with world.database.writing() as session:
        ids = [policy.id for policy in dossiers.policies(session)]
        return dossiers.merge(session, ids, world.now)


def test_after_a_crawl_by_the_same_rules_there_is_nothing_to_do(world: World) -> None:
    before, stood = world.changes(), policies(world)
    assert preview(world) == ()
    assert reidentify(world) == ()
    assert (world.changes(), policies(world)) == (before, stood)


def test_a_preview_says_what_would_change_and_changes_nothing(world: World) -> None:
    merged_by_mistake(world)
    before, stood = world.changes(), policies(world)
    (moved,) = preview(world)
    assert (moved.page_url, moved.difference) == (url(2), "另立档案")
    assert (world.changes(), policies(world)) == (before, stood)


def test_what_changes_is_what_the_preview_said_and_nobody_is_told_news(world: World) -> None:
    expected = groups(world)
    kept = merged_by_mistake(world)
    before = len(world.changes())
    assert reidentify(world) == reidentify_preview_of(world, kept)
    assert groups(world) == expected
    told = world.changes()[before:]
    assert {(c.kind, c.announcement) for c in told} == {("corrected", "unannounced")}
    assert [c.evidence for c in told if c.policy_id == kept] == [
        "重新识别：《关于印发《云江省社会工作服务第2号办法》的通知》不属于本档案"
    ]
    assert sound(world)


def reidentify_preview_of(world: World, kept: str) -> tuple[Moved, ...]:
    title = "关于印发《云江省社会工作服务第2号办法》的通知"
    assert kept in {policy.id for policy in policies(world)}
    return (Moved(url(2), title, "另立档案"),)


def test_the_second_time_there_is_nothing_left_to_do(world: World) -> None:
    merged_by_mistake(world)
    assert reidentify(world)
    before = world.changes()
    assert reidentify(world) == preview(world) == ()
    assert world.changes() == before


def test_dossiers_that_are_one_policy_become_one_and_the_older_id_survives(world: World) -> None:
    expected = groups(world)
    (older,) = [p.id for p in policies(world) if len(p.members) == 2]
    with world.database.writing() as session:
        gone = dossiers.leave(session, url(3), 0, world.now)
    assert [m.difference for m in reidentify(world)] == [f"由档案{gone}移入"]
    assert groups(world) == expected
    told = world.changes()[-1]
    assert (told.kind, told.announcement, told.policy_id) == ("merged", "unannounced", older)
    assert gone in told.evidence
    with world.database.reading() as session:
        assert dossiers.survivor(session, gone) == older
    assert sound(world)


def test_steps_go_where_their_pages_go(world: World) -> None:
    stood = {p.members[0].page_url: p.steps for p in policies(world)}
    merged_by_mistake(world)
    reidentify(world)
    assert {p.members[0].page_url: p.steps for p in policies(world)} == stood


def test_what_an_operator_decided_stands(world: World) -> None:
    with world.database.writing() as session:
        decisions.split(session, url(3), None, world.now)
    with world.database.writing() as session:
        one = candidates_policy(session, url(2))
        decisions.merge(session, [one, candidates_policy(session, url(3))], world.now)
    stood = groups(world)
    assert stood == {frozenset({url(1)}), frozenset({url(2), url(3)})}
    assert reidentify(world) == ()
    assert groups(world) == stood
    merged_by_mistake(world)
    with world.database.reading() as session:
        assert any("kept apart" in problem for problem in problems(session))
    reidentify(world)
    assert groups(world) == stood
    assert sound(world)


def candidates_policy(session: Session, at: str) -> str:
    return session.exec(
        select(MemberRow.policy_id)
        .join(PageRow, PageRow.id == MemberRow.page_id)  # type: ignore[arg-type]
        .where(PageRow.url == at)
    ).one()


def test_a_role_that_the_rules_see_differently_is_corrected(world: World) -> None:
    with world.database.writing() as session:
        for member in session.exec(select(MemberRow)):
            member.role = "news"
            session.add(member)
    assert {m.difference for m in reidentify(world)} == {"角色：新闻→原文"}
    assert {m.role for p in policies(world) for m in p.members} == {"original"}
    assert reidentify(world) == ()


def test_pages_are_found_under_the_keys_of_today_afterwards(world: World) -> None:
    with world.database.writing() as session:
        for key in session.exec(select(MatchKeyRow)):
            session.delete(key)
    assert reidentify(world) == ()
    world.now += timedelta(days=1)
    world.run(site(1, 2, amount=350) | copies(3, 4, of=1))
    assert frozenset({url(1), url(3), url(4)}) in groups(world)


def test_the_command_shows_first_and_does_it_only_when_told_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYWATCH_DATA", str(world.folder))
    expected = groups(world)
    merged_by_mistake(world)
    shown = CliRunner().invoke(app, ["reidentify", "--json"])
    assert json.loads(shown.stdout)["difference"] == "另立档案"
    assert "reidentify --yes" in CliRunner().invoke(app, ["reidentify"]).stdout
    assert len(groups(world)) == 1
    done = CliRunner().invoke(app, ["reidentify", "--yes", "--json"])
    assert done.stdout == shown.stdout
    assert groups(world) == expected
    told = (world.folder / "public" / "feeds" / "everything.xml").read_text(encoding="utf-8")
    assert "重新识别" in told
    announced = (world.folder / "public" / "feeds" / "all.xml").read_text(encoding="utf-8")
    assert "重新识别" not in announced


# --- the order of discovery ----------------------------------------------------------------------

MIRROR = source("mirror", clone_of="mz_example", kind="newspaper")
SOURCES: dict[str, Source] = {"mirror": MIRROR}


def recorded(database: Database, pages: Sequence[Page]) -> None:
    """Record the pages one after the other, each in its own transaction."""
    for one in pages:
        address = one.document.url
        facts = PageFacts(
            url=address,
            kind="article",
            source_id="mirror" if one.is_clone else None,
            column_id=None,
            visited_at=NOW,
            capture_id=None,
            body_sha256=one.content_hash,
        )
        decoded = Decoded(one.document.body_text, "utf-8", ("header",))
        reading = Reading(address, "article", decoded, (one.document,), (one.classification,))
        with database.writing() as session:
            record_page(session, facts, reading, Circumstances("1", is_clone=one.is_clone), NOW)


def dossiers_of(database: Database) -> set[frozenset[tuple[str, str]]]:
    with database.reading() as session:
        found = dossiers.policies(session)
    return {frozenset((m.page_url, m.role) for m in policy.members) for policy in found}


def decide(database: Database) -> None:
    """Say that a reprint is no copy after all, and that two strangers are one policy."""
    with database.writing() as session:
        decisions.split(session, "http://paper1.com/x.html", None, NOW)
    with database.writing() as session:
        both = (candidates_policy(session, f"http://{h}.gov.cn/1.html") for h in ("prov", "city"))
        decisions.merge(session, list(both), NOW)


def test_whatever_the_order_the_dossiers_are_the_same_with_decisions_and_afterwards(
    tmp_path: Path,
) -> None:
    pages = [*family(1, "32", "江州"), *chain(*editions()), *strangers()]
    ends = []
    for turn in range(4):
        random.Random(turn).shuffle(pages)
        database = Database(f"sqlite:///{tmp_path / f'{turn}.db'}")
        recorded(database, pages)
        decide(database)
        crawled = dossiers_of(database)
        assert reidentifying.reidentify(database, SOURCES, lambda: NOW) == ()
        assert dossiers_of(database) == crawled
        ends.append(crawled)
    assert ends == [ends[0]] * 4
