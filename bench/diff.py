"""Diff of a long regulation against difflib, in the same run.

    python bench/diff.py [--articles 300] [--repeat 5]

A fifth of the articles is edited, then all of them. Prints CPU times: the best of ours,
`difflib.SequenceMatcher` on characters (it marks characters as we do), and `difflib.ndiff` on
lines with its character hints.
"""

import argparse
import difflib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from invented import articles, clause

from pipelines.diff import compare


def revision(count: int, share: float) -> tuple[str, str]:
    chance = random.Random(count)
    old = list(articles("bench", count))
    new = list(old)
    for at in chance.sample(range(count), int(count * share)):
        new[at] = new[at].replace("应当", "可以", 1) + clause(chance)
    del new[count // 2]
    new.insert(count // 3, f"第{count}条之一 {clause(chance)}")
    return "\n".join(old), "\n".join(new)


def best_s(run: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    for share in (0.2, 1.0):
        old, new = revision(options.articles, share)
        report(old, new, options.repeat)


def report(old: str, new: str, repeat: int) -> None:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    ours = best_s(lambda: compare(old, new), repeat)
    theirs = {
        "SequenceMatcher": best_s(matcher.get_opcodes, 1),
        "ndiff": best_s(lambda: list(difflib.ndiff(old.split("\n"), new.split("\n"))), 1),
    }
    edited = sum(block.op == "edited" for block in compare(old, new).blocks)
    print(f"{len(old)} characters, {edited} articles edited: ours {1000 * ours:.1f} ms")
    for name, seconds in theirs.items():
        print(f"  difflib.{name}: {1000 * seconds:.1f} ms, {seconds / ours:.0f} times ours")


if __name__ == "__main__":
    main()
