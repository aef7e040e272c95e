"""What is due and when: sources, digests, catch-up, the daemon's jobs, the lock, exit codes."""

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from loopback import closed_port
from typer.testing import CliRunner

import cli
import scheduler
from config import ConfigError, load_config
from crawler.errors import SourceError
from scheduler import Daemon, Job
from store import columns, digests, health
from store.lock import lock
from store.records import Filter
from store.tables import ColumnRow

SOURCE = """
id = "demo_down"
name = "无人应答的民政厅"
region = "32"
kind = "government"
family = "trs_tdate"
base_url = "http://127.0.0.1:{port}"
allow_loopback = true
delay_s = 0

[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "http://127.0.0.1:{port}/zcwj/"
basis = "seen"
rhythm_h = 12
"""

SEVEN_IN_SHANGHAI = datetime(2026, 6, 6, 23, 0, tzinfo=UTC)
"""Sunday 2026-06-07, 07:00 in Shanghai."""


class Clock:
    """A clock that stands where the test puts it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN_IN_SHANGHAI)


@pytest.fixture
def job(tmp_path: Path, clock: Clock) -> Iterator[Job]:
    sources = tmp_path / "sources"
    sources.mkdir()
    with closed_port() as port:
        (sources / "demo_down.toml").write_text(SOURCE.format(port=port), encoding="utf-8")
        yield Job(load_config(data=tmp_path / "var", sources=sources), clock=clock)


def subscribe(job: Job, **options: object) -> None:
    with job.database.writing() as session:
        digests.subscribe(session, "team@example.cn", Filter(), job.clock(), **options)  # type: ignore[arg-type]


def test_a_source_never_visited_is_due(job: Job) -> None:
    assert job.due() == ["demo_down"]


@pytest.mark.parametrize(
    ("hours", "due"), [(1, []), (9, []), (11, ["demo_down"]), (40, ["demo_down"])]
)
def test_a_source_is_due_again_when_its_rhythm_is_over(
    job: Job, clock: Clock, hours: int, due: list[str]
) -> None:
    with job.database.writing() as session:
        columns.visited(session, "demo_down", "zcwj", clock.now, swept=True)
    clock.now += timedelta(hours=hours)
    assert job.due() == due


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [("06:30-07:30", True), ("23:00-07:01", True), ("23:00-07:00", False), ("08:00-22:00", False)],
)
def test_in_quiet_hours_of_shanghai_nothing_is_due(job: Job, hours: str, quiet: bool) -> None:
    config = load_config(data=job.config.data, sources=job.config.sources, quiet_hours=hours)
    assert Job(config, clock=job.clock).due() == ([] if quiet else ["demo_down"])


def test_quiet_hours_that_are_none_are_refused() -> None:
    with pytest.raises(ConfigError, match="quiet_hours"):
        load_config(quiet_hours="25:00-06:00")


def test_a_disabled_source_is_never_due(job: Job) -> None:
    path = job.config.sources / "demo_down.toml"
    path.write_text(path.read_text().replace("delay_s", "enabled = false\ndelay_s"))
    assert Job(job.config, clock=job.clock).due() == []


def test_an_unreachable_source_fails_honestly_and_alone(job: Job) -> None:
    report = job.run()
    assert report.exit_code == 1
    assert report.settled is not None
    assert set(report.settled.outcomes["demo_down"]) == {"unreachable"}
    with job.database.reading() as session:
        (event,) = health.events(session)
    assert (event.was, event.now) == ("healthy", "sick")
    assert event.remedy


def test_a_failing_source_alarms_once_not_every_run(job: Job, clock: Clock) -> None:
    for _ in range(3):
        job.run()
        clock.now += timedelta(hours=12)
    with job.database.reading() as session:
        assert len(health.events(session)) == 1


def test_no_digest_before_its_hour_and_exactly_one_after(job: Job, clock: Clock) -> None:
    subscribe(job, all_quiet=True)
    assert job.digests_due() == []
    clock.now += timedelta(hours=1)
    assert job.digests_due() == ["2026-06-07"]
    job.mail()
    job.mail()
    assert job.digests_due() == []
    assert len(list((job.config.data / "digests").glob("*.eml"))) == 1


@pytest.mark.parametrize(("days", "due"), [(1, 1), (3, 3), (7, 7), (30, 7)])
def test_missed_digests_are_caught_up_for_seven_days(
    job: Job, clock: Clock, days: int, due: int
) -> None:
    subscribe(job, all_quiet=True)
    clock.now += timedelta(hours=1)
    job.mail()
    clock.now += timedelta(days=days)
    missed = job.digests_due()
    assert len(missed) == due
    assert missed == sorted(missed)
    assert missed[-1] == (clock.now + timedelta(hours=8)).date().isoformat()


def test_the_weekly_digest_is_mondays(job: Job, clock: Clock) -> None:
    subscribe(job, rhythm="weekly", all_quiet=True)
    clock.now += timedelta(hours=2)
    assert job.digests_due("weekly") == []
    clock.now += timedelta(days=1)
    assert job.digests_due("weekly") == ["2026-06-08"]


def test_the_first_digest_is_one_however_long_ago_somebody_subscribed(
    job: Job, clock: Clock
) -> None:
    subscribe(job, all_quiet=True)
    clock.now += timedelta(days=30, minutes=59)  # 07:59: a cron that always comes before the hour
    assert job.digests_due() == ["2026-07-06"]
    job.mail()
    clock.now += timedelta(days=1)
    assert job.digests_due() == ["2026-07-07"]


def test_without_subscribers_no_window_is_opened(job: Job, clock: Clock) -> None:
    clock.now += timedelta(days=3)
    assert job.digests_due() == []


def test_the_daemon_never_drops_a_late_job(job: Job) -> None:
    scheduler = BackgroundScheduler()
    scheduler.start(paused=True)
    started: list[bool] = []
    scheduler.start = lambda: started.append(True)  # type: ignore[method-assign]
    Daemon(job.config, scheduler).serve()
    jobs = {planned.id: planned for planned in scheduler.get_jobs()}
    scheduler.shutdown(wait=False)
    assert started == [True]
    assert set(jobs) == {"crawl", "digest"}
    for planned in jobs.values():
        assert planned.misfire_grace_time is None
        assert planned.coalesce
        assert planned.max_instances == 1
    assert str(jobs["digest"].trigger) == "cron[hour='8', minute='0']"
    assert str(jobs["digest"].trigger.timezone) == "Asia/Shanghai"


def test_a_daemon_told_to_end_before_its_loop_runs_ends(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Event()

    class Loop(BlockingScheduler):
        def start(self) -> None:
            tried.wait(0.2)  # room for who would stop a loop that does not run
            super().start()

        def shutdown(self, wait: bool = True) -> None:
            tried.set()
            super().shutdown(wait)

    monkeypatch.setattr(scheduler, "command", lambda verb, verbose: ["true"])
    daemon = Daemon(job.config, Loop())
    daemon._stop.ask()
    daemon.serve()
    assert tried.is_set()


def test_a_thousand_commands_leave_the_daemon_as_small_as_it_was(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "command", lambda verb, verbose: ["true"])
    daemon = Daemon(job.config)
    sizes, opened = [], len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(100):  # `bench/daemon.py` does the thousand
        daemon._work("run")
        sizes.append(int(Path("/proc/self/statm").read_text().split()[1]))
    assert sizes[-1] <= sizes[49] * 1.05
    assert len(list(Path("/proc/self/fd").iterdir())) < opened + 10


def test_a_command_that_cannot_start_or_fails_does_not_end_the_daemon(
    job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["/nowhere/python"],
        ["false"],
        ["sh", "-c", "kill -9 $$"],
        ["sh", "-c", "exit 2"],
    ):
        monkeypatch.setattr(scheduler, "command", lambda verb, verbose, words=words: words)
        Daemon(job.config)._work("run")
    said = "".join(capsys.readouterr())
    assert "cannot_start" in said
    assert "-9" in said


def test_a_command_without_a_sign_of_life_is_killed(
    job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = (
        "import sys, time; from datetime import UTC, datetime; from pathlib import Path;"
        "from store.lock import lock\n"
        "with lock(Path(sys.argv[1]), 'run', datetime.now(UTC)) as held:\n"
        "    held.beat(); time.sleep(600)"
    )
    words = [sys.executable, "-c", holder, str(job.config.data)]
    monkeypatch.setattr(scheduler, "command", lambda verb, verbose: words)
    monkeypatch.setattr(scheduler, "TAKEOVER_AFTER", timedelta(seconds=0.5))
    Daemon(job.config)._work("run")  # returns: the child would sleep for ten minutes
    assert "command_hangs" in "".join(capsys.readouterr())


def test_releasing_an_unknown_source_is_refused_by_name(job: Job) -> None:
    with pytest.raises(SourceError, match="source mz_xx: unknown"):
        job.release("mz_xx")


def test_a_column_row_of_a_source_that_was_removed_harms_nobody(job: Job, clock: Clock) -> None:
    with job.database.writing() as session:
        session.add(ColumnRow(source_id="mz_gone", column_id="x", visited_at=clock.now))
    assert job.due() == ["demo_down"]


@pytest.fixture
def command(job: Job, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("POLICYWATCH_DATA", str(job.config.data))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(job.config.sources))

    def call(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["policywatch", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return call


def test_exit_codes_are_those_of_the_design(job: Job, command: Callable[..., int]) -> None:
    assert command("run") == 1
    assert command("run") == 0
    assert command("run", "--source", "mz_nowhere") == 2
    assert command("run", "--no-such-option") == 2
    with lock(job.config.data, "run", job.clock()):
        assert command("run") == 75
    assert command("verify") == 0
    assert command("status") == 0
    assert command("status", "--max-age", "5") == 0
    assert command("status", "--max-age", "0") == 1


def test_a_bad_source_file_is_refused_with_file_and_line(
    job: Job, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    path = job.config.sources / "demo_down.toml"
    path.write_text(path.read_text() + '\nselector = "ul li"\n')
    assert command("run") == 2
    said = "".join(capsys.readouterr())
    assert "demo_down.toml" in said
    assert "selector" in said
    assert "Traceback" not in said


def test_a_bad_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYWATCH_DIGEST_AT", "8 Uhr")
    with pytest.raises(ConfigError, match="digest_at"):
        load_config()


def test_secrets_are_masked_when_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYWATCH_SMTP_PASSWORD", "geheim-geheim")
    shown = CliRunner().invoke(cli.app, ["config"]).output
    assert "geheim" not in shown
    assert "**********" in shown
    assert load_config().password() == "geheim-geheim"
