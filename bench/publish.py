"""Publishing after one change, a long feed against feedgen alone, 304 answers against Starlette's.

    python bench/publish.py [--small 10000] [--large 100000] [--repeat 3]

1. One change among many policies against one among few: ledgers of generated policies, published
   as far as the imprint goes, then one change and one publication. Ratio of CPU times, best of
   `repeat` changes.
2. A feed of 1,000 items, made by us and by feedgen alone from the same finished strings.
3. Answers per second of `/feed.xml?region=32` with a good ETag, and of Starlette's StaticFiles with
   one, asked in turn through the bare ASGI interface in one process.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from feedgen.feed import FeedGenerator
from sqlalchemy import insert
from sqlmodel import SQLModel
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from feed_examples import NOON, STATION, change, tell

from feeds.channel import Channel
from feeds.imprint import Imprint, look, save_imprint
from feeds.items import change_item
from feeds.publish import publish
from feeds.rss import rss
from feeds.settings import PublishSettings
from feeds.web import application
from store import codec, editions
from store.database import Database
from store.tables import ChangeRow, MatchKeyRow, MemberRow, PageRow, PolicyRow, SnapshotRow, StepRow

SETTINGS = PublishSettings(public_url="https://policy.example.org")
REGIONS = ("11", "32", "33", "44", "51", "61")
TOPICS = ("社会工作", "人才队伍", "社工站", "养老", "慈善", "社会救助")
BATCH = 2000
START = datetime(2020, 1, 1, tzinfo=UTC)


def fill(database: Database, count: int) -> None:
    """Record `count` policies, one announced change each, spread over six years."""
    step = timedelta(days=6 * 365) / count
    for first in range(0, count, BATCH):
        batch: dict[type[SQLModel], list[dict[str, Any]]] = {}
        for number in range(first, min(first + BATCH, count)):
            for row in rows(number, START + step * number):
                batch.setdefault(type(row), []).append(row.model_dump(exclude_unset=True))
        with database.writing() as session:
            for table, values in batch.items():  # pages first: the others refer to them
                session.execute(insert(table), values)


def rows(number: int, at: datetime) -> Iterator[Any]:
    title = f"第{number}号关于加强社会工作服务站建设的实施意见"
    url = f"https://mzt.example.gov.cn/art/{number}.html"
    region, topics = REGIONS[number % 6], [TOPICS[number % 6], TOPICS[number // 6 % 6]]
    document = replace(STATION, url=url, title=title, region=region, body_text=BODY)
    key, policy_id = number + 1, f"p{number:012d}"
    stamps = {"first_seen_at": at, "last_visited_at": at, "last_changed_at": at}
    yield PageRow(id=key, url=url, source_id="mz_js", **stamps)
    reading = {"charset": "utf-8", "declared": [], "quality": 1.0, "repairs": [], "damage": []}
    yield SnapshotRow(
        id=key,
        page_id=key,
        part=0,
        content_hash=str(number),
        recorded_at=at,
        document=codec.dump(document),
        classification={"genre": "policy", "topics": topics, "relevance": "yes", "reasons": []},
        reader_version="1",
        **reading,
    )
    shared = {"region": region, "genre": "policy", "topics": topics}
    yield PolicyRow(
        id=policy_id,
        title=title,
        document_number=f"苏民发〔2020〕{number}号",
        issuers=["江苏省民政厅"],
        status="issued",
        first_seen_at=at,
        updated_at=at,
        **shared,
    )
    yield MemberRow(
        page_id=key,
        part=0,
        policy_id=policy_id,
        role="original",
        genre="policy",
        reason="new",
        snapshot_id=key,
    )
    yield MatchKeyRow(page_id=key, part=0, kind="title", value=title)
    on = at.date().isoformat()
    yield StepRow(policy_id=policy_id, page_id=key, part=0, step="effective", on_day=on,
                  sentence="自印发之日起施行。", happened=True, recorded_at=at)  # fmt: skip
    yield ChangeRow(
        id=f"c{number}",
        recorded_at=at,
        kind="new",
        announcement="announced",
        policy_id=policy_id,
        policy_title=title,
        page_id=key,
        part=0,
        snapshot_id=key,
        source_id="mz_js",
        role="original",
        evidence="标题含“社会工作服务站”",
        reasons=[],
        **shared,
    )


BODY = "\n".join(f"第{n}条 每站配备社工不少于三名，督导每月不少于一次。" for n in range(1, 40))


def as_if_published(database: Database, public: Path) -> None:
    """Leave the imprint of a whole publication, without the pages it would have written."""
    with database.reading() as session:
        order = editions.order(session)
        imprint = Imprint(
            look=look(SETTINGS),
            sequence=len(order),
            recorded_at=START,
            touched_at=editions.last_touched_at(session),
            facets=editions.facets(session),
            shelves={number: len(ids) for number, ids in editions.shelves(order)},
        )
    archives = len(order) // SETTINGS.archive_items
    names = [
        f"{name}-archive-{n}" for name in ("all", "everything") for n in range(1, archives + 1)
    ]
    for name in ("index.html", "feeds/all.xml", *(f"feeds/{name}.json" for name in names)):
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).touch()
    save_imprint(public, imprint)


class Publication:
    """A ledger of generated policies, published as far as the imprint goes, and its last times."""

    def __init__(self, count: int, folder: Path) -> None:
        folder.mkdir()
        self.count, self.public = count, folder / "public"
        self.database = Database(f"sqlite:///{folder / 'policywatch.db'}")
        fill(self.database, count)
        as_if_published(self.database, self.public)
        publish(self.database, self.public, SETTINGS)

    def after_one_change(self, number: int) -> float:
        """Return the CPU seconds of a publication after one more change."""
        tell(self.database, self.count + number, now=NOON + timedelta(days=number))
        started = time.process_time()
        publish(self.database, self.public, SETTINGS)
        return time.process_time() - started


def compare_sizes(small: int, large: int, repeat: int, folder: Path) -> None:
    """Print the times of both sizes, taken in turn, so that a busy machine slows both."""
    few, many = Publication(small, folder / "small"), Publication(large, folder / "large")
    pairs = [(few.after_one_change(n), many.after_one_change(n)) for n in range(repeat)]
    quick, slow = min(a for a, _ in pairs), min(b for _, b in pairs)
    print(f"publication after one change: {small} policies {quick:.2f} s,", end=" ")
    print(f"{large} policies {slow:.2f} s, ratio {slow / quick:.2f} (at most 1.5)")


def feedgen_alone(channel: Channel) -> bytes:
    generator = FeedGenerator()
    generator.id("tag:x,2026:all")
    generator.title(channel.title)
    generator.link(href="https://policy.example.org/", rel="alternate")
    generator.description(channel.description)
    for item in channel.items:
        entry = generator.add_entry(order="append")
        entry.guid(item.id, permalink=False)
        entry.title(item.title)
        entry.link(href=item.link)
        entry.published(item.published_at)
        entry.description(item.summary, isSummary=True)
        entry.content(item.html, type="html")
        entry.category([{"term": c.term, "label": c.label} for c in item.categories])
    return bytes(generator.rss_str(pretty=True))


def best_s(run: Callable[[], object], repeat: int = 5) -> float:
    times = []
    for _ in range(repeat):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)


async def ask(app: Any, path: str, query: str, headers: dict[str, str]) -> dict[bytes, bytes]:
    """Ask an ASGI app once; return the response's headers, the status under `:status`."""
    told: dict[bytes, bytes] = {}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.update(message["headers"])
            told[b":status"] = str(message["status"]).encode()

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        return await asyncio.Future()  # the client waits

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return told


