"""Pages saved by hand into the ledger: for sites that let people in and crawlers not.

Each page is archived first, as a WARC `resource` record (ISO 28500 §6.5: bytes without an answer),
then recorded as `replay` does: a backfill, announced only where dated within the last seven days.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.addresses import canonical_url, host_key
from crawler.archive import ArchiveWriter
from crawler.attached import completed, file_addresses
from crawler.page import read_page
from crawler.recording import record_page
from crawler.rereading import circumstances_of
from crawler.saved import SavedPage, SavedPageError, addresses, read_saved, saved_files
from crawler.sources import Source
from pipelines.extract import Rules
from store import captures
from store.database import Database
from store.records import Capture, PageFacts, Reading


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file. kind: the page kind, `refused` where it could not be taken in."""

    path: Path
    url: str | None
    kind: str
    detail: str
    title: str | None = None
    documents: int = 0
    changes: tuple[str, ...] = ()

    def shown(self) -> dict[str, str]:
        """Return the row a person is shown."""
        return {
            "文件": str(self.path),
            "类别": self.kind,
            "标题": self.title or "",
            "变化": str(len(self.changes)),
            "说明": self.detail,
        }


class Importer:
    """Takes saved pages into one archive and one ledger."""

    def __init__(
        self,
        database: Database,
        archive: Path,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._archive = ArchiveWriter(archive, label=f"import{clock():%Y%m%dT%H%M%S}")
        self._clock = clock
        self._by_host = {
            host_key(base): source
            for source in sources.values()
            for base in (source.base_url, *source.aliases)
        }

    def take(self, path: Path, url: str | None = None) -> Sequence[Imported]:
        """Take in a saved page or a folder of them; one that cannot be is named and left out.

        Raises SavedPageError where the path holds no page at all.
        """
        files = saved_files(path)
        try:
            return [self._take(file, given) for file, given in addresses(files, path, url)]
        finally:
            self._archive.close()

    def _take(self, file: Path, url: str | None) -> Imported:
        try:
            return self._record(read_saved(file, url))
        except SavedPageError as error:
            return Imported(file, url, "refused", str(error))

    def _record(self, page: SavedPage) -> Imported:
        source = self._by_host.get(host_key(page.url))
        now = self._clock()
        saved_at = min(page.saved_at or now, now)
        capture = self._archive.write_resource(
            page.url, page.content_type, page.body, fetched_at=saved_at
        )
        rules = Rules(site_name=source.name) if source else None
        reading = read_page(page.body, page.content_type, page.url, rules=rules)
        with self._database.reading() as session:
            reading = completed(session, reading, source)
        self._archive.sync()
        changes = self._write(page, capture, reading, source)
        title = reading.documents[0].title if reading.documents else None
        detail = reading.detail
        if reading.kind == "listing":
            detail = f"列表，{len(reading.listing.entries)} 条；请把条目指向的页面保存后导入"
        return Imported(
            page.path, page.url, reading.kind, detail, title, len(reading.documents), changes
        )

    def _write(
        self, page: SavedPage, capture: Capture, reading: Reading, source: Source | None
    ) -> tuple[str, ...]:
        with self._database.writing() as session:
            capture_id = captures.add(session, capture)
            if not reading.documents:
                return ()
            facts = PageFacts(
                url=canonical_url(page.url, source),
                kind=reading.kind,
                source_id=source.id if source else None,
                column_id=None,
                visited_at=capture.fetched_at,
                capture_id=capture_id,
                body_sha256=capture.body_sha256,
                present=False,
                files=tuple(file_addresses(reading, source).values()),
            )
            circumstances = circumstances_of(source, baseline=True)
            return tuple(record_page(session, facts, reading, circumstances, self._clock()))
