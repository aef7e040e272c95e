"""The README says what is there: commands and settings exist, its example loads."""

import re
import subprocess
import tomllib
from pathlib import Path

import typer.main

from cli import app
from config import Config
from crawler.sources import load_source

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, object]:
    group = typer.main.get_command(app)
    return dict(group.commands)  # type: ignore[attr-defined]


def test_every_command_in_the_readme_exists_and_every_command_is_in_the_readme() -> None:
    named = set(re.findall(r"policywatch ([a-z]+)", README))
    assert named == set(commands())


def test_every_option_the_readme_names_is_one_of_its_command() -> None:
    rows = re.findall(r"^\| `policywatch ([a-z]+)(.*)$", README, re.M)
    assert len(rows) >= len(commands())
    for name, rest in rows:
        known = {o for p in getattr(commands()[name], "params", []) for o in p.opts}
        known |= {"--json"} if name == "subscribers" else set()
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, name


def test_every_setting_is_in_the_readme_with_its_name() -> None:
    table = README.split("## Configure it")[1].split("## Add a source")[0]
    assert set(re.findall(r"`([a-z_]+)`", table)) >= set(Config.model_fields)


def test_the_example_source_is_accepted(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.S)
    assert example is not None
    assert len(example[1].strip().splitlines()) <= 15
    path = tmp_path / f"{tomllib.loads(example[1])['id']}.toml"
    path.write_text(example[1], encoding="utf-8")
    assert load_source(path).columns[0].basis == "seen"


def test_make_knows_the_two_commands_of_the_readme() -> None:
    for target in re.findall(r"^make (\w+)$", README, re.M):
        done = subprocess.run(
            ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
