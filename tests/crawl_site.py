"""A site of a few dictionary entries on loopback, and one crawl of it by the real child process."""

import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawler.backfill import Backfill
from crawler.run import CrawlPlan, CrawlResult, crawl
from store import files, pages, runs, visits
from store.database import Database
from store.records import PageFacts, Visit

NOW = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)
PATIENCE_S = 240.0
"""How long a crawl may take on the slowest machine; one that hangs takes longer."""

HOLD_S = 200.0
"""How long an answer is held whose event never happens: longer than any test waits."""

TEXT = "各地要充分认识社会工作服务的重要意义，明确专人负责，按时报送工作进展。" * 12


@dataclass(frozen=True)
class Answer:
    """What the site says under one path.

    etag: answered with 304 when the client has it. until: not answered before that happened.
    """

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    etag: str | None = None
    pause_s: float = 0.0
    until: threading.Event | None = None
    post_only: bool = False


@dataclass
class TinySite:
    """pages: by path; asked: (path, request headers) in order of arrival, times: when."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    posted: dict[str, str] = field(default_factory=dict)
    base: str = ""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


def page(title: str, text: str = TEXT, etag: str | None = None) -> Answer:
    head = f"<html><head><title>{title}</title></head>"
    return Answer(f"{head}<body><h1>{title}</h1><p>{text}</p></body></html>".encode(), etag=etag)


def listing(rows: list[tuple[str, str, str]], etag: str | None = None, more: str = "") -> Answer:
    """rows: (address, title, date)."""
    items = "".join(f'<li><a href="{u}">{t}</a><span>{on}</span></li>' for u, t, on in rows)
    head = "<html><head><title>通知公告</title></head>"
    return Answer(
        f"{head}<body><ul class='list'>{items}</ul>{more}</body></html>".encode(), etag=etag
    )


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody.example")])
    validity = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(validity[0]).not_valid_after(validity[1])
    signed = certificate.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = folder / "nobody.pem"
    private = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(key.private_bytes(*private) + signed.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@contextmanager
def serving(pages: dict[str, Answer] | None = None, tls: ssl.SSLContext | None = None):
    site = TinySite(dict(pages or {}))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            site.asked.append((self.path, dict(self.headers)))
            site.times.append(time.monotonic())
            answer = site.pages.get(self.path, Answer(b"<p>404</p>", 404))
            if answer.post_only and self.command != "POST":
                answer = Answer(b"", 405)
            time.sleep(answer.pause_s)
            if answer.until is not None:
                answer.until.wait(HOLD_S)
            known = answer.etag and self.headers.get("If-None-Match") == answer.etag
            self.send_response(304 if known else answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.etag:
                self.send_header("ETag", answer.etag)
            self.send_header("Content-Length", "0" if known else str(len(answer.body)))
            self.end_headers()
            if not known:
                self.wfile.write(answer.body)

        def do_POST(self):
            form = self.rfile.read(int(self.headers["Content-Length"]))
            site.posted[self.path] = form.decode()
            self.do_GET()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *args: None
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.base = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Desk:
    """A data folder with sources, on which crawls are run one after the other."""

    folder: Path
    run_id: int = 0

    def __post_init__(self) -> None:
        self.sources = self.folder / "sources"
        self.sources.mkdir(parents=True, exist_ok=True)
        self.url = f"sqlite:///{self.folder / 'policywatch.db'}"
        self.database = Database(self.url)
        self.ids: list[str] = []

    def watch(self, source_id: str, base: str, *columns: str, family="generic", **more) -> None:
        """Write a source definition; columns: paths, the first segment is the column's id."""
        lines = [f'id = "{source_id}"', 'name = "演示"', 'region = "32"', 'kind = "government"']
        lines += [f'family = "{family}"', f'base_url = "{base}"', "allow_loopback = true"]
        lines += ["delay_s = 0", *(f"{key} = {value}" for key, value in more.items())]
        for path in columns:
            column_id = path.strip("/").split("/")[0]
            lines += ["[[columns]]", f'id = "{column_id}"', f'name = "{column_id}"']
            lines += ['role = "policy"', f'url = "{base}{path}"', 'basis = "seen"', "max_pages = 5"]
        (self.sources / f"{source_id}.toml").write_text("\n".join(lines), encoding="utf-8")
        self.ids.append(source_id)

    def plan(
        self,
        *,
        now: datetime = NOW,
        timeout_s: float = PATIENCE_S,
        backfill: Backfill | None = None,
    ) -> CrawlPlan:
        """Begin a run and return its plan."""
        with self.database.writing() as session:
            self.run_id = runs.begin(session, self.ids, now, backfill=backfill is not None)
        return CrawlPlan(
            run_id=self.run_id,
            source_ids=self.ids,
            data=self.folder,
            database_url=self.url,
            sources=self.sources,
            contact="https://watch.example.org",
            now=now,
            timeout_s=timeout_s,
            backfill=backfill,
        )

    def crawl(
        self,
        *,
        now: datetime = NOW,
        timeout_s: float = PATIENCE_S,
        backfill: Backfill | None = None,
    ) -> CrawlResult:
        return crawl(self.plan(now=now, timeout_s=timeout_s, backfill=backfill))

    def visits(self, run_id: int | None = None) -> list[Visit]:
        with self.database.reading() as session:
            return [v for v in visits.unsettled(session) if v.run_id == (run_id or self.run_id)]

    def of(self, source_id: str, run_id: int | None = None) -> dict[str, Visit]:
        """Return path → visit of one source in one run, the latest by default."""
        seen = (v for v in self.visits(run_id) if v.source_id == source_id)
        return {"/" + v.url.split("/", 3)[3]: v for v in seen}


ROWS = [
    (f"/p/{n}.html", f"关于第{n}批社会工作服务站建设的通知", f"2026-05-{n:02d}")
    for n in range(1, 7)
]
PATHS = [path for path, _, _ in ROWS]
SITE = {
    "/zcwj/": listing(ROWS, etag='"list"'),
    **{path: page(title, etag=f'"{path}"') for path, title, _ in ROWS},
}


def know(desk, visits):
    """Do what settling does, as far as the crawl can tell: every page visited is known.

    Of its source's files, too, each is taken to be the page's.
    """
    with desk.database.writing() as session:
        for visit in visits:
            if visit.target == "page" and visit.outcome in {"ok", "unchanged"}:
                page_id = pages.touch(
                    session,
                    PageFacts(
                        url=visit.url,
                        kind="article",
                        source_id=visit.source_id,
                        column_id=visit.column_id,
                        visited_at=visit.visited_at,
                        capture_id=visit.capture_id,
                        body_sha256="sha",
                        entry=visit.entry,
                    ),
                )
                of_source = [v for v in visits if v.source_id == visit.source_id]
                found = [v.url for v in of_source if v.target == "attachment"]
                files.link(session, page_id, found)
