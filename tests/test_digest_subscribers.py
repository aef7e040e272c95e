"""Who subscribes, as commands and as a table; what became of a day's mails."""

import json
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from feed_examples import tell
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from test_lessons import CUT, DAY, NO_SITE, Server, text_of

import cli
from config import load_config, mail_settings
from feeds import roster
from feeds.digest import compose_alerts, compose_day
from feeds.errors import AddressRefused
from feeds.mail import deliver
from feeds.receipts import receipts
from feeds.roster import Wish
from scheduler import Job
from store import digests, subscribers
from store.records import Filter, Subscription


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mz_rest.toml").write_text(NO_SITE, encoding="utf-8")
    monkeypatch.setenv("POLICYWATCH_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(tmp_path / "sources"))
    return Job(load_config(), clock=lambda: CUT)


@pytest.fixture
def command(
    job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["policywatch", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return call


def listed(job: Job) -> list[Subscription]:
    with job.database.reading() as session:
        return digests.subscriptions(session, suspended=True)


def test_subscribing_twice_makes_one_subscription(
    job: Job, command: Callable[..., tuple[int, str]]
) -> None:
    words = ("subscribe", "Team@Example.CN", "--region", "32", "--rhythm", "weekly", "--no-diffs")
    assert command(*words) == (0, "subscription 1\n")
    assert command(*words) == (0, "subscription 1\n")
    (one,) = listed(job)
    assert (one.address, one.rhythm, one.diffs, one.details) == (
        "Team@example.cn",
        "weekly",
        False,
        True,
    )
    assert one.filter == Filter(regions=("32",))


@pytest.mark.parametrize(
    "words",
    [
        ("subscribe", "nobody"),
        ("subscribe", "a@b.cn", "--rhythm", "hourly"),
        ("subscribe", "ntfy://topic"),
    ],
)
def test_a_subscription_that_cannot_be_served_is_refused(
    job: Job, command: Callable[..., tuple[int, str]], words: tuple[str, ...]
) -> None:
    code, said = command(*words)
    assert code == 2
    assert "Traceback" not in said
    assert listed(job) == []


def test_one_of_several_subscriptions_ends_by_its_number(
    job: Job, command: Callable[..., tuple[int, str]]
) -> None:
    command("subscribe", "a@b.cn", "--region", "32")
    command("subscribe", "a@b.cn", "--region", "44")
    assert command("unsubscribe", "1")[0] == 0
    assert [s.id for s in listed(job)] == [2]
    assert command("unsubscribe", "a@b.cn")[0] == 0
    assert command("unsubscribe", "a@b.cn")[0] == 1


def test_erasing_an_address_empties_the_copies_too(
    job: Job, command: Callable[..., tuple[int, str]]
) -> None:
    command("subscribe", "gone@b.cn", "--all-quiet")
    command("subscribe", "stays@b.cn", "--all-quiet")
    job.mail(DAY)
    data = job.config.data
    assert len(list((data / "digests").glob("*.eml"))) == 2
    assert command("unsubscribe", "gone@b.cn", "--erase")[0] == 0
    kept = [p for p in data.rglob("*") if p.is_file() and b"gone@b.cn" in p.read_bytes()]
    assert {p.suffix for p in kept} <= {".db", ".db-wal"}  # free pages of the database file
    assert len(list((data / "digests").glob("*.eml"))) == 1
    assert "（已删除）" in {row["to"] for row in receipts(job.database, DAY)}


def test_what_is_exported_is_imported_again_as_it_was(
    job: Job, command: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    command("subscribe", "a@b.cn", "--word", "社工站", "--word", "督导", "--all-quiet")
    command("subscribe", "ntfy://topic", "--rhythm", "immediately", "--genre", "policy")
    before = listed(job)
    code, table = command("subscribers", "export")
    assert code == 0
    path = tmp_path / "people.csv"
    path.write_text(table, encoding="utf-8")
    assert command("subscribers", "import", str(path)) == (0, "2 rows, 2 subscriptions\n")
    assert listed(job) == before


def test_a_list_with_a_bad_row_changes_nothing_and_names_lines_only(
    job: Job, command: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("address,rhythm\na@b.cn,\nb@@c.cn,\nd@e.cn,yearly\n", encoding="utf-8")
    code, said = command("subscribers", "import", str(path))
    assert code == 2
    assert "line 3" in said
    assert "line 4" in said
    assert "b@@c.cn" not in said
    assert listed(job) == []


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_saved_by_a_chinese_spreadsheet_is_read(charset: str) -> None:
    table = "address,words,all_quiet\na@b.cn,社工站；督导,是\n"
    (wish,) = roster.read(table.encode(charset))
    assert wish == Wish("a@b.cn", Filter(words=("社工站", "督导")), all_quiet=True)


def test_a_list_with_an_unknown_column_is_refused_by_name() -> None:
    with pytest.raises(AddressRefused, match="unknown: filter"):
        roster.read(b"address,filter\na@b.cn,x\n")
    with pytest.raises(AddressRefused, match="with `address`"):
        roster.read(b"")


_WORD = st.text(alphabet="社工站督导,\"'=\n 32", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(
    st.builds(
        Filter,
        regions=st.lists(st.sampled_from(["32", "44", "00"]), max_size=2).map(tuple),
        words=st.lists(_WORD, max_size=3).map(tuple),
        possibly=st.booleans(),
    ),
    st.booleans(),
    st.booleans(),
)
def test_any_filter_survives_export_and_import(wanted: Filter, quiet: bool, diffs: bool) -> None:
    one = Subscription(1, "a@b.cn", wanted, "weekly", quiet, diffs)
    (wish,) = roster.read(roster.write([one]).encode())
    assert wish == Wish("a@b.cn", wanted, "weekly", quiet, diffs)


def test_receipts_say_person_by_person_what_was_told_and_taken(
    job: Job, command: Callable[..., tuple[int, str]]
) -> None:
    with job.database.writing() as session:
        at = CUT - timedelta(hours=1)
        subscribers.subscribe(session, "one@example.org", Filter(), at)
        subscribers.subscribe(session, "two@example.org", Filter(), at)
        subscribers.subscribe(session, "now@example.org", Filter(), at, rhythm="immediately")
    change_id = tell(job.database, 1)
    to = mail_settings(job.config)
    compose_day(job.database, DAY, CUT, to)
    compose_alerts(job.database, to, CUT)
    deliver(job.database, Server(frozenset({"two@example.org"})), to, CUT)
    rows = receipts(job.database, DAY)
    assert [(row["to"], row["kind"], row["state"]) for row in rows] == [
        ("o***@example.org", "daily", "sent"),
        ("t***@example.org", "daily", "refused"),
        ("n***@example.org", "immediately", "sent"),
    ]
    assert rows[1]["detail"] == "550 no such user"
    told = [{"id": change_id, "title": "社工站建设意见之1"}]
    assert [row["changes"] for row in rows] == [told] * 3
    code, said = command("digest", "--receipts", DAY, "--json")
    assert code == 0
    assert [json.loads(line)["state"] for line in said.splitlines()] == [
        row["state"] for row in rows
    ]
    assert "one@example.org" not in said
    assert "生成 3；服务器已接收 2，被拒绝 1" in command("digest", "--receipts", DAY)[1]
    page = job.config.data / "receipts.html"
    assert command("digest", "--receipts", DAY, "--html", str(page))[0] == 0
    written = page.read_text(encoding="utf-8")
    assert "生成 <b>3</b>" in written
    assert "社工站建设意见之1" in written
    assert "@example.org" in written
    assert "one@" not in written


def test_status_says_what_waits_and_where_mail_goes_without_a_server(
    job: Job, command: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with job.database.writing() as session:
        subscribers.subscribe(session, "one@example.org", Filter(), CUT, all_quiet=True)
    compose_day(job.database, DAY, CUT, mail_settings(job.config))
    state = json.loads(command("status", "--json")[1])
    assert state["mail"] == "maildir"
    assert [(d["to"], d["state"]) for d in state["waiting"]] == [("o***@example.org", "pending")]
    assert "没有配置SMTP服务器" in command("status")[1]
    monkeypatch.setenv("POLICYWATCH_SMTP_PROVIDER", "qq")
    monkeypatch.setenv("POLICYWATCH_SMTP_USER", "team@qq.com")
    assert json.loads(command("status", "--json")[1])["mail"] == "smtp"
    made = mail_settings(load_config())
    assert made.smtp is not None
    assert (made.smtp.host, made.smtp.port, made.smtp.security) == ("smtp.qq.com", 465, "ssl")
    assert made.smtp.per_day == 100
    assert made.from_address == "team@qq.com"


def test_an_alarm_is_acknowledged_by_the_name_status_gives_it(
    job: Job, command: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYWATCH_DISK_FREE_MB", str(10**12))
    job = Job(load_config(), clock=job.clock)
    job.run([])
    (alarm,) = json.loads(command("status", "--json")[1])["alarms"]
    assert alarm["subject"] == "disk"
    assert command("ack", "disk", "--days", "3")[0] == 0
    assert json.loads(command("status", "--json")[1])["alarms"][0]["acked_until"]
    assert command("ack", "nothing")[0] == 1


def test_the_digest_of_a_day_is_the_same_bytes_whenever_it_is_asked_for(job: Job) -> None:
    with job.database.writing() as session:
        subscribers.subscribe(session, "one@example.org", Filter(), CUT, all_quiet=True)
    tell(job.database, 1)
    (shown,) = job.preview(DAY, None)
    to = mail_settings(job.config)
    (first,) = compose_day(job.database, DAY, CUT, to)
    tell(job.database, 2)
    (again,) = compose_day(job.database, DAY, CUT, to)
    assert again.message == first.message
    assert message_from_bytes(first.message)["Message-ID"] in shown
    assert "之2" not in text_of(again.message)


def test_the_list_of_subscriptions_is_read_at_80_columns(
    command: Callable[..., tuple[int, str]],
) -> None:
    command("subscribe", "reader@example.org", "--region", "32", "--word", "督导", "--no-diffs")
    code, shown = command("subscribers", "list")
    assert code == 0
    (row,) = [line for line in shown.splitlines() if "江苏 · 督导" in line]
    assert "每天" in row
    assert "不附改动" in row
    assert "有效" in row
    assert all(cell_len(line) <= 80 for line in shown.splitlines())
