"""What went wrong in other people's monitors, one test a fault; each docstring says who had it.

The faults are those of the project's collection of issue threads (RSSHub, changedetection.io,
urlwatch, Huginn, email-alert-api, zavod, miniflux, …). A test here fails if we repeat one.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import feedparser
import pytest
from blank import blank
from feed_examples import STATION, change, sick, source, tell
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from test_mail_deliver import Scripted
from test_settle import LIST, World, page, site, url

import cli
from config import load_config
from crawler.archive import ArchiveWriter
from feeds.digest import compose_alerts, compose_day
from feeds.digest.compose import compose
from feeds.digest.envelope import seal
from feeds.digest.layout import HTML_BYTES, Content
from feeds.filters import matches
from feeds.mail import deliver
from feeds.publish import publish
from feeds.refusals import judge
from feeds.settings import MailSettings, PublishSettings
from feeds.transport import MaildirTransport, Receipt, SmtpTransport
from scheduler import Job
from store import digests, faults, health, ledger, runs
from store.database import Database
from store.errors import LockHeld
from store.lock import lock
from store.records import DigestRun, Entry, Filter, Listing, Subscription

DAY, CUT = "2026-06-07", datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
"""A digest day, and 08:00 of it in China."""
PEOPLE = tuple(f"reader{n}@example.org" for n in range(1, 6))
TO = MailSettings(digests=Path("digests"), maildir=Path("maildir"))
ROOT = Path(__file__).parent.parent


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, no transaction it passes through is committed."""


class Server:
    """A mail server's memory; refuses whom it is told to refuse."""

    def __init__(self, refuses: frozenset[str] = frozenset()) -> None:
        self.refuses = refuses
        self.taken: list[tuple[str, bytes]] = []

    def send(self, sender: str, address: str, message: bytes) -> Receipt:
        if address in self.refuses:
            return Receipt("refused", "550 no such user", "address")
        self.taken.append((address, message))
        return Receipt("sent", "250 OK")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return blank(tmp_path / "policywatch.db")


@pytest.fixture
def to(tmp_path: Path) -> MailSettings:
    return replace(TO, digests=tmp_path / "digests", maildir=tmp_path / "maildir")


def subscribe(database: Database, *people: str, wanted: Filter | None = None, **on: object) -> None:
    """Subscribe them an hour before the digest."""
    with database.writing() as session:
        for address in people:
            at = CUT - timedelta(hours=1)
            digests.subscribe(session, address, wanted or Filter(), at, **on)  # type: ignore[arg-type]


