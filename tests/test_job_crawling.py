"""A source that hangs or kills the crawl child costs itself and nobody else."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from crawl_site import NOW, PATHS, SITE, Desk, page, serving

from config import load_config
from crawler.pulse import InHand, Pulse, read_pulse
from crawler.run import CrawlPlan, CrawlResult
from crawler.sources import load_sources
from jobs import crawling
from jobs.crawling import Crawling, record_losses
from jobs.job import Job
from store import visits
from store.records import Visit

HAND = InHand("bad", "zcwj", "http://127.0.0.1:1/p/1.html")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def plan_of(desk: Desk, **limits: float) -> CrawlPlan:
    return replace(desk.plan(), **limits)  # type: ignore[arg-type]


def finish(
    desk: Desk, plan: CrawlPlan, watch: Callable[[], None] = lambda: None
) -> tuple[Crawling, CrawlResult]:
    done = Crawling(plan, watch)
    result = done.run()
    record_losses(desk.database, desk.run_id, load_sources(desk.sources), done.lost, NOW)
    return done, result


def outcomes(visits: dict[str, Visit]) -> set[str]:
    return {visit.outcome for visit in visits.values()}


class LeapingClock:
    """The parent's clock: it leaps ahead while the child hangs, so that nobody waits for real."""

    def __init__(self, folder: Path) -> None:
        self.hung, self.over = folder / "hung", folder / "crawl.died.log"
        self.ahead_s = 0.0

    def monotonic(self) -> float:
        self.ahead_s += 1000 * (self.hung.exists() and not self.over.exists())
        return time.monotonic() + self.ahead_s


def test_a_source_on_which_the_reader_hangs_is_left_out_and_the_others_are_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(SITE) as first, serving(SITE) as second:
        desk.watch("one", first.base, "/zcwj/")
        desk.watch("two", second.base, "/zcwj/")
        monkeypatch.setenv("POLICYWATCH_FAULT", "page_in_hand:6")
        monkeypatch.setenv("POLICYWATCH_FAULT_HOW", "hang")
        monkeypatch.setenv("POLICYWATCH_FAULT_MARK", str(desk.folder / "hung"))
        monkeypatch.setattr("crawler.run.time", LeapingClock(desk.folder))
        done, result = finish(desk, plan_of(desk, timeout_s=1e9))
    assert result.completed
    assert (desk.folder / "hung").exists()
    (lost,) = done.lost
    (other,) = {"one", "two"} - {lost}
    assert outcomes(desk.of(other)) <= {"ok", "unchanged"}
    assert len(desk.of(other)) == 1 + len(PATHS)
    drifted = [v for v in desk.of(lost).values() if v.outcome == "drifted"]
    assert {v.target for v in drifted} <= {"page", "listing"}
    hand, why = done.lost[lost]
    assert hand is not None
    assert "hung for 120 s and was killed in reach (faults.py:" in why
    assert "Fatal Python error: Aborted" in (desk.folder / "crawl.died.log").read_text()
    assert all(hand.url in v.detail for v in drifted)
    assert any(v.target == "listing" for v in drifted), "nobody may say this source was looked at"


def test_a_source_that_never_ends_is_stopped_at_its_own_limit(desk: Desk) -> None:
    stopped = threading.Event()
    slow = {path: replace(page("慢"), until=stopped) for path in PATHS[1:]}

    def watch() -> None:
        if "not through" in (desk.folder / "crawl.log").read_text(encoding="utf-8"):
            stopped.set()

    with serving(SITE) as first, serving(SITE | slow) as second:
        desk.watch("calm", first.base, "/zcwj/")
        desk.watch("slow", second.base, "/zcwj/")
        done, result = finish(desk, plan_of(desk, source_timeout_s=15), watch)
    assert result.completed
    assert set(done.lost) == {"slow"}
    assert "not through after 15 s" in done.lost["slow"][1]
    assert len(desk.of("calm")) == 1 + len(PATHS)
    assert 1 < len(desk.of("slow")) < 1 + len(PATHS), "what it had brought is kept"


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., list[list[str]]]:
    """Let children end as told; return the sources each was started for."""

    def told(*results: CrawlResult) -> list[list[str]]:
        started: list[list[str]] = []

        def fake(plan: CrawlPlan, watch: Callable[[], None]) -> CrawlResult:
            (plan.data / "crawl.log").touch()
            started.append(list(plan.source_ids))
            return results[len(started) - 1]

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(crawling, "crawl", fake)
        return started

    return told


def ended(code: int, *done: str, hand: InHand | None = None, stalled: bool = False) -> CrawlResult:
    return CrawlResult(
        completed=code == 0,
        exit_code=code,
        seconds=0.1,
        detail=f"ended with {code}",
        done=dict.fromkeys(done, ""),
        hand=hand,
        stalled=stalled,
    )


