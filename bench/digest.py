"""How long composing takes beside sending: 200 subscribers, 50 distinct filters, 300 changes.

Run: `python bench/digest.py`. The mails go to a real SMTP server on loopback (aiosmtpd, a process
of its own). Composing must take at most a fifth of what the server needs; identical digests are
laid out once.
"""

import multiprocessing
import socket
import tempfile
import time
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


class Sink:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return "250 OK"


def serve(port: int, ready: Any, over: Any) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    over.wait(300)
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def fill(database: Database) -> None:
    for number in range(CHANGES):
        tell(database, number)
    with database.writing() as session:
        for number in range(SUBSCRIBERS):
            kind = number % FILTERS
            wanted = Filter(
                regions=(REGIONS[kind % 12],) if kind % 3 else (),
                topics=(TOPICS[kind % 6],) if kind % 2 else (),
                words=(f"第{kind}号",) if kind % 5 == 4 else (),
                possibly=kind % 7 > 0,
                genres=("policy", "draft") if kind >= FILTERS // 2 else (),
            )
            digests.subscribe(session, f"reader{number}@example.org", wanted, AT)


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


def main() -> None:
    port, context = free_port(), multiprocessing.get_context("spawn")
    ready, over = context.Event(), context.Event()
    server = context.Process(target=serve, args=(port, ready, over))
    server.start()
    laid_out = []
    whole = Press.lay_out
    Press.lay_out = lambda *a: laid_out.append(1) or whole(*a)  # type: ignore[method-assign]
    try:
        ready.wait(30)
        with tempfile.TemporaryDirectory() as folder:
            at = Path(folder)
            database = Database(f"sqlite:///{at / 'bench.db'}", wants=matches)
            fill(database)
            to = SmtpSettings("127.0.0.1", port, "plain")
            mail = MailSettings(digests=at / "digests", maildir=at / "maildir", smtp=to)
            preview(database, "2026-06-07", CUT, mail)  # compiles the templates
            laid_out.clear()
            began = time.perf_counter()
            made = compose_day(database, "2026-06-07", CUT, mail)
            composed = time.perf_counter() - began
            with SmtpTransport(to) as transport:
                began = time.perf_counter()
                for delivery in made:
                    transport.send(mail.from_address, delivery.address, delivery.message)
                sending = time.perf_counter() - began
            began = time.perf_counter()
            deliver(database, SmtpTransport(to), mail, CUT)
            delivering = time.perf_counter() - began
            size = sum(len(d.message) for d in made)
        print(f"mails {len(made)}, distinct contents {len(laid_out)}, {size / 1e6:.1f} MB")
        print(f"composing and storing {composed:.2f} s; the server alone {sending:.2f} s;")
        print(f"delivering with its notes {delivering:.2f} s")
        print(
            f"composing / server {composed / sending:.2f}, / delivering {composed / delivering:.2f}"
        )
    finally:
        over.set()
        server.join(10)


if __name__ == "__main__":
    main()
