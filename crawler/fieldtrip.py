"""The fieldtrip: one polite look at every source from inside China, as one bundle to send.

The doctor's own requests are the captures; to them come more articles and one attachment of each
source. The bundle is a zip of at most 50 MB: the answers as WARC, the doctor's report, a sheet to
label. Nothing private is in it: no address of this machine, no cookie's value, no proxy, no path.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.addresses import host_key
from crawler.archive import ArchiveWriter
from crawler.body import MAX_PAGE_BYTES
from crawler.bundle import MAX_BUNDLE_BYTES, pack
from crawler.client import Answer, Client, Pace, manners_of, with_path
from crawler.doctor import ARTICLES, Examination, Practice, examine_all
from crawler.errors import BodyError
from crawler.privacy import without_private
from crawler.reach import NoAnswer
from crawler.sources import Source
from crawler.spiders.errand import file_links, is_file, own_entries
from pipelines.decode import decode

ROOM_FOR_REPORTS = 4 * 1024 * 1024
RECORD_OVERHEAD_BYTES = 2048
MAX_ATTACHMENT_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trip:
    """What came home: the bundle, its size, the doctor's reports, how many answers it holds."""

    bundle: Path
    size: int
    examined: Sequence[Examination]
    answers: int
    left_out: int


class Notebook:
    """Takes down answers as WARC, without what is private, up to a size. For many threads.

    asked: addresses that answered. files: links to files met so far, by source. left_out: how
    many answers there was no room for.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        room: int = MAX_BUNDLE_BYTES - ROOM_FOR_REPORTS,
    ) -> None:
        self.asked: set[str] = set()
        self.files: dict[str, list[str]] = {}
        self.answers = 0
        self.left_out = 0
        self._folder = folder
        self._clock = clock
        self._room = room
        self._archive = ArchiveWriter(folder, label="captures")
        self._lock = threading.Lock()

    def keeper(self, source: Source) -> Callable[[Answer], None]:
        """Return what takes down the answers of one source."""

        def keep(answer: Answer) -> None:
            self.asked.add(answer.url)
            self.files.setdefault(source.id, []).extend(_files_on(answer))
            self._take(without_private(answer))

        return keep

    def close(self) -> Path | None:
        """Close the WARC and return it, None when nothing was taken down."""
        self._archive.close()
        return next(self._folder.glob("captures-*.warc.gz"), None)

    def _take(self, answer: Answer) -> None:
        """Write one answer, unless it could make the bundle too large."""
        with self._lock:
            if self._size() + len(answer.body) + RECORD_OVERHEAD_BYTES > self._room:
                self.left_out += 1
                return
            self._archive.write(
                answer.url, answer.status, answer.headers, answer.body, fetched_at=self._clock()
            )
            self.answers += 1

    def _size(self) -> int:
        return sum(file.stat().st_size for file in self._folder.glob("captures-*.warc.gz"))


def _files_on(answer: Answer) -> list[str]:
    if "html" not in answer.names.get("content-type", "text/html"):
        return []
    try:
        text = decode(answer.content(), answer.names.get("content-type")).text
    except BodyError:
        return []
    return file_links(text, answer.url)


def travel(
    sources: Iterable[Source],
    bundle: Path,
    *,
    agent: str,
    clock: Callable[[], datetime],
    minutes: float,
    progress: Callable[[str], None] = lambda source_id: None,
) -> Trip:
    """Visit the sources for so many minutes and write the bundle; return what came of it.

    A source for which there was no time is in the report as not looked at.
    """
    chosen = list(sources)
    with TemporaryDirectory() as scratch:
        notebook = Notebook(Path(scratch), clock)
        ends = time.monotonic() + minutes * 60

        def make(source: Source, pace: Pace) -> Client:
            manners = manners_of(source)
            return Client(agent, manners, pace=pace, keep=notebook.keeper(source), clock=clock)

        practice = Practice(
            make, clock, ends=ends, progress=progress, afterwards=_look_further(notebook)
        )
        examined = examine_all(chosen, practice)
        warc = notebook.close()
        names = {host_key(source.base_url): source.name for source in chosen}
        size = pack(bundle, warc, examined, names, clock())
    return Trip(bundle, size, examined, notebook.answers, notebook.left_out)


def _look_further(notebook: Notebook) -> Callable[[Source, Client, Examination], None]:
    """Return what is asked of a source beyond the doctor's own questions."""

    def look(source: Source, client: Client, examined: Examination) -> None:
        for url in (with_path(source.base_url), *_more_articles(source, examined)):
            if url not in notebook.asked:
                _ask(client, url)
        for url in notebook.files.get(source.id, [])[:1]:
            _ask(client, url, max_bytes=MAX_ATTACHMENT_BYTES)

    return look


def _ask(client: Client, url: str, *, max_bytes: int = MAX_PAGE_BYTES) -> None:
    """Ask for one more page; what does not come is in nobody's way: the doctor's report tells."""
    with contextlib.suppress(NoAnswer):
        client.ask(url, max_bytes=max_bytes)


def _more_articles(source: Source, examined: Examination) -> Iterator[str]:
    """Yield articles the doctor has not opened, so that there are three in all."""
    opened = sum(f.probe == "article" and f.state != "skipped" for f in examined.findings)
    rows = [
        entry.url
        for listing in examined.listings.values()
        for entry in own_entries(listing, source)[1:]
        if not is_file(entry.url)
    ]
    yield from list(dict.fromkeys(rows))[: max(0, ARTICLES - opened)]
