"""What a stored page is good for when the site is asked about it."""

import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings

from crawler.archive import ArchiveWriter
from crawler.cache import ArchiveStorage
from crawler.context import CrawlContext
from store import captures
from store.database import Database

NOW = datetime(2026, 6, 1, tzinfo=UTC)
URL = "https://mzt.yunjiang.gov.cn/p/1.html"
BODY = "<p>关于加强社会工作的通知</p>".encode()


@pytest.fixture
def context(tmp_path: Path) -> CrawlContext:
    """An archive that holds one page, which its site can be asked about."""
    writer = ArchiveWriter(tmp_path / "archive", 1)
    stored = writer.write(URL, 200, [("ETag", '"1"')], BODY, fetched_at=NOW)
    writer.close()
    database = Database(f"sqlite:///{tmp_path / 'c.db'}")
    with database.writing() as session:
        captures.add(session, stored)
    archive = tmp_path / "archive"
    return CrawlContext(2, database, archive, ArchiveWriter(archive, 2), lambda: NOW, "x")


def stored_page(context: CrawlContext, **meta: bool) -> Response | None:
    return answer_from_store(context, Request(URL, meta=dict(meta)))


def answer_from_store(context: CrawlContext, request: Request) -> Response | None:
    storage = ArchiveStorage(Settings())
    spider = SimpleNamespace(context=context)
    storage.open_spider(spider)  # type: ignore[arg-type]
    return storage.retrieve_response(spider, request)  # type: ignore[arg-type]


def test_a_page_that_leads_nowhere_is_asked_about_without_being_read(
    context: CrawlContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = stored_page(context)
    assert read is not None
    assert read.body == BODY
    monkeypatch.setattr("crawler.cache.read_body", lambda *_: pytest.fail("it is read"))
    unread = stored_page(context, leads_nowhere=True)
    assert unread is not None
    assert (unread.headers["ETag"], unread.body) == (b'"1"', b"")


@pytest.mark.parametrize("leads_nowhere", [True, False])
def test_a_page_whose_record_is_lost_is_fetched_in_full(
    context: CrawlContext, leads_nowhere: bool
) -> None:
    for file in context.archive_folder.iterdir():
        file.unlink()
    assert stored_page(context, leads_nowhere=leads_nowhere) is None


@pytest.mark.parametrize("leads_nowhere", [True, False])
def test_a_page_whose_record_a_file_cut_short_has_lost_is_fetched_in_full(
    context: CrawlContext, leads_nowhere: bool
) -> None:
    """Else the site would say for ever that nothing changed, and nobody could read what."""
    (file,) = context.archive_folder.iterdir()
    capture = context.latest_capture(URL)
    assert capture is not None
    os.truncate(file, capture.warc_offset)
    assert stored_page(context, leads_nowhere=leads_nowhere) is None


def test_where_a_page_was_redirected_to_is_read_though_the_page_is_known(
    context: CrawlContext,
) -> None:
    """A wall stands under one address for all: 304 there says nothing of the pages before it."""
    known = {"links_only": True, "leads_nowhere": True}
    asked = Request(URL, meta={**known, "redirect_urls": ["https://mzt.yunjiang.gov.cn/p/2.html"]})
    answer = answer_from_store(context, asked)
    assert answer is not None
    assert answer.body == BODY
    assert (asked.meta["links_only"], asked.meta["leads_nowhere"]) == (False, False)
