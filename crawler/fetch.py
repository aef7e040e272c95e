"""The crawl child: `python -m crawler.fetch …` visits some sources once and ends.

It owns the reactor, so the parent never has one. It writes captures and visits, and structured
log lines to stderr, nothing else. Exit 0: every source was visited, whatever came of it; 1: it
crashed; 2: its arguments are wrong; 143: it was told to stop. A kill at any point loses nothing.
"""

import argparse
import asyncio
import faulthandler
import gc
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.core.downloader.handlers import http11  # noqa: F401  (walks all that is loaded)
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.defer import deferred_from_coro
from sqlalchemy.exc import SQLAlchemyError

from crawler.addresses import host_key
from crawler.archive import ArchiveWriter
from crawler.backfill import Backfill
from crawler.budget import groups_by_host
from crawler.context import CrawlContext
from crawler.errors import CrawlerError, CrawlError
from crawler.log_lines import log_to_stderr
from crawler.pulse import Pulse
from crawler.run import DATABASE_VARIABLE, PULSE_NAME
from crawler.settings import SharedSettings, common_settings, source_settings, user_agent
from crawler.sources import Source, load_sources
from crawler.spiders.column import ColumnSpider
from store import faults, visits
from store.database import Database

PARALLEL_HOSTS = 8
"""Hosts visited at the same time; each of them one request at a time."""

EXIT_STOPPED = 128 + signal.SIGTERM

BEAT_S = 1.0
"""How often the child says that its reactor turns, and writes the visits that wait."""

STOP_S = 20.0
"""How long a source whose time is over may finish what is on its way."""

faults.register(child_exit="the crawl child has done its work and is about to end")
_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Crawl what the arguments say and return the exit code."""
    options = _options(arguments)
    log_to_stderr()
    faulthandler.enable()  # a crash or an abort says where, on stderr
    gc.freeze()  # modules stay: no collection need look at them again
    _limit_memory(options.memory_mb)
    try:
        sources = _chosen(load_sources(options.sources), options.source)
    except CrawlerError as error:
        _log.error("%s", error)
        return 2
    clock = _clock_from(options.now)
    database = Database(options.database)
    archive = ArchiveWriter(options.data / "archive", options.run)
    context = CrawlContext(
        run_id=options.run,
        database=database,
        archive_folder=options.data / "archive",
        archive=archive,
        clock=clock,
        user_agent=user_agent(options.contact),
        backfill=Backfill(options.pages, options.since) if options.backfill else None,
        pulse=Pulse(options.data / PULSE_NAME),
        resting=frozenset(options.rest),
    )
    _grant_budgets(context, sources)
    try:
        crawl = Crawl(
            context,
            sources,
            leave_with_parent=options.leave_with_parent,
            source_timeout_s=options.source_timeout_s,
        )
        code = crawl.run()
        context.flush()
    finally:
        archive.close()
        database.close()
    faults.reach("child_exit")
    return code


class Crawl:
    """One crawl: chains of sources that share a host, some chains side by side."""

    def __init__(
        self,
        context: CrawlContext,
        sources: Iterable[Source],
        *,
        leave_with_parent: bool = False,
        source_timeout_s: float | None = None,
    ) -> None:
        """source_timeout_s: how long one source may take; None: as long as it needs."""
        self._context = context
        self._groups = groups_by_host(sources)
        self._leave_with_parent = leave_with_parent
        self._source_timeout_s = source_timeout_s
        self._process = AsyncCrawlerProcess(SharedSettings(common_settings(context.user_agent)))
        logging.getLogger("scrapy").setLevel(logging.WARNING)  # the process sets it to DEBUG
        self._stopping = False
        self._crashed = False

    def run(self) -> int:
        """Run the reactor until every source was visited or a stop was asked; return exit code."""
        from twisted.internet import reactor as installed  # by the process made above

        reactor: Any = installed  # typed as an interface whose methods mypy cannot bind
        reactor.callWhenRunning(lambda: deferred_from_coro(self._visit_all(reactor.stop)))
        self._process.start(stop_after_crawl=False, install_signal_handlers=False)
        if self._crashed:
            return 1
        return EXIT_STOPPED if self._stopping else 0

    async def _visit_all(self, stop_reactor: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        if self._leave_with_parent:
            loop.add_reader(sys.stdin.fileno(), _leave)
        self._beat(loop)
        gate = asyncio.Semaphore(PARALLEL_HOSTS)
        try:
            await asyncio.gather(*(self._visit_chain(group, gate) for group in self._groups))
        except Exception:  # the boundary: whatever it is, the child must end and say so
            _log.exception("the crawl failed")
            self._crashed = True
            await self._stop_crawlers()
        finally:
            stop_reactor()

    async def _visit_chain(self, group: Sequence[Source], gate: asyncio.Semaphore) -> None:
        """Visit sources that share a host one after the other, so that they share its delay."""
        async with gate:
            for place, source in enumerate(group):
                if place:
                    await asyncio.sleep(source.delay_s)
                if not self._stopping:
                    await self._visit(source)

    async def _visit(self, source: Source) -> None:
        crawler = self._process.create_crawler(ColumnSpider)
        crawler.settings.setdict(source_settings(source), priority="cmdline")
        failure = await self._crawl_in_time(crawler, source)
        crashed = getattr(crawler.spider, "crashed", None)
        if crashed is not None:  # one source fails alone; the exit code tells
            _log.error("the spider of %s crashed", source.id, exc_info=crashed.value)
            self._crashed = True
            failure = _said(crashed.value)
        self._context.flush()  # what is done is not asked again, whatever becomes of this process
        if self._context.pulse is not None and not self._stopping:
            self._context.pulse.done(source.id, failure)
        traffic = getattr(crawler.spider, "traffic", {})
        _log.info("source visited", extra={"source": source.id, **traffic})

    async def _crawl_in_time(self, crawler: Crawler, source: Source) -> str:
        """Visit the source, at most as long as one may take; return why it did not end, or ''.

        A spider that does not even stop is left behind: it ends with the process.
        """
        task = asyncio.ensure_future(
            self._process.crawl(crawler, source=source, context=self._context)
        )
        ended, _ = await asyncio.wait({task}, timeout=self._source_timeout_s)
        if ended:
            await task
            return ""
        why = f"not through after {self._source_timeout_s:g} s"
        _log.error("%s: %s", source.id, why)
        stop = asyncio.ensure_future(crawler.stop_async())
        await asyncio.wait({task, stop}, timeout=STOP_S)
        return why

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say again and again that the reactor turns: nothing is in hand at this moment.

        What cannot be written now waits on: the end of its source writes it, or fails loudly.
        """
        loop.call_later(BEAT_S, self._beat, loop)
        try:
            self._context.flush()
        except (OSError, SQLAlchemyError) as error:
            _log.warning("visits cannot be written, they wait: %s", error)
        if self._context.pulse is not None:
            self._context.pulse.beat()

    def _stop(self) -> None:
        _log.info("told to stop: what is on its way is finished, nothing new is asked")
        self._stopping = True
        self._stop_task = asyncio.ensure_future(self._stop_crawlers())

    async def _stop_crawlers(self) -> None:
        """Stop every crawler once it runs: Scrapy hangs on a stop that comes while it starts."""
        stops: dict[Crawler, asyncio.Task[None]] = {}
        while waiting := set(self._process.crawlers) - stops.keys():
            for crawler in waiting:
                if crawler.engine is not None and crawler.engine.running:
                    stops[crawler] = asyncio.create_task(crawler.stop_async())
            await asyncio.sleep(0.05)
        await asyncio.gather(*stops.values())