async def answers_per_s(app: Any, path: str, query: str, count: int = 1500) -> float:
    etag = (await ask(app, path, query, {}))[b"etag"].decode()
    started = time.perf_counter()
    for _ in range(count):
        told = await ask(app, path, query, {"if-none-match": etag})
        assert told[b":status"] == b"304"
    return count / (time.perf_counter() - started)


def not_modified(folder: Path) -> tuple[float, float]:
    database = Database(f"sqlite:///{folder / 'few.db'}")
    tell(database, 1)
    publish(database, folder / "few", SETTINGS)
    ours = application(database, folder / "few", SETTINGS)
    theirs = Starlette(routes=[Mount("/", StaticFiles(directory=folder / "few"))])

    async def in_turn() -> tuple[float, float]:
        pairs = [
            (
                await answers_per_s(ours, "/feed.xml", "region=32"),
                await answers_per_s(theirs, "/feeds/all.xml", ""),
            )
            for _ in range(3)
        ]
        return max(a for a, _ in pairs), max(b for _, b in pairs)

    return asyncio.run(in_turn())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="policywatch-bench-"))
    try:
        compare_sizes(options.small, options.large, options.repeat, folder)
        items = tuple(change_item(change(n), SETTINGS) for n in range(1000))
        channel = Channel("all", "社工政策监测", "全部", items)
        ours = best_s(lambda: rss(channel, SETTINGS))
        theirs = best_s(lambda: feedgen_alone(channel))
        print(f"feed of 1,000 items: {ours:.3f} s, feedgen alone {theirs:.3f} s,", end=" ")
        print(f"ratio {ours / theirs:.2f} (at most 2)")
        mine, static = not_modified(folder)
        print(f"304 per second: {mine:.0f}, StaticFiles {static:.0f},", end=" ")
        print(f"ratio {mine / static:.2f} (at least 0.8)")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
