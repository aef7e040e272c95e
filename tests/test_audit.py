"""`make audit` says what it asked about and what not; to have no network is no weakness."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (
    "one==1.0 \\\n    --hash=sha256:0\ntwo-b==2.0 ; python_version < '4' \\\n    --hash=sha256:1\n"
)
SKIPPED = """Name Skip Reason
---- --------------------------------------------------------------------
two-b Dependency not found on PyPI and could not be audited: two-b (2.0)
"""


def audit(folder: Path, said: str, code: int) -> tuple[int, str]:
    """Return the exit code and the last line, where pip-audit says and does that."""
    (folder / "lock").write_text(LOCK, encoding="utf-8")
    stub = folder / "venv" / "bin" / "pip-audit"
    stub.parent.mkdir(parents=True)
    stub.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit {code}\n", encoding="utf-8")
    stub.chmod(0o755)
    command = ["sh", str(ROOT / ".ci" / "audit"), str(folder / "lock"), str(folder / "venv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip().rpartition("\n")[2]


@pytest.mark.parametrize(
    ("said", "code", "exit_code", "line"),
    [
        (
            "No known vulnerabilities found",
            0,
            0,
            "audit: 2 of 2 packages asked about, none of them is known to be weak",
        ),
        (
            f"No known vulnerabilities found, 1 skipped\n{SKIPPED}",
            0,
            0,
            "audit INCOMPLETE: 1 of 2 packages asked about, none of them is known to be weak; "
            "NOT asked about: two-b",
        ),
        (
            f"Found 1 known vulnerability in 1 package\n{SKIPPED}",
            1,
            1,
            "audit INCOMPLETE: 1 of 2 packages asked about, weaknesses are known, see above; "
            "NOT asked about: two-b",
        ),
        (
            "requests.exceptions.ConnectionError: Max retries exceeded",
            1,
            0,
            "audit NOT DONE: 0 of 2 packages asked about: the advisories do not answer; "
            "run it where there is a network",
        ),
        (
            "ERROR: invalid requirement",
            1,
            2,
            "audit NOT DONE: 0 of 2 packages asked about: pip-audit failed, see above",
        ),
    ],
)
def test_the_last_line_says_what_was_asked_about(
    tmp_path: Path, said: str, code: int, exit_code: int, line: str
) -> None:
    assert audit(tmp_path, said, code) == (exit_code, line)
