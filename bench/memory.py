"""Peak resident memory of `policywatch run` on the sample sites, beside a bare Python with Scrapy.

    python bench/memory.py

Adds up the resident sets of the run's processes (parent and crawl child) every 20 ms and prints
the highest sum, and the same for an interpreter that only imports Scrapy. Linux (/proc).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from samplesites import serve

PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1024**2


def resident_mb(pid: int) -> float:
    """Return the resident sets of the process and its children, in MB; 0 once it is gone."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return own + sum(resident_mb(int(child)) for child in children)


def peak_mb(command: list[str], environment: dict[str, str]) -> float:
    """Return the highest memory the command's processes held together, in MB."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, resident_mb(process.pid))
        time.sleep(0.02)
    return peak


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serve(port_base=25600) as internet:
        data = Path(folder)
        internet.write_sources(data / "sources")
        environment = {
            **os.environ,
            "POLICYWATCH_DATA": folder,
            "POLICYWATCH_SOURCES": str(data / "sources"),
        }
        run = peak_mb([sys.executable, "-m", "cli", "run", "--once"], environment)
        bare = peak_mb([sys.executable, "-c", "import scrapy.crawler"], environment)
    print(f"run --once: {run:.0f} MB at the peak, both processes")
    print(f"bare `import scrapy.crawler`: {bare:.0f} MB; ratio {run / bare:.1f}")


if __name__ == "__main__":
    main()
