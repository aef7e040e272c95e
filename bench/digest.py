"""How long composing takes beside sending: 200 subscribers, 50 distinct filters, 300 changes.

Run: `python bench/digest.py`. The mails go to SMTP servers on loopback, processes of their
own: Exim, which keeps what it takes, and aiosmtpd, which only reads it. Composing must take at most
a fifth of what the server needs; identical digests are laid out once.
"""

import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from feeds.digest import compose_day, preview
from feeds.digest.layout import Press
from feeds.filters import matches
from feeds.mail import deliver
from feeds.settings import MailSettings, SmtpSettings
from feeds.transport import SmtpTransport
from store import digests, ledger, pages
from store.database import Database
from store.records import (
    ChangeDraft,
    Classification,
    Decoded,
    Delivery,
    Document,
    Filter,
    Finding,
    MatchKey,
    PageFacts,
    Verdict,
)

SUBSCRIBERS, FILTERS, CHANGES = 200, 50, 300
AT = datetime(2026, 6, 6, 4, 0, tzinfo=UTC)
CUT = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
REGIONS = [f"{code}" for code in (11, 13, 21, 22, 31, 32, 33, 35, 41, 44, 50, 51)]
TOPICS = ["社工站", "督导", "继续教育", "志愿服务", "养老", "儿童福利"]


EXIM = """
primary_hostname = mail.example.org
keep_environment =
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
queue_only
acl_smtp_rcpt = accept
begin routers
everywhere:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
"""
"""A real server: it keeps what it takes on disk, and answers 250 when it is there."""


class Sink:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return "250 OK"


@contextmanager
def aiosmtpd() -> Iterator[int]:
    """Serve in a process of its own; what is taken is forgotten at once."""
    port, context = free_port(), multiprocessing.get_context("spawn")
    ready, over = context.Event(), context.Event()
    server = context.Process(target=serve, args=(port, ready, over))
    server.start()
    try:
        ready.wait(30)
        yield port
    finally:
        over.set()
        server.join(10)


def serve(port: int, ready: Any, over: Any) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    over.wait(300)
    controller.stop()


@contextmanager
def exim() -> Iterator[int | None]:
    """Serve with Exim, or give None where it is not installed (exim4-daemon-light)."""
    program = shutil.which("exim4", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        yield None
        return
    folder, port = Path(tempfile.mkdtemp(prefix="policywatch-bench-")), free_port()
    folder.chmod(0o777)  # Exim leaves root behind and works as a user of its own
    (folder / "conf").write_text(EXIM.format(folder=folder))
    where = ["-C", str(folder / "conf"), "-oX", f"127.0.0.1.{port}", "-oP", str(folder / "pid")]
    server = subprocess.Popen([program, "-bdf", *where])
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def fill(database: Database) -> None:
    for number in range(CHANGES):
        tell(database, number)
    filters = [wanted(kind) for kind in range(FILTERS)]
    assert len(set(filters)) == FILTERS
    with database.writing() as session:
        for number in range(SUBSCRIBERS):
            address = f"reader{number}@example.org"
            digests.subscribe(session, address, filters[number % FILTERS], AT)


def wanted(kind: int) -> Filter:
    """Return one of the filters: everything, a few regions, a topic, or several of each."""
    some = tuple(REGIONS[(kind + step) % len(REGIONS)] for step in range(kind % 5))
    return Filter(
        regions=some,
        topics=(TOPICS[kind % 6],) if kind % 2 and not some else (),
        genres=("policy", "draft") if kind >= FILTERS // 2 else (),
        words=(f"第{kind}号",) if not some and kind else (),
    )


def tell(database: Database, number: int) -> None:
    url = f"https://mzt.example.gov.cn/art/2026/6/5/art_{number}.html"
    topics = (TOPICS[number % 6],)
    document = Document(
        url=url,
        title=f"关于加强乡镇（街道）社会工作服务站建设工作的通知（第{number % 60}号）之{number}",
        body_text=f"第一条 {topics[0]}工作由各级民政部门负责。\n" * 40,
        published_on="2026-06-05",
        document_number=f"民发〔2026〕{number}号",
        issuers=("示例省民政厅",),
        region=REGIONS[number % 12],
    )
    finding = Finding(
        url=url,
        part=0,
        document=document,
        classification=Classification("policy", topics, "yes"),
        verdict=Verdict(None, "original", "new", False, "首见"),
        content_hash=f"h{number}",
        reader_version="1",
        decoded=Decoded("", "utf-8", ("utf8-valid",)),
        keys=(MatchKey("title", str(document.title)),),
        changes=(ChangeDraft("new", "announced", "首次发现"),),
    )
    facts = PageFacts(url, "article", "mz_js", "zcwj", AT, None, "sha")
    with database.writing() as session:
        at = AT + timedelta(seconds=number)
        ledger.record(session, facts, pages.touch(session, facts), finding, at)


def taking(mails: Sequence[Delivery], port: int) -> float:
    """Return how many seconds the server needs for all of them over one connection."""
    with SmtpTransport(SmtpSettings("127.0.0.1", port, "plain")) as transport:
        began = time.perf_counter()
        for mail in mails:
            receipt = transport.send("watch@example.org", mail.address, mail.message)
            assert receipt.state == "sent", receipt
        return time.perf_counter() - began


def composing(database: Database, at: Path) -> tuple[float, int, list[Delivery]]:
    """Return seconds for composing and storing, distinct contents, and the mails."""
    laid_out = []
    whole = Press.lay_out
    Press.lay_out = lambda *a: laid_out.append(1) or whole(*a)  # type: ignore[method-assign]
    mail = MailSettings(digests=at / "digests", maildir=at / "maildir")
    preview(database, "2026-06-07", CUT, mail)  # compiles the templates
    laid_out.clear()
    began = time.perf_counter()
    made = compose_day(database, "2026-06-07", CUT, mail)
    return time.perf_counter() - began, len(laid_out), made


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, aiosmtpd() as quick, exim() as real:
        at = Path(folder)
        database = Database(f"sqlite:///{at / 'bench.db'}", wants=matches)
        fill(database)
        composed, distinct, made = composing(database, at)
        size = sum(len(mail.message) for mail in made)
        print(f"mails {len(made)}, distinct contents {distinct}, {size / 1e6:.1f} MB")
        print(f"composing, storing and copying: {composed:.2f} s")
        servers = {"aiosmtpd, forgets what it takes": quick, "exim, keeps it on disk": real}
        for name, port in servers.items():
            if port is None:
                print(f"{name}: not installed, not measured")
                continue
            taken = taking(made, port)
            print(f"{name}: {taken:.2f} s; composing / taking {composed / taken:.2f}")
        settings = MailSettings(digests=at / "digests", maildir=at / "maildir")
        began = time.perf_counter()
        to = SmtpSettings("127.0.0.1", quick, "plain")
        deliver(database, SmtpTransport(to), settings, CUT)
        sent = time.perf_counter() - began
        print(f"as the product sends: {sent:.2f} s; composing / sending {composed / sent:.2f}")


if __name__ == "__main__":
    main()
