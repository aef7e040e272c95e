"""The daemon's memory over a thousand runs: does it grow?

    python -m bench.daemon

Twice. The loop as it is: each run is a process of its own, here `true`, so that what is measured is
what stays when the children are gone. And stricter than the product asks: the job itself, in one
process, on two sample sites that were read once and of which nothing is due any more: lock, what
is due, what was left, publication, digests, alarms. What must be flat is the second half.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import scheduler
from commands.console import configure_logs
from config import Config, load_config
from samplesites import serve
from samplesites.roster import ROSTER

RUNS = 1000
SITES = 2


def main() -> None:
    configure_logs()
    with TemporaryDirectory() as data:
        scheduler.command = lambda verb, verbose=False: ["true"]  # type: ignore[assignment]
        daemon = scheduler.Daemon(load_config(data=Path(data)))
        tell("the daemon's loop", lambda: daemon._work("run"))
    with TemporaryDirectory() as folder, serve(port_base=28600, roster=ROSTER[:SITES]) as sites:
        job = scheduler.Job(sample_config(Path(folder), sites.write_sources))
        job.run()
        tell("the job in one process", lambda: job.run())


def sample_config(data: Path, write_sources: Callable[[Path], object]) -> Config:
    """Return the configuration of a data folder that watches the sample sites."""
    write_sources(data / "sources")
    return load_config(data=data, sources=data / "sources")


def tell(name: str, run: Callable[[], object]) -> None:
    """Do it a thousand times and print what memory the second half added."""
    sizes = []
    for _ in range(RUNS):
        run()
        sizes.append(resident_kb())
    half, last = sizes[RUNS // 2], sizes[-1]
    growth = f"{last / half - 1:+.2%}"
    print(f"{name}: after {RUNS // 2} runs {half} kB, after {RUNS} {last} kB: {growth}", flush=True)


def resident_kb() -> int:
    """Return this process's resident memory (proc(5), VmRSS)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
