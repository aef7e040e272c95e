"""The commands an operator meets a site with: what they print, write, and exit with."""

import json
from pathlib import Path

import pytest
from crawl_site import ROWS, SITE, Answer, Desk, TinySite, listing, page, serving
from typer.testing import CliRunner, Result

import cli
from crawler.sources import load_source


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(tmp_path / "var")
    monkeypatch.setenv("POLICYWATCH_DATA", str(desk.folder))
    monkeypatch.setenv("POLICYWATCH_SOURCES", str(desk.sources))
    monkeypatch.setattr(cli.out, "width", 4000)
    monkeypatch.chdir(tmp_path)
    return desk


def policywatch(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def home(*paths: str) -> Answer:
    links = "".join(
        f'<a href="{path}">{name}</a>' for path, name in zip(paths, NAMES, strict=False)
    )
    return Answer(f"<html><title>云江省民政厅</title><body>{links}</body></html>".encode())


NAMES = ("政策文件", "通知公告")
TWO = {
    **SITE,
    "/": home("/zcwj/", "/tzgg/"),
    "/tzgg/": listing([(f"/t{u}", f"{t}（公告）", on) for u, t, on in ROWS]),
    **{f"/t{u}": page(t) for u, t, _ in ROWS},
}


def proposals(desk: Desk) -> list[Path]:
    return sorted((desk.folder / "proposals").glob("*.toml"))


def watch(desk: Desk, site: TinySite) -> None:
    desk.watch("mz_yj", site.base, "/zcwj/")


def test_sources_still_lists_and_has_a_command_below_it(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        listed = policywatch("sources", "--json")
    assert listed.exit_code == 0
    assert [json.loads(line)["source"] for line in listed.stdout.splitlines()] == ["mz_yj"]


def test_a_column_is_tried_and_its_definition_written_for_review(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        before = (desk.sources / "mz_yj.toml").read_text(encoding="utf-8")
        done = policywatch("sources", "add", f"{site.base}/tzgg/")
    assert done.exit_code == 0, done.output
    (proposal,) = proposals(desk)
    assert [c.url for c in load_source(proposal).columns] == [
        f"{site.base}/zcwj/",
        f"{site.base}/tzgg/",
    ]
    assert (desk.sources / "mz_yj.toml").read_text(encoding="utf-8") == before
    assert all(title in done.output for _, title, _ in ROWS)
    assert "2026-05-06" in done.output


def test_an_address_that_is_no_column_exits_1_and_writes_nothing(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        done = policywatch("sources", "add", f"{site.base}/p/1.html")
    assert done.exit_code == 1
    assert "没有条目" in done.output
    assert proposals(desk) == []


def test_an_address_that_is_watched_already_is_refused(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        done = policywatch("sources", "add", f"{site.base}/zcwj/")
    assert "already watched by mz_yj" in str(done.exception)


def test_discover_proposes_what_a_known_source_lacks(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        done = policywatch("discover", f"{site.base}/")
        (proposal,) = proposals(desk)
        assert [c.name for c in load_source(proposal).columns] == ["zcwj", "通知公告"]
    assert done.exit_code == 0
    assert "通知公告" in done.output


def test_discover_proposes_a_new_site_by_its_host(desk: Desk) -> None:
    with serving({"/zcwj/": SITE["/zcwj/"]}) as known, serving(TWO) as site:
        watch(desk, known)
        done = policywatch("discover", site.base.removeprefix("http://"))
        assert done.exit_code == 0, done.output
        (proposal,) = proposals(desk)
        assert {c.name for c in load_source(proposal).columns} == {"政策文件", "通知公告"}


def test_doctor_exits_0_for_a_sound_source_and_1_for_a_sick_one(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        desk.watch("mz_wall", site.base, "/wall/")
        site.pages["/wall/"] = Answer(b"", 412)
        sound = policywatch("doctor", "mz_yj", "--json")
        sick = policywatch("doctor")
        unknown = policywatch("doctor", "mz_nobody")
    assert sound.exit_code == 0
    assert json.loads(sound.stdout)["ok"] is True
    assert sick.exit_code == 1
    assert "412" in sick.output
    assert unknown.exit_code == 2


def test_fieldtrip_packs_a_bundle_that_replay_reads(desk: Desk) -> None:
    with serving(TWO) as site:
        watch(desk, site)
        done = policywatch("fieldtrip", "--minutes", "1")
    assert done.exit_code == 0, done.output
    (bundle,) = desk.folder.glob("fieldtrip-*.zip")
    replayed = policywatch("replay", str(bundle), "--json")
    counts = json.loads(replayed.stdout.splitlines()[-1])
    assert counts["documents"] == 3
    assert counts["listings"] >= 1


def test_import_takes_a_saved_page_in_and_names_what_it_refuses(desk: Desk, tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    with serving(TWO) as site:
        watch(desk, site)
        saved.write_bytes(page(ROWS[0][1]).body)
        taken = policywatch("import", str(saved), "--url", f"{site.base}/p/1.html")
        refused = policywatch("import", str(saved))
    assert taken.exit_code == 0, taken.output
    assert ROWS[0][1] in taken.output
    assert (refused.exit_code, "--url" in refused.output) == (1, True)
    assert policywatch("verify").exit_code == 0
