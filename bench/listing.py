"""Reads the pages of a manifest and prints one prediction a line, then rate and counts on stderr.

    python bench/listing.py MANIFEST.jsonl > predictions.jsonl

A manifest line is `{"id", "path", "url", "content_type"}`, `path` relative to the manifest. Without
a manifest the test pages are read and compared with what is expected of them.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crawler.listing import find_entries
from pipelines.decode import decode
from store.records import Listing

PAGES = Path(__file__).parent.parent / "tests" / "pages" / "listing"


def manifest_pages(manifest: Path) -> Iterator[tuple[str, str, str]]:
    """Yield id, decoded text and address of each page."""
    for line in manifest.read_text("utf-8").splitlines():
        entry = json.loads(line)
        body = (manifest.parent / entry["path"]).read_bytes()
        yield entry["id"], decode(body, entry.get("content_type")).text, entry.get("url") or ""


def predict(manifest: Path) -> None:
    """Print the predictions for a manifest and how long the reading alone took."""
    seconds, pages, entries = 0.0, 0, 0
    for page_id, text, url in manifest_pages(manifest):
        started = time.perf_counter()
        listing = find_entries(text, url)
        seconds += time.perf_counter() - started
        pages, entries = pages + 1, entries + len(listing.entries)
        print(json.dumps(_prediction(page_id, listing), ensure_ascii=False))
    rate = pages / seconds if pages else 0.0
    print(f"{pages} pages, {entries} entries, {rate:.0f} pages/s", file=sys.stderr)


def compare() -> None:
    """Print how many of the test pages are read without any error."""
    cases = [
        json.loads(line) for line in (PAGES / "expected.jsonl").read_text("utf-8").splitlines()
    ]
    right = 0
    started = time.perf_counter()
    for case in cases:
        listing = find_entries((PAGES / case["file"]).read_text("utf-8"), case["url"])
        right += [[e.url, e.title, e.on] for e in listing.entries] == case["entries"]
    seconds = time.perf_counter() - started
    print(f"{right} of {len(cases)} pages without any error, {len(cases) / seconds:.0f} pages/s")


def _prediction(page_id: str, listing: Listing) -> dict[str, object]:
    entries = [{"url": e.url, "title": e.title, "date": e.on} for e in listing.entries]
    return {"id": page_id, "entries": entries, "js_rendered": listing.js_rendered}


if __name__ == "__main__":
    predict(Path(sys.argv[1])) if len(sys.argv) > 1 else compare()
