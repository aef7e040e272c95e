"""Pages saved by hand: their own addresses, archived as resources, recorded as a backfill."""

import quopri
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archived import iter_responses
from crawler.importing import Imported, Importer
from crawler.saved import SavedPageError, read_saved
from crawler.sources import Column, Source
from pipelines.files import FILES_VERSION
from store import dossiers, files, ledger
from store.database import Database
from store.files import FileState
from store.records import Change, FileText
from store.verify import problems

NOW = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)
BASE = "https://mzt.yunjiang.gov.cn"
URL = f"{BASE}/zcwj/202605/t20260528_77.html"
SOURCE = Source(
    id="mz_yj",
    name="云江省民政厅",
    region="32",
    kind="government",
    family="trs_tdate",
    base_url=BASE,
    aliases=("http://mzt.yunjiang.gov.cn",),
    columns=(Column(id="z", name="政策文件", role="policy", url=f"{BASE}/zcwj/", basis="seen"),),
)
TITLE = "云江省民政厅关于加强乡镇（街道）社会工作服务站建设的通知"


def article(published_on: str = "2026-05-28", head: str = "") -> str:
    paragraphs = "".join(
        f"<p>{n}、各地要充分认识社会工作服务站的重要意义，落实专人负责，保障经费，按时报送进展。</p>"
        for n in "一二三四五六"
    )
    return f"""<html><head>{head}<title>{TITLE}</title>
      <meta name="ArticleTitle" content="{TITLE}">
      <meta name="PubDate" content="{published_on} 09:00">
      <meta name="ContentSource" content="云江省民政厅"></head><body><h1>{TITLE}</h1>
      <p>云民发〔2026〕12号</p><div class="TRS_Editor">{paragraphs}<p>云江省民政厅</p></div>
      </body></html>"""


def mht(html: str, url: str = URL, charset: str = "gb18030") -> bytes:
    packed = quopri.encodestring(html.encode(charset)).decode()
    return f"""From: <Saved by Blink>
Snapshot-Content-Location: {url}
Subject: =?utf-8?B?6YCa55+l?=
Date: Mon, 1 Jun 2026 08:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b--"

----b--
Content-Type: text/html; charset={charset}
Content-Transfer-Encoding: quoted-printable
Content-Location: {url}

{packed}
----b--
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: {BASE}/logo.png

iVBORw0KGgo=

----b----
""".encode()


