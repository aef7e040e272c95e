"""A site with new software: what was edited on its way to a new address is told, once."""

from datetime import timedelta
from pathlib import Path

import pytest
from test_settle import World, site, source, url

from crawler import attached, rereading
from store import dossiers, health
from store.records import Change, Reading


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.run(site(1, 2, on="2026-05-29"))
    return world


def moved(**changed: int) -> dict[str, tuple[str, str]]:
    """Return the site as its new software shows it: other addresses, another dress."""
    texts = site(1, 2, on="2026-05-29", **changed)
    return {
        address.replace("/t2026", "/xin/2026"): (on, _dressed(body))
        for address, (on, body) in texts.items()
    }


def _dressed(body: str) -> str:
    table = "<table><tr><td>索引号：</td><td>YJ-2026-0001</td></tr></table><h1>"
    share = "</div><p>分享到：微信</p><p>【打印本页】【关闭窗口】</p></body>"
    return (
        body.replace("<h1>", table).replace("</div></body>", share).replace("</p><p>", "</p>\n<p>")
    )


def told(world: World, kind: str) -> list[Change]:
    return [c for c in world.changes() if c.kind == kind and c.announcement == "announced"]


def pass_days(world: World, served: dict[str, tuple[str, str]], days: int = 4) -> None:
    for _ in range(days):
        world.now += timedelta(days=1)
        world.run(served, gone=[url(1), url(2)])


def test_a_text_edited_while_it_moved_is_one_revision_with_its_difference(world: World) -> None:
    pass_days(world, moved(amount=350))
    revised = told(world, "revised")
    assert sorted(c.page_url for c in revised) == sorted(moved())
    assert told(world, "withdrawn") == []
    for change in revised:
        assert change.diff is not None
        (edited,) = [block for block in change.diff.blocks if block.op != "same"]
        assert (edited.label, "200元" in (edited.old or "")) == ("第二条", True)
        assert "350元" in (edited.new or "")
        assert "改第二条" in change.evidence
    pass_days(world, moved(amount=350))
    assert told(world, "revised") == revised


def test_the_dossier_shows_the_text_as_it_stands_where_it_is_now(world: World) -> None:
    pass_days(world, moved(amount=350))
    with world.database.reading() as session:
        for policy in dossiers.policies(session):
            assert policy.document is not None
            assert policy.document.url in moved()
            assert "350元" in policy.document.body_text
            assert policy.members[0].page_url == policy.document.url


def test_a_site_that_only_moved_has_revised_nothing(world: World) -> None:
    pass_days(world, moved())
    assert told(world, "revised") == []


def test_a_new_address_that_is_found_only_after_the_withdrawal_tells_the_revision(
    world: World,
) -> None:
    pass_days(world, site(3))
    assert len(told(world, "withdrawn")) == 2
    assert told(world, "revised") == []
    pass_days(world, site(3) | moved(amount=350))
    assert sorted(c.page_url for c in told(world, "revised")) == sorted(moved())


def test_what_was_revised_at_its_new_address_before_the_old_one_went_is_told_once(
    world: World,
) -> None:
    both = site(1, 2, on="2026-05-29")
    for texts in (both | moved(), both | moved(amount=350)):
        world.now += timedelta(days=1)
        world.run(texts)
    assert len(told(world, "revised")) == 2
    pass_days(world, moved(amount=350))
    assert len(told(world, "revised")) == 2


def test_a_revision_told_at_the_old_address_is_not_told_again_at_the_new_one(
    world: World,
) -> None:
    world.now += timedelta(days=1)
    world.run(site(1, 2, on="2026-05-29", amount=350))
    assert len(told(world, "revised")) == 2
    pass_days(world, moved(amount=350))
    assert len(told(world, "revised")) == 2


def test_what_a_better_reader_sees_at_the_new_address_is_no_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    with monkeypatch.context() as older:
        real = attached.read_page

        def short_sighted(body: bytes, *rest: object, **known: object) -> Reading:
            return real(body.replace("由省民政厅负责解释，".encode(), b""), *rest, **known)  # type: ignore[arg-type]

        older.setattr(attached, "read_page", short_sighted)
        older.setattr(rereading, "READER_VERSION", "0")
        world.run(site(1, 2, on="2026-05-29"))
    pass_days(world, moved())
    assert [c for c in world.changes() if c.kind == "revised"] == []
    assert {c.page_url for c in world.changes() if c.kind == "corrected"} == {url(1), url(2)}


def test_what_went_and_cannot_be_read_anew_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    with monkeypatch.context() as older:
        older.setattr(rereading, "READER_VERSION", "0")
        world.run(site(1, 2, 3))
    real = attached.read_captured

    def stumbles(session: object, archive: object, asked: str, *rest: object, **known: object):  # type: ignore[no-untyped-def]
        if asked == url(1):
            raise ValueError("no such reading")
        return real(session, archive, asked, *rest, **known)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(rereading, "read_captured", stumbles)
        for _ in range(3):
            world.now += timedelta(days=1)
            settled = world.run({}, listed=[url(3)])
    assert settled.broken == {url(1): "ValueError: no such reading"}
    assert [c.page_url for c in world.changes() if c.kind == "withdrawn"] == [url(2)]
    world.now += timedelta(days=1)
    world.run({}, listed=[url(3)])
    assert [c.page_url for c in world.changes() if c.kind == "withdrawn"] == [url(2), url(1)]


def test_while_the_gate_is_closed_what_moved_and_changed_is_held(world: World) -> None:
    world.now += timedelta(days=1)
    world.run(moved(amount=350), gone=[url(1), url(2)])
    with world.database.writing() as session:
        health.hold(session, "mz_example", "一次出现太多新页面", world.now)
    pass_days(world, moved(amount=350), days=2)
    revised = [c for c in world.changes() if c.kind == "revised"]
    assert [c.announcement for c in revised] == ["held", "held"]


def test_a_whole_site_that_reads_differently_after_its_move_is_held(tmp_path: Path) -> None:
    """Rule 12: nobody amends thirty policies in the week of a relaunch."""
    world = World(tmp_path)
    numbers = range(1, 31)
    old = site(*numbers, on="2026-05-29")
    world.run(old)
    new = {
        address.replace("/t2026", "/xin/2026"): (on, body.replace("适用于", "只适用于"))
        for address, (on, body) in old.items()
    }
    for _ in range(4):
        world.now += timedelta(days=1)
        world.run(new, gone=old)
        with world.database.writing() as session:
            if world.now.day < 4:  # the flood of new addresses: the operator looked and let it pass
                health.open_gate(session, "mz_example")
    revised = [c.announcement for c in world.changes() if c.kind == "revised"]
    assert (revised.count("announced"), revised.count("held")) == (20, 10)
    with world.database.reading() as session:
        (status,) = health.statuses(session)
    assert "读法不同" in status.held_reason


def test_another_sites_copy_is_no_place_the_text_moved_to(tmp_path: Path) -> None:
    world = World(tmp_path, source(), source("mz_other", base_url="https://mz.other.gov.cn"))
    world.run(site(1))
    (copy,) = site(1, amount=350).values()
    world.sources = dict(reversed(world.sources.items()))
    world.now += timedelta(days=1)
    world.run({"https://mz.other.gov.cn/a/1.html": copy}, listed=[])
    world.sources = dict(reversed(world.sources.items()))
    for _ in range(3):
        world.now += timedelta(days=1)
        world.run({}, listed=[url(2)], gone=[url(1)])
    assert [c.kind for c in world.changes()].count("withdrawn") == 1
    assert told(world, "revised") == []
