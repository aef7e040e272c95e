"""Settling pages with their files: read first, late, edited, replaced, hostile, killed half-way."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from attached_files import (
    POLICY,
    RAISED,
    compound,
    locked_pdf,
    policy_docx,
    policy_pdf,
    restamped,
    scanned_pdf,
)
from test_settle import HOST, LIST, NOW, World

from crawler import rereading
from crawler.archive import ArchiveWriter
from crawler.body import TOO_LARGE
from crawler.replay import replay_files
from crawler.settle import Settlement
from crawler.standing import Settled
from pipelines.files import FILES_VERSION, read_file
from store import captures, files, pages, runs, visits
from store.records import Document, Entry, FileText, Listing, Visit
from store.verify import problems

PAGE = f"{HOST}/zcwj/202605/t20260529_9.html"
FILE = f"{HOST}/zcwj/202605/P020260529.docx"
TITLE = "云江省民政厅关于印发《云江省社会工作服务站管理办法》的通知"
POINTER = "<p>附件：<a href='./P020260529.docx'>云江省社会工作服务站管理办法.docx</a></p>"
COVER = (
    "<p>各市民政局：</p><p>现将《云江省社会工作服务站管理办法》印发给你们，请结合社会工作实际执行。</p>"
    f"{POINTER}<p>云江省民政厅</p><p>2026年5月25日</p>"
)


def page(body: str) -> bytes:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>云江省民政厅</title></head>
<body><h1>{TITLE}</h1><div>发布时间：2026-05-29 来源：云江省民政厅</div>
<div class="TRS_Editor">{body}</div></body></html>""".encode()


class Desk(World):
    """A world whose crawl also brings files; reads counts how often one was opened."""

    reads = 0

    def crawl(self, *brought: tuple[str, bytes | str | None], rows: tuple[Entry, ...] = ()) -> None:
        """Leave visits in this order: (address, body), a word in place of the body is a failure."""
        with self.database.writing() as session:
            self.run_id = runs.begin(session, list(self.sources), self.now)
        self.archive = ArchiveWriter(self.folder / "archive", self.run_id)
        listed = rows or (Entry(PAGE, TITLE, "2026-05-29"),)
        self._visit(LIST, "listing", "ok", listing=Listing(listed), complete=True)
        for url, body in brought:
            entry = next((row for row in listed if row.url == url), None)
            self._leave(url, body, entry)
        self.archive.close()

    def _leave(self, url: str, body: bytes | str | None, entry: Entry | None) -> None:
        target = "page" if url.endswith(".html") else "attachment"
        visit = Visit(
            run_id=self.run_id,
            source_id="mz_example",
            column_id="zcwj",
            url=url,
            target=target,
            outcome="drifted" if isinstance(body, str) else "ok",
            visited_at=self.now,
            detail=body if isinstance(body, str) else "",
            entry=entry,
        )
        with self.database.writing() as session:
            if isinstance(body, bytes):
                headers = [("Content-Type", "text/html" if target == "page" else "")]
                capture = self.archive.write(url, 200, headers, body, fetched_at=self.now)
                visit = dataclasses.replace(visit, capture_id=captures.add(session, capture))
            visits.add(session, visit)

    def settle(self) -> Settled:
        def read(body: bytes, name: str) -> FileText:
            self.reads += 1
            return read_file(body, name)

        folder = self.folder / "archive"
        clock = lambda: self.now  # noqa: E731
        return Settlement(self.database, folder, self.sources, clock, read_file=read).settle()

    def day(self, *brought: tuple[str, bytes | str | None], rows: tuple[Entry, ...] = ()) -> list:
        """Crawl and settle one day; return the changes of that day."""
        before = len(self.changes())
        self.crawl(*brought, rows=rows)
        self.settle()
        self.now += timedelta(days=1)
        return self.changes()[before:]

    def document(self, url: str = PAGE) -> Document:
        return [change.document for change in self.changes() if change.page_url == url][-1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    world = Desk(tmp_path)
    assert world.now == NOW
    return world


def test_a_page_and_its_file_in_one_batch_are_one_new_policy(desk: Desk) -> None:
    """The page was fetched first, as crawls do; its file is settled first."""
    (new,) = desk.day((PAGE, page(POINTER)), (FILE, policy_docx()))
    assert (new.kind, new.announcement) == ("new", "announced")
    assert new.document.body_text == "\n".join(POLICY)
    assert new.document.document_number == "云民发〔2026〕12号"
    assert new.document.evidence["body_text"].rule == "正文在附件中"
    assert new.document.attachments[0].kind == "docx"


def test_the_same_again_changes_nothing_and_reads_nothing(desk: Desk) -> None:
    desk.day((PAGE, page(POINTER)), (FILE, policy_docx()))
    assert desk.day((PAGE, page(POINTER)), (FILE, policy_docx())) == []
    assert desk.reads == 1


def test_an_edited_file_under_an_unchanged_page_is_a_revision(desk: Desk) -> None:
    desk.day((PAGE, page(POINTER)), (FILE, policy_docx()))
    (revised,) = desk.day((PAGE, page(POINTER)), (FILE, policy_docx(RAISED)))
    assert (revised.kind, revised.announcement) == ("revised", "announced")
    assert revised.diff is not None
    (edited,) = [block for block in revised.diff.blocks if block.op != "same"]
    assert (edited.label, "15万元" in (edited.new or "")) == ("第二条", True)


def test_an_edited_file_beside_a_covering_notice_is_a_revision_with_its_words(desk: Desk) -> None:
    (new,) = desk.day((PAGE, page(COVER)), (FILE, policy_docx()))
    assert "10万元" not in new.document.body_text
    (revised,) = desk.day((PAGE, page(COVER)), (FILE, policy_docx(RAISED)))
    assert (revised.kind, revised.announcement) == ("revised", "announced")
    assert revised.evidence == "page: attachments"
    edited = [block for block in revised.diff.blocks if block.op != "same"]
    assert [(block.label, "15万元" in block.new) for block in edited] == [("第二条", True)]


def test_an_edited_file_counts_when_its_page_was_not_visited(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, policy_docx()))
    (revised,) = desk.day((FILE, policy_docx(RAISED)))
    assert (revised.kind, revised.page_url) == ("revised", PAGE)


