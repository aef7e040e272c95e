"""What an operator sees: status on one screen, the week's work in order, gauges for a monitor."""

import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from feed_examples import NOON, tell
from rich.cells import cell_len
from rich.console import Console
from served_site import served

import cli
from commands.board import status_view, triage_view
from commands.console import LINE_EVERY_S, ProgressView
from config import load_config
from crawler.archive import ArchiveWriter
from crawler.errors import SourceError
from crawler.sources import load_sources
from feeds.metrics import Gauge, _exposed, metrics, pulse
from feeds.settings import Retirement
from jobs.rhythm import due_sources, spread
from jobs.settings import publish_settings
from jobs.triage import FOLDER, save_pages, tasks
from scheduler import Job
from store import alarms, captures, columns, health, runs, visits
from store.alarms import Alarm
from store.columns import ColumnState
from store.database import Database
from store.records import SourceStatus, Visit

NOW = NOON + timedelta(seconds=1)

SOURCE = """
id = "{id}"
name = "{name}"
region = "32"
kind = "government"
family = "generic"
base_url = "http://{id}.example.cn"
{more}
[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "http://{id}.example.cn/zcwj/"
basis = "{basis}"
"""
RETIRED = '[retired]\non = "2026-05-01"\nwhy = "并入新网站"\nsuccessor = "mz_js"\n'
PAGE = b"<script>alert(1)</script><p>not what it was</p>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    for name, basis, more in (
        ("mz_js", "seen", ""),
        ("mz_sick", "seen", ""),
        ("mz_new", "inferred", ""),
        ("mz_old", "seen", RETIRED),
    ):
        text = SOURCE.format(id=name.replace("_", "-"), name=f"{name}厅", basis=basis, more=more)
        text = text.replace(f'id = "{name.replace("_", "-")}"', f'id = "{name}"', 1)
        (tmp_path / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def job(folder: Path) -> Job:
    job = Job(load_config(data=folder, sources=folder / "sources"), clock=lambda: NOW)
    writer = ArchiveWriter(folder / "archive", 1)
    capture = writer.write("http://mz-js.example.cn/p/1.html", 200, [], PAGE, fetched_at=NOON)
    writer.close()
    with job.database.writing() as session:
        run = runs.begin(session, ["mz_js"], NOON - timedelta(hours=2))
        seen = Visit(
            run_id=run,
            source_id="mz_js",
            column_id="zcwj",
            url=capture.url,
            target="page",
            outcome="drifted",
            visited_at=NOON - timedelta(hours=2),
            detail="没有正文",
            capture_id=captures.add(session, capture),
        )
        visits.add(session, seen)
        visits.add(
            session,
            replace(
                seen, url="http://mz-js.example.cn/p/0.html", visited_at=NOON - timedelta(days=9)
            ),
        )
        runs.finish(session, run, NOON - timedelta(hours=1))
        columns.visited(session, "mz_js", "zcwj", NOON - timedelta(hours=2), swept=True)
        for name, state in (("mz_js", "healthy"), ("mz_sick", "sick"), ("mz_old", "sick")):
            health.put(session, status_of(name, state))
        health.hold(session, "mz_js", "一次出现40个新页面", NOON)
    tell(job.database, 7, body_withheld=True)
    return job


def status_of(name: str, state: str) -> SourceStatus:
    return SourceStatus(
        source_id=name,
        name=f"{name}厅",
        region="32",
        health=state,  # type: ignore[arg-type]
        since=NOON - timedelta(days=3),
        last_visit_at=NOON,
        last_success_at=NOON - timedelta(hours=5),
        last_outcome="ok",
        detail="栏目地址已不存在",
    )


def shown(view: object, width: int = 200) -> str:
    screen = Console(file=io.StringIO(), width=width)
    screen.print(view)
    return screen.file.getvalue()  # type: ignore[attr-defined]


# --- triage ---------------------------------------------------------------------------------------


def test_the_weeks_work_is_in_order_and_retired_sources_ask_for_none(job: Job) -> None:
    found = tasks(job.database, job.sources, NOON)
    assert [(task.kind, task.source_id) for task in found] == [
        ("broken", "mz_sick"),
        ("drifted", "mz_js"),
        ("held", "mz_js"),
        ("withheld", "mz_js"),
        ("inferred", "mz_new"),
    ]
    assert [task.command for task in found if task.command] == [
        "policywatch doctor mz_sick",
        "policywatch release mz_js",
        "policywatch encodings",
        "policywatch sources add http://mz-new.example.cn/zcwj/",
    ]


def test_each_page_is_saved_as_served_under_a_name_no_browser_runs(job: Job, folder: Path) -> None:
    found = save_pages(tasks(job.database, job.sources, NOON), folder / "archive", folder / FOLDER)
    (drifted,) = [task for task in found if task.kind == "drifted"]
    assert drifted.page is not None
    assert drifted.page.read_bytes() == PAGE
    assert drifted.page.suffix == ".page"
    assert drifted.command == (
        f"policywatch inspect {drifted.page} --url http://mz-js.example.cn/p/1.html"
    )
    again = save_pages([], folder / "archive", folder / FOLDER)
    assert again == []
    assert not drifted.page.exists(), "last week's pages do not lie about"


def test_a_page_whose_archive_is_lost_is_still_named(job: Job, folder: Path) -> None:
    for path in (folder / "archive").iterdir():
        path.unlink()
    found = save_pages(tasks(job.database, job.sources, NOON), folder / "archive", folder / FOLDER)
    (drifted,) = [task for task in found if task.kind == "drifted"]
    assert "存档读不出" in drifted.what


def test_a_doubtful_place_names_both_dossiers_until_somebody_decides(job: Job) -> None:
    with sqlite3.connect(job.config.data / "policywatch.db") as database:
        database.execute("UPDATE member SET runner_up = 'p-other', score = 0.6")
    (doubt,) = [task for task in tasks(job.database, job.sources, NOON) if task.kind == "doubt"]
    assert "policies split https://mzt.example.gov.cn/" in doubt.command
    assert "p-other" in doubt.command


def test_an_empty_week_says_so() -> None:
    assert "没有待办事项" in shown(triage_view([]))


# --- status ---------------------------------------------------------------------------------------


def test_status_tells_what_is_not_well_by_name_and_the_rest_by_number(job: Job) -> None:
    state = job.status()
    assert state["health"] == {"healthy": 1, "sick": 1, "retired": 1}
    assert state["age_h"] == pytest.approx(1, abs=0.01)
    assert state["unvisited"] == ["mz_new"]
    assert [row["id"] for row in state["next"]] == ["mz_js"]
    assert state["retired"][0]["successor"] == "mz_js"
    assert state["disk"]["archive_bytes"] > 100
    assert state["disk"]["free_bytes"] > 0
    assert state["withheld_7d"] == 1
    assert state["running"] is None
    screen = shown(status_view(state))
    assert "mz_sick" in screen
    assert "5 小时前" in screen
    assert "暂缓 mz_js" in screen
    json.dumps(state)


@pytest.mark.parametrize("many", [0, 1, 49])
def test_status_fits_a_screen_however_much_is_wrong(job: Job, many: int) -> None:
    """A first run abroad: no department answers, no mail goes out."""
    state = job.status()
    reason = "没有任何回应（4/4 个栏目：政策文件、通知公告、规划计划、政策解读；域名无法解析）"
    sick = {**state["sources"][0], "health": "sick", "held": "", "detail": reason}
    alarm = {"subject": "x", "title": "来源异常", "since": NOW.isoformat(), "acked_until": None}
    mail = {"delivery": 1, "to": "t…@example.cn", "attempts": 3, "next_at": NOW.isoformat()}
    state |= {
        "sources": [{**sick, "id": f"mz_{n}"} for n in range(many)],
        "alarms": [{**alarm, "subject": f"mz_{n}"} for n in range(2 * many)],
        "waiting": [{**mail, "detail": "连接不上邮件服务器"}] * many,
        "suspended": [{"subscription": n, "why": "550 no such user"} for n in range(many)],
        "unvisited": [f"mz_{n}" for n in range(49)],
        "due": [f"mz_{n}" for n in range(49)],
        "next": [{"id": "gov_zcwjk", "at": NOW.isoformat(), "columns": ["a"], "of": 4}] * 5,
        "running": {"pid": 4194304, "since": NOW.isoformat(), "silent_s": 3},
    }
    screen = shown(status_view(state), width=80)
    assert len(screen.splitlines()) <= 24
    if many == 49:
        assert "需要留意的来源 49，列出5个；全部：policywatch triage" in screen
        assert "其他未解除的告警 49" in screen, "what is a source's is told with it"
        assert all(cell_len(line) <= 80 for line in screen.splitlines())


@pytest.fixture
def command(
    job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("POLICYWATCH_DATA", str(job.config.data))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(job.config.sources))

    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["policywatch", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return call


def test_the_commands_speak_to_programs_too(command: Callable[..., tuple[int, str]]) -> None:
    code, said = command("triage", "--json")
    assert code == 0
    rows = [json.loads(line) for line in said.splitlines()]
    assert rows[0]["kind"] == "broken"
    assert set(rows[0]) == {"kind", "source", "what", "url", "since", "page", "command"}
    code, said = command("status", "--json")
    assert json.loads(said)["health"]["sick"] == 1
    assert code == 0


# --- retired sources ---


def test_a_retired_source_is_never_due_and_frees_its_address(folder: Path) -> None:
    sources = load_sources(folder / "sources")
    assert not sources["mz_old"].enabled
    assert due_sources(sources.values(), {}, NOON) == ["mz_js", "mz_new", "mz_sick"]
    heir = folder / "sources" / "mz_js.toml"
    heir.write_text(heir.read_text().replace("http://mz-js.", "http://mz-old."))
    assert load_sources(folder / "sources")["mz_js"].columns[0].url.startswith("http://mz-old.")


def test_the_alarm_of_a_retired_source_is_laid_down_without_saying_it_recovered(job: Job) -> None:
    alarm = Alarm(0, "sick", "mz_old", "来源异常", "没有回应", "看一看", NOON - timedelta(days=9))
    with job.database.writing() as session:
        alarms.keep(session, [alarm], NOON)
        (kept,) = alarms.unsettled(session)
        alarms.told(session, kept, NOON)
    job._telling().tell()
    with job.database.reading() as session:
        assert "mz_old" not in {found.subject for found in alarms.unsettled(session)}


def test_readers_are_told_of_a_retired_source_what_its_file_says(folder: Path) -> None:
    shown = publish_settings(load_config(data=folder, sources=folder / "sources")).configured
    known = {watched.source_id: watched.retired for watched in shown}
    assert known["mz_old"] == Retirement("2026-05-01", "并入新网站", "mz_js")
    assert known["mz_js"] is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('successor = "mz_js"', 'successor = "mz_nowhere"', "names no source that is watched"),
        ('successor = "mz_js"', 'successor = "mz_old"', "names no source that is watched"),
        ('on = "2026-05-01"', 'on = "spring"', "on"),
        ('why = "并入新网站"', "", "missing"),
    ],
)
def test_a_retirement_that_cannot_be_meant_is_refused(
    folder: Path, old: str, new: str, said: str
) -> None:
    path = folder / "sources" / "mz_old.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=r"mz_old\.toml:\d+") as refused:
        load_sources(folder / "sources")
    assert said in str(refused.value)


