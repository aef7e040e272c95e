"""What was looked up for many addresses at once is what each would have been told singly."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import ArchiveWriter
from crawler.context import CrawlContext
from store import captures, runs, visits
from store.database import Database
from store.records import Capture, Outcome, Visit

NOW = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
SITE = "https://mzt.yunjiang.gov.cn"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[CrawlContext]:
    database = Database(f"sqlite:///{tmp_path / 'c.db'}")
    with database.writing() as session:
        runs.begin(session, ["mz_yj"], NOW)
    archive = tmp_path / "archive"
    yield CrawlContext(1, database, archive, ArchiveWriter(archive, 1), lambda: NOW, "x")
    database.close()


def capture(name: str, *, status: int = 200, size: int = 9, etag: str = '"1"') -> Capture:
    return Capture(
        url=f"{SITE}/{name}",
        fetched_at=NOW,
        status=status,
        content_type="text/html",
        body_sha256="0" * 64,
        body_bytes=size,
        etag=etag,
        last_modified=None,
        warc_file="run000001-01.warc.gz",
        warc_offset=0,
    )


def visit(name: str, **more: object) -> Visit:
    facts: dict[str, object] = {
        "run_id": 1,
        "source_id": "mz_yj",
        "column_id": "zcwj",
        "url": f"{SITE}/{name}",
        "target": "page",
        "outcome": "ok",
        "visited_at": NOW,
        "status": 200,
        "detail": "HTTP 200",
    }
    return Visit(**facts | more)  # type: ignore[arg-type]


def test_many_addresses_are_looked_up_as_each_alone(context: CrawlContext) -> None:
    stored = [
        capture("twice", etag='"old"'),
        capture("gone"),
        capture("only-gone", status=404),
        capture("empty", size=0),
        capture("twice", etag='"new"'),
        capture("gone", status=404),
    ]
    with context.database.writing() as session:
        captures.add_all(session, stored)
    names = ["twice", "gone", "only-gone", "empty", "never", *(f"p{n}" for n in range(600))]
    urls = [f"{SITE}/{name}" for name in names]
    singly = [context.latest_capture(url) for url in urls]
    context.expect(urls)
    assert [context.latest_capture(url) for url in urls] == singly
    assert [c.etag for c in singly if c] == ['"new"', '"1"']


def test_a_capture_made_since_it_was_looked_up_is_the_latest(context: CrawlContext) -> None:
    url = f"{SITE}/a"
    context.expect([url])
    context.record(visit("a"), capture("a"))
    found = context.latest_capture(url)
    assert found is not None
    assert found.id is not None, "as it was written"


def test_what_waits_to_be_written_is_seen_by_a_later_look_at_many(context: CrawlContext) -> None:
    url = f"{SITE}/a"
    context.record(visit("a"), capture("a"))
    context.expect([url])
    assert context.latest_capture(url) is not None


@pytest.mark.parametrize(
    ("status", "outcome", "counted"),
    [
        (200, "ok", 1),
        (404, "gone", 1),
        (None, "unreachable", 1),
        (None, "robots_denied", 0),
        (None, "unchanged", 0),
    ],
)
def test_only_what_was_asked_of_a_site_counts_against_its_day(
    context: CrawlContext, status: int | None, outcome: Outcome, counted: int
) -> None:
    seen = visit("a", status=status, outcome=outcome)
    before = visit("a", visited_at=NOW - timedelta(days=1))
    with context.database.writing() as session:
        visits.add_all(session, [before, seen])
        found = visits.requests(session, NOW - timedelta(days=1))
    assert found.get("mz_yj", 0) == counted
