"""A dossier's account: what happened, in which versions, how copies differ, who cites whom."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from test_settle import HOST, World, page, site, source, url
from typer.testing import CliRunner

from cli import app
from crawler.account import Account, account
from crawler.leads import Lead, leads
from store import decisions, dossiers
from terminal import account_rows

GUIDE = "云江省社会工作督导指南"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def accounts(world: World) -> dict[str, Account]:
    with world.database.reading() as session:
        found = [account(session, policy) for policy in dossiers.policies(session)]
    return {one.policy.members[0].page_url: one for one in found}


def found_leads(world: World) -> Sequence[Lead]:
    with world.database.reading() as session:
        return leads(session)


def letter(number: int, *, article: str, on: str = "2026-05-25") -> tuple[str, str]:
    """A further policy page of the source with an article of its own."""
    body = page(number, on).replace("<p>第三条", f"<p>第三条 {article}</p><p>第四条")
    return on, body


def test_the_timeline_and_the_versions_follow_a_revision(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    world.run(site(1, amount=350))
    (one,) = accounts(world).values()
    assert [change.kind for change in one.history] == ["new", "revised"]
    assert [version.current for version in one.versions] == [False, True]
    assert one.versions[0].recorded_at < one.versions[1].recorded_at


def test_the_timeline_holds_what_happened_to_a_merged_dossier(world: World) -> None:
    world.run(site(1, 2))
    with world.database.writing() as session:
        ids = [policy.id for policy in dossiers.policies(session)]
        decisions.merge(session, ids, world.now)
    (one,) = accounts(world).values()
    assert [change.kind for change in one.history] == ["new", "new", "merged"]
    assert {change.policy_id for change in one.history} == set(ids)


def test_a_copy_says_which_article_it_leaves_out_and_which_it_changes(world: World) -> None:
    own = page(1, "2026-05-20")
    short = own[: own.index("<p>第二条")] + own[own.index("<p>第三条") :]
    edited = own.replace("200元", "260元")
    copied = f"{HOST}/zwgk/"
    world.run({url(1): ("2026-05-20", own)})
    world.now += timedelta(days=1)
    world.run(
        {f"{copied}content_90001.html": ("2026-05-21", own)}
        | {f"{copied}content_90002.html": ("2026-05-21", short)}
        | {f"{copied}content_90003.html": ("2026-05-21", edited)}
    )
    (one,) = accounts(world).values()
    assert one.policy.members[0].page_url == url(1)
    said = {c.pairing.url[-10:-5]: c.words for c in one.comparisons}
    assert said == {"90001": "文字一致", "90002": "缺第二条", "90003": "改第二条"}


def test_what_a_policy_ends_is_told_from_both_sides(world: World) -> None:
    ends = "《云江省社会工作服务第1号办法》（云民发〔2026〕1号）同时废止。"
    world.run(site(1) | {url(7): letter(7, article=f"本办法自2026年5月30日起施行，{ends}")})
    both = accounts(world)
    old, new = both[url(1)], both[url(7)]
    assert [(e.policy_id, e.step) for e in new.replaces] == [(old.policy.id, "repealed")]
    assert [(e.policy_id, e.page_url) for e in old.replaced_by] == [(new.policy.id, url(7))]
    assert old.replaces == new.replaced_by == ()


def test_a_cited_policy_that_nobody_has_seen_is_a_lead_counted_by_dossiers(world: World) -> None:
    names = f"督导按照《{GUIDE}》执行，另按《云江省社工站建设规范》执行。"
    only = f"督导按照《{GUIDE}》执行，与《办法》一致。"
    world.run({url(7): letter(7, article=names), url(8): letter(8, article=only)})
    assert [(lead.title, lead.policies) for lead in found_leads(world)] == [
        (GUIDE, 2),
        ("云江省社工站建设规范", 1),
    ]
    assert GUIDE in found_leads(world)[0].sentence


def test_a_lead_is_one_no_more_when_the_policy_is_seen(world: World) -> None:
    world.run({url(7): letter(7, article=f"督导按照《{GUIDE}》执行。")})
    assert [lead.title for lead in found_leads(world)] == [GUIDE]
    world.now += timedelta(days=1)
    seen = page(9, "2026-05-30").replace("云江省社会工作服务第9号办法", GUIDE)
    world.run({url(9): ("2026-05-30", seen)})
    assert found_leads(world) == []


def test_the_commands_show_an_account_and_leads(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYWATCH_DATA", str(world.folder))
    monkeypatch.setenv("COLUMNS", "200")
    world.run({url(7): letter(7, article=f"督导按照《{GUIDE}》执行。")} | site(1))
    shown = CliRunner().invoke(app, ["policy", "第7号办法", "--json"])
    assert shown.exit_code == 0
    assert '"经过"' in shown.stdout
    assert url(7) in shown.stdout
    assert CliRunner().invoke(app, ["policy", "云民发〔2026〕1号"]).exit_code == 0
    listed = CliRunner().invoke(app, ["policies", "leads", "--json"])
    assert GUIDE in listed.stdout
    merged = CliRunner().invoke(app, ["policies", "merge", *ids(world)])
    assert merged.exit_code == 0
    (one,) = ids(world)
    assert one in merged.stdout
    assert CliRunner().invoke(app, ["policies", "split", url(7)]).exit_code == 0
    assert len(ids(world)) == 2
    told = (world.folder / "public" / "feeds" / "everything.xml").read_text(encoding="utf-8")
    assert "人工判定为同一政策" in told
    assert "另立档案" in told
    announced = (world.folder / "public" / "feeds" / "all.xml").read_text(encoding="utf-8")
    assert "人工判定" not in announced


def ids(world: World) -> list[str]:
    with world.database.reading() as session:
        return [policy.id for policy in dossiers.policies(session)]


def test_an_edition_and_a_draft_are_set_beside_what_came_of_them(tmp_path: Path) -> None:
    world = World(tmp_path, source(region="53"))  # of which 云民发 is the letter
    formal = page(1, "2026-05-25").replace("200元", "260元")
    trial = page(1, "2024-05-20").replace("号办法》", "号办法（试行）》")
    trial = trial.replace("〔2026〕1号", "〔2024〕88号")
    draft = page(1, "2025-11-20").replace(
        "号办法》的通知", "号办法（征求意见稿）》公开征求意见的公告"
    )
    draft = draft.replace("关于印发《", "关于《").replace("<p>云民发〔2026〕1号</p>", "")
    draft = draft.replace("200元", "230元")
    world.run({url(1): ("2026-05-25", formal), url(2): ("2024-05-20", trial)})
    world.run({url(3): ("2025-11-20", draft)}, listed=[url(1), url(2), url(3)])
    found = {one.pairing.kind: one for one in accounts(world)[url(1)].comparisons}
    assert sorted(found) == ["draft", "edition"]
    assert "改第二条" in found["draft"].words
    assert "改第二条" in found["edition"].words
    edited = [b for b in found["edition"].diff.blocks if b.op == "edited" and b.label == "第二条"]
    assert "200元" in (edited[0].old or "")
    assert "260元" in (edited[0].new or "")
    assert accounts(world)[url(2)].comparisons == ()


def test_the_dossier_page_shows_old_and_new_side_by_side(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYWATCH_DATA", str(world.folder))
    own = page(1, "2026-05-29")
    short = own[: own.index("<p>第二条")] + own[own.index("<p>第三条") :]
    at = f"{HOST}/zwgk/content_90002.html"
    world.run({url(1): ("2026-05-29", own)} | {at: ("2026-05-29", short)})
    assert CliRunner().invoke(app, ["publish"]).exit_code == 0
    shown = (world.folder / "public" / "policy" / f"{ids(world)[0]}.html").read_text("utf-8")
    told = shown[shown.index("文本对照") :]
    assert "缺第二条" in told
    assert at in told
    assert '<table class="sides">' in told


def test_every_page_says_why_it_is_where_it_is(world: World) -> None:
    world.run(site(1))
    world.now += timedelta(days=1)
    copy = f"{HOST}/zwgk/content_90001.html"
    world.run(site(1) | {copy: ("2026-05-21", page(1, "2026-05-20"))})
    (one,) = accounts(world).values()
    rows = {row["地址"]: row for row in account_rows(one)["归入理由"]}
    assert rows[url(1)]["理由"] == "首次发现，与已知页面均无关联"
    assert rows[copy]["理由"].startswith("与已知页面文本一致")
    assert rows[copy]["次选档案"] is None


def test_a_dossier_moves_only_when_something_in_it_did(world: World) -> None:
    world.run(site(1))
    (before,) = accounts(world).values()
    world.now += timedelta(days=1)
    world.run(site(1, seen=4711))
    (still,) = accounts(world).values()
    assert still.policy.updated_at == before.policy.updated_at
    world.now += timedelta(days=1)
    world.run(site(1, amount=350))
    (moved,) = accounts(world).values()
    assert moved.policy.updated_at == world.now
