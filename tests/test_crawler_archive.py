"""The archive gives back what was written, up to the last whole record, and says what is broken."""

import gzip
import io
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import ArchiveWriter
from crawler.archived import iter_responses, read_body, read_response
from crawler.errors import ArchiveError, BodyError

NOW = datetime(2026, 6, 1, 23, 30, 0, 123456, tzinfo=UTC)
PAGE = "<p>关于加强社会工作的通知</p>".encode("gb18030")


@pytest.fixture
def writer(tmp_path):
    with_archive = ArchiveWriter(tmp_path, 7)
    yield with_archive
    with_archive.close()


def put(writer, url, body=PAGE, *headers, status=200):
    return writer.write(url, status, headers, body, fetched_at=NOW)


def test_bytes_come_back_as_served(writer, tmp_path):
    capture = put(writer, "http://a.cn/1", PAGE, ("Content-Type", "text/html"), ("ETag", '"x"'))
    assert read_body(tmp_path, capture) == PAGE
    assert (capture.content_type, capture.etag, capture.last_modified) == ("text/html", '"x"', None)
    assert capture.warc_file == "run000007-01.warc.gz"
    assert read_response(tmp_path, capture).fetched_at == NOW


def test_a_packed_body_is_kept_packed_and_read_unpacked(writer, tmp_path):
    served = gzip.compress(PAGE)
    capture = put(writer, "http://a.cn/1", served, ("Content-Encoding", "gzip"))
    assert read_body(tmp_path, capture) == PAGE
    assert capture.body_bytes == len(served)


def test_one_page_packed_twice_has_one_hash(writer):
    early = gzip.compress(PAGE, mtime=1)
    late = gzip.compress(PAGE, mtime=2)
    assert early != late
    first = put(writer, "http://a.cn/1", early, ("Content-Encoding", "gzip"))
    second = put(writer, "http://a.cn/1", late, ("Content-Encoding", "gzip"))
    assert first.body_sha256 == second.body_sha256


def test_a_chunked_answer_is_not_unchunked_twice(writer, tmp_path):
    capture = put(writer, "http://a.cn/1", b"5\r\nhello", ("Transfer-Encoding", "chunked"))
    assert read_body(tmp_path, capture) == b"5\r\nhello"


def test_a_body_cut_short_by_the_server_is_named(writer, tmp_path):
    cut = gzip.compress(PAGE * 9)[:-12]
    capture = put(writer, "http://a.cn/1", cut, ("Content-Encoding", "gzip"))
    with pytest.raises(BodyError, match="不完整"):
        read_body(tmp_path, capture)
    [response] = iter_responses(tmp_path / capture.warc_file)
    assert "不完整" in response.defect


def test_a_later_writer_of_the_same_run_takes_a_new_file(writer, tmp_path):
    put(writer, "http://a.cn/1")
    again = ArchiveWriter(tmp_path, 7)
    assert put(again, "http://a.cn/2").warc_file == "run000007-02.warc.gz"
    again.close()


def test_whatever_a_kill_cuts_off_the_whole_records_before_it_are_read(writer, tmp_path):
    captures = [put(writer, f"http://a.cn/{n}") for n in range(3)]
    whole = (tmp_path / captures[0].warc_file).read_bytes()
    ends = [captures[1].warc_offset, captures[2].warc_offset, len(whole)]
    torn = tmp_path / "torn.warc.gz"
    for cut in range(captures[0].warc_offset, len(whole), 3):
        torn.write_bytes(whole[:cut])
        read = len(list(iter_responses(torn)))
        certain = sum(1 for end in ends if end <= cut)
        assert certain <= read <= certain + 1  # a record may be whole but for its checksum


def test_damage_with_records_after_it_is_no_torn_tail(writer, tmp_path):
    captures = [put(writer, f"http://a.cn/{n}", PAGE * 40) for n in range(3)]
    path = tmp_path / captures[0].warc_file
    damaged = bytearray(path.read_bytes())
    at = captures[1].warc_offset
    damaged[at : at + 60] = b"\0" * 60
    path.write_bytes(damaged)
    with pytest.raises(ArchiveError, match="damaged at byte"):
        list(iter_responses(path))


def test_a_record_that_is_lost_is_an_error_with_a_remedy(writer, tmp_path):
    capture = put(writer, "http://a.cn/1")
    writer.close()
    (tmp_path / capture.warc_file).unlink()
    with pytest.raises(ArchiveError, match="restore"):
        read_body(tmp_path, capture)


def test_a_file_that_is_no_warc_is_refused(tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(b"<html>" * 100)
    with pytest.raises(ArchiveError, match="not a WARC"):
        list(iter_responses(path))


@pytest.mark.parametrize("packed", [True, False])
def test_foreign_archives_are_read_chunks_codings_and_resources(tmp_path, packed):
    buffer = io.BytesIO()
    foreign = WARCWriter(buffer, gzip=packed)
    squeezed = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(squeezed), squeezed)
    served = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    foreign.write_record(foreign.create_warcinfo_record("x.warc", {"software": "other"}))
    for kind, payload, headers in (
        ("response", chunked, StatusAndHeaders("200 OK", served, protocol="HTTP/1.1")),
        ("resource", PAGE, None),
    ):
        foreign.write_record(
            foreign.create_warc_record(
                f"http://a.cn/{kind}",
                kind,
                payload=io.BytesIO(payload),
                http_headers=headers,
                warc_content_type="text/html" if headers is None else "",
            )
        )
    path = tmp_path / ("x.warc.gz" if packed else "x.warc")
    path.write_bytes(buffer.getvalue())
    responses = list(iter_responses(path))
    assert [r.body for r in responses] == [PAGE, PAGE]
    assert responses[1].headers["content-type"] == "text/html"


def test_a_page_that_came_without_an_answer_is_a_resource_and_reads_back_the_same(tmp_path):
    writer = ArchiveWriter(tmp_path, 1)
    body = "<p>各地要加强社会工作</p>".encode()
    capture = writer.write_resource("https://a.gov.cn/1", "text/html", body, fetched_at=NOW)
    writer.close()
    assert (capture.status, capture.etag, capture.body_bytes) == (200, None, len(body))
    assert read_body(tmp_path, capture) == body
    [response] = iter_responses(tmp_path / capture.warc_file)
    assert response.headers == {"content-type": "text/html"}
    with (tmp_path / capture.warc_file).open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "resource"]
