"""The same answer served again costs no second body, and reads back wherever it is asked for."""

import gzip
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import ArchiveWriter
from crawler.archived import ArchivedResponse, iter_responses, read_body
from crawler.cache import ArchiveStorage
from crawler.context import CrawlContext
from crawler.pruning import prune
from crawler.replay import replay_files
from store import captures
from store.database import Database
from store.records import Capture

NOW = datetime(2026, 6, 1, 23, 30, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://mz.example.cn/1.html"
HTML = ("Content-Type", "text/html; charset=gb18030")
NOISE = random.Random(7).randbytes(20_000).hex()
TITLE = "关于加强社会工作服务站建设的通知"
PAGE = f"<title>{TITLE}</title><h1>{TITLE}</h1><p>{'各地要加强社会工作。' * 60}</p>"
BODY = f"{PAGE}<!-- {NOISE} -->".encode("gb18030")


def put(
    folder: Path,
    day: int,
    *headers: tuple[str, str],
    earlier: Capture | None = None,
    body: bytes = BODY,
    url: str = URL,
) -> Capture:
    """Archive one answer of that day in a run of its own."""
    writer = ArchiveWriter(folder, day)
    at = NOW + day * DAY
    capture = writer.write(url, 200, headers, body, fetched_at=at, earlier=earlier)
    writer.close()
    return capture


def of_run(folder: Path, day: int) -> list[ArchivedResponse]:
    return list(iter_responses(folder / f"run{day:06d}-01.warc.gz"))


def heads(folder: Path, day: int) -> list[dict[str, str]]:
    with (folder / f"run{day:06d}-01.warc.gz").open("rb") as file:
        return [dict(record.rec_headers.headers) for record in ArchiveIterator(file)]


def test_the_same_answer_again_costs_no_second_body(tmp_path: Path) -> None:
    first = put(tmp_path, 1, HTML)
    again = put(tmp_path, 2, HTML, ("Date", "Wed, 03 Jun 2026 01:00:00 GMT"), earlier=first)
    assert again.fetched_at == first.fetched_at + DAY
    assert again.body_sha256 == first.body_sha256
    assert read_body(tmp_path, again) == BODY
    sizes = [path.stat().st_size for path in sorted(tmp_path.iterdir())]
    assert sizes[0] > 20_000
    assert sizes[1] < 1_500
    (response,) = of_run(tmp_path, 2)
    assert (response.body, response.fetched_at, response.defect) == (BODY, again.fetched_at, None)
    assert response.headers["date"] == "Wed, 03 Jun 2026 01:00:00 GMT"


def test_what_is_written_is_a_revisit_record_of_the_standard(tmp_path: Path) -> None:
    """ISO 28500 §6.7: profile, digest and reference; a third one refers to the body, too."""
    first = put(tmp_path, 1, HTML)
    second = put(tmp_path, 2, HTML, earlier=first)
    put(tmp_path, 3, HTML, earlier=second)
    original, told = heads(tmp_path, 1)[1], heads(tmp_path, 3)[1]
    assert told["WARC-Type"] == "revisit"
    assert told["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert told["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    assert told["WARC-Refers-To"] == original["WARC-Record-ID"]
    assert told["WARC-Refers-To-Date"] == original["WARC-Date"]
    assert told["WARC-Refers-To-Target-URI"] == told["WARC-Target-URI"] == URL


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([HTML], BODY.replace(b"7", b"8", 1)),
        ([("Content-Type", "text/html; charset=utf-8")], BODY),
        ([HTML, ("Content-Encoding", "gzip")], gzip.compress(BODY, mtime=2)),
    ],
)
def test_another_byte_or_another_reading_is_another_answer(
    tmp_path: Path, headers: list[tuple[str, str]], body: bytes
) -> None:
    first = put(tmp_path, 1, HTML)
    packed = [HTML, ("Content-Encoding", "gzip")]
    if headers == packed:  # packed at another second: what is said is the same, the bytes are not
        first = put(tmp_path, 3, *packed, body=gzip.compress(BODY, mtime=1))
    other = put(tmp_path, 2, *headers, earlier=first, body=body)
    assert other.warc_file == "run000002-01.warc.gz"
    assert heads(tmp_path, 2)[1]["WARC-Type"] == "response"


def test_what_lies_in_no_archive_any_more_is_written_anew(tmp_path: Path) -> None:
    first = put(tmp_path, 1, HTML)
    (tmp_path / first.warc_file).unlink()
    assert read_body(tmp_path, put(tmp_path, 2, HTML, earlier=first)) == BODY


def test_a_body_that_is_not_beside_its_revisit_record_is_named(tmp_path: Path) -> None:
    first = put(tmp_path, 1, HTML)
    put(tmp_path, 2, HTML, earlier=first)
    (tmp_path / first.warc_file).unlink()
    (response,) = of_run(tmp_path, 2)
    assert response.defect == "正文与从前相同，但 run000001-01.warc.gz 里已没有那条记录"
    assert response.body == b""


