"""Replay and inspect: every capture is accounted for, one bad page fails alone."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import cli
from crawler import replay
from crawler.replay import Summary, replay_files
from store import ledger
from store.database import Database

NOW = datetime(2026, 6, 1, tzinfo=UTC)

POLICY = """<html><head><meta charset="gb2312"><title>云江省民政厅</title>
<meta name="ArticleTitle" content="关于加强社会工作督导的通知"></head>
<body><h1>关于加强社会工作督导的通知</h1>
<p>发布时间：2026-05-20 来源：云江省民政厅</p><div class="TRS_Editor"><p>云民发〔2026〕5号</p>
<p>各市民政局：为推动社会工作督导制度建设，提升社工站服务质量，现就有关事项通知如下。</p>
<p>一、建立督导制度，每名一线社会工作者每月接受督导不少于四小时。</p>
<p>二、加强督导人才朱镕等同志的示范引领作用，落实督导经费。</p></div></body></html>"""
LIST = """<html><body><ul class="list">{rows}</ul></body></html>"""
ROW = (
    '<li><a href="/zcwj/202605/t202605{n:02}_{n}.html" title="关于社会工作的第{n}号通知">'
    "关于社会工作的第{n}号通知</a><span>2026-05-{n:02}</span></li>"
)
JSON_IN_THE_WAY = b'{"code": 500, "msg": "error"}'


def captures() -> list[tuple[str, str, bytes]]:
    rows = "\n".join(ROW.format(n=n) for n in range(1, 16))
    return [
        ("http://mzt.yunjiang.example/zcwj/", "text/html", LIST.format(rows=rows).encode()),
        ("http://mzt.yunjiang.example/zcwj/5.html", "text/html", POLICY.encode("gb18030")),
        ("http://mzt.yunjiang.example/api", "application/json", JSON_IN_THE_WAY),
        ("http://mzt.yunjiang.example/a.pdf", "application/pdf", b"%PDF-1.4 \x00\x01"),
        ("http://mzt.yunjiang.example/empty", "text/html", b""),
    ]


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    path = tmp_path / "foreign.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, content_type, body in captures():
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1"
            )
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=headers
            )
            writer.write_record(record)
    return path


def play(tmp_path: Path, warc: Path) -> Summary:
    database = Database(f"sqlite:///{tmp_path / 'replayed.db'}")
    return replay_files(database, [warc], {}, lambda: NOW)


def test_every_capture_is_accounted_for(tmp_path: Path, warc: Path) -> None:
    summary = play(tmp_path, warc)
    counts = summary.counts()
    assert summary.accounted
    assert counts == {"captures": 5, "documents": 1, "listings": 1, "other": 3, "changes": 1}
    rest = [c for c in summary.captures if c.kind not in {"article", "listing"}]
    assert all(capture.detail for capture in rest)


def test_a_second_replay_says_nothing_new(tmp_path: Path, warc: Path) -> None:
    play(tmp_path, warc)
    assert play(tmp_path, warc).counts()["changes"] == 0


def test_a_replay_is_a_backfill_and_announces_nothing_old(tmp_path: Path, warc: Path) -> None:
    play(tmp_path, warc)
    with Database(f"sqlite:///{tmp_path / 'replayed.db'}").reading() as session:
        (change,) = ledger.changes(session)
    assert change.announcement == "baseline"
    assert "朱镕" in change.document.body_text


def test_a_capture_that_trips_a_rule_fails_alone_by_name(
    tmp_path: Path, warc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trips(body: bytes, *rest: object, **known: object) -> object:
        raise ZeroDivisionError("a bug in a rule")

    monkeypatch.setattr(replay, "read_page", trips)
    summary = play(tmp_path, warc)
    assert not summary.accounted
    assert {c.detail for c in summary.captures} == {"ZeroDivisionError: a bug in a rule"}


def test_inspect_answers_a_line_for_every_line(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(POLICY.encode("gb18030"))
    manifest = tmp_path / "manifest.jsonl"
    lines = [
        {"id": "a", "path": "page.html", "url": "http://x.example/1.html", "content_type": None},
        {"id": "b", "path": "missing.html"},
        {"id": "c", "path": "page.html"},
    ]
    manifest.write_text("\n".join(map(json.dumps, lines)) + "\nno json\n", encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["inspect", "--manifest", str(manifest), "--json"])
    assert done.exit_code == 0
    a, b, c, d = map(json.loads, done.stdout.splitlines())
    assert a["documents"][0]["document_number"] == "云民发〔2026〕5号"
    assert a["charset"]["used"] == "gb18030"
    assert "error" in b
    assert c["url"] is None
    assert "error" in d


def test_the_keys_of_inspect_are_all_there(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(POLICY.encode("gb18030"))
    done = CliRunner().invoke(
        cli.app, ["inspect", str(path), "--url", "http://x.example/", "--json"]
    )
    page = json.loads(done.stdout)
    assert set(page) >= {
        "id", "url", "charset", "repairs", "damage", "quality", "page_kind", "js_rendered",
        "entries", "next_page", "documents",
    }  # fmt: skip
    assert set(page["documents"][0]) >= {
        "title", "written_on", "published_on", "source_name", "original_url", "document_number",
        "issuers", "region", "columns", "body_text", "attachments", "policies_cited", "genre",
        "topics", "relevant", "validity", "effective_on", "expires_on", "evidence",
    }  # fmt: skip


def test_a_person_sees_the_story_of_a_page_at_a_glance(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(POLICY.encode("gb18030"))
    shown = CliRunner().invoke(cli.app, ["inspect", str(path), "--url", "http://x.example/"]).stdout
    assert "gb18030" in shown
    assert "关于加强社会工作督导的通知" in shown
