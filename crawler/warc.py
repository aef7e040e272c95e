"""The records of a WARC file as bytes (ISO 28500), one gzip member each. Pure."""

import io
import uuid
import zlib
from datetime import UTC, datetime

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

LEVEL = 6
"""Of packing (zlib); 9 is the hardest."""

ORIGINAL_FILE = "WARC-Refers-To-Filename"
"""Names the archive file that a revisit record's body lies in."""


def response_bytes(
    url: str, status: int, headers: list[tuple[str, str]], body: bytes, fetched_at: datetime
) -> bytes:
    """Return one gzip member holding the response record."""
    writer = WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")
    date = _warc_date(fetched_at)
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        http_headers=_head(status, headers),
        warc_headers_dict={"WARC-Date": date, "WARC-Record-ID": _record_id(url, date)},
    )
    return _member(writer, record)


def resource_bytes(url: str, content_type: str, body: bytes, fetched_at: datetime) -> bytes:
    """Return one gzip member holding the resource record."""
    writer = WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")
    date = _warc_date(fetched_at)
    record = writer.create_warc_record(
        url,
        "resource",
        payload=io.BytesIO(body),
        warc_content_type=content_type,
        warc_headers_dict={"WARC-Date": date, "WARC-Record-ID": _record_id(url, date)},
    )
    return _member(writer, record)


def revisit_bytes(
    url: str,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    fetched_at: datetime,
    *,
    original_at: datetime,
    original_file: str,
) -> bytes:
    """Return one gzip member saying that the very bytes of an earlier answer came again.

    A `revisit` record (ISO 28500 §6.7, profile identical-payload-digest): the answer's headers
    without its body. original_at: the date of the response record of this address that holds it.
    original_file: the archive file where that lies, an extension which other archives have, too.
    """
    digester = Digester("sha1")
    digester.update(body)
    writer = WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")
    date, earlier = _warc_date(fetched_at), _warc_date(original_at)
    record = writer.create_revisit_record(
        url,
        str(digester),
        url,
        earlier,
        http_headers=_head(status, headers),
        warc_headers_dict={
            "WARC-Date": date,
            "WARC-Record-ID": _record_id(url, date),
            "WARC-Refers-To": _record_id(url, earlier),
            ORIGINAL_FILE: original_file,
        },
    )
    return _member(writer, record)


def warcinfo_bytes(name: str, now: datetime) -> bytes:
    """Return one gzip member holding the record that opens a file."""
    writer = WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")
    record = writer.create_warcinfo_record(name, {"software": "policywatch", "format": "WARC/1.1"})
    record.rec_headers.replace_header("WARC-Date", _warc_date(now))
    return _member(writer, record)


def _member(writer: WARCWriter, record: ArcWarcRecord) -> bytes:
    """Return the record as a gzip member of its own.

    Not packed by warcio, which takes twice the time for one part in a hundred less (real pages).
    """
    writer.write_record(record)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(writer.out.getvalue()) + packer.flush()


def _head(status: int, headers: list[tuple[str, str]]) -> StatusAndHeaders:
    """Return the answer's head, the transfer coding out of the way.

    The client has already undone it; a reader must not try it again.
    """
    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() == "transfer-encoding" else name, value)
        for name, value in headers
    ]
    return StatusAndHeaders(f"{status} ", kept, protocol="HTTP/1.1")


def _warc_date(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _record_id(url: str, date: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{date} {url}')}>"
