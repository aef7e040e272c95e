"""How well copies, excerpts and edits are told from look-alikes, on pairs of invented texts.

    python bench/pairs.py [--seed 1] [--count 40] [--wrong 0]

Prints, by class, the share of pairs judged right, and the figures that count: F1 of the same text,
excerpts found, strangers merged, edits seen and how many copies were called edited. Then one page
visited again: noise taken for a revision, revisions seen. `--wrong N` prints N failures.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from scored_pairs import measure, revisits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--wrong", type=int, default=0)
    options = parser.parse_args()
    found = measure(options.seed, options.count, options.wrong)
    for name, share in (found | revisits(options.seed, options.count)).items():
        print(f"{name:26s} {share:6.1f} %")


if __name__ == "__main__":
    main()