PLAN = CrawlPlan(1, ("a", "bad", "c"), Path(), "sqlite://", Path("x"), "x")


def test_one_death_costs_nobody_and_finished_sources_are_not_crawled_again(
    children: Callable[..., list[list[str]]],
) -> None:
    started = children(ended(-9, "a", hand=HAND), ended(0, "bad", "c"))
    done = Crawling(PLAN, lambda: None)
    assert done.run().completed
    assert started == [["a", "bad", "c"], ["bad", "c"]]
    assert done.lost == {}


@pytest.mark.parametrize("code", [-9, -11, -6, 1])
def test_a_second_death_at_the_same_source_leaves_it_out(
    children: Callable[..., list[list[str]]], code: int
) -> None:
    started = children(ended(code, "a", hand=HAND), ended(code, hand=HAND), ended(0, "c"))
    done = Crawling(PLAN, lambda: None)
    assert done.run().completed
    assert started[-1] == ["c"]
    assert set(done.lost) == {"bad"}


@pytest.mark.parametrize(
    ("code", "children_started"), [(143, 1), (2, 1), (-15, 1), (-9, 2), (1, 2)]
)
def test_a_child_that_was_told_to_end_is_not_started_again(
    children: Callable[..., list[list[str]]], code: int, children_started: int
) -> None:
    started = children(*[ended(code)] * 3)
    result = Crawling(PLAN, lambda: None).run()
    assert len(started) == children_started
    assert not result.completed
    assert result.detail == f"ended with {code}"


def test_a_child_that_dies_after_its_work_leaves_nothing_to_do(
    children: Callable[..., list[list[str]]],
) -> None:
    started = children(ended(-9, "a", "bad", "c"))
    assert Crawling(PLAN, lambda: None).run().completed
    assert len(started) == 1


def test_the_pulse_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "crawl.pulse"
    assert read_pulse(path) is None
    pulse = Pulse(path)
    pulse.done("长" * 50)
    pulse.take("bad", None, "http://127.0.0.1/" + "长" * 200)
    long = read_pulse(path)
    assert long is not None
    assert long.hand == InHand("bad", None, "http://127.0.0.1/" + "长" * 200)
    pulse.beat()
    short = read_pulse(path)
    assert short is not None
    assert (short.hand, short.done, short.beats) == (None, {"长" * 50: ""}, long.beats + 1)
    pulse.close()
    path.write_bytes(path.read_bytes()[:9])
    assert read_pulse(path) is None


def test_a_child_beyond_its_memory_costs_its_source_alone_and_names_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fourth answer in hand is the first source's first page, as its reading begins."""
    with serving(SITE | {"/tzgg/": SITE["/zcwj/"]}) as site:
        desk.watch("greedy", site.base, "/zcwj/")
        desk.watch("calm", site.base, "/tzgg/")  # on the same host, so it comes second
        monkeypatch.setenv("POLICYWATCH_FAULT", "page_in_hand:4")
        monkeypatch.setenv("POLICYWATCH_FAULT_HOW", "allocate")
        monkeypatch.setenv("POLICYWATCH_FAULT_MARK", str(desk.folder / "taken"))
        done, result = finish(desk, plan_of(desk))
    assert (desk.folder / "taken").exists()
    assert result.completed
    assert done.lost == {"greedy": (None, "MemoryError: beyond crawl_memory_mb")}
    assert outcomes(desk.of("calm")) <= {"ok", "unchanged"}
    assert len(desk.of("calm")) == 1 + len(PATHS)
    lost = [v for v in desk.visits() if v.outcome == "drifted"]
    assert {v.source_id for v in lost} <= {"greedy"}


def test_a_source_that_was_lost_after_its_list_was_read_is_reported_all_the_same(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its health is that of its lists; that its pages were not read is the run's to say."""
    desk.watch("greedy", "http://127.0.0.1:9", "/zcwj/")
    job = Job(load_config(data=tmp_path / "var", sources=desk.sources), clock=lambda: NOW)

    def crawled(plan: CrawlPlan, watch: object) -> CrawlResult:
        url = "http://127.0.0.1:9/zcwj/"
        visit = Visit(plan.run_id, "greedy", "zcwj", url, "listing", "unchanged", NOW)
        with job.database.writing() as session:
            visits.add(session, visit)
        return CrawlResult(True, 0, 0.1, "", {"greedy": "MemoryError: beyond crawl_memory_mb"})

    monkeypatch.setattr(crawling, "crawl", crawled)
    report = job.run(["greedy"])
    assert report.settled is not None
    assert report.settled.failed == {"greedy": "MemoryError: beyond crawl_memory_mb"}
    assert report.exit_code == 1