# --- rhythm ---


def test_sources_visited_together_come_back_spread_over_the_hour(folder: Path) -> None:
    (source, *_) = load_sources(folder / "sources").values()
    sixty = [source.model_copy(update={"id": f"mz_{n}"}) for n in range(60)]
    states = {(s.id, "zcwj"): ColumnState(s.id, "zcwj", NOON, NOON, NOON) for s in sixty}
    slots = [
        len(due_sources(sixty, states, NOON + timedelta(hours=9.8, minutes=10 * n)))
        for n in range(7)
    ]
    grown = [after - before for before, after in pairwise(slots)]
    assert slots[0] == 0
    assert slots[-1] == 60
    assert max(grown) < 25
    assert spread("mz_1", 12) == spread("mz_1", 12)
    assert spread("mz_1", 1) < timedelta(minutes=6)


def test_who_waits_longest_comes_first_and_a_visit_from_the_future_is_no_visit(
    folder: Path,
) -> None:
    sources = load_sources(folder / "sources")

    def state(name: str, hours: float) -> ColumnState:
        return ColumnState(name, "zcwj", NOON, NOON, NOON + timedelta(hours=hours))

    states = {
        ("mz_js", "zcwj"): state("mz_js", -20),
        ("mz_sick", "zcwj"): state("mz_sick", -90),
        ("mz_new", "zcwj"): state("mz_new", 5000),
    }
    assert due_sources(sources.values(), states, NOON) == ["mz_new", "mz_sick", "mz_js"]


