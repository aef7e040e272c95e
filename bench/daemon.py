"""The daemon's memory over a thousand runs: does the loop itself grow?

    python -m bench.daemon

The children are `true`: what a run leaks ends with its process; this measures what stays.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import scheduler
from commands.console import configure_logs
from config import load_config

RUNS = 1000


def main() -> None:
    configure_logs()
    scheduler.command = lambda verb, verbose=False: ["true"]  # type: ignore[assignment]
    with TemporaryDirectory() as data:
        daemon = scheduler.Daemon(load_config(data=Path(data)))
        sizes = []
        for _ in range(RUNS):
            daemon._work("run")
            sizes.append(resident_kb())
    half, last = sizes[RUNS // 2], sizes[-1]
    print(f"after {RUNS // 2} runs {half} kB, after {RUNS} {last} kB: {last / half - 1:+.2%}")


def resident_kb() -> int:
    """Return this process's resident memory (proc(5), VmRSS)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