def test_a_file_and_its_page_edited_together_are_one_revision(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, policy_docx()))
    edited = page(COVER.replace("请结合", "请各地结合"))
    (revised,) = desk.day((PAGE, edited), (FILE, policy_docx(RAISED)))
    words = "".join(block.new or "" for block in revised.diff.blocks if block.op != "same")
    assert "请各地结合" in words
    assert "15万元" in words


def test_a_file_saved_again_with_the_same_words_is_no_change(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, policy_docx()))
    assert desk.day((PAGE, page(COVER)), (FILE, restamped(policy_docx()))) == []
    (revised,) = desk.day((PAGE, page(COVER)), (FILE, policy_docx(RAISED)))
    assert revised.kind == "revised"


def test_a_file_that_comes_late_completes_its_page_once(desk: Desk) -> None:
    (new,) = desk.day((PAGE, page(POINTER)), (FILE, "HTTP 503"))
    assert (new.announcement, new.document.body_text) == ("announced", "")
    (late,) = desk.day((FILE, policy_docx()))
    assert (late.kind, late.announcement) == ("revised", "announced")
    assert late.document.body_text == "\n".join(POLICY)
    assert desk.day((PAGE, page(POINTER)), (FILE, policy_docx())) == []


def test_a_late_file_beside_a_body_is_our_reading_and_not_told(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, "HTTP 503"))
    (late,) = desk.day((FILE, policy_docx()))
    assert (late.kind, late.announcement) == ("corrected", "unannounced")
    (revised,) = desk.day((PAGE, page(COVER)), (FILE, policy_docx(RAISED)))
    assert revised.kind == "revised"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (scanned_pdf(), "scanned"),
        (locked_pdf("机密"), "encrypted"),
        (policy_pdf()[:400], "truncated"),
        (compound("WordDocument"), "doc"),
        (f"{TOO_LARGE}: 104857600 bytes", "too_big"),
    ],
)
def test_a_file_that_is_not_read_leaves_a_named_kind_and_its_page(
    desk: Desk, body: bytes | str, kind: str
) -> None:
    (new,) = desk.day((PAGE, page(POINTER)), (FILE, body))
    assert (new.announcement, new.document.body_text) == ("announced", "")
    assert [a.kind for a in new.document.attachments] == [kind]
    with desk.database.reading() as session:
        assert files.latest(session, [FILE])[FILE].read.kind == kind
        assert visits.unsettled(session) == []


def test_other_bytes_of_a_file_nobody_can_read_are_a_revision(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, compound("WordDocument")))
    assert desk.day((PAGE, page(COVER)), (FILE, compound("WordDocument"))) == []
    other = compound("WordDocument") + "第二条".encode("utf-16-le")
    (revised,) = desk.day((PAGE, page(COVER)), (FILE, other))
    assert (revised.kind, revised.evidence) == ("revised", "page: attachments")


