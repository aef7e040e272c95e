"""A sweep of all shipped sources, nothing changed since the last one, beside a bare Scrapy spider.

    python bench/sweep.py [--articles 12]

Every shipped source runs as a sample site of its own family with its own columns, `--articles`
invented articles a column, on loopback; the servers are processes of their own. The product sweeps
them twice, a day apart: first everything is new, then nothing has changed and every page is due.
Then a spider that does nothing but fetch asks for the same addresses, in the same order, with
Scrapy's defaults and no delays: once what the first sweep asked, once what the second did. It knows
no conditional requests: its bytes are what the second sweep would cost without them. Seconds are of
whole processes, start-up included; CPU is that of parent and crawl child together.
"""

import argparse
import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar

from commands.console import configure_logs
from config import Config, load_config
from crawler.sources import SHIPPED, Source, load_sources
from jobs.job import Job
from samplesites import articles, internet, services
from samplesites.articles import Article, Library, Posting
from samplesites.calendar import SHANGHAI, START, Calendar
from samplesites.cmstop import CmstopSite
from samplesites.epaper import EpaperSite
from samplesites.gkmlpt import GkmlptSite
from samplesites.hanweb import HanwebSite
from samplesites.roster import Roster
from samplesites.trs import TrsSite
from samplesites.ucap import UcapSite
from samplesites.web import Card, Column, Site, SiteHandler

FAMILIES: dict[str, type[Site]] = {
    "cmstop": CmstopSite,
    "founder_epaper": EpaperSite,
    "gdnps": services.GdnpsSite,
    "gkmlpt": GkmlptSite,
    "govlib": services.GovlibSite,
    "hanweb": HanwebSite,
    "jpaas": services.JpaasSite,
    "longxun": services.LongxunSite,
    "people_paper": services.PeoplePaperSite,
    "trs_tdate": TrsSite,
    "ucap": UcapSite,
}
"""Families whose lists or bodies have a shape of their own; all others are plain lists (TRS)."""