def text_of(message: bytes) -> str:
    body = message_from_bytes(message, policy=default).get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content())


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Die at the `step`-th SQL statement or fault point inside the block."""
    seen: Counter[str] = Counter()

    def count(*_: object) -> None:
        seen["steps"] += 1
        if seen["steps"] == step:
            raise Killed

    listener = ("before_cursor_execute", count)
    event.listen(Engine, *listener)
    with monkeypatch.context() as patched:
        patched.setattr(faults, "reach", count)
        try:
            yield seen
        except Killed:
            seen["killed"] = 1
        finally:
            event.remove(Engine, *listener)


def copies(database: Database, folder: Path) -> Iterator[Database]:
    """Yield the database again and again as it is now, each time in a file of its own."""
    database.close()
    original = Path(database.url.removeprefix("sqlite:///"))
    number = 0
    while True:
        number += 1
        path = folder / f"copy-{number}.db"
        shutil.copy(original, path)
        opened = Database(f"sqlite:///{path}", wants=matches)
        yield opened
        opened.close()
        for left in folder.glob(f"copy-{number}.db*"):
            left.unlink()


def test_smtp_fails_after_state_saved(
    database: Database, to: MailSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """urlwatch saves its state, then mails: a failure in between was never reported.

    Killed at every statement and every fault point from composing to the last receipt.
    """
    subscribe(database, *PEOPLE[:3])
    tell(database, 1)
    for step, copy in enumerate(copies(database, tmp_path), start=1):
        server = Server()
        with killed_at(step, monkeypatch) as seen:
            compose_day(copy, DAY, CUT, to)
            deliver(copy, server, to, CUT)
        compose_day(copy, DAY, CUT, to)
        deliver(copy, server, to, CUT)
        told = Counter(address for address, _ in server.taken)
        assert set(told) == set(PEOPLE[:3])
        assert sum(told.values()) <= 4, "more than one duplicate at the SMTP boundary"
        names = {message_from_bytes(m)["Message-ID"] for _, m in server.taken}
        assert len(names) == 3
        with copy.reading() as session:
            stored = digests.deliveries(session)
        assert [d.state for d in stored] == ["sent"] * 3
        if not seen["killed"]:
            break
    assert step > 40, "the kill reached too few statements to prove anything"


def test_process_dies_with_in_memory_queue(
    database: Database, to: MailSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """changedetection.io keeps notifications in memory: a dying process took them along."""
    subscribe(database, PEOPLE[0], rhythm="immediately")
    for step, copy in enumerate(copies(database, tmp_path), start=1):
        server = Server()
        with killed_at(step, monkeypatch) as seen:
            tell(copy, 1)
            compose_alerts(copy, to, CUT)
            deliver(copy, server, to, CUT)
        with copy.reading() as session:
            recorded = bool(ledger.changes(session))
        if not recorded:
            tell(copy, 1)  # the crawl settles again what it had not recorded
        compose_alerts(copy, to, CUT)
        deliver(copy, server, to, CUT)
        assert 1 <= len(server.taken) <= 2
        assert len({message for _, message in server.taken}) == 1
        if not seen["killed"]:
            break
    assert step > 30


@pytest.mark.parametrize("refused", range(5))
def test_recipient_2_of_5_raises(database: Database, to: MailSettings, refused: int) -> None:
    """Huginn: when a later recipient failed, the earlier ones were mailed again."""
    subscribe(database, *PEOPLE)
    tell(database, 1)
    compose_day(database, DAY, CUT, to)
    server = Server(frozenset({PEOPLE[refused]}))
    for _ in range(3):
        deliver(database, server, to, CUT)
    assert [address for address, _ in server.taken] == [
        person for person in PEOPLE if person != PEOPLE[refused]
    ]


@pytest.mark.parametrize(
    ("after_data", "hang_up"),
    [(b"250 OK\r\n-1\r\n", False), (b"250 OK\r\n\x00\xff", True), (b"250 OK\r\n", True)],
)
def test_accepted_then_minus_1_or_disconnect_at_the_end(
    database: Database, to: MailSettings, after_data: bytes, hang_up: bool
) -> None:
    """QQ answers −1 after taking a mail, others hang up at QUIT: who retries sends it twice."""
    subscribe(database, *PEOPLE[:2])
    tell(database, 1)
    compose_day(database, DAY, CUT, to)
    with closing(Scripted(after_data, hang_up=hang_up)) as server:
        for _ in range(3):
            deliver(database, SmtpTransport(server.settings), to, CUT)
        assert server.received == 2


def lint(message: bytes) -> list[str]:
    """Return what a strict provider would dislike in a message."""
    head, _, _ = message.partition(b"\r\n\r\n")
    parsed = message_from_bytes(message, policy=default)
    assert isinstance(parsed, EmailMessage)
    kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    wanted = ("Date", "Message-ID", "From", "To", "Subject", "MIME-Version")
    found = [f"no {name}" for name in wanted if not parsed[name]]
    found += [] if kinds == ["text/plain", "text/html"] else [f"parts: {kinds}"]
    found += ["bare line feed"] if re.search(rb"(?<!\r)\n", message) else []
    found += ["header is not ASCII"] if not head.isascii() else []
    found += ["a line is too long"] if max(map(len, message.split(b"\r\n"))) > 76 else []
    for part in parsed.walk():
        found += [str(defect) for defect in part.defects]
        if not part.is_multipart() and part["Content-Transfer-Encoding"] != "base64":
            found.append("no transfer encoding")
    return found


def test_250_but_never_delivered(database: Database, to: MailSettings) -> None:
    """阿里云 took mails without Date, Message-ID or transfer encoding, and nobody got them."""
    subscribe(database, *PEOPLE[:2])
    subscribe(database, PEOPLE[2], rhythm="immediately")
    subscribe(database, PEOPLE[3], rhythm="weekly", all_quiet=True)
    tell(database, 1)
    compose_day(database, DAY, CUT, to)
    compose_day(database, "2026-06-08", CUT + timedelta(1), to, rhythm="weekly")
    compose_alerts(database, to, CUT)
    with database.reading() as session:
        mails = [delivery.message for delivery in digests.deliveries(session)]
    assert len(mails) == 4
    for mail in mails:
        assert lint(mail) == []
        raw = message_from_bytes(mail)["Subject"]
        assert str(make_header(decode_header(raw))).startswith("社工政策")


def test_content_filter_554_dt_spm(database: Database, to: MailSettings) -> None:
    """163.com refuses a content with 554 DT:SPM: no blind retry, nothing against the address."""
    assert judge(554, "DT:SPM 163 smtp1,x", "END") == (True, "content")
    subscribe(database, PEOPLE[0])
    tell(database, 1)
    compose_day(database, DAY, CUT, to)

    class Filter163(Server):
        def send(self, sender: str, address: str, message: bytes) -> Receipt:
            self.taken.append((address, message))
            return Receipt("refused", "554 DT:SPM", "content")

    server = Filter163()
    for day in range(4):
        deliver(database, server, to, CUT + timedelta(days=day))
    assert len(server.taken) == 1
    with database.reading() as session:
        assert len(digests.subscriptions(session)) == 1


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet="社工政策日报：新增修订（截止）｜《办法》 0123456789/a𠮷", min_size=1, max_size=400
    )
)
@example("00000《《《《《《《《《《𠮷《 《")
def test_python_folds_encoded_subject_badly(subject: str) -> None:
    """Odoo: a long encoded subject was folded into words that strict servers refuse."""
    raw = seal(Content(subject, "", "", ()), TO, CUT)
    lines = raw.partition(b"\r\nDate:")[0].split(b"\r\n")
    assert all(len(word) <= 75 for line in lines for word in line.split(b" "))
    assert all(len(line) <= 76 for line in lines)
    assert message_from_bytes(raw, policy=default)["Subject"] == subject


def test_digest_too_long() -> None:
    """email-alert-api refused digests over 2 MB: the reader got nothing."""
    run = DigestRun(1, "daily", DAY, 0, 10_000)
    told = [change(n, document=replace(STATION, title=f"意见之{n}。")) for n in range(1, 1200)]
    mail = compose(run, told, (), Subscription(1, PEOPLE[0], Filter()), TO)
    assert mail is not None
    text = text_of(mail)
    assert all(f"意见之{n}。" in text for n in range(1, 1200))
    html = message_from_bytes(mail, policy=default).get_body(("html",))  # type: ignore[attr-defined]
    assert html is not None
    assert len(html.get_content().encode()) <= HTML_BYTES
    assert "在本邮件的纯文本部分" in html.get_content()


def test_blank_digest(database: Database, to: MailSettings) -> None:
    """email-alert-api#566: mails without items; who gets those stops reading."""
    subscribe(database, PEOPLE[0])
    subscribe(database, PEOPLE[1], all_quiet=True)
    subscribe(database, PEOPLE[2], wanted=Filter(regions=("44",)))
    tell(database, 1, announcement="irrelevant")
    (quiet,) = compose_day(database, DAY, CUT, to)
    assert quiet.address == PEOPLE[1]
    assert "没有符合您订阅条件的新内容" in text_of(quiet.message)
    tell(database, 2, now=CUT)
    told = compose_day(database, "2026-06-08", CUT + timedelta(1), to)
    assert {d.address: bool(d.change_ids) for d in told} == {PEOPLE[0]: True, PEOPLE[1]: True}


