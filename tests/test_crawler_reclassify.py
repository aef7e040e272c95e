"""An operator adds a topic and classifies the archive anew: corrections, never news."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from test_settle import World, page, site, url
from typer.testing import CliRunner

import cli
from config import Config, ConfigError
from crawler import reclassifying
from crawler.reclassifying import Reclassified
from pipelines.classify import RuleSet, adopt, built_in_rules, load_rules
from scheduler import Job, rules_of
from store import dossiers
from store.records import Policy

EXTRA = """
[topic."津贴与待遇"]
"3" = ["每月补贴"]

[[genre]]
genre = "notice"
where = "title"
pattern = "第2号办法"
weight = 90
"""


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    path = tmp_path / "extra.toml"
    path.write_text(EXTRA, encoding="utf-8")
    return path


@pytest.fixture
def rules(extra: Path) -> RuleSet:
    return load_rules([extra])


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.run(site(1, 2))
    world.now += timedelta(days=1)
    return world


@pytest.fixture(autouse=True)
def built_in_again() -> Iterator[None]:
    yield
    adopt(None)


def policies(world: World) -> dict[str, Policy]:
    with world.database.reading() as session:
        return {p.members[0].page_url: p for p in dossiers.policies(session)}


def reclassify(world: World, rules: RuleSet) -> tuple[Reclassified, ...]:
    return reclassifying.reclassify(world.database, world.sources, rules, lambda: world.now)


def test_the_same_rules_change_nothing(world: World) -> None:
    before = world.changes()
    assert reclassify(world, built_in_rules()) == ()
    assert reclassifying.preview(world.database, world.sources, built_in_rules()) == ()
    assert world.changes() == before


def test_a_preview_says_what_would_change_and_changes_nothing(world: World, rules: RuleSet) -> None:
    before, stood = world.changes(), policies(world)
    seen = reclassifying.preview(world.database, world.sources, rules)
    assert [one.page_url for one in seen] == [url(1), url(2)]
    assert seen[0].difference == "+津贴与待遇"
    assert seen[1].difference == "体裁：政策→通知公告，+津贴与待遇"
    assert world.changes() == before
    assert policies(world) == stood


def test_what_changes_is_what_the_preview_said_and_a_correction(
    world: World, rules: RuleSet
) -> None:
    seen = reclassifying.preview(world.database, world.sources, rules)
    before = len(world.changes())
    assert reclassify(world, rules) == seen
    told = world.changes()[before:]
    assert [(c.kind, c.announcement) for c in told] == [("corrected", "unannounced")] * 2
    assert [c.evidence for c in told] == [f"重新分类：{one.difference}" for one in seen]
    assert all("津贴与待遇" in c.topics for c in told)
    found = policies(world)
    assert "津贴与待遇" in found[url(1)].topics
    assert (found[url(1)].genre, found[url(2)].genre) == ("policy", "notice")
    assert reclassify(world, rules) == ()


def test_what_was_said_in_the_ledger_stays_as_it_was_said(world: World, rules: RuleSet) -> None:
    before = world.changes()
    reclassify(world, rules)
    assert world.changes()[: len(before)] == before


def test_a_superseded_state_is_put_right_in_silence(world: World, rules: RuleSet) -> None:
    world.run(site(1, 2, amount=350))
    before = len(world.changes())
    assert len(reclassify(world, rules)) == 2
    assert len(world.changes()) == before + 2


def test_the_next_run_reads_by_the_adopted_rules(world: World, rules: RuleSet) -> None:
    reclassify(world, rules)
    adopt(rules)
    before = len(world.changes())
    world.run({u: (on, body.replace("次数：1", "次数：9")) for u, (on, body) in site(1, 2).items()})
    assert len(world.changes()) == before
    assert policies(world)[url(2)].genre == "notice"
    world.run(site(1, 2) | {url(3): ("2026-05-30", page(3, "2026-05-30"))})
    assert "津贴与待遇" in policies(world)[url(3)].topics


def test_a_job_adopts_the_rules_its_configuration_names(world: World, extra: Path) -> None:
    config = Config(data=world.folder, classify_rules=extra)
    assert len(Job(config).reclassify(preview=True)) == 2
    Job(Config(data=world.folder))
    before = len(world.changes())
    world.run(site(1, 2, amount=350))
    told = world.changes()[before:]
    assert [c.kind for c in told] == ["revised", "revised"]
    assert not any("津贴与待遇" in c.topics for c in told)


def test_rules_that_cannot_be_read_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"classify_rules: .*absent\.toml"):
        rules_of(Config(data=tmp_path, classify_rules=tmp_path / "absent.toml"))


def test_a_pages_role_follows_what_it_is_said_to_be(world: World, tmp_path: Path) -> None:
    path = tmp_path / "draft.toml"
    path.write_text(EXTRA.replace('"notice"', '"draft"'), encoding="utf-8")
    _, second = reclassify(world, load_rules([path]))
    assert "角色：原文→征求意见稿" in second.difference
    assert [member.role for member in policies(world)[url(2)].members] == ["draft"]
    assert world.changes()[-1].evidence == f"重新分类：{second.difference}"


def test_inspect_classifies_by_the_operators_rules(
    extra: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_file = tmp_path / "page.html"
    page_file.write_text(page(1, "2026-05-30"), encoding="utf-8")
    plain = CliRunner().invoke(cli.app, ["inspect", str(page_file), "--json"])
    assert "津贴与待遇" not in json.loads(plain.stdout)["documents"][0]["topics"]
    monkeypatch.setenv("POLICYWATCH_CLASSIFY_RULES", str(extra))
    own = CliRunner().invoke(cli.app, ["inspect", str(page_file), "--json"])
    assert "津贴与待遇" in json.loads(own.stdout)["documents"][0]["topics"]
    monkeypatch.setenv("POLICYWATCH_CLASSIFY_RULES", str(tmp_path / "none.toml"))
    refused = CliRunner().invoke(cli.app, ["inspect", str(page_file)])
    assert isinstance(refused.exception, ConfigError)