BARE = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for method, url, body in json.load(open(sys.argv[1])):
            yield scrapy.Request(url, method=method, body=body, dont_filter=True,
                headers={"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    def parse(self, response):
        pass

settings = {"ROBOTSTXT_OBEY": False, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0, "HTTPERROR_ALLOW_ALL": True}
process = CrawlerProcess(settings)
process.crawl(Bare)
process.start()
"""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the servers saw: method, URL and form of each request, and the bytes of all answers."""

    requests: list[tuple[str, str, str]]
    bytes: int


@dataclass(frozen=True, slots=True)
class Effort:
    seconds: float
    cpu_s: float
    traffic: Traffic

    @property
    def rate(self) -> float:
        return len(self.traffic.requests) / self.seconds


class CountingHandler(SiteHandler):
    """A sample site's handler that notes what was asked and how much was sent."""

    seen: ClassVar[list[tuple[str, str, str]]] = []
    sent_bytes = 0

    def _answer(self, form: str = "") -> None:
        self.seen.append((self.command, self.server.site.base_url + self.path, form))
        super()._answer(form)

    def _write(self, body: bytes, pause_s: float) -> None:
        CountingHandler.sent_bytes += len(body)
        super()._write(body, pause_s)


def card_of(source: Source) -> tuple[type[Site], Card]:
    """Return the sample site that stands for a shipped source: its family, its columns."""
    columns = tuple(
        Column(column.id, column.name, column.role, str(1001 + place))
        for place, column in enumerate(source.columns)
    )
    site = FAMILIES.get(source.family, TrsSite)
    family = source.family if source.family in FAMILIES else "generic"
    columns = columns[:1] if issubclass(site, (services.ServiceSite, EpaperSite)) else columns
    if site is EpaperSite:
        columns = (Column(columns[0].id, columns[0].name, columns[0].role, "gyzb"),)
    return site, Card(source.id, source.name, source.region, source.kind, family, columns)


def invented_library(roster: Roster, count: int) -> Library:
    """Return `count` articles for every column of every site."""
    places = [(card.id, column.id) for _, card in roster for column in card.columns]
    postings = [
        Posting(article(site, column, 100000 + at * count + n, n))
        for at, (site, column) in enumerate([(services.TOLD_BY, ""), *places])
        for n in range(count)
    ]
    return Library(tuple(postings))


def article(site: str, column: str, number: int, place: int) -> Article:
    """Return one invented text; two of three are policies."""
    policy = place % 3 != 2
    words = "社会工作服务" if policy else "社会工作者培训"
    kind = "管理办法" if policy else "活动侧记"
    words = f"{random_words(number, 6)}{words}"
    posted = datetime(START.year, START.month - 1, 28, 9, tzinfo=SHANGHAI) - timedelta(days=place)
    return Article(
        dossier=f"{site}-{number}",
        role="original",
        genre="policy" if policy else "news",
        relevant=True,
        site=site,
        column=column,
        number=number,
        first_day=0,
        posted_at=posted,
        title=f"{words}{kind}",
        body="\n".join(paragraphs(number, 12 if policy else 6)),
        source="本站",
    )


def paragraphs(number: int, count: int) -> Iterator[str]:
    """Yield paragraphs of random characters: no two texts resemble each other by chance."""
    for place in range(1, count + 1):
        yield f"{place}．{random_words((number, place), 110)}。"


def random_words(seed: object, length: int) -> str:
    """Return `length` of the 3,000 most common characters (GB 2312, level 1), by the seed."""
    chance = random.Random(str(seed))
    points = (
        bytes([chance.randint(0xB0, 0xD6), chance.randint(0xA1, 0xFE)]) for _ in range(length)
    )
    return b"".join(points).decode("gb2312")


def run_servers(pipe: Connection, count: int, folder: str) -> None:
    """Serve until told to end; "day" lets a day pass, "seen" answers what was asked since."""
    roster = tuple(card_of(source) for source in load_sources(SHIPPED).values())
    library = invented_library(roster, count)
    articles.library = internet.library = lambda: library
    with internet.serve(Calendar(), 26600, roster=roster) as sites:
        for server in sites._servers:
            server.RequestHandlerClass = CountingHandler
        sites.write_sources(Path(folder))
        pipe.send(sites.now)
        while (word := pipe.recv()) != "end":
            if word == "day":
                sites.advance()
                pipe.send(sites.now)
            else:
                pipe.send((list(CountingHandler.seen), CountingHandler.sent_bytes))
                CountingHandler.seen.clear()
                CountingHandler.sent_bytes = 0


@contextmanager
def servers(count: int, folder: Path) -> Iterator[Connection]:
    """Run the sample sites in a process of their own during the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run_servers, args=(theirs, count, str(folder)))
    process.start()
    try:
        yield ours
    finally:
        ours.send("end")
        process.join(20)
        process.kill()


def cpu_s() -> float:
    """Return the CPU seconds of this process and the children it has waited for."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def measured(pipe: Connection, work: Callable[[], Any]) -> Effort:
    """Return what `work()` took and what the servers saw of it."""
    cpu, started = cpu_s(), time.perf_counter()
    work()
    seconds, cpu = time.perf_counter() - started, cpu_s() - cpu
    pipe.send("seen")
    return Effort(seconds, cpu, Traffic(*pipe.recv()))


def bare(traffic: Traffic, folder: Path) -> None:
    """Fetch the same with a spider that does nothing else."""
    asked = folder / "asked.json"
    asked.write_text(json.dumps(traffic.requests))
    subprocess.run([sys.executable, "-c", BARE, str(asked)], check=True)


def job_at(data: Path, now: datetime) -> Job:
    """Return the product's job on the sample sites; nothing of the operator's settings."""
    started = time.monotonic()
    defaults = {name: setting.get_default() for name, setting in Config.model_fields.items()}
    config = load_config(**defaults | {"data": data, "sources": data / "sources"})
    return Job(config, clock=lambda: now + timedelta(seconds=time.monotonic() - started))


def sweep_of(data: Path, now: datetime) -> Callable[[], Any]:
    """Return the sweep of all sources that starts at `now`."""
    job = job_at(data, now)
    return lambda: job.run([*job.sources])


def tell(name: str, effort: Effort) -> None:
    requests, traffic = len(effort.traffic.requests), effort.traffic
    print(
        f"{name:<34}{requests:>6} requests {traffic.bytes / 1e6:>8.2f} MB {effort.seconds:>7.1f} s"
        f" {effort.cpu_s:>7.1f} s CPU {effort.rate:>7.1f}/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=12, help="in each column")
    count = parser.parse_args().articles
    configure_logs()  # as every command does; without it each settled page would be a line
    with tempfile.TemporaryDirectory() as folder, servers(count, Path(folder) / "sources") as pipe:
        data = Path(folder)
        first = measured(pipe, sweep_of(data, pipe.recv()))
        pipe.send("day")
        second = measured(pipe, sweep_of(data, pipe.recv()))
        bare_first = measured(pipe, lambda: bare(first.traffic, data))
        bare_second = measured(pipe, lambda: bare(second.traffic, data))
    tell("first sweep, all new", first)
    tell("bare Scrapy, the same", bare_first)
    tell("second sweep, nothing changed", second)
    tell("bare Scrapy, the same", bare_second)
    print(f"new pages through the whole pipeline: {first.rate / bare_first.rate:.2f} x bare")
    print(f"unchanged sweep: {second.rate / bare_second.rate:.2f} x bare")
    saved = 1 - second.traffic.bytes / bare_second.traffic.bytes
    print(f"bytes saved by conditional requests: {100 * saved:.1f} %")


if __name__ == "__main__":
    main()
