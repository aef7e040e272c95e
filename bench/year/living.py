"""Lives the year: every day a run at 07:30, the digest at 08:00, kills, a restore, an operator.

Each verb runs in a process of its own, as the daemon and cron start it. What readers and the
operator get is kept beside the product's data, in `Diary`.
"""

import gc
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import apprise
import structlog

from bench.year.life import FACES, Life, on
from bench.year.wires import connect, in_fork, load_components
from bench.year.world import World
from config import Config, load_config
from crawler.backfill import Backfill
from jobs.job import Job
from store import faults, subscribers
from store.backup import back_up
from store.records import Filter
from store.restore import restore

READER = "team@example.invalid"
DIGEST_AFTER = timedelta(minutes=31)
RETRY_AFTER = timedelta(minutes=10)
"""What was killed is started again by the daemon's next tick."""
LETHAL = ("archive_", "child_", "page_", "store_", "visit_", "feeds_", "mail_")
KEPT_BACKUPS = 3


@dataclass
class Diary:
    """What the year left: lines of the operator's channel, costs, and what the harness did."""

    killed: dict[int, str] = field(default_factory=dict)
    exits: dict[int, list[int]] = field(default_factory=dict)
    memory_kb: dict[int, int] = field(default_factory=dict)
    cpu_s: dict[int, float] = field(default_factory=dict)
    disk: dict[int, dict[str, int]] = field(default_factory=dict)
    restored: dict[int, int] = field(default_factory=dict)
    released: dict[int, list[str]] = field(default_factory=dict)
    day_s: list[float] = field(default_factory=list)


