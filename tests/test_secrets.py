"""What is ours alone stays ours: secrets in no output, files for nobody else, a ledger to read."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from crawl_site import Desk
from sqlalchemy.exc import OperationalError
from sqlmodel import text
from typer.testing import CliRunner

import cli
from config import load_config
from crawler import run as crawl_run
from feeds.settings import SmtpSettings
from feeds.signet import Signet
from jobs.settings import post_settings
from store.database import Database

SECRET = "Geheim-4711"
ROOT = Path(cli.__file__).parent
ROOM = {
    "POLICYWATCH_SMTP_PASSWORD": SECRET,
    "POLICYWATCH_UNSUBSCRIBE_SECRET": f"{SECRET}-and-sixteen-bytes",
    "POLICYWATCH_ALERT_URLS": f'["ntfys://{SECRET}@alerts.example/topic"]',
    "POLICYWATCH_HEARTBEAT_URL": f"https://beat.example/{SECRET}",
    "POLICYWATCH_SMTP_HOST": "smtp.example.cn",
    "POLICYWATCH_PUBLIC_URL": "https://watch.example.cn",
}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYWATCH_DATA", str(tmp_path / "var"))
    for name, value in ROOM.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def policywatch(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a person does, in a process of its own with a generous umask."""
    main = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import cli; cli.main()"
    return subprocess.run(
        [sys.executable, "-c", main, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        umask=0,
    )


@pytest.mark.parametrize(
    "arguments", [["config"], ["status", "--json"], ["digest", "--dry-run"], ["deliveries"]]
)
def test_no_command_shows_a_secret(room: Path, arguments: list[str]) -> None:
    done = CliRunner().invoke(cli.app, arguments)
    assert SECRET not in done.output
    assert SECRET not in repr(done.exception)


def test_no_representation_of_settings_shows_a_secret(room: Path) -> None:
    config = load_config()
    assert config.password() == SECRET
    post = post_settings(config, [])
    for shown in (config, config.masked(), post, post.smtp, post.one_click):
        assert SECRET not in repr(shown)
        assert SECRET not in str(shown)
    assert SECRET not in repr(Signet(SECRET.encode() * 3))
    assert isinstance(post.smtp, SmtpSettings)


def test_a_wrong_setting_is_named_without_the_others(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYWATCH_SMTP_PORT", "many")
    done = policywatch(room, "config")
    assert (done.returncode, "smtp_port" in done.stderr) == (2, True)
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://watch:{SECRET}@db.example/x", "postgresql://watch:***@db.example/x"),
        (f"postgresql+psycopg://:{SECRET}@db/p", "postgresql+psycopg://:***@db/p"),
        ("sqlite:////var/lib/x.db", "sqlite:////var/lib/x.db"),
        ("", ""),
    ],
)
def test_the_password_of_a_database_is_masked(room: Path, url: str, shown: str) -> None:
    assert load_config(database_url=url).masked()["database_url"] == shown


def test_the_crawl_child_is_told_no_secret_and_shows_none_to_its_neighbours(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[list[str], dict[str, str]]] = []

    def popen(command: list[str], **options: object) -> object:
        told.append((command, options["env"]))  # type: ignore[arg-type]
        raise OSError("not started")

    desk = Desk(room)
    desk.watch("one", "http://127.0.0.1:9", "/zcwj/")
    plan = desk.plan()
    desk.database.close()
    monkeypatch.setattr(crawl_run.subprocess, "Popen", popen)
    with pytest.raises(crawl_run.CrawlError):
        crawl_run.crawl(plan)
    command, environment = told[0]
    assert plan.database_url not in command
    assert environment[crawl_run.DATABASE_VARIABLE] == plan.database_url
    assert SECRET not in str(environment)


def test_what_is_ours_is_ours_alone_and_public_is_public(room: Path) -> None:
    assert policywatch(room, "publish").returncode == 0
    assert policywatch(room, "digest", "--dry-run").returncode == 0
    data = room / "var"
    modes = {
        path.relative_to(data).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (data, *data.rglob("*"))
    }
    assert modes.pop(".") == 0o711  # a web server passes through, and lists nothing
    public = {name: mode for name, mode in modes.items() if name.split("/")[0] == "public"}
    hidden = {name: mode for name, mode in public.items() if Path(name).name.startswith(".")}
    for name, mode in public.items() - hidden.items():
        assert mode == (0o755 if (data / name).is_dir() else 0o644), name
    for name, mode in modes.items() - public.items():
        assert not mode & 0o077, name
    assert {"policywatch.db", "public/index.html", "public/feeds/all.xml"} <= modes.keys()


def test_an_archive_and_a_maildir_made_by_the_command_are_ours_alone(tmp_path: Path) -> None:
    script = (
        "import os; os.umask(0o077); from pathlib import Path; from datetime import *;"
        "from crawler.archive import ArchiveWriter; from feeds.transport import MaildirTransport;"
        f"at = Path({str(tmp_path / 'var')!r}); w = ArchiveWriter(at / 'archive', 1);"
        "w.write('http://a.cn/', 200, [], b'x', fetched_at=datetime(2026, 1, 1, tzinfo=UTC));"
        "MaildirTransport(at / 'maildir').send('a', 'b', b'Message-ID: <1@a>\\n\\nx')"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
    made = [*tmp_path.joinpath("var").rglob("*")]
    assert {"run000001-01.warc.gz", "new"} <= {path.name for path in made}
    assert not [path for path in made if path.stat().st_mode & 0o077]


def test_the_site_opens_the_ledger_to_read_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}", read_only=True)
    with database.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM page")).scalar() == 0
    for words in ("DELETE FROM page", "DROP TABLE page", "CREATE TABLE x (y)"):
        with (
            pytest.raises(OperationalError, match="readonly"),
            database.writing() as session,
        ):
            session.connection().execute(text(words))
    database.close()


def test_statements_in_a_page_are_only_words(tmp_path: Path) -> None:
    from feed_examples import tell

    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    nasty = "'); DROP TABLE page; --\" OR 1=1 /* \x00 */ {{7*7}} $(touch owned) `touch owned`"
    tell(database, 1, title=nasty, source_name=nasty, document_number=nasty, issuers=(nasty,))
    with database.reading() as session:
        kept = session.connection().execute(text("SELECT count(*) FROM page")).scalar()
    database.close()
    assert kept == 1
    assert not (Path.cwd() / "owned").exists()