# --- monitors ---

LINE = re.compile(r'^policywatch_[a-z0-9_]+(?:\{[a-z]+="(?:[^"\\\n]|\\.)*"\})? -?\d+(?:\.\d+)?$')


def test_the_gauges_are_prometheus_text_and_say_how_it_stands(job: Job) -> None:
    with job.database.reading() as session:
        text = metrics(session, NOW).decode()
        well, said = pulse(session, NOON)
        late, _ = pulse(session, NOON + timedelta(days=2))
    lines = text.splitlines()
    assert all(LINE.match(line) for line in lines if not line.startswith("# "))
    assert 'policywatch_source_healthy{source="mz_sick"} 0' in lines
    assert 'policywatch_source_held{source="mz_js"} 1' in lines
    assert "policywatch_changes 1" in lines
    assert "policywatch_withheld_changes_7d 1" in lines
    ended = int((NOON - timedelta(hours=1)).timestamp())
    assert f"policywatch_last_run_timestamp_seconds {ended}" in lines
    assert len([line for line in lines if line.startswith("# TYPE")]) == 8
    assert (well, late) == (True, False)
    assert said["status"] == "pass"


def test_a_label_cannot_end_its_own_line() -> None:
    gauge = Gauge("x", "Words.", (({"source": 'a"b\\c\nd'}, 1),))
    (_, _, line) = _exposed(gauge)
    assert line == 'policywatch_x{source="a\\"b\\\\c\\nd"} 1'


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield database
    database.close()


