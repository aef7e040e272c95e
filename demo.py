"""The newcomer's first command: the whole product on a little internet of its own.

Starts the sample sites and a mail server on loopback, crawls day 0, lets days pass, crawls again,
sends each day's digest, and says where to look. Uses the same job as `run`; only the clock is the
sample sites' calendar. No configuration, no network.
"""

import shutil
import socket
from asyncio import AbstractServer
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from config import Config, ConfigError, load_config
from crawler.standing import Settled
from feeds.headline import headline
from samplesites import SampleInternet, serve
from scheduler import Job
from store import digests, ledger
from store.records import Change, Filter

MARK = ".policywatch-demo"
TEAM = "team@demo.policywatch.local"
READY_S = 60.0
"""How long a busy machine may take to bring up a mail server."""

DIGEST_AFTER = timedelta(hours=1)
"""The sites are looked at at 07:30; the digest of that day goes out at 08:00."""


@dataclass
class Inbox:
    """A mail server's memory: every message it was given, as bytes."""

    messages: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message (aiosmtpd's hook)."""
        self.messages.append(envelope.original_content or b"")
        return "250 OK"


class MailServer(Controller):
    """A real SMTP server on a loopback port that it has before it is named: nobody can take it.

    aiosmtpd asks its own server whether it runs, so it cannot be given port 0.
    """

    def __init__(self, handler: object, **told: Any) -> None:
        """told: as for aiosmtpd's Controller."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        super().__init__(handler, "127.0.0.1", port, ready_timeout=READY_S, **told)

    def _create_server(self) -> Coroutine[Any, Any, AbstractServer]:
        return self.loop.create_server(
            self._factory_invoker, sock=self._listener, ssl=self.ssl_context
        )


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, int]]:
    """Run an SMTP server on a loopback port of its own during the block."""
    inbox = Inbox()
    server = MailServer(inbox)
    server.start()
    try:
        yield inbox, server.port
    finally:
        server.stop()


def play(data: Path, days: int, out: Console) -> int:
    """Play the story into `data`, which is emptied first; return the exit code."""
    _empty(data)
    with serve() as internet, mail_server() as (inbox, smtp_port):
        internet.write_sources(data / "sources")
        story = Story(internet, _config(data, smtp_port))
        with Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            console=out,
            transient=True,
        ) as bar:
            task = bar.add_task("第 0 天：首次收录", total=days + 1)
            for day in range(days + 1):
                bar.update(task, description=f"第 {day} 天")
                story.live_one_day(first=day == 0)
                bar.advance(task)
        story.tell(out, inbox)
    return 0


class Story:
    """One job on the sample sites, a day at a time."""

    def __init__(self, internet: SampleInternet, config: Config) -> None:
        self.internet = internet
        self.later = timedelta(0)
        self.job = Job(config, clock=lambda: internet.now + self.later)
        self.days: list[Settled] = []
        with self.job.database.writing() as session:
            digests.subscribe(session, TEAM, Filter(), internet.now, all_quiet=True)

    def live_one_day(self, *, first: bool) -> None:
        """Advance the calendar, run at 07:30, send the digest after 08:00."""
        if not first:
            self.internet.advance()
        self.later = timedelta(0)
        report = self.job.run([*self.job.sources])
        assert report.settled is not None, "a run with sources settles"
        self.days.append(report.settled)
        self.later = DIGEST_AFTER
        self.job.mail()

    def tell(self, out: Console, inbox: Inbox) -> None:
        """Print the story as tables, then where to look."""
        with self.job.database.reading() as session:
            changes = {change.id: change for change in ledger.changes(session)}
        out.print(self._days_table(changes))
        out.print(_changes_table([c for c in changes.values() if c.announcement == "announced"]))
        for source_id, why in sorted(self.days[-1].failed.items()):
            out.print(f"出错  {self.job.sources[source_id].name}：{why}", markup=False)
        config = self.job.config
        out.print(f"日报  {len(inbox.messages)} 封送达邮件服务器，副本在 {config.data / 'digests'}")
        out.print(f"订阅  {config.public / 'feeds' / 'all.xml'}")
        out.print(f"网页  {config.public / 'index.html'}")

    def _days_table(self, changes: Mapping[str, Change]) -> Table:
        columns = ("天", "页面", "未变 304", "编码修复", "新增", "修订", "归并", "通知", "已知档案")
        table = Table(*columns, title="每天发生了什么")
        known: set[str] = set()
        for day, settled in enumerate(self.days):
            told = [changes[change_id] for change_id in settled.changes]
            known |= {change.policy_id for change in told}
            kinds = Counter(change.kind for change in told)
            announced = sum(change.announcement == "announced" for change in told)
            row = (
                day,
                settled.pages,
                settled.unchanged,
                settled.repaired,
                kinds["new"],
                kinds["revised"],
                kinds["joined"] + kinds["merged"],
                announced,
                len(known),
            )
            table.add_row(*map(str, row))
        return table


def _changes_table(changes: Sequence[Change]) -> Table:
    table = Table("#", "通知了什么")
    for change in changes:
        table.add_row(str(change.sequence), Text(headline(change)))
    return table


def _config(data: Path, smtp_port: int) -> Config:
    """Return the demo's own configuration: no setting of the operator's reaches it."""
    defaults = {name: setting.get_default() for name, setting in Config.model_fields.items()}
    own = {
        "data": data,
        "sources": data / "sources",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_security": "plain",
    }
    return load_config(**defaults | own)


def _empty(data: Path) -> None:
    """Remove what an earlier demo left; a folder that is not a demo's is left alone."""
    if data.exists() and any(data.iterdir()) and not (data / MARK).exists():
        raise ConfigError(
            f"demo folder {data}: holds something else; name an empty one with --data"
        )
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    (data / MARK).write_text("made by `policywatch demo`, emptied by the next one\n")