def test_a_download_that_broke_off_once_is_no_edit(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, policy_docx()))
    assert desk.day((PAGE, page(COVER)), (FILE, policy_docx()[:300])) == []
    assert desk.day((PAGE, page(COVER)), (FILE, policy_docx())) == []


def test_a_row_that_leads_to_a_file_is_a_policy_by_itself(desk: Desk) -> None:
    row = Entry(FILE, TITLE, "2026-05-29")
    (new,) = desk.day((FILE, policy_docx()), rows=(row,))
    assert (new.page_url, new.announcement, new.document.title) == (FILE, "announced", TITLE)
    assert new.document.body_text == "\n".join(POLICY)
    with desk.database.reading() as session:
        assert pages.known(session, [FILE])[FILE].entry_title == TITLE
    assert desk.day((FILE, policy_docx()), rows=(row,)) == []
    (revised,) = desk.day((FILE, policy_docx(RAISED)), rows=(row,))
    assert (revised.kind, revised.document.title) == ("revised", TITLE)


def test_a_reader_that_fails_costs_one_file_only(desk: Desk) -> None:
    desk.crawl((PAGE, page(POINTER)), (FILE, policy_docx()))

    def trips(body: bytes, name: str) -> FileText:
        raise ZeroDivisionError("a bug in a rule")

    folder = desk.folder / "archive"
    settled = Settlement(
        desk.database, folder, desk.sources, lambda: desk.now, read_file=trips
    ).settle()
    assert settled.broken == {FILE: "ZeroDivisionError: a bug in a rule"}
    assert [change.page_url for change in desk.changes()] == [PAGE]


def test_a_kill_between_file_and_page_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for name in ("whole", "killed"):
        desk = Desk(tmp_path / name)
        desk.day((PAGE, page(COVER)), (FILE, policy_docx()))
        desk.crawl((PAGE, page(COVER)), (FILE, policy_docx(RAISED)))
        if name == "killed":
            with monkeypatch.context() as struck, pytest.raises(KeyboardInterrupt):
                struck.setattr(Settlement, "_settle_pages", _die)
                desk.settle()
        desk.settle()
        told.append([(c.kind, c.page_url, c.evidence, c.diff) for c in desk.changes()])
    assert told[0] == told[1]
    assert [change[0] for change in told[0]] == ["new", "revised"]


def _die(settlement: Settlement, *_: object) -> None:
    raise KeyboardInterrupt


def test_reading_the_archive_anew_reads_old_files_with_todays_reader(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.day((PAGE, page(POINTER)), (FILE, policy_docx()))
    for room in ("crawler.rereading", "crawler.attached"):
        monkeypatch.setattr(f"{room}.FILES_VERSION", FILES_VERSION + 1)

    def better(body: bytes, name: str) -> FileText:
        return FileText("docx", read_file(body, name).text + "\n抄送：民政部。")

    rereading.reread_all(
        desk.database, desk.folder / "archive", desk.sources, lambda: desk.now, read=better
    )
    *_, corrected = desk.changes()
    assert (corrected.kind, corrected.announcement) == ("corrected", "unannounced")
    assert desk.document().body_text.endswith("抄送：民政部。")


def test_a_replay_reads_pages_with_their_files_and_is_idempotent(tmp_path: Path) -> None:
    archive = ArchiveWriter(tmp_path / "archive", 1)
    html, word = [("Content-Type", "text/html")], [("Content-Type", "application/zip")]
    archive.write(PAGE, 200, html, page(POINTER), fetched_at=NOW)
    archive.write(FILE, 200, word, policy_docx(), fetched_at=NOW)
    archive.close()
    world = World(tmp_path)
    for expected in (1, 0):
        summary = replay_files(
            world.database,
            sorted((tmp_path / "archive").glob("*.warc.gz")),
            world.sources,
            lambda: NOW,
            read_file=read_file,
        )
        assert (summary.accounted, summary.counts()["changes"]) == (True, expected)
    (new,) = world.changes()
    assert new.document.body_text == "\n".join(POLICY)


def test_the_store_is_sound_after_all_of_it(desk: Desk) -> None:
    desk.day((PAGE, page(COVER)), (FILE, "HTTP 503"))
    desk.day((FILE, policy_docx()))
    desk.day((PAGE, page(COVER)), (FILE, policy_docx(RAISED)))
    with desk.database.reading() as session:
        assert problems(session) == []
        assert files.linking_pages(session, FILE) == [PAGE]
        (state,) = files.linked_from(session, PAGE)
    assert "15万元" in state.read.text
