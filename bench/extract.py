"""Pages per second of our extraction beside trafilatura's, on one core, in the same run.

    python bench/extract.py MANIFEST.jsonl [--repeat 3] [--against trafilatura]

The manifest is `inspect`'s: one line per page with `path` (relative to its folder) and `url`.
Prints one JSON line: pages, ours (pages/s, p95 in ms), theirs where the library is installed.
Times are CPU times of this process, so a busy machine does not distort them.
"""

import argparse
import importlib
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.decode import decode
from pipelines.extract import read_article


def pages_of(manifest: Path) -> list[tuple[str, str, str | None]]:
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines() if line.strip()]
    return [
        (
            decode((manifest.parent / row["path"]).read_bytes(), row.get("content_type")).text,
            row.get("url") or "",
            row.get("content_type"),
        )
        for row in rows
    ]


def measure(read: Callable[[str, str, str | None], object], pages: list, repeat: int) -> dict:
    times_ms: list[float] = []
    for page in pages * repeat:
        began = time.process_time()
        read(*page)
        times_ms.append((time.process_time() - began) * 1000)
    return {
        "pages_per_s": round(1000 / statistics.mean(times_ms), 1),
        "p95_ms": round(statistics.quantiles(times_ms, n=20)[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--against", default="trafilatura")
    options = parser.parse_args()
    pages = pages_of(options.manifest)
    read_article(*pages[0])
    result = {"pages": len(pages), "ours": measure(read_article, pages, options.repeat)}
    if importlib.util.find_spec(options.against):
        library = importlib.import_module(options.against)
        result[options.against] = measure(
            lambda text, url, _: library.bare_extraction(text, url=url, with_metadata=True),
            pages,
            1,
        )
        result["times_faster"] = round(
            result["ours"]["pages_per_s"] / result[options.against]["pages_per_s"], 1
        )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
