"""The examples under deploy/ pass systemd's and cron's own judgement and name what exists."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from cli import app
from commands.console import BAD_USAGE, SLIP, UNUSABLE
from config import Config

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
EVERY_SERVICE = {
    "User=policywatch",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "CapabilityBoundingSet=",
    "SystemCallFilter=@system-service",
}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd (Debian) is not installed")
def test_systemd_finds_nothing_to_say_about_the_units() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@pytest.mark.skipif(not shutil.which("crontab"), reason="cron (Debian) is not installed")
def test_cron_reads_the_crontab() -> None:
    done = subprocess.run(
        ["crontab", "-n", str(DEPLOY / "crontab")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_that_is_started_exists() -> None:
    verbs = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    for path in [*SERVICES, DEPLOY / "crontab"]:
        lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        started = re.findall(r"(?:env |\$\()policywatch ([a-z]+)", "\n".join(lines))
        assert len(started) >= 1, path.name
        assert set(started) <= verbs, path.name


def test_every_setting_that_is_made_exists() -> None:
    for path in [*SERVICES, DEPLOY / "crontab"]:
        names = re.findall(r"POLICYWATCH_([A-Z_]+)=", path.read_text())
        assert {name.lower() for name in names} <= set(Config.model_fields), path.name


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_every_service_is_kept_to_its_own_folder(unit: Path) -> None:
    assert set(unit.read_text().splitlines()) >= EVERY_SERVICE


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_who_crawls_may_shut_the_reader_of_files_off_from_the_network(unit: Path) -> None:
    """`crawler.files` does so where it is let: a unit that forbids namespaces would forbid it."""
    text = unit.read_text()
    crawls = re.search(r"policywatch (run|daemon)$", text, re.M) is not None
    assert f"RestrictNamespaces={'net user' if crawls else 'yes'}\n" in text


def test_a_pruning_is_tried_again_when_another_is_at_work_and_for_nothing_else() -> None:
    text = (DEPLOY / "policywatch-prune.service").read_text()
    assert "Restart=on-failure\n" in text
    (never,) = re.findall(r"^RestartPreventExitStatus=(.*)$", text, re.M)
    assert {int(code) for code in never.split()} == {BAD_USAGE, SLIP, UNUSABLE}


def test_the_crontab_is_silent_unless_something_is_wrong(tmp_path: Path) -> None:
    (line,) = [x for x in (DEPLOY / "crontab").read_text().splitlines() if x.startswith("*/")]
    command = line.split(None, 5)[5].replace("/etc/policywatch", str(tmp_path))
    for code, said in {0: "", 1: "", 75: "", 143: "", 2: "why\n", 137: "why\n"}.items():
        fake = tmp_path / "policywatch"
        fake.write_text(f"#!/bin/sh\necho table\necho why >&2\nexit {code}\n")
        fake.chmod(0o755)
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout + done.stderr == said, code
