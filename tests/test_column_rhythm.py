"""Each column at its own rhythm: who is asked, who rests, what is said of its source meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawl_site import NOW, PATHS, ROWS, SITE, Desk, know, listing, serving

from config import load_config
from crawler.run import CrawlPlan, CrawlResult, crawl
from crawler.sources import Source
from crawler.standing import Settled, Standing
from feeds.publish import publish
from jobs import crawling
from jobs.job import Job
from jobs.rhythm import asked, due_sources, resting, upcoming
from jobs.settings import publish_settings
from store import columns, health, runs, visits
from store.columns import ColumnState
from store.records import Outcome, Visit
from terminal import source_rows

NOON = datetime(2026, 6, 8, 4, tzinfo=UTC)
DAILY, WEEKLY = 24, 168
TWO_COLUMNS = """
id = "mz_two"
name = "两栏省民政厅"
region = "32"
kind = "government"
family = "generic"
base_url = "http://127.0.0.1:9"
allow_loopback = true
delay_s = 0

[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "http://127.0.0.1:9/zcwj/"
basis = "seen"
rhythm_h = 24

[[columns]]
id = "ghjh"
name = "规划计划"
role = "policy"
url = "http://127.0.0.1:9/ghjh/"
basis = "seen"
rhythm_h = 168
"""


DAY = timedelta(days=1)


def source_of(*rhythms_h: float) -> Source:
    names = [f"c{n}" for n in range(len(rhythms_h))]
    return Source.model_validate(
        {
            **{"id": "mz", "name": "某民政厅", "region": "32", "kind": "government"},
            **{"family": "generic", "base_url": "https://mz.example.cn"},
            "columns": [
                {
                    **{"id": name, "name": name, "role": "policy", "basis": "seen"},
                    **{"url": f"https://mz.example.cn/{name}/", "rhythm_h": hours},
                }
                for name, hours in zip(names, rhythms_h, strict=True)
            ],
        }
    )


def visited(name: str, hours_ago: float, *, read: bool = True) -> ColumnState:
    at = NOON - timedelta(hours=hours_ago)
    return ColumnState("mz", name, at, at if read else at - timedelta(days=9), at)


def states_of(*states: ColumnState) -> dict[tuple[str, str], ColumnState]:
    return {(state.source_id, state.column_id): state for state in states}


def asked_ids(source: Source, states: dict[tuple[str, str], ColumnState]) -> list[str]:
    return [column.id for column in asked(source, states, NOON)]


# --- who is due ---


def test_a_weekly_column_rests_while_the_daily_one_beside_it_is_asked() -> None:
    source = source_of(DAILY, WEEKLY)
    states = states_of(visited("c0", 24), visited("c1", 24))
    assert due_sources([source], states, NOON) == ["mz"]
    assert asked_ids(source, states) == ["c0"]
    assert resting(source, states, NOON) == {"c1"}
    assert set(upcoming([source], states, NOON)) == {("mz", "c1")}


def test_a_column_never_visited_is_asked_with_the_others_resting() -> None:
    source = source_of(DAILY, WEEKLY)
    assert asked_ids(source, states_of(visited("c0", 1))) == ["c1"]
    assert asked_ids(source, {}) == ["c0", "c1"]


def test_two_columns_of_one_rhythm_stay_together_whichever_was_read_first() -> None:
    """Their lists were read minutes apart; one visit of the source must not become two for ever."""
    source = source_of(12, 12)
    states = states_of(visited("c0", 10.8), visited("c1", 10.5))
    assert due_sources([source], states, NOON) == ["mz"]
    assert asked_ids(source, states) == ["c0", "c1"]


def test_a_column_that_could_not_be_read_is_tried_as_often_as_its_source_is_visited() -> None:
    source = source_of(DAILY, WEEKLY)
    states = states_of(visited("c0", 24), visited("c1", 24, read=False))
    assert asked_ids(source, states) == ["c0", "c1"]
    assert asked_ids(source, states_of(visited("c0", 24), visited("c1", 2, read=False))) == ["c0"]


# --- the crawl ---


def test_a_resting_column_is_not_asked_and_its_pages_are_looked_at_again(tmp_path: Path) -> None:
    """Nor is it waited for where it is the home page, which a list of new rows is compared with."""
    desk = Desk(tmp_path)
    with serving(SITE | {"/": listing(ROWS[4:]), "/ghjh/": listing(ROWS[:3])}) as site:
        desk.watch("mz_two", site.base, "/ghjh/")
        toml = desk.sources / "mz_two.toml"
        home = f'[[columns]]\nid = "home"\nname = "首页"\nrole = "policy"\nurl = "{site.base}/"\n'
        toml.write_text(f'{toml.read_text()}\n{home}basis = "seen"\n', encoding="utf-8")
        page = Visit(1, "mz_two", "home", f"{site.base}{PATHS[5]}", "page", "ok", NOW - DAY)
        know(desk, [page])  # type: ignore[no-untyped-call]
        plan = replace(desk.plan(timeout_s=30), resting={"mz_two": {"home"}})
        assert crawl(plan).completed
    seen = desk.of("mz_two")
    assert [path for path, visit in seen.items() if visit.target == "listing"] == ["/ghjh/"]
    assert seen["/ghjh/"].outcome == "ok"
    assert PATHS[5] in seen


@pytest.fixture
def job(tmp_path: Path) -> Job:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "mz_two.toml").write_text(TWO_COLUMNS, encoding="utf-8")
    return Job(load_config(data=tmp_path / "var", sources=folder), clock=lambda: NOON)


def swept(
    job: Job, column_id: str, outcome: Outcome, hours_ago: float = 0.0, *, settled: bool = True
) -> None:
    """Write down a run that asked this column, as the crawl and the settling do."""
    at = NOON - timedelta(hours=hours_ago)
    url = job.sources["mz_two"].column(column_id).url
    with job.database.writing() as session:
        run_id = runs.begin(session, ["mz_two"], at)
        visit = Visit(run_id, "mz_two", column_id, url, "listing", outcome, at, detail="HTTP 404")
        made = visits.add(session, visit)
        if settled:
            visits.settle(session, [made])
            columns.visited(session, "mz_two", column_id, at, swept=outcome == "ok")


def test_what_is_due_is_asked_and_by_hand_everything(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[CrawlPlan] = []

    def crawled(plan: CrawlPlan, watch: object) -> CrawlResult:
        plans.append(plan)
        return CrawlResult(False, 2, 0.0, "there is no site", {"mz_two": "not through after 9 s"})

    monkeypatch.setattr(crawling, "crawl", crawled)
    swept(job, "zcwj", "ok", DAILY)
    swept(job, "ghjh", "ok", DAILY)
    job.run()
    job.run(["mz_two"])
    assert [plan.resting for plan in plans] == [{"mz_two": {"ghjh"}}, {}]
    with job.database.reading() as session:
        lost = [
            (visit.run_id, visit.column_id)
            for visit in visits.outcomes(session, "mz_two", NOON - DAY / 2)
        ]
    first, second = (plan.run_id for plan in plans)
    assert lost == [(first, "zcwj"), (second, "zcwj"), (second, "ghjh")]


def test_who_is_asked_next_is_told(job: Job) -> None:
    swept(job, "zcwj", "ok", 3)
    swept(job, "ghjh", "ok", 3)
    (coming,) = job.status()["next"]
    assert (coming["id"], coming["columns"], coming["of"]) == ("mz_two", ["zcwj"], 2)
    with job.database.reading() as session:
        next_at = upcoming(job.sources.values(), columns.states(session), NOON)
    rows = source_rows(job.sources, {}, None, next_at)
    assert [row["rhythm_h"] for row in rows] == [DAILY, WEEKLY]
    days = [datetime.fromisoformat(row["next_at"]) - NOON for row in rows]
    assert [round(left / DAY) for left in days] == [1, 6]


def test_readers_see_the_rhythms_of_a_source_from_its_fastest_column_to_its_slowest(
    job: Job,
) -> None:
    swept(job, "zcwj", "ok")
    judged(job)
    publish(job.database, job.config.public, publish_settings(job.config))
    page = (job.config.public / "sources.html").read_text(encoding="utf-8")
    assert "24至168小时" in page


# --- its health ---


def judged(job: Job) -> tuple[str | None, str]:
    Standing(job.database, job.sources, job.clock).judge(Settled())
    with job.database.reading() as session:
        status = health.status(session, "mz_two")
    assert status is not None
    return status.health, status.detail


def test_a_column_that_failed_is_not_well_because_another_one_is_read(job: Job) -> None:
    swept(job, "zcwj", "ok", 50)
    swept(job, "ghjh", "gone", 50)
    assert judged(job)[0] == "sick"
    swept(job, "zcwj", "ok", 1)
    sick, why = judged(job)
    assert sick == "sick"
    assert "1/2 个栏目：规划计划" in why
    swept(job, "ghjh", "ok")
    assert judged(job) == ("healthy", "2 个栏目均已读取")
    with job.database.reading() as session:
        told = [(event.was, event.now) for event in health.events(session)]
    assert told == [("sick", "healthy"), ("healthy", "sick")]


def test_a_column_that_is_watched_no_more_is_forgotten(job: Job) -> None:
    swept(job, "zcwj", "ok", 50)
    swept(job, "ghjh", "gone", 50)
    assert judged(job)[0] == "sick"
    source = job.sources["mz_two"]
    job.sources = {"mz_two": source.model_copy(update={"columns": source.columns[:1]})}
    swept(job, "zcwj", "ok", 1)
    assert judged(job) == ("healthy", "1 个栏目均已读取")


# --- where it may have moved to ---


@pytest.fixture
def proposal(job: Job) -> Path:
    path = job.bureau().place("mz_two", "# 没有找到新栏目。\n")
    swept(job, "zcwj", "ok", 50)
    return path


def test_a_proposal_goes_when_the_last_look_at_every_column_was_good(
    job: Job, proposal: Path
) -> None:
    """Two rhythms may never meet in one run."""
    swept(job, "ghjh", "ok", 50)
    swept(job, "zcwj", "ok", settled=False)
    assert job._advise() == {}
    assert not proposal.exists()


def test_what_a_resting_column_needs_is_still_said_when_another_one_is_read(
    job: Job, proposal: Path
) -> None:
    swept(job, "ghjh", "gone", 50)
    swept(job, "zcwj", "ok", settled=False)
    assert job._advise() == {"mz_two": "程序已从首页寻找新栏目，没有找到。"}
    assert proposal.exists()


def test_a_proposal_stays_while_a_column_was_never_looked_at(job: Job, proposal: Path) -> None:
    swept(job, "zcwj", "ok", settled=False)
    assert job._advise() == {}
    assert proposal.exists()
