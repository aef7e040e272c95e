"""What a page says cannot steer the terminal of whoever reads it there."""

import io
import json
from pathlib import Path

import pytest
from crawl_site import Answer, page, serving
from typer.testing import CliRunner

import cli
from commands.console import InertConsole
from crawler.errors import BodyError
from crawler.inspection import fetch_page
from feeds.words import GENRES, RELEVANCES
from terminal import rows_table

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\x7f\u202etitle"


def shown(what: object) -> str:
    console = InertConsole(file=io.StringIO(), width=120, markup=False)
    console.print(what)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_escape_sequences_of_a_title_reach_no_terminal() -> None:
    for what in (ESCAPES, rows_table([{"标题": ESCAPES}], ESCAPES)):
        said = shown(what)
        assert "title" in said
        assert not any(c in said for c in "\x1b\x07\x9b\x08\x7f\u202e")


def test_markup_of_the_terminals_library_is_only_text() -> None:
    assert (
        shown("关于[red]社会工作[/wrong]的通知 [/]").strip()
        == "关于[red]社会工作[/wrong]的通知 [/]"
    )


def test_inspect_shows_a_hostile_page_without_its_escapes(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    title = f"关于{ESCAPES}社会工作[/b]的通知"
    path.write_bytes(page(title).body)
    for arguments in (["inspect", str(path)], ["inspect", str(path), "--json"]):
        done = CliRunner().invoke(cli.app, arguments)
        assert done.exit_code == 0
        assert "\x1b" not in done.stdout


def test_inspect_says_genre_relevance_and_fields_in_readers_words(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    dated = b'<meta name="PubDate" content="2026-06-01 09:00">'
    path.write_bytes(dated + page("关于印发社会工作服务站建设办法的通知").body)
    told = CliRunner().invoke(cli.app, ["inspect", str(path), "--json"])
    classes = json.loads(told.stdout)["documents"][0]
    shown = CliRunner().invoke(cli.app, ["inspect", str(path)]).stdout
    assert f"{GENRES[classes['genre']]} · {RELEVANCES['yes']}" in shown
    assert f"{classes['genre']} · " not in shown
    assert "发布日期" in shown
    assert "published_on" not in shown


def test_inspect_of_an_address_is_led_to_no_neighbour() -> None:
    moved = Answer(b"", 302, (("Location", "http://169.254.169.254/latest/meta-data/"),))
    with serving({"/a": moved, "/b": page("关于社会工作服务站建设的通知")}) as site:
        with pytest.raises(BodyError, match="内网地址"):
            fetch_page(f"{site.base}/a", "agent")
        done = CliRunner().invoke(cli.app, ["inspect", f"{site.base}/b", "--json"])
        assert json.loads(done.stdout)["documents"][0]["title"] == "关于社会工作服务站建设的通知"
        assert site.paths() == ["/a", "/b"]
        assert "/robots.txt" not in [path for path, _ in site.asked]


@pytest.mark.parametrize("url", ["http://[::1/", "http://a.cn:99999/", "http:///x", "http://\0/"])
def test_inspect_of_something_that_is_no_address_says_so(url: str) -> None:
    with pytest.raises(BodyError, match="no answer"):
        fetch_page(url, "agent")
