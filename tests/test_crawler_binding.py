"""A step that one page states of another policy finds the policy it means, in whatever order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from test_settle import HOST, World, source

from crawler.binding import bind_steps
from pipelines.targets import target_of
from store import decisions, dossiers
from store.records import Change, Document, LifecycleStep, Policy

NAME = "社区社会工作服务站点管理办法"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def served(
    number: int, title: str, on: str, *articles: str, host: str = HOST, letter: str = "云民发"
) -> dict[str, tuple[str, str]]:
    """A policy page with articles of its own, at an address of its own."""
    told = "".join(f"<p>第{'一二三四五六'[i]}条 {text}</p>" for i, text in enumerate(articles))
    filling = "".join(
        f"<p>（{mark}）第{number}号站点由{number + at}名社会工作者负责，每{at + 2}周公布"
        f"一次{mark}类服务记录，经费列入第{number * 7 + at}号科目。</p>"
        for at, mark in enumerate("甲乙丙丁")
    )
    body = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<meta name="ArticleTitle" content="关于印发《{title}》的通知"><meta name="PubDate" content="{on}">
<title>政府网站</title></head><body><h1>关于印发《{title}》的通知</h1>
<div class="info">发布时间：{on}</div><div class="TRS_Editor">
<p>{letter}〔{on[:4]}〕{number}号</p><p>各市民政局：</p>{told}{filling}
<p>{on[:4]}年{int(on[5:7])}月{int(on[8:10])}日</p></div></body></html>"""
    return {f"{host}/zcwj/t{on.replace('-', '')}_{number}0001.html": (on, body)}


def told_of(world: World, title: str) -> dict[str, tuple[str, set[str]]]:
    """Return status and steps by the year of the page that speaks for the policy."""
    with world.database.reading() as session:
        found = [p for p in dossiers.policies(session) if title in p.title]
    return {
        (p.document.published_on or "")[:4]: (p.status, {s.step for s in p.steps})
        for p in found
        if p.document
    }


def run_one_by_one(world: World, pages: dict[str, tuple[str, str]], order: list[str]) -> None:
    shown: dict[str, tuple[str, str]] = {}
    for url in order:
        shown[url] = pages[url]
        world.run(shown)


def test_a_formal_text_replaces_its_trial_and_never_itself(tmp_path: Path) -> None:
    pages = served(1, f"{NAME}（试行）", "2023-03-01", "本办法试行两年。")
    pages |= served(9, NAME, "2026-05-25", f"自印发之日起施行，《{NAME}（试行）》同时废止。")
    seen = []
    for order in permutations(pages):
        world = World(tmp_path / str(len(seen)))
        run_one_by_one(world, pages, list(order))
        seen.append(told_of(world, NAME))
        assert seen[-1]["2023"][0] == "replaced"
        assert seen[-1]["2026"][0] == "effective"
        assert "replaced" not in seen[-1]["2026"][1]
    assert seen[0] == seen[1]


def test_each_edition_replaces_the_one_before_it_whatever_came_first(tmp_path: Path) -> None:
    ends = f"自印发之日起施行，原《{NAME}》同时废止。"
    pages = served(1, NAME, "2018-03-01", "本办法自印发之日起施行。")
    pages |= served(2, NAME, "2021-03-01", ends)
    pages |= served(3, NAME, "2026-05-25", ends)
    for turn, order in enumerate(permutations(pages)):
        world = World(tmp_path / str(turn))
        run_one_by_one(world, pages, list(order))
        found = told_of(world, NAME)
        assert {year: status for year, (status, _) in found.items()} == {
            "2018": "replaced", "2021": "replaced", "2026": "effective",
        }  # fmt: skip


def test_a_province_repeals_nothing_of_another_province(tmp_path: Path) -> None:
    other = "https://mzt.other.gov.cn"
    world = World(
        tmp_path,
        source(),
        source("mz_other", name="安江省民政厅", region="33", base_url=other),
    )
    pages = served(5, NAME, "2020-03-01", "本办法自印发之日起施行。", host=other, letter="安民发")
    pages |= served(6, "社工站建设规范", "2026-05-25", f"《{NAME}》同时废止。")
    with_regions(world, pages, other)
    assert told_of(world, NAME)["2020"] == ("effective", {"issued", "effective"})


def with_regions(world: World, pages: dict[str, tuple[str, str]], other: str) -> None:
    """Visit each page as a page of the source on whose host it stands."""
    for source_id, wanted in (("mz_other", True), ("mz_example", False)):
        first = {source_id: world.sources.pop(source_id)}
        world.sources = first | world.sources
        world.run({u: p for u, p in pages.items() if u.startswith(other) == wanted})


