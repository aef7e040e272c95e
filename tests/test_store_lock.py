"""The lock: one run at a time, given back by any death, taken over from an owner that hangs."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from store.errors import LockHeld
from store.lock import lock, owner_of

NOW = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
OWNER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from store.lock import lock
with lock(Path(sys.argv[1]), "run", datetime(2026, 6, 7, tzinfo=UTC)) as held:
    if len(sys.argv) == 2:
        held.beat()
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def owner(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock and then hangs; param: it never gave a sign of life."""
    silent = [] if getattr(request, "param", None) is None else ["silent"]
    root = Path(__file__).parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), *silent],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def take(folder: Path, minutes: float = 0, **options: timedelta) -> None:
    with lock(folder, "run", NOW + timedelta(minutes=minutes), **options):
        pass


def test_who_is_refused_reads_owner_age_and_last_sign_of_life(
    owner: "subprocess.Popen[str]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = owner_of(tmp_path / "run.lock")
    assert held is not None
    assert held.alive_s is not None
    seven_s_later = SimpleNamespace(monotonic=lambda: held.alive_s + 7)
    monkeypatch.setattr("store.lock.time", seven_s_later)
    with pytest.raises(LockHeld) as refused:
        take(tmp_path, minutes=42)
    said = str(refused.value)
    assert f"pid {owner.pid} on {socket.gethostname()}" in said
    assert "(42 min)" in said
    assert "last sign of life 7 s ago" in said


def test_an_owner_that_hangs_is_ended_and_its_lock_taken_over(
    owner: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    with lock(tmp_path, "run", NOW, takeover_after=timedelta(seconds=-1)):
        assert owner.wait() == -signal.SIGTERM
        now = owner_of(tmp_path / "run.lock")
        assert now is not None
        assert now.pid == os.getpid()


@pytest.mark.parametrize("owner", ["silent"], indirect=True)
def test_an_owner_that_never_promised_signs_of_life_is_left_in_peace(
    owner: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    with pytest.raises(LockHeld, match=f"pid {owner.pid}"):
        take(tmp_path, takeover_after=timedelta(seconds=-1))
    assert owner.poll() is None


def test_an_owner_on_another_machine_is_never_ended(
    owner: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    path = tmp_path / "run.lock"
    said = json.loads(path.read_text()) | {"host": "elsewhere"}
    path.write_text(json.dumps(said))
    with pytest.raises(LockHeld, match="on elsewhere"):
        take(tmp_path, takeover_after=timedelta(seconds=-1))
    assert owner.poll() is None


def test_a_killed_owner_keeps_nobody_out(owner: "subprocess.Popen[str]", tmp_path: Path) -> None:
    owner.kill()
    owner.wait()
    take(tmp_path)
    assert owner_of(tmp_path / "run.lock") is None, "an end in order leaves no owner"


def test_a_beat_is_a_sign_of_life(tmp_path: Path) -> None:
    with lock(tmp_path, "run", NOW) as held:
        first = owner_of(tmp_path / "run.lock")
        held.beat()
        second = owner_of(tmp_path / "run.lock")
        assert first is not None
        assert first.silence() is None
        assert second is not None
        assert second.silence() is not None


def test_locks_of_two_purposes_do_not_meet(tmp_path: Path) -> None:
    with lock(tmp_path, "run", NOW), lock(tmp_path, "mail", NOW), pytest.raises(LockHeld):
        take(tmp_path)


@pytest.mark.parametrize("rubbish", ["", "not json", "{}", '{"pid": 1}', "[1]"])
def test_a_lock_file_with_rubbish_in_it_is_a_free_lock(tmp_path: Path, rubbish: str) -> None:
    (tmp_path / "run.lock").write_text(rubbish)
    with lock(tmp_path, "run", NOW):
        owner = owner_of(tmp_path / "run.lock")
    assert owner is not None
    assert owner.pid == os.getpid()
