"""What looks badly read is reported per source; what reads well is not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_settle import HOST, World, page, site
from typer.testing import CliRunner

import cli
from pipelines.doubts import Doubt, doubts
from pipelines.extract import extract
from store.readings import snapshot_facts
from store.records import SnapshotFacts

DAY = datetime(2026, 6, 1, tzinfo=UTC)
GOOD = SnapshotFacts("mz_a", "https://a/0", DAY, True, "通知", "2026-06-01", 2000, 0, 8000)


def facts(count: int, **changed: object) -> list[SnapshotFacts]:
    return [replace(GOOD, url=f"https://a/{n}", **changed) for n in range(count)]


def kinds(snapshots: list[SnapshotFacts]) -> list[tuple[str, str | None]]:
    return [(doubt.kind, doubt.url) for doubt in doubts(snapshots)]


def test_pages_that_read_alike_raise_no_doubt() -> None:
    assert doubts(facts(30)) == ()


def test_a_page_without_its_date_is_named_with_the_field() -> None:
    odd = replace(GOOD, url="https://a/x", published_on=None)
    assert doubts([*facts(9), odd]) == (Doubt("mz_a", "missing", "https://a/x", "published_on"),)


def test_no_body_is_missing_unless_a_file_holds_it() -> None:
    bare = replace(GOOD, body_chars=0)
    assert kinds([bare]) == [("missing", "https://a/0")]
    assert kinds([replace(bare, attachments=1)]) == []


def test_a_value_that_stood_level_with_the_chosen_one_is_named() -> None:
    (tie,) = doubts([replace(GOOD, rivals={"published_on": "2026-06-03"})])
    assert (tie.kind, tie.detail) == ("tie", "published_on: also 2026-06-03")


def test_two_labelled_dates_are_rivals_and_a_lesser_rule_is_none() -> None:
    text = "各地要充分认识社会工作服务的重要意义，明确专人负责。" * 10
    html = "<h1>关于社会工作的通知</h1><div>发布时间：2026-05-01</div>{}<div><p>{}</p></div>"
    (tied,) = extract(html.format("<div>发布时间：2026-05-03</div>", text), "https://a.cn/1.html")
    (clear,) = extract(html.format("", text), "https://a.cn/t20260503_1.html")
    assert tied.evidence["published_on"].rival == "2026-05-03"
    assert clear.evidence["published_on"].rival is None


def test_a_scrap_among_long_siblings_is_short() -> None:
    scrap = replace(GOOD, url="https://a/x", body_chars=40)
    assert kinds([*facts(9), scrap]) == [("short", "https://a/x")]
    assert kinds([*facts(3), scrap]) == [], "three siblings show no custom"


def test_a_source_whose_text_vanishes_between_runs_is_falling_once() -> None:
    later = facts(6, recorded_at=DAY + timedelta(days=1), body_chars=300)
    (doubt,) = doubts(facts(10, current=False) + later)
    assert (doubt.kind, doubt.url) == ("falling", None)
    assert doubt.detail == "2026-06-02: 3.8% of the bytes are text, 25.0% before"


def test_an_old_state_of_a_page_raises_no_doubt() -> None:
    assert doubts([*facts(9), replace(GOOD, current=False, title=None)]) == ()


@given(st.permutations([*facts(9), replace(GOOD, url="https://b", source_id="b", title=None)]))
def test_the_order_of_snapshots_does_not_matter(snapshots: list[SnapshotFacts]) -> None:
    assert kinds(snapshots) == [("missing", "https://b")]


def test_doubts_come_from_the_store_by_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    undated = page(2, "2026-05-20").replace("2026-05-20", "近日").replace("2026年5月20日", "")
    odd = f"{HOST}/zcwj/9.html"
    world.run(site(1) | {odd: ("2026-05-20", undated)})
    with world.database.reading() as session:
        found = doubts(snapshot_facts(session))
    assert found == (Doubt("mz_example", "missing", odd, "published_on"),)
    monkeypatch.setenv("POLICYWATCH_DATA", str(tmp_path))
    printed = CliRunner().invoke(cli.app, ["sources", "--doubts", "--json"])
    row = json.loads(printed.stdout)
    assert (row["kind"], row["url"], row["detail"]) == ("missing", odd, "published_on")
