"""The simulated year: its truth, its checks, its picture, and a short one lived through."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.year.check import Evidence, first_seen, misses, spells  # noqa: E402
from bench.year.drawing import draw  # noqa: E402
from bench.year.life import Life  # noqa: E402
from bench.year.living import Diary  # noqa: E402
from bench.year.picture import picture  # noqa: E402
from feeds.transport import MaildirTransport  # noqa: E402


@pytest.fixture(scope="module")
def life() -> Life:
    return draw(seed=1, days=120, sources=12)


def test_a_seed_says_the_whole_year(life: Life) -> None:
    again = draw(seed=1, days=120, sources=12)
    assert again.library == life.library
    assert again.troubles == life.troubles
    assert draw(seed=2, days=120, sources=12).library != life.library


def test_a_year_has_every_kind_of_happening(life: Life) -> None:
    postings = life.library.postings
    assert any(p.revisions for p in postings)
    assert any(p.gone is not None for p in postings)
    assert any(p.article.role == "reprint" for p in postings)
    assert any(not p.article.relevant for p in postings)
    assert any(home.move for home in life.homes)
    assert life.troubles
    assert life.deaths


def test_a_product_that_says_nothing_misses_everything(life: Life) -> None:
    found = misses(Evidence(life, [], {}, []))
    rules = {miss.rule for miss in found}
    assert rules == {"policy", "revision", "withdrawal", "digest", "outage opened", "outage closed"}
    seen = [
        p
        for p in life.library.postings
        if p.article.first_day and p.article.relevant and p.article.role == "original"
        if first_seen(life, p) is not None
    ]
    assert sum(miss.rule == "policy" for miss in found) == len(seen)
    assert sum(miss.rule == "digest" for miss in found) == life.days


def test_the_picture_is_one_svg_with_a_row_for_each_source(life: Life) -> None:
    drawn = picture(Evidence(life, [], {}, []), Diary(), [])
    tree = ElementTree.fromstring(drawn)
    words = [element.text for element in tree.iter() if element.tag.endswith("text")]
    assert all(f"{home.card.name} {home.card.family}" in words for home in life.homes)
    assert len(list(tree.iter())) > len(spells(life))


def test_a_maildir_that_came_out_of_a_backup_takes_mail_again(tmp_path: Path) -> None:
    (tmp_path / "box" / "new").mkdir(parents=True)  # a backup holds files, no empty folders
    box = MaildirTransport(tmp_path / "box")
    assert box.send("a@example.invalid", "b@example.invalid", b"Message-ID: <1>\r\n\r\nx").state
    assert len(list((tmp_path / "box" / "new").iterdir())) == 1


def test_a_short_year_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """The whole one is `make year`: 365 days, 50 sources.

    Seed 337 has it all in 18 days: outages of three kinds, copies, a restore, a killed run, and a
    site that moves on the very days on which it revises a policy.
    """
    words = ["--days", "18", "--sources", "5", "--seed", "337", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.year", *words, "--svg", str(tmp_path / "year.svg")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout.splitlines()[0])
    assert summary["digests"] == 18
    assert summary["announced"] == {"new": 30, "revised": 8, "withdrawn": 1}
    assert summary["revised_by_moving"] == 1
    assert summary["restored_on"] == [10]
    assert list(summary["killed"]) == ["8"]
    assert summary["false_alarms"] == 0
