"""The operator's handbook says what is so: commands run, settings load, figures hold."""

import ast
import io
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pytest
import structlog
from hours import DIGEST_AT
from served_site import served
from sqlalchemy import text

import cli
from config import Config, load_config
from crawler.health import MEANING
from crawler.sources import MIN_DELAY_S, SHIPPED, Retired, Source, load_sources
from feeds import conditions, metrics
from feeds.alerts import REMIND_AFTER
from samplesites import SampleInternet, serve
from samplesites.hanweb import HanwebSite
from samplesites.obstacles import ChallengeSite
from samplesites.roster import ROSTER
from samplesites.trs import TrsSite
from samplesites.ucap import UcapSite
from store.database import Database
from store.records import Health
from store.revisits import AGES

ROOT = Path(__file__).parent.parent
HANDBOOK = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
SITES = (TrsSite, UcapSite, ChallengeSite, HanwebSite)
INSTALLED = "/opt/policywatch/src/"
CLIENT = "policywatch"
SHAPE_ONLY = {
    *("apt-get", "useradd", "git", "python3", "install", "runuser", "cp", "diff", "rsync"),
    *("cd", "export", "set", "systemctl", "journalctl", "/opt/policywatch/.venv/bin/pip"),
}
"""What is not run here: it needs root, a network or systemd. Checked: syntax, files, units."""


@dataclass(frozen=True)
class Line:
    """One command of the handbook under its heading; code: how the handbook says it ends."""

    section: str
    text: str

    @property
    def code(self) -> int:
        said = re.search(r"# exit (\d+)$", self.text)
        return int(said[1]) if said else 0

    @property
    def program(self) -> str:
        words = re.sub(r"\$\(.*?\)", "", self.text).split()
        return next(word for word in words if not re.match(r"[A-Z_]+=", word))


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield (heading, text) of each fenced block of this language."""
    for part in re.split(r"^#{2,3} ", HANDBOOK, flags=re.M)[1:]:
        heading = part.split("\n", 1)[0]
        for block in re.findall(rf"^```{language}\n(.*?)^```", part, re.M | re.S):
            yield heading, block


LINES = [Line(heading, row) for heading, block in blocks("sh") for row in block.splitlines()]


@dataclass
class Sandbox:
    """An operator's machine in a folder; the sample sites are its world."""

    folder: Path
    internet: SampleInternet
    monkeypatch: pytest.MonkeyPatch
    names: dict[str, str] = field(init=False)
    """What stands here for the names of the handbook."""

    def __post_init__(self) -> None:
        site, stranger = (self.internet.sites[f"demo_{name}"] for name in ("trs", "hanweb"))
        page = next(path for path in site.render(0) if re.search(r"/t\d+_\d+\.html$", path))
        address = f"{site.base_url}{page}"
        self.names = {
            "https://mzt.example.gov.cn/zwgk/zcwj/202605/t20260528_1.html": address,
            "https://mzt.example.gov.cn/zwgk/zcwj/": stranger.column_url(stranger.card.columns[0]),
            "mzt.example.gov.cn": f"{stranger.base_url}/",
            "mz_js": "demo_ucap",
            "mz_zj": "demo_trs",
            "mz_jl": "demo_challenge",
            "/var/backups/policywatch": str(self.folder / "backups"),
            "/srv/saved": str(self.folder / "saved"),
        }
        self.internet.write_sources(self.folder / "sources")
        (self.folder / "sources" / "demo_hanweb.toml").unlink()  # nobody watches it yet
        saved = f"<!-- saved from url=({len(address):04d}){address} -->\n".encode()
        (self.folder / "saved").mkdir()
        (self.folder / "saved" / "page.html").write_bytes(saved + site.render(0)[page].body)
        self.settle_in("data")

    def settle_in(self, data: str) -> None:
        """Use this data folder from now on."""
        self.data = self.folder / data
        values = {
            "data": self.data,
            "sources": self.folder / "sources",
            "digest_at": DIGEST_AT,
        }
        lines = (f'{name} = "{value}"\n' for name, value in values.items())
        (self.folder / "policywatch.toml").write_text("".join(lines))

    def run(self, line: str) -> tuple[int, str]:
        """Run one `policywatch` line as the shell would; return its exit code and what it said."""
        line = line.split("  # ")[0]
        for name, stands_for in {**self.names, "/var/lib/policywatch": str(self.data)}.items():
            line = line.replace(name, stands_for)
        words = shlex.split(re.sub(r"\$\((.*?)\)", lambda found: shell(found[1]), line))
        out, err = io.StringIO(), io.StringIO()
        with self.monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            while "=" in words[0]:
                patch.setenv(*words.pop(0).split("=", 1))
            argv, target = (words[:-2], words[-1]) if words[-2] == ">" else (words, None)
            patch.setattr(sys, "argv", argv)
            try:
                cli.main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        if target:
            Path(target).write_text(out.getvalue(), encoding="utf-8")
        return code, err.getvalue() or out.getvalue()

    def execute(self, statement: str) -> None:
        """Change the database by hand: what no command can bring about on purpose."""
        with Database(load_config().database).writing() as session:
            session.execute(text(statement))

    def ready(self, heading: str) -> None:
        """Bring about what a chapter of the handbook presupposes."""
        if heading == "The week":
            mails = list((self.data / "maildir" / "new").iterdir())
            assert len(mails) == 1, "the first digest of the first chapter"
        elif heading == "Alarms":
            self.run("policywatch run --source mz_jl")
        elif heading == "unknown":
            self.execute("UPDATE delivery SET state = 'unknown' WHERE id = 1")


