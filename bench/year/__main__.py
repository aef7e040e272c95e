"""Live a year and hold it against the truth.

    python -m bench.year [--days 365] [--sources 50] [--seed 1] [--folder DIR] [--svg year.svg]

Prints what happened, every miss by day, source and address, and what it cost. Exit 0: no miss.
The folder should be fast (a RAM disk); without one a temporary folder is used and removed.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.year.check import Evidence, Miss, evidence, false_alarms, misses
from bench.year.costs import costs
from bench.year.drawing import draw
from bench.year.life import Life
from bench.year.living import Diary, Year
from bench.year.picture import picture
from store.records import Change


def main() -> int:
    """Live the year that the arguments ask for; 0: no miss, 1: some."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        year = Year(draw(options.seed, options.days, options.sources), folder)
        began = time.monotonic()
        diary = year.live(_shown if options.verbose else lambda day, diary: None)
        seconds = time.monotonic() - began
        found = evidence(year)
        taken = list(costs(year))
    wrong = misses(found)
    wrong += [
        Miss(options.days - 1, "cost", cost.name, str(cost)) for cost in taken if cost.too_much
    ]
    options.svg.write_text(picture(found, diary, wrong), encoding="utf-8")
    summary = summed_up(found, diary, wrong)
    summary |= {"costs": [str(cost) for cost in taken], "seconds": round(seconds)}
    print(json.dumps(summary, ensure_ascii=False) if options.json else _told(summary))
    for miss in wrong:
        print(miss)
    return 1 if wrong else 0


def summed_up(found: Evidence, diary: Diary, wrong: list[Miss]) -> dict[str, object]:
    """Return the year in numbers."""
    life = found.life
    announced = Counter(c.kind for c in found.changes if c.announcement == "announced")
    return {
        "days": life.days,
        "sources": len(life.homes),
        "seed": life.seed,
        "truth": _truth(life),
        "announced": dict(announced),
        "revised_by_moving": sum(_moved(c) for c in found.changes),
        "digests": sum(map(len, found.mails.values())),
        "alarms": Counter(f"{t.kind} {t.turn}" for t in found.told),
        "false_alarms": len(false_alarms(found)),
        "killed": diary.killed,
        "restored_on": list(diary.restored),
        "peak_mb": {day: kb // 1000 for day, kb in sorted(diary.memory_kb.items())[::30]},
        "disk_kb": {
            day: {name: size // 1000 for name, size in sorted(found_on.items()) if size > 10_000}
            for day, found_on in diary.disk.items()
        },
        "cpu_s": round(sum(diary.cpu_s.values())),
        "misses": len(wrong),
        "misses_by_rule": Counter(miss.rule for miss in wrong),
    }


def _moved(change: Change) -> bool:
    """Return whether readers were told of an edit that came with new software."""
    edited = change.kind == "revised" and change.announcement == "announced"
    return edited and change.evidence.startswith("原网站换了地址")


def _truth(life: Life) -> dict[str, int]:
    postings = life.library.postings
    policies = [p for p in postings if p.article.role == "original" and p.article.relevant]
    return {
        "policies": len(policies),
        "of them before the year": sum(p.article.first_day == 0 for p in policies),
        "reprints": sum(p.article.role == "reprint" for p in postings),
        "noise": sum(not p.article.relevant for p in postings),
        "revisions": sum(len(p.revisions) for p in policies),
        "withdrawals": sum(p.gone is not None for p in policies),
        "outages": len(life.troubles),
        "moves": sum(home.move is not None for home in life.homes),
    }


def _told(summary: dict[str, object]) -> str:
    return "\n".join(f"{name:<16} {value}" for name, value in summary.items())


def _shown(day: int, diary: Diary) -> None:
    line = f"day {day}: {diary.day_s[-1]:.1f} s, {diary.cpu_s[day]:.1f} s CPU, {diary.exits[day]}"
    print(line, diary.killed.get(day, ""), file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.year", description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--sources", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep everything here")
    parser.add_argument("--svg", type=Path, default=Path("year.svg"), help="the picture")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="a line for each day")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