def test_dedupe_hides_from_2nd_list(database: Database, to: MailSettings) -> None:
    """email-alert-api#1611: who had heard of an item on one list was not told on the other."""
    filters = [Filter(), Filter(regions=("32",)), Filter(topics=("社工站",)), Filter(words=("五",))]
    for wanted in filters:
        subscribe(database, PEOPLE[0], wanted=wanted)
    tell(database, 1)
    tell(database, 2, title="第五号意见", region="22")
    with database.reading() as session:
        changes = ledger.changes(session)
    for delivery in compose_day(database, DAY, CUT, to):
        with database.reading() as session:
            (wanted,) = [
                s.filter for s in digests.subscriptions(session) if s.id == delivery.subscription_id
            ]
        assert set(delivery.change_ids) == {c.id for c in changes if matches(wanted, c)}
        assert delivery.change_ids


def test_partial_crawl_marks_missing_as_cancelled(tmp_path: Path) -> None:
    """city-scrapers: what a broken-off crawl had not reached was reported as cancelled."""
    world = World(tmp_path)
    pages = {url(n): (f"2026-05-{n:02}", page(n, f"2026-05-{n:02}")) for n in range(10, 20)}
    world.run(pages)
    for days in range(1, 8):
        world.now += timedelta(days=1)
        with world.database.writing() as session:
            world.run_id = runs.begin(session, list(world.sources), world.now)
        world.archive = ArchiveWriter(world.folder / "archive", world.run_id)
        newest = [Entry(u, "题", on) for u, (on, _) in sorted(pages.items())][-1 - days % 3 :]
        world._visit(LIST, "listing", "ok", listing=Listing(tuple(newest)), complete=False)
        world.archive.close()
        world.settle()
    assert {told.kind for told in world.changes()} == {"new"}