class Year:
    """One data folder that lives through a life."""

    def __init__(self, life: Life, folder: Path) -> None:
        self.life = life
        self.folder = folder
        self.world = World(life)
        self.diary = Diary()
        self.alarms = folder / "alarms.jsonl"
        self._chance = random.Random(f"harness {life.seed}")

    @property
    def config(self) -> Config:
        """The product's configuration; nothing of the operator's own settings."""
        return self._config(self.folder / "data")

    def _config(self, data: Path) -> Config:
        defaults = {name: setting.get_default() for name, setting in Config.model_fields.items()}
        own = {"data": data, "sources": self.folder / "sources", "alert_urls": ["year://"]}
        return load_config(**defaults | own)

    def live(self, progress: Callable[[int, Diary], None]) -> Diary:
        """Live every day to its end."""
        connect(self.world)
        self._open_channel()
        (self.folder / "sources").mkdir(parents=True, exist_ok=True)
        self.world.dawn(0)
        self._define(day=0)
        self._warm_up()
        for day in range(self.life.days):
            began = time.monotonic()
            self.world.dawn(day)
            self._attend_before(day)
            self._work(day)
            self._attend_after(day)
            self.diary.day_s.append(time.monotonic() - began)
            progress(day, self.diary)
        return self.diary

    def _warm_up(self) -> None:
        """Load and compile here, once, what every child would do anew: a small year beforehand.

        One site of each family is crawled, published and mailed into a folder that is thrown away.
        """
        load_components()
        with tempfile.TemporaryDirectory() as folder:
            job = Job(self._config(Path(folder)), clock=clock_from(self.world.now))
            with job.database.writing() as session:
                subscribers.subscribe(session, READER, Filter(), self.world.now, all_quiet=True)
            job.run([home.id for home in self.life.homes[: len(FACES)]])
            job.mail(on(0).isoformat())
            job.database.close()
        gc.collect()
        gc.freeze()  # what is loaded by now is nobody's garbage, and shared as long as untouched

    def _work(self, day: int) -> None:
        """Run and send; a run that is killed, or whose crawl is, is followed by the next one."""
        fault = self._fault(day)
        self._in_child(day, "run", timedelta(0), fault)
        if fault:
            self._in_child(day, "run", RETRY_AFTER, "")
        if self._mark(day).exists():
            self.diary.killed[day] = fault
        self._in_child(day, "digest", DIGEST_AFTER, "")

    def _mark(self, day: int) -> Path:
        """Return the file that a death leaves; not every run comes to its appointed breath."""
        return self.folder / f"died-{day}"

    def _fault(self, day: int) -> str:
        if day not in self.life.deaths:
            return ""
        points = sorted(name for name in faults.FAULT_POINTS if name.startswith(LETHAL))
        breath = min(self.life.deaths[day], max(1, len(self.life.homes) // 4))  # few sites, few
        return f"{self._chance.choice(points)}:{breath}"

    def _in_child(self, day: int, verb: str, later: timedelta, fault: str) -> int:
        def work() -> int:
            if fault:
                os.environ["POLICYWATCH_FAULT"] = fault
                os.environ["POLICYWATCH_FAULT_MARK"] = str(self._mark(day))
            job = Job(self.config, clock=clock_from(self.world.now + later))
            if verb == "run":
                return job.run().exit_code
            job.mail()
            return 0

        ended = in_fork(work, self.folder / "year.log")
        diary = self.diary
        diary.exits.setdefault(day, []).append(ended.exit_code)
        diary.memory_kb[day] = max(ended.peak_kb, diary.memory_kb.get(day, 0))
        diary.cpu_s[day] = diary.cpu_s.get(day, 0.0) + ended.cpu_s
        return ended.exit_code

    # --- the operator ---------------------------------------------------------------------------

    def _attend_before(self, day: int) -> None:
        """Bring back what is lost on the worst day, mend what moved, subscribe on the first."""
        if day == self.life.restore_on:
            self._restore(day)
        self._define(day)
        early = timedelta(hours=1.5)  # one after the other: no clock of an operator goes back
        for home in self.life.homes:
            if home.move and home.move.mended == day:
                for backfill in (None, Backfill(pages=20)):
                    work = partial(self._welcome, home.id, backfill, early)
                    in_fork(work, self.folder / "year.log")
                    early -= timedelta(minutes=3)
        if day == 0:
            in_fork(self._subscribe, self.folder / "year.log")

    def _define(self, day: int) -> None:
        """Write source definitions: all at first, then of each moved site when that is known."""
        for home in self.life.homes:
            if day == 0 or (home.move and home.move.mended == day):
                path = self.folder / "sources" / f"{home.id}.toml"
                path.write_text(self.world.source_toml(home), encoding="utf-8")

    def _subscribe(self) -> int:
        database = Job(self.config, clock=clock_from(self.world.now)).database
        with database.writing() as session:
            subscribers.subscribe(session, READER, Filter(), self.world.now, all_quiet=True)
        return 0

    def _attend_after(self, day: int) -> None:
        """Release what the gate holds, back up at night, and note what the disk holds."""
        for source_id in self._held():
            in_fork(partial(self._release, source_id), self.folder / "year.log")
            self.diary.released.setdefault(day, []).append(source_id)
        if self.life.restore_on - KEPT_BACKUPS <= day < self.life.restore_on:
            night = self.world.now + timedelta(hours=14)
            back_up(self.config.database, self.config.data, self.folder / "backups", night)
        if day % 30 == 0 or day == self.life.days - 1:
            self.diary.disk[day] = sizes(self.config.data)

    def _held(self) -> list[str]:
        held = [line for line in self.told() if line["title"].startswith("来源暂缓通知：")]
        names = {home.card.name: home.id for home in self.life.homes}
        return [
            names[line["title"].partition("：")[2]]
            for line in held
            if line["day"] == self.world.day
        ]

    def _welcome(self, source_id: str, backfill: Backfill | None, early: timedelta) -> int:
        """Read a moved site once as on any day, then its lists to their ends for what lies deep."""
        job = Job(self.config, clock=clock_from(self.world.now - early))
        return job.run([source_id], backfill).exit_code

    def _release(self, source_id: str) -> int:
        later = timedelta(hours=2)
        Job(self.config, clock=clock_from(self.world.now + later)).release(source_id)
        return 0

    def _restore(self, day: int) -> None:
        """Lose the data folder and bring back last night's backup."""
        folder = max(path for path in (self.folder / "backups").iterdir() if path.is_dir())
        done = restore(folder, self.config.data, self.config.database, self.world.now, replace=True)
        self.diary.restored[day] = len(done.items)

    # --- the operator's channel -----------------------------------------------------------------

    def told(self) -> list[dict[str, Any]]:
        """Return every line of the operator's channel: day, mark, what, source."""
        if not self.alarms.exists():
            return []
        return [json.loads(line) for line in self.alarms.read_text("utf-8").splitlines()]

    def _open_channel(self) -> None:
        """Make `year://` an apprise service that writes each alarm of a message as one line."""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))

        @apprise.decorators.notify(on="year", name="the simulated operator")
        def take(body: str, title: str, notify_type: object, **more: object) -> None:
            lines = [line for line in (title, *body.split("\n")) if "：" in line]
            with self.alarms.open("a", encoding="utf-8") as channel:
                for line in lines:
                    if line.startswith(("仍未恢复：", "已恢复：", "来源", "日报", "磁盘", "编码")):
                        said = {"day": self.world.day, "title": line}
                        channel.write(json.dumps(said, ensure_ascii=False) + "\n")


def clock_from(now: datetime) -> Callable[[], datetime]:
    """Return a clock that stands at `now` at this moment and runs on."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def sizes(data: Path) -> dict[str, int]:
    """Return the bytes below each top-level name of the data folder."""
    found: dict[str, int] = {}
    for path in data.rglob("*"):
        top = path.relative_to(data).parts[0]
        if path.is_file() and not top.startswith("replaced-"):
            found[top] = found.get(top, 0) + path.stat().st_size
    return found
