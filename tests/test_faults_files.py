"""kill -9 at the small files and calls of a run: each is whole or not there, nothing is doubled."""

from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawl_site import Desk
from deaths import dies_at

from config import load_config
from crawler import proposals
from crawler.run import CrawlPlan, CrawlResult
from crawler.sources import load_source
from crawler.survey import Survey
from feeds import heartbeat
from feeds.signet import Signet, kept_secret
from jobs import crawling
from jobs.job import Job
from store import digests, health, visits
from store.database import Database
from store.records import Filter, Visit
from store.verify import problems

NOON = datetime(2026, 6, 8, 4, tzinfo=UTC)


@pytest.fixture
def open_job(tmp_path: Path) -> Callable[[], Job]:
    """A job on a data folder, opened anew by whoever works on it."""
    desk = Desk(tmp_path / "desk")
    desk.watch("mz_moved", "http://127.0.0.1:9", "/zcwj/")
    config = load_config(
        data=tmp_path / "var", sources=desk.sources, heartbeat_url="https://beat.example.cn/x"
    )
    return lambda: Job(config, clock=lambda: NOON)


# --- the secret of unsubscribe links ---


@pytest.mark.parametrize("point", ["secret_link_before", "secret_link_after"])
def test_a_secret_is_whole_or_not_made_and_never_changes_once_it_has_its_name(
    point: str, tmp_path: Path
) -> None:
    path = tmp_path / "unsubscribe.key"
    assert dies_at(point, lambda: kept_secret(path))
    made = path.read_bytes() if path.exists() else None
    secret = kept_secret(path)
    assert made in (None, secret)
    assert (made is None) == (point == "secret_link_before")
    assert len(secret) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    token = Signet(secret).token(17)
    assert Signet(kept_secret(path)).read(token) == 17


# --- a proposal ---


def gone(plan: CrawlPlan, watch: object) -> CrawlResult:
    """Stand for a crawl whose one column answered 404."""
    url = "http://127.0.0.1:9/zcwj/"
    visit = Visit(plan.run_id, "mz_moved", "zcwj", url, "listing", "gone", NOON, 404, "HTTP 404")
    database = Database(plan.database_url)
    with database.writing() as session:
        visits.add(session, visit)
    database.close()
    return CrawlResult(True, 0, 0.0)


def standing(job: Job) -> list[tuple[str, str, str]]:
    with job.database.reading() as session:
        assert problems(session) == []
        assert visits.unsettled(session) == []
        return [(event.was, event.now, event.reason) for event in health.events(session)]


@pytest.mark.parametrize("point", ["proposal_rename_before", "proposal_rename_after"])
def test_a_proposal_is_whole_or_not_there_and_the_next_run_tells_what_it_says(
    point: str,
    open_job: Callable[[], Job],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    surveyed = []

    def found_nothing(client: object, start: str, leave_out: object) -> Survey:
        surveyed.append(start)
        return Survey(start, dismissed={"http://127.0.0.1:9/x/": "没有条目"})

    monkeypatch.setattr(crawling, "crawl", gone)
    monkeypatch.setattr(proposals, "survey", found_nothing)
    monkeypatch.setattr(heartbeat, "urlopen", lambda *_, **__: nullcontext())
    assert dies_at(point, lambda: open_job().run(["mz_moved"]))
    job = open_job()
    folder = job.config.data / "proposals"
    named = [path.name for path in folder.iterdir()]
    assert named == [".mz_moved.toml.part" if point.endswith("before") else "mz_moved.toml"]
    job.run(["mz_moved"])
    assert standing(job) == [("healthy", "sick", standing(job)[0][2])]
    assert (folder / "mz_moved.toml").read_text(encoding="utf-8").endswith("没有条目\n")
    assert len(surveyed) == (1 if point.endswith("before") else 0), "what is whole is not made anew"
    with job.database.reading() as session:
        status = health.status(session, "mz_moved")
    assert status is not None
    assert "没有找到" in status.detail


def test_a_proposal_in_place_can_be_loaded(open_job: Callable[[], Job]) -> None:
    job = open_job()
    text = (job.config.sources / "mz_moved.toml").read_text(encoding="utf-8")
    assert load_source(job.bureau().write("mz_moved", text)).id == "mz_moved"
    assert [path.name for path in (job.config.data / "proposals").iterdir()] == ["mz_moved.toml"]


# --- the heartbeat ---


@pytest.mark.parametrize(
    ("point", "heard"), [("heartbeat_call_before", 1), ("heartbeat_call_after", 2)]
)
def test_a_death_at_the_heartbeat_sends_no_mail_again(
    point: str,
    heard: int,
    open_job: Callable[[], Job],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = tmp_path / "calls"

    @contextmanager
    def answered(*_: object, **__: object):  # type: ignore[no-untyped-def]
        with calls.open("a", encoding="utf-8") as file:  # outlives a fork
            file.write("heard\n")
        yield

    monkeypatch.setattr(heartbeat, "urlopen", answered)
    with open_job().database.writing() as session:
        digests.subscribe(session, "team@example.cn", Filter(), NOON, all_quiet=True)
    assert dies_at(point, lambda: open_job().run([]))
    job = open_job()
    job.run([])
    assert len(calls.read_text(encoding="utf-8").splitlines()) == heard
    assert len(list((job.config.data / "maildir" / "new").iterdir())) == 1
    with job.database.reading() as session:
        assert problems(session) == []
