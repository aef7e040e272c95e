"""A whole publication of many policies: how long, how large, every feed judged, search timed.

    python bench/site.py [--policies 10000] [--judge-every 1] [--keep FOLDER]

1. The first publication of a ledger of generated policies: wall time, files, the largest page.
2. Every feed, list and calendar against `tests/feed_rules.py`: well-formed, RELAX NG of RFC 4287,
   JSON Feed 1.1, what the W3C validator asks, feedparser without bozo. Of the archives and the
   dossiers' own feeds every `judge-every`-th.
3. Search: `/search` of the app, asked once for each word, nothing kept; and the library page in
   Chromium from its folder, typing included, where browser and driver are there.
"""

import argparse
import asyncio
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from feed_rules import faults
from publish import SETTINGS, ask, fill

from feeds.publish import publish
from feeds.web import application
from store.database import Database

WORDS = ("社工", "督导", "服务站", "第77", "2020〕99", "社工 实施", "没有")


def first_publication(database: Database, public: Path) -> None:
    """Publish everything and print how long it took and how large it is."""
    started, spent = time.perf_counter(), time.process_time()
    done = publish(database, public, SETTINGS)
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - spent
    largest = max(public.rglob("*.html"), key=lambda path: path.stat().st_size)
    print(f"first publication: {wall_s:.0f} s ({cpu_s:.0f} s CPU), {len(done.written)} files,")
    print(f"  largest page {largest.relative_to(public)} {largest.stat().st_size // 1000} kB")


def judge(public: Path, every: int) -> None:
    """Print how many feeds were judged and what is wrong with them."""
    own = sorted(
        p for p in (public / "feeds").iterdir() if re.match("policy-p|.*-archive-", p.name)
    )
    others = sorted(set((public / "feeds").iterdir()) - set(own))
    chosen = [*others, *own[::every]]
    found = [fault for path in chosen for fault in faults(path, SETTINGS.public_url)]
    print(f"feeds judged: {len(chosen)} of {len(own) + len(others)}, faults: {len(found)}")
    for fault in found[:20]:
        print(f"  {fault}")


def search_served(database: Database, public: Path) -> None:
    """Print how long the app takes for a search that it has not answered before."""
    app = application(database, public, SETTINGS)

    async def each() -> list[float]:
        times = []
        for word in ("先", *WORDS):  # the first one opens the database
            started = time.perf_counter()
            told = await ask(app, "/search", f"q={quote(word)}", {})
            times.append((time.perf_counter() - started) * 1000)
            assert told[b":status"] == b"200"
        return times[1:]

    _tell("/search", asyncio.run(each()))


def search_in_browser(public: Path) -> None:
    """Print how long the library page takes from a key to its results."""
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        browser_path = None
    if browser_path is None:
        print("search in a browser: not measured, Chromium or Playwright is absent")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((public / "library.html").as_uri())
        started = time.perf_counter()
        page.fill("#find", "社")
        page.wait_for_function("document.getElementById('found').textContent.startsWith('找到')")
        print(f"library opened and its catalogue read: {time.perf_counter() - started:.2f} s")
        _tell("library page", [_typed_ms(page, word) for word in WORDS])
        browser.close()


def _typed_ms(page: Any, word: str) -> float:
    """Return the milliseconds until the results are laid out."""
    script = """word => {
      const find = document.getElementById("find");
      find.value = word;
      const started = performance.now();
      find.dispatchEvent(new Event("input"));
      document.getElementById("results").getBoundingClientRect();
      return performance.now() - started;
    }"""
    return float(page.evaluate(script, word))


def _tell(what: str, times_ms: list[float]) -> None:
    median, worst = statistics.median(times_ms), max(times_ms)
    print(f"search, {what}: median {median:.0f} ms, worst {worst:.0f} ms (under 100)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--judge-every", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder to publish into, and to leave behind")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="policywatch-bench-"))
    folder.mkdir(exist_ok=True)
    try:
        database = Database(f"sqlite:///{folder / 'policywatch.db'}")
        fill(database, options.policies)
        first_publication(database, folder / "public")
        search_served(database, folder / "public")
        search_in_browser(folder / "public")
        judge(folder / "public", options.judge_every)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