def test_the_server_answers_monitors_before_anything_was_published(
    empty: Database, tmp_path: Path
) -> None:
    (tmp_path / "public").mkdir()
    with served(empty, tmp_path / "public") as site:
        status, headers, body = site.get("/health")
        assert (status, json.loads(body)["status"]) == (503, "fail")
        assert headers["cache-control"] == "no-store"
        status, headers, body = site.get("/metrics")
        assert status == 200
        assert headers["content-type"].startswith("text/plain; version=0.0.4")
        assert b"policywatch_changes 0" in body
        assert site.get("/metrics", "POST")[0] == 405


# --- long work ---


def test_without_a_terminal_long_work_says_a_plain_line_now_and_then() -> None:
    file, now = io.StringIO(), [0.0]
    view = ProgressView(Console(file=file), clock=lambda: now[0])
    for done in range(1, 8):
        view("pages", done, 7)
        now[0] += LINE_EVERY_S / 2
    assert file.getvalue().splitlines() == ["pages 3/7", "pages 5/7", "pages 7/7"]


def test_in_a_terminal_long_work_is_a_bar_that_goes_away() -> None:
    file = io.StringIO()
    view = ProgressView(Console(file=file, force_terminal=True, width=80))
    for done in range(1, 4):
        view("pages", done, 3)
    assert "pages" in file.getvalue()
    assert "3/3" in file.getvalue()
    assert view._bar is None