def shell(words: str) -> str:
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.chdir(tmp_path)
    for name in Config.model_fields:
        monkeypatch.delenv(f"POLICYWATCH_{name.upper()}", raising=False)
    roster = tuple(entry for entry in ROSTER if entry[0] in SITES)
    with serve(port_base=29800, roster=roster) as internet:
        yield Sandbox(tmp_path, internet, monkeypatch)
    structlog.reset_defaults()


def test_every_policywatch_line_of_the_handbook_ends_as_it_says(sandbox: Sandbox) -> None:
    lines = [line for line in LINES if line.program == CLIENT]
    assert len(lines) >= 40
    wrong, section = [], ""
    for line in lines:
        if line.section != section:
            section = line.section
            sandbox.ready(section)
        if section == "Move to another machine" and "restore" in line.text:
            sandbox.settle_in("new machine")
        code, said = sandbox.run(line.text)
        if code != line.code:
            wrong.append(f"{line.section}: {line.text}: exit {code}\n{said}")
    assert not wrong, "\n".join(wrong)


def test_the_addresses_that_monitors_ask_answer(tmp_path: Path) -> None:
    asked = [shlex.split(line.text)[-1] for line in LINES if line.program == "curl"]
    assert {url.rpartition("/")[2] for url in asked} == {"health", "metrics"}
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with served(database, tmp_path / "public") as site:
        site.publish()
        assert site.get("/health")[0] == 503  # nothing has run yet
        status, _, body = site.get("/metrics")
    assert status == 200
    for url in asked:
        assert url.startswith(f"http://127.0.0.1:{Config.model_fields['serve_port'].default}/")
    assert b"policywatch_alarms_open" in body


def test_gauges_of_the_handbook_exist() -> None:
    source = Path(metrics.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r"`policywatch_(\w+)`", HANDBOOK))
    assert len(named) >= 4
    assert not [name for name in named if f'"{name}"' not in source]


def test_every_other_line_has_the_right_shape() -> None:
    for line in LINES:
        words = line.text.split()
        assert line.program in SHAPE_ONLY | {CLIENT, "curl"}, line.text
        subprocess.run(["bash", "-n", "-c", line.text], check=True)
        for word in words:
            if word.startswith(INSTALLED):
                assert (ROOT / word.removeprefix(INSTALLED)).exists(), line.text
        if line.program == "systemctl" and words[1] != "daemon-reload":
            units = [word for word in words[2:] if not word.startswith("--")]
            assert units, line.text
            for unit in units:
                name = unit if "." in unit else f"{unit}.service"
                assert (DEPLOY / name).is_file(), line.text


def test_every_unit_that_is_started_was_copied_before() -> None:
    copied: set[str] = set()
    for line in LINES:
        words = line.text.split()
        if line.program == "cp" and "/etc/systemd/system/" in words:
            copied.add(Path(words[1]).name)
        if line.text.startswith("systemctl enable"):
            for unit in words[3:]:
                assert {unit, f"{unit}.service"} & copied, line.text