class Office:
    """An importer on a fresh data folder."""

    def __init__(self, folder: Path) -> None:
        self.archive = folder / "var" / "archive"
        self.archive.parent.mkdir()
        self.database = Database(f"sqlite:///{folder / 'var' / 'policywatch.db'}")

    def take(self, path: Path, url: str | None = None) -> list[Imported]:
        importer = Importer(self.database, self.archive, {SOURCE.id: SOURCE}, lambda: NOW)
        return list(importer.take(path, url))

    def changes(self) -> list[Change]:
        with self.database.reading() as session:
            return ledger.changes(session)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_saved_page_becomes_a_policy_under_its_address(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "通知.html"
    page.write_text(article(), encoding="utf-8")
    (taken,) = office.take(page, URL)
    assert (taken.kind, taken.title, taken.url) == ("article", TITLE, URL)
    (change,) = office.changes()
    assert (change.page_url, change.source_id, change.kind) == (URL, "mz_yj", "new")
    with office.database.reading() as session:
        assert problems(session) == []
        assert len(dossiers.policies(session)) == 1


def test_the_bytes_are_archived_as_a_resource_record(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_bytes(article().encode("gb18030"))
    office.take(page, URL)
    (file,) = office.archive.iterdir()
    with file.open("rb") as stream:
        kinds = [r.rec_type for r in ArchiveIterator(stream)]
    (kept,) = iter_responses(file)
    assert kinds == ["warcinfo", "resource"]
    assert (kept.url, kept.body) == (URL, page.read_bytes())
    assert not (office.archive / "run000000-01.warc.gz").exists()


@pytest.mark.parametrize(
    ("on", "announcement"), [("2026-05-28", "announced"), ("2024-01-05", "baseline")]
)
def test_what_is_imported_is_announced_only_where_it_is_fresh(
    office: Office, tmp_path: Path, on: str, announcement: str
) -> None:
    page = tmp_path / "a.html"
    page.write_text(article(on), encoding="utf-8")
    office.take(page, URL)
    assert [c.announcement for c in office.changes()] == [announcement]


def test_the_same_page_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(article(), encoding="utf-8")
    office.take(page, URL)
    (again,) = office.take(page, URL)
    assert (again.changes, len(office.changes())) == ((), 1)


def test_an_alias_is_the_same_page(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(article(), encoding="utf-8")
    office.take(page, URL)
    office.take(page, URL.replace("https:", "http:"))
    assert {c.page_url for c in office.changes()} == {URL}
    assert len(office.changes()) == 1


def test_mht_names_its_address_its_charset_and_its_day(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "a.mht"
    page.write_bytes(mht(article()))
    saved = read_saved(page)
    assert saved.url == URL
    assert saved.content_type == "text/html; charset=gb18030"
    assert saved.body.decode("gb18030") == article()
    assert saved.saved_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    (taken,) = office.take(page)
    assert taken.title == TITLE


def test_a_browsers_comment_names_the_address_unless_the_person_does(tmp_path: Path) -> None:
    page = tmp_path / "a.htm"
    page.write_text(f"<!-- saved from url=({len(URL):04d}){URL} -->{article()}", encoding="utf-8")
    assert read_saved(page).url == URL
    assert read_saved(page, f"{BASE}/other.html").url == f"{BASE}/other.html"


def test_a_page_nobody_knows_the_address_of_is_refused_by_name(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "a.html").write_text(article(), encoding="utf-8")
    (folder / "b.mht").write_bytes(mht(article()))
    refused, taken = office.take(folder)
    assert (refused.kind, "--url" in refused.detail) == ("refused", True)
    assert taken.kind == "article"


def test_a_folder_is_walked_without_the_pictures_beside_its_pages(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    (folder / "通知_files").mkdir(parents=True)
    (folder / "通知_files" / "frame.html").write_text("<p>广告</p>", encoding="utf-8")
    (folder / "通知.html").write_text(article(), encoding="utf-8")
    (taken,) = office.take(folder, URL)
    assert (taken.url, taken.kind) == (URL, "article")


def test_pages_of_a_folder_lie_below_its_address_as_they_lie_in_it(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "mirror"
    (folder / "202605").mkdir(parents=True)
    for name in ("t20260528_1.html", "t20260529_2.html"):
        (folder / "202605" / name).write_text(article(), encoding="utf-8")
    taken = office.take(folder, f"{BASE}/zcwj/")
    assert [t.url for t in taken] == [
        f"{BASE}/zcwj/202605/t20260528_1.html",
        f"{BASE}/zcwj/202605/t20260529_2.html",
    ]


def test_a_saved_list_says_what_to_save_next(office: Office, tmp_path: Path) -> None:
    rows = "".join(
        f'<li><a href="/z/t2026050{n}_{n}.html">关于社工站建设第{n}批的通知</a>'
        f"<span>2026-05-0{n}</span></li>"
        for n in range(1, 9)
    )
    page = tmp_path / "list.html"
    page.write_text(f"<html><body><ul>{rows}</ul></body></html>", encoding="utf-8")
    (taken,) = office.take(page, f"{BASE}/zcwj/")
    assert (taken.kind, taken.detail[:6]) == ("listing", "列表，8 条")
    assert office.changes() == []


def test_a_saved_page_says_what_its_fetched_files_say(office: Office, tmp_path: Path) -> None:
    link = '<p><a href="./P020260528.docx">附件：申报表.docx</a></p></div>'
    page = tmp_path / "page.html"
    page.write_text(article().replace("</div>", link), encoding="utf-8")
    address = f"{BASE}/zcwj/202605/P020260528.docx"
    read = FileText("docx", text="社会工作服务项目申报表")
    with office.database.writing() as session:
        files.put(session, FileState(address, "a" * 64, read, FILES_VERSION, NOW))
    office.take(page, URL)
    [change] = office.changes()
    assert [a.sha256 for a in change.document.attachments] == ["a" * 64]
    with office.database.reading() as session:
        assert files.linking_pages(session, address) == [URL]


def test_an_empty_folder_and_a_file_of_another_kind_say_so(office: Office, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SavedPageError, match="no saved page"):
        office.take(tmp_path / "empty")
    broken = tmp_path / "a.mht"
    broken.write_bytes(b"From: <Saved by Blink>\nContent-Type: image/png\n\nx")
    (taken,) = office.take(broken, URL)
    assert "no HTML part" in taken.detail
    (missing,) = office.take(_unreadable(tmp_path), URL)
    assert missing.kind == "refused"


def _unreadable(tmp_path: Path) -> Path:
    folder = tmp_path / "dangling"
    folder.mkdir()
    (folder / "a.mht").write_bytes(b"")
    return folder


def test_a_site_that_is_no_source_can_be_imported_too(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(article(), encoding="utf-8")
    office.take(page, "https://www.elsewhere.org/x/77.html")
    assert [c.source_id for c in office.changes()] == [None]
