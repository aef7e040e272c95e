"""Whatever a server sends has a bound: heads, bodies, layers of packing, records, foreign files."""

import gzip
import io
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from crawl_site import Answer, Desk, listing, serving

from crawler.archived import MAX_RECORD_BYTES, iter_responses
from crawler.body import MAX_CODINGS, MAX_MEMBERS, unpack
from crawler.errors import BodyError
from crawler.files import read_limited
from crawler.heads import MAX_HEAD_BYTES

HTML = ("Content-Type", "text/html; charset=utf-8")
PACKED = ("Content-Encoding", "gzip")


def gzipped(size: int) -> bytes:
    return gzip.compress(b"\0" * size, mtime=0)


def test_every_hostile_answer_ends_as_an_outcome_and_the_next_page_is_read(tmp_path: Path) -> None:
    many = tuple((f"X-{n}", "y" * 100) for n in range(4 * MAX_HEAD_BYTES // 100))
    long = (("X-Long", "y" * 20_000),)
    pages = {
        "/p/1.html": Answer(b"<p>x</p>", headers=(HTML, *many)),
        "/p/2.html": Answer(b"<p>x</p>", headers=(HTML, *long)),
        "/p/3.html": Answer(gzipped(50_000_000), headers=(HTML, PACKED)),
        "/p/4.html": Answer(b"<p>x</p>", headers=(HTML, ("Content-Encoding", "br"))),
        "/p/5.html": Answer(b"", 302, (("Location", "/p/5.html?again"),)),
        "/p/5.html?again": Answer(b"", 302, (("Location", "/p/5.html"),)),
        "/p/6.html": Answer(b"<html>" + b"<p>" * 3_000_000),
        "/p/7.html": Answer(f"<html><h1>通知</h1><p>{'社会工作服务。' * 60}</p>".encode()),
    }
    titles = [f"关于第{n}批社会工作服务站建设的通知" for n in range(1, 8)]
    rows = [(f"/p/{n}.html", t, f"2026-05-{n:02d}") for n, t in enumerate(titles, 1)]
    with serving({"/zcwj/": listing(rows), **pages}) as site:
        desk = Desk(tmp_path)
        desk.watch("hostile", site.base, "/zcwj/")
        assert desk.crawl().exit_code == 0
        seen = desk.of("hostile")
    desk.database.close()
    said = {path: (visit.outcome, visit.detail) for path, visit in seen.items()}
    assert said["/p/1.html"][0] == "unreachable"
    assert "响应头超过" in said["/p/1.html"][1]
    assert said["/p/2.html"][0] == "unreachable"
    assert said["/p/3.html"] == ("drifted", "正文解压后超过 8388608 字节")
    assert said["/p/4.html"] == ("drifted", "压缩方式 'br' 不是我们要求的")
    assert said["/p/5.html"][0] == "drifted"
    assert said["/p/6.html"][0] == "drifted"
    assert said["/p/7.html"][0] == "ok"


def test_a_bomb_is_refused_before_it_is_unpacked_whole() -> None:
    bomb = gzipped(100_000_000)
    with pytest.raises(BodyError, match="解压后超过"):
        unpack(bomb, "gzip", max_bytes=8_000_000)
    with pytest.raises(BodyError, match="解压后超过"):
        unpack(zlib.compress(b"\0" * 50_000_000), "deflate", max_bytes=8_000_000)


def test_layers_of_packing_end() -> None:
    body = b"x" * 100
    for _ in range(MAX_CODINGS):
        body = gzip.compress(body, mtime=0)
    assert unpack(body, ", ".join(["gzip"] * MAX_CODINGS)) == b"x" * 100
    with pytest.raises(BodyError, match="层"):
        unpack(gzip.compress(body, mtime=0), ", ".join(["gzip"] * (MAX_CODINGS + 1)))
    with pytest.raises(BodyError, match="层"):
        unpack(b"x", "gzip," * 3000)


def test_members_without_number_are_refused_in_no_time() -> None:
    member = gzip.compress(b"", mtime=0)
    assert unpack(member * (MAX_MEMBERS - 1) + gzip.compress(b"end", mtime=0), "gzip") == b"end"
    with pytest.raises(BodyError, match="段"):
        unpack(member * (20_000_000 // len(member)), "gzip")


def record(url: str, body: bytes, **changed: str) -> bytes:
    """Return one response record of a WARC file (ISO 28500), with some of its fields changed."""
    block = (
        changed.pop("http", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n").encode() + body
    )
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": "2026-01-01T00:00:00Z",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000001>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **changed,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


@pytest.mark.parametrize(
    "odd",
    [
        {"WARC-Date": "yesterday"},
        {"WARC-Date": ""},
        {"http": "HTTP/1.1 abc OK\r\n\r\n"},
        {"http": "HTTP/1.1 -20 OK\r\n\r\n"},
        {"http": ""},
    ],
    ids=str,
)
def test_a_foreign_record_that_says_nothing_sensible_fails_alone(tmp_path, odd) -> None:
    path = tmp_path / "foreign.warc"
    path.write_bytes(record("http://a.cn/", b"x", **odd) + record("http://b.cn/", b"y"))
    first, second = iter_responses(path)
    assert (first.body, first.defect) == (b"", "记录没有可读的地址、状态码或时间")
    assert (second.url, second.body, second.defect) == ("http://b.cn/", b"y", None)


def test_a_record_that_unpacks_without_end_is_a_defect_and_the_next_is_read(tmp_path) -> None:
    path = tmp_path / "bomb.warc.gz"
    bomb = gzip.compress(record("http://a.cn/", b"\0" * (MAX_RECORD_BYTES + 1)))
    path.write_bytes(bomb + gzip.compress(record("http://b.cn/", b"y")))
    first, second = iter_responses(path)
    assert "记录超过" in (first.defect or "")
    assert (second.body, second.defect) == (b"y", None)


def test_the_reader_of_files_knows_no_secret_of_the_environment(monkeypatch) -> None:
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*args, **options):
        seen.append(options["env"])
        return run(*args, **options)

    monkeypatch.setenv("POLICYWATCH_SMTP_PASSWORD", "Geheim-123")
    monkeypatch.setattr("crawler.files.subprocess.run", watched)
    assert read_limited("社会工作".encode(), "说明.txt").text == "社会工作"
    assert "Geheim-123" not in str(seen)


@pytest.mark.parametrize("name", ["a\0b.txt", "\ud800.txt", "--memory-mb", "x" * 100_000 + ".txt"])
def test_a_name_from_a_page_cannot_break_or_steer_the_reader_of_files(name: str) -> None:
    read = read_limited("社会工作".encode(), name)
    assert read.kind in {"txt", "other"}


_AFTER = """
import socket, sys
from crawler.files import main
sys.argv = ["crawler.files", "a.txt"]
main()
try:
    socket.create_connection(("127.0.0.1", PORT), 2)
    print(" reached")
except OSError as error:
    print(" no network")
try:
    with open(FILE, "w") as file:
        file.write("x")
    print(" written")
except OSError:
    print(" no file")
"""


def test_the_reader_of_files_has_no_network_and_writes_nothing(tmp_path: Path) -> None:
    with serving() as site:
        script = _AFTER.replace("PORT", site.base.rpartition(":")[2])
        script = script.replace("FILE", repr(str(tmp_path / "left.txt")))
        script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + script
        child = subprocess.run(
            [sys.executable, "-c", script],
            input=b"x",
            capture_output=True,
            cwd=Path(__file__).parent.parent,
        )
    said = child.stdout.decode()
    assert "no file" in said, child.stderr.decode()
    if not may_leave_the_network():
        pytest.skip("this kernel lets nobody enter a user namespace: the reader keeps its network")
    assert "no network" in said


def may_leave_the_network() -> bool:
    """Return whether an unprivileged process may unshare here (many containers forbid it)."""
    probe = "import ctypes,sys; sys.exit(ctypes.CDLL(None).unshare(0x50000000) != 0)"
    return subprocess.run([sys.executable, "-c", probe]).returncode == 0


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>"
)
_OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize("document", [_LAUGHS, _OUTSIDE], ids=["billion laughs", "external entity"])
def test_entities_of_a_document_are_neither_multiplied_nor_fetched(document: bytes) -> None:
    read = read_limited(zipped({"word/document.xml": document}), "通知.docx")
    assert "haha" not in read.text
    assert "root:" not in read.text
    assert read.kind in {"docx", "damaged", "bomb"}
