"""Hundreds of hostile inputs through the real doors: no crash, no hang, no unlisted outcome."""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import hostile_inputs as hostile
import pytest
from feed_examples import tell
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.addresses import canonical_url, host_key, site_of
from crawler.archived import iter_responses
from crawler.body import MAX_PAGE_BYTES, unpack
from crawler.challenge import recognise
from crawler.errors import ArchiveError, BodyError, SourceError
from crawler.exclusion import read_rules
from crawler.inspection import decode_manifest, inspect_manifest
from crawler.listing import find_entries
from crawler.page import read_page
from crawler.politeness import retry_after
from crawler.saved import SavedPageError, read_saved
from crawler.sources import load_source
from crawler.trial import identify_manifest
from feeds import roster
from feeds.errors import AddressRefused
from feeds.inert import inert_html, safe_link
from feeds.publish import publish
from feeds.settings import PublishSettings
from feeds.signet import Signet
from feeds.web import application
from feeds.web.app import ANSWERS_PER_MINUTE
from pipelines.classify import ClassifyError, load_rules
from pipelines.decode import decode
from pipelines.files import read_file
from store.database import Database
from store.records import FileKind, PageKind

HANG_S = 20.0
"""Of processor time, ten times what the costliest input takes here: a slow machine is no hang."""

URL = "http://mzt.example.cn/zcwj/202605/t20260501_1.html"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KINDS = set(get_args(PageKind))
FILE_KINDS = set(get_args(FileKind))


class HungError(Exception):
    """An input kept the processor for longer than allowed."""


