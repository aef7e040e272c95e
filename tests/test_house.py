"""The house stands as designed: one-way imports, a wheel with exactly its files."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("commands", "crawler", "feeds", "jobs", "pipelines", "samplesites", "store", "terminal")
MODULES = ("cli.py", "config.py", "demo.py", "scheduler.py")


def tracked() -> list[str]:
    listed = subprocess.run(
        # Whoever checked it out: git mistrusts a folder of another user's.
        ["git", "-c", "safe.directory=*", "ls-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.split("\n")[:-1]


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_wheel_holds_exactly_the_rooms_files(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in tracked():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet"]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    wanted = {n for n in tracked() if n.split("/")[0] in ROOMS or n in MODULES}
    assert packed == wanted


def test_nothing_tracked_names_this_machine() -> None:
    paths = re.compile(rb"(?<![\w.])/(?:work|root)/")
    assert not [n for n in tracked() if paths.search((ROOT / n).read_bytes())]