def _said(error: BaseException) -> str:
    """Return why a spider crashed; a MemoryError says nothing by itself."""
    beyond = "beyond crawl_memory_mb" if isinstance(error, MemoryError) else ""
    return f"{type(error).__name__}: {str(error) or beyond}"


def _leave() -> None:
    """End at once when the parent is gone: nobody would wait for us, and nothing is lost."""
    if not os.read(sys.stdin.fileno(), 1):
        os._exit(1)


def _chosen(sources: dict[str, Source], ids: Sequence[str]) -> list[Source]:
    unknown = [source_id for source_id in ids if source_id not in sources]
    if unknown:
        raise CrawlError(f"no source called {', '.join(unknown)}; see `policywatch sources`")
    return [sources[source_id] for source_id in dict.fromkeys(ids)]


def _grant_budgets(context: CrawlContext, sources: Iterable[Source]) -> None:
    """Set what is left of each host's day, from the requests that reached it in the last 24 h."""
    with context.database.reading() as session:
        requests = visits.requests(session, context.clock() - timedelta(days=1))
    for group in groups_by_host(sources):
        spent = sum(requests.get(source.id, 0) for source in group)
        for source in group:
            context.budgets.grant(host_key(source.base_url), source.daily_budget - spent)


def _clock_from(now: datetime | None) -> Callable[[], datetime]:
    """Return a clock that starts at `now` and runs on; the machine's own without it."""
    if now is None:
        return lambda: datetime.now(UTC)
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _limit_memory(megabytes: int) -> None:
    """Cap the address space, so that a runaway page fails here and not as the machine's OOM."""
    limit = megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ValueError, OSError) as error:  # macOS refuses; the crawl goes on without the cap
        _log.warning("memory is not limited: %s", error)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler.fetch", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", default=os.environ.get(DATABASE_VARIABLE), help="its URL")
    parser.add_argument("--sources", type=Path, required=True, help="folder of source TOMLs")
    parser.add_argument("--run", type=int, required=True, help="id of the run in the store")
    parser.add_argument("--source", action="append", required=True, help="source id, repeatable")
    parser.add_argument("--rest", action="append", default=[], help="SOURCE/COLUMN to leave alone")
    parser.add_argument("--contact", required=True, help="address in the User-Agent")
    parser.add_argument("--now", type=datetime.fromisoformat, help="aware instant of the start")
    parser.add_argument("--backfill", action="store_true", help="walk back, known rows or not")
    parser.add_argument("--pages", type=int, help="of each list, for a backfill")
    parser.add_argument("--since", help="year, month or day; older rows are left alone")
    parser.add_argument("--memory-mb", type=int, default=1500, help="limit of the address space")
    parser.add_argument("--source-timeout-s", type=float, help="how long one source may take")
    parser.add_argument("--leave-with-parent", action="store_true", help="end when stdin closes")
    options = parser.parse_args(arguments)
    if not options.database:
        parser.error(f"no database: set {DATABASE_VARIABLE} or give --database")
    return options


if __name__ == "__main__":
    sys.exit(main())
