"""The lock pins what pyproject asks for, with hashes, and names no registry."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEV = PROJECT["optional-dependencies"]["dev"]
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.!+-]+)", re.M)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-dev.lock", [*PROJECT["dependencies"], *DEV]),
    ],
)
def test_everything_asked_for_is_pinned_to_a_version_that_fits(
    lock: str, wanted: list[str]
) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer(text)}
    for asked in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(asked.name))
        assert version, f"{asked.name} is not in {lock}: run `make lock`"
        assert asked.specifier.contains(version), f"{asked}: {lock} has {version}: run `make lock`"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_hashes_and_no_line_names_a_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.split(r"\n(?=\S)", text.strip())
    assert len(pins) > 50
    for pin in pins:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin.partition("\n")[0]
    assert not re.search(r"://|--index|--find-links|@ ", text)