def test_a_name_in_a_record_leads_to_no_other_folder(tmp_path: Path) -> None:
    first = put(tmp_path, 1, HTML)
    (tmp_path / "in").mkdir()
    writer = ArchiveWriter(tmp_path / "in", 2)
    elsewhere = replace(first, warc_file="../run000001-01.warc.gz")
    writer.write(URL, 200, [HTML], BODY, fetched_at=NOW + DAY, earlier=elsewhere)
    writer.close()
    (response,) = of_run(tmp_path / "in", 2)
    assert response.defect
    assert response.body == b""


@pytest.mark.parametrize("named", [True, False])
def test_a_foreign_record_that_refers_to_itself_holds_nothing(tmp_path: Path, named: bool) -> None:
    """Those of other programs, which name no file, are left out."""
    path, own = tmp_path / "x.warc.gz", "<urn:uuid:00000000-0000-0000-0000-000000000001>"
    with path.open("wb") as file:
        writer = WARCWriter(file)
        more = {"WARC-Record-ID": own, "WARC-Refers-To": own}
        more |= {"WARC-Refers-To-Filename": path.name} if named else {}
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        digest, date = "sha1:AAAA", "2026-06-01T00:00:00Z"
        writer.write_record(
            writer.create_revisit_record(URL, digest, URL, date, head, warc_headers_dict=more)
        )
    responses = list(iter_responses(path))
    assert [bool(response.defect) for response in responses] == ([True] if named else [])


# --- the crawl ---


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'policywatch.db'}")


def answered(database: Database, archive: Path, day: int) -> Capture:
    """Ask for the page as the crawl does, let the site answer, note it."""
    writer = ArchiveWriter(archive, day)
    at = NOW + day * DAY
    context = CrawlContext(day, database, archive, writer, lambda: at, "test")
    spider = SimpleNamespace(context=context, source=SimpleNamespace(id="mz"))
    storage = ArchiveStorage(Settings())
    storage.open_spider(spider)  # type: ignore[arg-type]
    request = Request(URL)
    assert storage.retrieve_response(spider, request) is None  # type: ignore[arg-type]
    response = HtmlResponse(URL, body=BODY, headers={"Content-Type": HTML[1]})
    storage.store_response(spider, request, response)  # type: ignore[arg-type]
    writer.close()
    with database.writing() as session:
        captures.add(session, request.meta["capture"])
    capture: Capture = request.meta["capture"]
    return capture


@pytest.fixture
def archive(tmp_path: Path, database: Database) -> Path:
    """Return an archive in which one page was served three times, byte for byte the same."""
    folder = tmp_path / "archive"
    first, *later = [answered(database, folder, day) for day in (1, 2, 3)]
    assert {capture.warc_file for capture in later} == {first.warc_file}
    return folder


def test_a_replay_reads_every_capture_whichever_files_it_is_given(
    archive: Path, database: Database, tmp_path: Path
) -> None:
    files = sorted(archive.iterdir())
    for number, given in enumerate((files, files[2:])):
        ledger = Database(f"sqlite:///{tmp_path / f'{number}.db'}")
        counts = replay_files(ledger, given, {}, lambda: NOW).counts()
        assert counts["documents"] == counts["captures"] == len(given)
        assert counts["changes"] == 1


def test_pruning_keeps_a_body_as_long_as_one_capture_lies_in_it(
    archive: Path, database: Database
) -> None:
    other = put(archive, 9, HTML, body=BODY[::-1], url=f"{URL}?old")
    with database.writing() as session:
        captures.add(session, other)
        captures.add(session, replace(other, status=404))
    later = NOW + 90 * DAY
    wished = prune(database, archive, later, later, preview=True)
    gone = prune(database, archive, later, later)
    assert (gone.captures, wished.captures) == (3, 3), "two of three of the page, the 404"
    assert gone.freed_bytes == wished.freed_bytes == 0
    with database.reading() as session:
        kept = captures.latest(session, URL)
    assert kept is not None
    assert read_body(archive, kept) == BODY
    assert answered(database, archive, 100).warc_file == kept.warc_file


def test_a_record_moves_with_all_the_captures_that_lie_in_it(
    archive: Path, database: Database
) -> None:
    writer = ArchiveWriter(archive, 1)
    lone = writer.write(f"{URL}?x", 500, [HTML], BODY[::-1], fetched_at=NOW)
    writer.close()
    joined = (archive / "run000001-01.warc.gz").read_bytes()
    (archive / "run000001-01.warc.gz").write_bytes(joined + (archive / lone.warc_file).read_bytes())
    with database.writing() as session:
        moved = replace(
            lone,
            warc_file="run000001-01.warc.gz",
            warc_offset=len(joined) + lone.warc_offset,
        )
        captures.add(session, moved)
    before = NOW + 2 * DAY + timedelta(minutes=1)
    gone = prune(database, archive, before, NOW + 9 * DAY)
    assert gone.captures == 3
    assert gone.freed_bytes > 20_000
    with database.reading() as session:
        kept = captures.latest(session, URL)
    assert kept is not None
    assert kept.warc_file == "run000001-01-p1.warc.gz"
    assert read_body(archive, kept) == BODY
    (response,) = of_run(archive, 3)
    assert response.body == BODY, "found in what the pruning made of its file"