def test_timestamp_in_hash(tmp_path: Path) -> None:
    """zavod#5347: the time of the crawl was in the hash; every record was new every day."""
    chance = random.Random(5347)
    world = World(tmp_path)
    world.run(site(1, 2))
    for _ in range(6):
        world.now += timedelta(days=1)
        noise = (
            f"<!-- generated {world.now.isoformat()} {chance.random()} -->"
            f"<div class='ad'><a href='/ad/{chance.randint(1, 99)}'>专题广告</a></div>"
            f"<p>今天是{world.now:%Y年%m月%d日}</p>"
        )
        served = {
            where: (on, body.replace('<div class="nav">', f'{noise}<div class="nav">'))
            for where, (on, body) in site(1, 2, seen=chance.randint(2, 9999)).items()
        }
        assert world.run(served).changes == []
    assert len(world.changes()) == 2


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"],
)
def test_server_local_time_stamped_as_cst(
    tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RSSHub#673: Beijing time published as GMT. Here the machine's zone reaches nothing at all."""
    mails = []
    for number, name in enumerate(("UTC", zone)):
        monkeypatch.setenv("TZ", name)
        time.tzset()
        here = Database(f"sqlite:///{tmp_path / str(number)}.db")
        with here.writing() as session:
            health.put(session, source())
            health.put(session, sick())
        subscribe(here, PEOPLE[0])
        tell(here, 1, now=CUT - timedelta(milliseconds=1))  # 07:59:59.999
        tell(here, 2, now=CUT)
        to = replace(TO, digests=tmp_path / name / "digests")
        (today,) = compose_day(here, DAY, CUT, to)
        (tomorrow,) = compose_day(here, "2026-06-08", CUT + timedelta(1), to)
        assert "之1" in text_of(today.message)
        assert "之2" not in text_of(today.message)
        assert message_from_bytes(today.message)["Date"] == "Sun, 07 Jun 2026 08:00:00 +0800"
        mails.append((today.message, tomorrow.message))
        publish(here, tmp_path / name / "public", PublishSettings())
    monkeypatch.undo()
    time.tzset()
    assert mails[0] == mails[1]
    feeds = [(tmp_path / n / "public/feeds/all.xml").read_bytes() for n in ("UTC", zone)]
    assert feeds[0] == feeds[1]


NO_SITE = """
id = "mz_rest"
name = "休息的民政厅"
region = "32"
kind = "government"
family = "trs_tdate"
base_url = "https://mzt.example.gov.cn"
enabled = false

[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "https://mzt.example.gov.cn/zcwj/"
basis = "seen"
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mz_rest.toml").write_text(NO_SITE, encoding="utf-8")
    config = load_config(data=tmp_path / "var", sources=tmp_path / "sources")
    return Job(config, clock=lambda: CUT - timedelta(hours=1))


def test_cron_silently_not_running(
    job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """china-governance: cron was dead for five weeks and nothing said so."""
    monkeypatch.setenv("POLICYWATCH_DATA", str(job.config.data))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(job.config.sources))

    def ends_with(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["policywatch", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    assert ends_with("status", "--max-age", "26") == 1, "a program that never ran is not fine"
    finished = datetime.now(UTC) - timedelta(hours=25)
    with job.database.writing() as session:
        runs.finish(session, runs.begin(session, [], finished), finished)
    assert ends_with("status", "--max-age", "26") == 0
    assert ends_with("status", "--max-age", "24") == 1


@pytest.mark.parametrize(
    "ticks",
    [
        [0],
        [1.2],
        [10],
        [6 * 3600],
        [-1, 1],
        [-600, 0, 600],
        [0, 0, 0],
        [-0.001, 0, 0.001],
        [0.5, -0.5, 0.5],  # the clock is set back over the hour
        [23 * 3600 + 3599],
    ],
    ids=lambda ticks: ",".join(map(str, ticks)),
)
def test_scheduler_fires_late_or_restarts_over_the_fire_time(job: Job, ticks: list[float]) -> None:
    """APScheduler drops a job that is 1 s late; a restart over 08:00 skipped the day's digest.

    Ticks are seconds from 08:00:00; each is a process of its own, as after a restart.
    """
    subscribe(job.database, PEOPLE[0], all_quiet=True)
    for day in range(3):
        for seconds in ticks:
            now = CUT + timedelta(days=day, seconds=seconds)
            Job(job.config, clock=lambda now=now: now).mail()  # type: ignore[misc]
    with job.database.reading() as session:
        sent = [d.message_id for d in digests.deliveries(session) if d.state == "sent"]
    assert sent == [f"<digest.daily.2026-06-{day:02}.1@policywatch.local>" for day in (7, 8, 9)]


def test_machine_that_slept_a_week_catches_up_and_doubles_nothing(job: Job) -> None:
    """Huginn#2667: digests of the days a machine slept were lost."""
    subscribe(job.database, PEOPLE[0])
    told = []
    for day in (0, 9, 10):
        now = CUT + timedelta(days=day)
        told.append(tell(job.database, day, now=now - timedelta(minutes=5)))
        for _ in range(2):
            Job(job.config, clock=lambda now=now: now).mail()  # type: ignore[misc]
    with job.database.reading() as session:
        sent = [name for d in digests.deliveries(session) for name in d.change_ids]
    assert sent == told


def test_a_laptop_that_slept_over_eight_sends_once_when_it_wakes(job: Job) -> None:
    """Suspended at 22:00, open at 10:07: the crawl tick is first, the digest's own tick follows."""
    subscribe(job.database, PEOPLE[0])
    told = tell(job.database, 1, now=CUT - timedelta(hours=11))
    for hours in (-10, 2.12, 2.13, 2.3):
        at = CUT + timedelta(hours=hours)
        awake = Job(job.config, clock=lambda at=at: at)  # type: ignore[misc]
        awake.run()
        awake.mail()
    with job.database.reading() as session:
        (sent,) = digests.deliveries(session)
    assert (sent.state, sent.change_ids) == ("sent", (told,))


def test_restart_at_eight_sharp_while_the_old_process_dies_composing(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at 08:00:00 with the window half made, started again the same second: one digest."""
    subscribe(job.database, PEOPLE[0])
    tell(job.database, 1, now=CUT - timedelta(minutes=1))
    for step in (3, 9, 15):
        with killed_at(step, monkeypatch):
            Job(job.config, clock=lambda: CUT).mail()
    Job(job.config, clock=lambda: CUT).mail()
    Job(job.config, clock=lambda: CUT).mail()
    with job.database.reading() as session:
        states = [delivery.state for delivery in digests.deliveries(session)]
    assert states == ["sent"]
    assert len(MaildirTransport(job.config.data / "maildir")._known) == 1


def test_writer_stalled_across_eight_o_clock(database: Database, to: MailSettings) -> None:
    """A change recorded at 07:59 and committed at 08:01 is in today's digest, not in none."""
    from threading import Event, Thread

    subscribe(database, PEOPLE[0])
    inside, composed = Event(), []

    def compose_meanwhile() -> None:
        inside.wait()
        composed.extend(compose_day(database, DAY, CUT, to))

    reader = Thread(target=compose_meanwhile, daemon=True)
    reader.start()
    with database.writing() as session:

        class Held:
            def writing(self) -> "Held":
                return self

            def __enter__(self) -> object:
                return session

            def __exit__(self, *ended: object) -> None:
                inside.set()
                reader.join(0.3)  # the digest asks for the lock and has to wait

        change_id = tell(Held(), 1, now=CUT - timedelta(microseconds=1))  # type: ignore[arg-type]
        assert not composed
    reader.join()
    assert [delivery.change_ids for delivery in composed] == [(change_id,)]


def test_duplicate_guids(tmp_path: Path, database: Database) -> None:
    """miniflux#4197: nine of ten items shared a GUID and were never seen."""

    def ids(public: Path) -> list[str]:
        publish(database, public, PublishSettings())
        return [entry.id for entry in feedparser.parse(public / "feeds" / "all.xml").entries]

    for n in range(12):
        tell(database, n, title="同名的意见", body_text=f"第{n}份")
    first = ids(tmp_path / "public")
    assert len(set(first)) == len(first) == 12
    tell(database, 99)
    assert set(first) < set(ids(tmp_path / "public"))
    assert ids(tmp_path / "rebuilt") == ids(tmp_path / "public")


def test_overlap_of_runs(job: Job) -> None:
    """crawlab#1389: two runs at once did the work twice; a dead one's lock kept others out."""
    code = (
        "import sys, time; from datetime import UTC, datetime; from pathlib import Path\n"
        "from store.lock import lock\n"
        "with lock(Path(sys.argv[1]), 'run', datetime.now(UTC)):\n"
        "    print('held', flush=True); time.sleep(600)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(job.config.data)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ,
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockHeld, match=str(holder.pid)):
            job.run()
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    with lock(job.config.data, "run", CUT):
        assert True, "a killed run's lock is free at once"


def test_overlap_of_mails_sends_each_once(job: Job) -> None:
    """Two processes at the digest's hour: the second leaves the mails to the first."""
    subscribe(job.database, PEOPLE[0], all_quiet=True)
    at_eight: Callable[[], datetime] = lambda: CUT  # noqa: E731
    with lock(job.config.data, "mail", CUT):
        delivered, problems = Job(job.config, clock=at_eight).mail()
        assert delivered is None
        assert problems
    Job(job.config, clock=at_eight).mail()
    Job(job.config, clock=at_eight).mail()
    box = MaildirTransport(job.config.data / "maildir")
    assert len(box._known) == 1