@contextmanager
def alarmed(name: str) -> Iterator[None]:
    """Raise HungError for work of more than HANG_S seconds, in Python or below it."""

    def ring(*_: object) -> None:
        raise HungError(f"{name}: more than {HANG_S} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, HANG_S)
    began = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    assert time.process_time() - began < HANG_S, f"{name}: hung"


def outcome(
    name: str, door: Callable[[], object], refusals: tuple[type[Exception], ...] = ()
) -> object:
    """Return what came of an input, the refusal's class for one that the door lists."""
    with alarmed(name):
        try:
            return door()
        except refusals as refused:
            return type(refused) if str(refused).strip() else f"{name}: refused without a word"


def taken(inputs: list[Any], door: Callable[..., object]) -> None:
    """Take every input through the door; fail with all that went wrong, by name."""
    wrong = []
    for given_ in inputs:
        try:
            door(*given_)
        except Exception as error:
            wrong.append(f"{given_[0]!s:.60}: {type(error).__name__}: {error!s:.200}")
    assert not wrong, "\n".join(wrong)


def test_the_list_is_as_long_as_it_says() -> None:
    lists = [value for value in vars(hostile).values() if isinstance(value, list)]
    assert sum(map(len, lists)) + len(hostile.pages()) >= 500
    for one in [*lists, hostile.pages()]:
        assert len({str(given_) for given_ in one}) == len(one)


def test_hostile_pages_are_read_as_some_kind_of_page() -> None:
    def door(name: str, body: bytes) -> None:
        reading = outcome(name, lambda: read_page(body, "text/html", URL))
        assert reading.kind in KINDS
        assert "\0" not in reading.decoded.text

    taken(hostile.pages(), door)


def test_hostile_labels_of_charsets_are_no_codecs() -> None:
    def door(label: str) -> None:
        kind = f"text/html; charset={label}"
        body = b'<meta charset="' + label.encode("utf-8", "replace") + b'">' + _article
        assert "社会工作" in outcome(label, lambda: decode(body, kind)).text
        outcome(label, lambda: decode(_article, label))

    _article = hostile.ARTICLE.encode()
    taken([(label,) for label in hostile.LABELS], door)


def test_hostile_addresses_are_refused_or_read() -> None:
    def door(name: str, url: str) -> None:
        for read in (canonical_url, host_key, site_of):
            outcome(name, lambda read=read: read(url), (ValueError,))
        safe = outcome(name, lambda: safe_link(url, URL))
        assert safe is None or safe.startswith(("http://", "https://"))
        link = f'<a href="{url}">附件.pdf</a>'
        page = f"<ul>{hostile.LIST}<li>{link}</li></ul>{link}"
        outcome(name, lambda: find_entries(page, URL))
        outcome(name, lambda: read_page(page.encode("utf-8", "replace"), None, URL))
        outcome(name, lambda: read_page(hostile.ARTICLE.encode(), None, url))
        outcome(name, lambda: inert_html(page, url))

    taken(hostile.URLS, door)


def test_hostile_answers_to_robots_allow_or_forbid() -> None:
    def door(name: str, body: bytes) -> None:
        rules = outcome(name, lambda: read_rules(200, body))
        assert outcome(name, lambda: rules.allow(URL + "?q=" + "a" * 2_000)) in {True, False}
        delay = rules.crawl_delay_s
        assert delay is None or 0 <= delay < float("inf")

    taken(hostile.ROBOTS, door)


def test_hostile_bodies_are_unpacked_or_refused() -> None:
    def door(name: str, body: bytes, coding: str) -> None:
        done = outcome(name, lambda: unpack(body, coding, max_bytes=MAX_PAGE_BYTES), (BodyError,))
        assert done is BodyError or len(done) <= MAX_PAGE_BYTES

    taken(hostile.BODIES, door)


def test_hostile_archives_are_read_or_refused(tmp_path: Path) -> None:
    def door(name: str, content: bytes) -> None:
        path = tmp_path / "foreign.warc"
        path.write_bytes(content)
        found = outcome(name, lambda: [*iter_responses(path)], (ArchiveError,))
        for answer in [] if found is ArchiveError else found:
            assert answer.defect or outcome(
                name, lambda answer=answer: read_page(answer.body, None, answer.url)
            )

    taken(hostile.WARCS, door)


def test_hostile_files_end_as_a_kind_or_end_their_reader() -> None:
    def door(name: str, body: bytes) -> None:
        done = outcome(name, lambda: read_file(body, name), (Exception,))
        assert done is not HungError
        assert isinstance(done, type) or done.kind in FILE_KINDS

    taken(hostile.FILES, door)


def test_hostile_saved_pages_are_taken_in_or_refused(tmp_path: Path) -> None:
    def door(name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        page = outcome(name, lambda: read_saved(path), (SavedPageError,))
        if page is not SavedPageError:
            assert outcome(name, lambda: read_page(page.body, page.content_type, page.url))
            outcome(name, lambda: canonical_url(page.url))

    taken(hostile.SAVED, door)


def test_hostile_source_files_are_refused_by_name(tmp_path: Path) -> None:
    def door(name: str, content: bytes) -> None:
        path = tmp_path / "hostile.toml"
        path.write_bytes(content)
        source = outcome(name, lambda: load_source(path), (SourceError,))
        harmless = {"since beyond", "successor in a ring"}
        assert source is SourceError or name in harmless, f"{name}: taken"
        rules = outcome(name, lambda: load_rules([path]), (ClassifyError,))
        assert rules is ClassifyError or not content

    taken(hostile.SOURCES, door)


def test_hostile_lists_of_subscribers_are_refused_whole() -> None:
    def door(name: str, content: bytes) -> None:
        wishes = outcome(name, lambda: roster.read(content), (AddressRefused,))
        for wish in [] if wishes is AddressRefused else wishes:
            assert "\n" not in wish.address
            assert "," not in wish.address
            assert not wish.address.startswith(("=", "file:"))

    taken(hostile.ROSTERS, door)


def test_hostile_tokens_open_nothing() -> None:
    signet = Signet(b"a secret of sixteen bytes and more")

    def door(token: str) -> None:
        assert outcome(token[:40], lambda: signet.read(token)) is None

    taken([(token,) for token in hostile.TOKENS], door)


def test_hostile_payloads_of_scripted_lists_are_read_as_rows_or_none(tmp_path: Path) -> None:
    def door(name: str, text: str) -> None:
        for url in ("http://a.cn/api/list.json", "http://a.cn/gkmlpt/api/all/1", URL):
            reading = outcome(
                name, lambda url=url: read_page(text.encode("utf-8", "replace"), "text/json", url)
            )
            assert reading.kind in KINDS
        path = tmp_path / "manifest.jsonl"
        path.write_text(text, encoding="utf-8", errors="replace")
        for read in (inspect_manifest, decode_manifest, identify_manifest):
            outcome(name, lambda read=read: [*read(path)], (BodyError,))

    taken(hostile.PAYLOADS, door)


def test_hostile_headers_of_an_answer_are_read_or_ignored() -> None:
    def door(name: str, value: str) -> None:
        body = hostile.ARTICLE.encode()
        outcome(name, lambda: read_page(body, value, URL, headers={name: value}))
        outcome(name, lambda: recognise(302, {"set-cookie": "CT6T=1", name: value}, "", URL))
        wait = outcome(name, lambda: retry_after(value.encode("utf-8"), NOW))
        assert wait is None or 0 <= wait.total_seconds() <= 86_400

    taken(hostile.ANSWERS, door)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., tuple[int, bytes]]]:
    """A published site, asked as a server asks its app, whatever a client sent."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text("root:x:0:0")
    database = Database(f"sqlite:///{folder / 'policywatch.db'}")
    tell(database, 1)
    publish(database, folder / "public", PublishSettings())
    app = application(database, folder / "public", PublishSettings(), monotonic=lambda: 0.0)

    def ask(
        path: str,
        query: str = "",
        headers: list[tuple[str, str]] | None = None,
        *,
        method: str = "GET",
        client: str = "127.0.0.1",
    ) -> tuple[int, bytes]:
        return asyncio.run(_asked(app, path, query, headers or [], (method, client)))

    yield ask
    database.close()


async def _asked(
    app: Any, path: str, query: str, headers: list[tuple[str, str]], who: tuple[str, str]
) -> tuple[int, bytes]:
    said: list[dict[str, Any]] = []

    asked: list[bool] = []

    async def receive() -> dict[str, Any]:
        if asked:  # the client waits for its answer and does not go away
            await asyncio.Event().wait()
        asked.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": who[0],
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "root_path": "",
        "query_string": query.encode("utf-8", "replace"),
        "headers": [(n.encode(), v.encode("latin-1", "replace")) for n, v in headers],
        "client": (who[1], 5),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in said[1:])
    return said[0]["status"], body


ANSWERED = {200, 206, 304, 307, 400, 404, 405, 414, 416}


def test_hostile_questions_to_the_site_are_answered_or_refused(site) -> None:
    def door(name: str, query: str) -> None:
        for path in ("/feed.xml", "/feed.json", "/search"):
            status, body = outcome(name, lambda path=path: site(path, query))
            assert status in ANSWERED, f"{path}: {status}"
            assert b"<script>alert" not in body

    taken(hostile.QUERIES, door)


def test_hostile_paths_lead_to_nothing_hidden(site) -> None:
    def door(path: str) -> None:
        status, body = outcome(path[:40], lambda: site(path))
        assert status in ANSWERED, status
        assert b"root:x" not in body
        assert b"SQLite format" not in body

    taken([(path,) for path in hostile.PATHS], door)


def test_hostile_headers_and_methods_are_answered_or_refused(site) -> None:
    def door(name: str, value: str) -> None:
        for path in ("/feeds/all.xml", "/feed.xml", "/search", "/"):
            status, _ = outcome(name, lambda path=path: site(path, "", [(name, value)]))
            assert status in ANSWERED, f"{path}: {status}"

    def other(method: str) -> None:
        for path in ("/feeds/all.xml", "/feed.xml", "/search", "/metrics"):
            assert outcome(method, lambda path=path: site(path, method=method))[0] in ANSWERED

    taken(hostile.HEADERS, door)
    taken([(method,) for method in hostile.METHODS], other)


def test_a_client_that_asks_without_end_is_slowed_and_no_other(site) -> None:
    busy = "192.0.2.1"
    seen = [site("/search", f"q={n}", client=busy)[0] for n in range(ANSWERS_PER_MINUTE + 1)]
    assert seen == [200] * ANSWERS_PER_MINUTE + [429]
    assert site("/feeds/all.xml", client=busy)[0] == 200
    assert site("/search", "q=x", client="192.0.2.77")[0] == 200
    assert site("/search", "q=x", client="127.0.0.1")[0] == 200


_PIECES = st.one_of(
    st.sampled_from(
        [f"<{tag}>" for tag in ("p", "table", "tr", "td", "ul", "li", "a", "h1", "div")]
    ),
    st.sampled_from(['<a href="', '">', "</a>", "<!--", "<script>", "</script>", "&#", "《", "》"]),
    st.sampled_from(
        ["2024年1月1日", "2024-13-45", "民发〔2024〕1号", "来源：", "附件：", "第一条", "下一页"]
    ),
    st.text(max_size=8),
)
few = settings(max_examples=40, deadline=None)


@few
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_any_markup_is_read(text: str) -> None:
    assert read_page(text.encode("utf-8", "replace"), None, URL).kind in KINDS


@few
@given(st.binary(max_size=600), st.text(max_size=30))
def test_any_bytes_under_any_label_are_decoded(body: bytes, label: str) -> None:
    assert "\0" not in decode(body, f"text/html; charset={label}").text


@few
@given(st.text(max_size=80))
def test_any_text_is_no_address_or_a_canonical_one(url: str) -> None:
    once = outcome(url, lambda: canonical_url(url), (ValueError,))
    assert once is ValueError or isinstance(once, type) or canonical_url(once) == once


@few
@given(st.text(max_size=300))
def test_any_text_is_no_source(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(SourceError):
        load_source(path)


@few
@given(st.text(max_size=300))
def test_any_text_is_a_list_of_subscribers_or_refused(text: str) -> None:
    content = ("address,topics\n" + text).encode("utf-8", "replace")
    came = outcome(text, lambda: roster.read(content), (AddressRefused,))
    assert came is AddressRefused or isinstance(came, list | tuple), came


@few
@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=40)), max_size=4))
def test_any_headers_of_an_answer_are_read(pairs: list[tuple[str, str]]) -> None:
    headers = {name.lower(): value for name, value in pairs}
    recognise(302, headers, "", URL)
    assert read_page(b"<p>x</p>", headers.get("content-type"), URL, headers=headers).kind in KINDS


@few
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda s: (
            st.lists(s)
            | st.dictionaries(
                st.sampled_from(["data", "list", "title", "url", "date", "html", "total"]), s
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_rows_or_none(value: object) -> None:
    text = json.dumps(value)
    for url in ("http://a.cn/api/list.json", "http://a.cn/gkmlpt/api/all/1"):
        assert read_page(text.encode(), "application/json", url).kind in KINDS


@few
@given(st.text(max_size=80), st.text(max_size=20))
def test_any_question_is_answered(site, query: str, path: str) -> None:
    assert site("/search", query)[0] in ANSWERED
    assert site("/" + path)[0] in ANSWERED