def test_a_repeal_to_come_is_told_on_its_day_and_moves_the_status_then(world: World) -> None:
    pages = served(1, NAME, "2025-05-01", "本办法自印发之日起施行。")
    ends = f"本规范自2026年7月1日起施行，《{NAME}》（云民发〔2025〕1号）同时废止。"
    pages |= served(2, "社工站建设规范", "2026-05-25", ends)
    world.run(pages)
    assert told_of(world, NAME)["2025"] == ("effective", {"issued", "effective", "repealed"})
    assert not [c for c in world.changes() if c.kind == "lifecycle"]
    world.now = datetime(2026, 7, 1, 1, tzinfo=UTC)
    world.run(pages)
    assert told_of(world, NAME)["2025"][0] == "repealed"
    told = [c for c in world.changes() if c.kind == "lifecycle" and NAME in c.policy_title]
    assert [(c.step.step, c.step.on) for c in told if c.step] == [("repealed", "2026-07-01")]
    world.now = datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert world.run(pages).changes == []


def test_after_a_split_what_others_state_goes_with_the_policy_it_names(world: World) -> None:
    pages = served(1, NAME, "2025-05-01", "本办法自印发之日起施行。")
    pages |= served(2, "社工站建设规范", "2025-06-01", "本规范自印发之日起施行。")
    ends = f"《{NAME}》（云民发〔2025〕1号）同时废止。"
    pages |= served(3, "社工站评估细则", "2026-05-25", ends)
    world.run(pages)
    with world.database.writing() as session:
        both = [p.id for p in dossiers.policies(session) if "细则" not in p.title]
        kept = dossiers.merge(session, both, world.now)
    assert "repealed" in told_of(world, NAME)["2025"][1]
    ruled = next(iter(pages))
    with world.database.writing() as session:
        left, own = decisions.split(session, ruled, None, world.now)
        bind_steps(session, [left, own], world.now)
    assert left == kept
    assert told_of(world, NAME)["2025"][0] == "repealed"
    assert told_of(world, "社工站建设规范")["2025"] == ("effective", {"issued", "effective"})


def policy(policy_id: str, title: str, on: str | None, **fields: str | None) -> Policy:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    known = {"document_number": None, "region": "32"} | fields
    return Policy(
        id=policy_id, title=title, issuers=(), genre="policy", topics=(), status="issued",
        first_seen_at=now, updated_at=now,
        document=Document(url=f"http://a.cn/{policy_id}", title=title, written_on=on), **known,
    )  # type: ignore[arg-type] # fmt: skip


def meant(step: LifecycleStep, *candidates: Policy) -> str | None:
    by = Document(url="http://a.cn/new", title="新办法", written_on="2024-05-01", region="32")
    chosen = [target_of(step, by, order) for order in permutations(candidates)]
    found = {policy.id if policy else None for policy in chosen}
    assert len(found) == 1, "the order of the candidates decided"
    return found.pop()


REPEAL = LifecycleStep("repealed", "2024-05-01", "《旧办法》同时废止。", "旧办法", None, "旧办法")


def test_a_number_settles_which_policy_is_meant() -> None:
    numbered = LifecycleStep("repealed", None, "…", "旧办法", "江民发〔2015〕8号", "旧办法")
    right = policy("a", "旧办法", "2015-01-01", document_number="江民发〔2015〕8号")
    wrong = policy("b", "旧办法", "2019-01-01", document_number="江民发〔2019〕3号")
    assert meant(numbered, right, wrong) == "a"
    assert meant(numbered, wrong) is None


def test_a_text_issued_later_is_never_the_one_repealed() -> None:
    assert meant(REPEAL, policy("a", "旧办法", "2025-01-01")) is None
    assert meant(REPEAL, policy("a", "旧办法", None)) == "a"


def test_the_trial_edition_is_meant_only_where_the_name_says_so() -> None:
    trial = policy("a", "旧办法（试行）", "2019-01-01")
    formal = policy("b", "旧办法", "2018-01-01")
    assert meant(REPEAL, trial, formal) == "b"
    assert meant(REPEAL, trial) == "a"


def test_an_expiry_becomes_a_change_on_its_day_and_once(world: World) -> None:
    pages = served(1, NAME, "2024-06-02", "本办法自2024年6月3日起施行，有效期2年。")
    world.run(pages)
    assert told_of(world, NAME)["2024"] == ("effective", {"issued", "effective", "expired"})
    for now, expected in ((datetime(2026, 6, 2, 20, tzinfo=UTC), 1), (world.now, 0)):
        world.now = max(now, world.now)
        told = [c for c in map(change_of(world), world.run(pages).changes) if c.step]
        assert [(c.kind, c.announcement, c.step and c.step.step) for c in told] == [
            ("lifecycle", "announced", "expired")
        ] * expected
    assert told_of(world, NAME)["2024"][0] == "expired"


def change_of(world: World) -> Callable[[str], Change]:
    return lambda change_id: next(c for c in world.changes() if c.id == change_id)


def test_a_withdrawn_policy_keeps_its_last_text(world: World) -> None:
    pages = served(1, NAME, "2026-05-20", "本办法自印发之日起施行，每月补贴300元。")
    world.run(pages)
    for _ in range(3):
        world.now += timedelta(days=1)
        world.run({}, listed=list(pages), gone=list(pages))
    with world.database.reading() as session:
        (kept,) = dossiers.policies(session)
    assert kept.status == "withdrawn"
    assert kept.document is not None
    assert "每月补贴300元" in kept.document.body_text
    assert world.changes()[-1].kind == "withdrawn"