def test_every_settings_block_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = 0
    for _, block in blocks("toml"):
        values = tomllib.loads(block)
        if "retired" in values:
            Retired(**values["retired"])
            continue
        (tmp_path / "policywatch.toml").write_text(block, encoding="utf-8")
        config = load_config().masked()
        assert {name: config[name] for name in values} == values
        loaded += 1
    assert loaded >= 7


def test_settings_and_variables_named_in_the_text_exist() -> None:
    variables = set(re.findall(r"POLICYWATCH_([A-Z_]+)", HANDBOOK))
    assert {name.lower() for name in variables} <= set(Config.model_fields)
    assert 'unsubscribe_url = ""' in HANDBOOK


def test_without_the_one_click_app_an_empty_address_leaves_mailto_alone() -> None:
    address = "https://policy.example.org"
    assert load_config(public_url=address).one_click_url == f"{address}/unsubscribe"
    assert load_config(public_url=address, unsubscribe_url="").one_click_url is None


def test_the_web_server_hands_on_what_the_apps_listen_to() -> None:
    ((_, nginx),) = blocks("nginx")
    ports = {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", nginx)}
    assert ports == {Config.model_fields[f"{app}_port"].default for app in ("serve", "oneclick")}


def alarm_kinds() -> set[str]:
    """Return the kinds that `feeds.conditions` can raise: the constants it writes, and healths."""
    kinds = {str(health) for health in get_args(Health)} - {"healthy"}
    for node in ast.walk(ast.parse(Path(conditions.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Alarm":
            named = {word.arg: word.value for word in node.keywords}
            kind = named.get("kind") or node.args[1]
            kinds |= {kind.value} if isinstance(kind, ast.Constant) else set()
    return kinds


def test_every_alarm_has_its_paragraph_and_no_paragraph_lacks_its_alarm() -> None:
    chapter = HANDBOOK.split("\n## Alarms\n")[1].split("\n## ")[0]
    told = set(re.findall(r"^### (\w+)$", chapter, re.M))
    assert told == alarm_kinds()


def test_every_outcome_that_makes_a_source_sick_is_explained() -> None:
    chapter = HANDBOOK.split("\n### sick\n")[1].split("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", chapter, re.M)) == set(MEANING)


def test_links_of_the_handbook_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", HANDBOOK, re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", words.lower()).replace(" ", "-") for words in headings}
    links = re.findall(r"\]\((\S+?)\)", HANDBOOK)
    assert len(links) >= 5
    for link in links:
        place, _, anchor = link.partition("#")
        assert not place or (ROOT / "docs" / place).is_file(), link
        assert not anchor or anchor in anchors, link


def test_reminders_come_when_the_handbook_says() -> None:
    *some, last = (str(after.days) for after in REMIND_AFTER)
    assert f"{', '.join(some)} and {last} days" in " ".join(HANDBOOK.split())


def test_budgets_of_the_handbook_are_those_of_the_program() -> None:
    said = " ".join(HANDBOOK.split())
    limits = {name: setting.default for name, setting in Config.model_fields.items()}
    budget = Source.model_fields["daily_budget"].default
    assert f"1 each {MIN_DELAY_S:g} s, {budget} a day" in said
    assert f"{limits['crawl_memory_mb']} MB for the crawl child" in said
    crawl, source = limits["crawl_timeout_s"], limits["crawl_source_timeout_s"]
    assert f"{crawl} s, one source {source} s" in said
    month, half_year, older = (age.every_h for age in AGES)
    ages = f"{month} hours, below 180 days every {half_year} hours, older ones every {older} hours"
    assert ages in said


def test_requests_a_day_are_what_the_shipped_sources_make_of_it() -> None:
    said = " ".join(HANDBOOK.split())
    enabled = [source for source in load_sources(SHIPPED).values() if source.enabled]
    sweeps = sum(24 / c.rhythm_h for s in enabled for c in s.columns if c.rhythm_h)
    each = sweeps / len(enabled)
    assert f"The {len(enabled)} shipped and enabled sources ask {each:.1f} list pages a day" in said
    _, half_year, older = (age.every_h for age in AGES)
    calm = each + 20 + 50 * 24 / half_year  # those of the month: once a day, at every other sweep
    assert f"about {calm + 80 * 24 / older:.0f} times a day" in said
    assert round(calm + 5000 * 24 / older, -1) == 220
