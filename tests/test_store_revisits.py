"""Known pages that are due: suspects, then what is in force and listed, by how far overdue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from store import files, pages, revisits
from store.database import Database
from store.records import Entry, PageFacts
from store.tables import MemberRow, PageRow, PolicyRow, SnapshotRow

NOW = datetime(2026, 6, 2, tzinfo=UTC)
SITE = "https://mzt.yunjiang.gov.cn"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    with Database(f"sqlite:///{tmp_path / 'p.db'}").writing() as opened:
        yield opened


def known(session, name, *, changed_days=0, visited_h=24, column="zcwj"):
    """A page of the source that changed and was visited so long ago; returns its row."""
    url = f"{SITE}/{name}"
    facts = PageFacts(
        url=url,
        kind="article",
        source_id="mz_a",
        column_id=column,
        visited_at=NOW,
        capture_id=None,
        body_sha256=None,
    )
    row = session.get(PageRow, pages.touch(session, facts))
    row.last_changed_at = NOW - timedelta(days=changed_days)
    row.last_visited_at = NOW - timedelta(hours=visited_h)
    session.add(row)
    session.flush()
    return row


def belongs(session, row, status, *, genre="policy", listed=True):
    """Put the page into a dossier of that status, and into its column's list."""
    session.add(PolicyRow(id=f"p{row.id}", title="题", genre=genre, status=status, issuers=[],
                          topics=[], first_seen_at=NOW, updated_at=NOW))  # fmt: skip
    snapshot = SnapshotRow(page_id=row.id, part=0, content_hash="h", recorded_at=NOW, document={},
                           classification={}, charset="utf-8", declared=[], quality=1, repairs=[],
                           damage=[], reader_version="1")  # fmt: skip
    session.add(snapshot)
    session.flush()
    session.add(MemberRow(page_id=row.id, part=0, policy_id=f"p{row.id}", role="original",
                          genre=genre, reason="", snapshot_id=snapshot.id))  # fmt: skip
    if listed:
        entries = (Entry(row.url, "题"),)
        pages.list_entries(
            session, pages.Sweep("mz_a", "zcwj", entries, NOW, complete=True, baseline=False)
        )
    session.flush()


def due(session, **more):
    found = revisits.due(session, "mz_a", NOW, limit=more.pop("limit", 99), **more)
    return [page.url.rpartition("/")[2] for page in found]


def test_recent_pages_are_due_after_hours_and_old_ones_after_weeks(session):
    known(session, "fresh", visited_h=19)
    known(session, "recent", visited_h=21)
    known(session, "old", changed_days=400, visited_h=26 * 24)
    known(session, "older", changed_days=400, visited_h=28 * 24)
    assert set(due(session)) == {"recent", "older"}


def test_what_is_in_force_and_listed_goes_before_the_rest(session):
    for name, status, genre, listed in (
        ("news", "issued", "news", True),
        ("repealed", "repealed", "policy", True),
        ("unlisted", "effective", "policy", False),
        ("effective", "effective", "policy", True),
        ("draft", "consultation", "draft", True),
    ):
        belongs(session, known(session, name), status, genre=genre, listed=listed)
    assert due(session) == ["draft", "effective", "news", "repealed", "unlisted"]
    assert due(session, limit=2) == ["draft", "effective"]


def test_suspects_go_before_all(session):
    belongs(session, known(session, "effective"), "effective")
    known(session, "suspect", changed_days=400, visited_h=21)
    pages.mark_missing(session, f"{SITE}/suspect", ["2026-06-01"], withdrawn=False, visited_at=None)
    assert due(session) == ["suspect", "effective"]


def test_within_a_rank_the_most_overdue_goes_first_whatever_its_age(session):
    known(session, "twice", visited_h=40)
    known(session, "thrice", changed_days=100, visited_h=3 * 144)
    known(session, "once", changed_days=400, visited_h=700)
    assert due(session) == ["thrice", "twice", "once"]


def test_the_files_of_a_page_are_asked_for_with_it_and_count(session):
    heavy = known(session, "heavy", visited_h=40)
    for name in ("light", "lighter"):
        known(session, name)
    files.link(session, heavy.id, [f"{SITE}/{n}.pdf" for n in range(3)])
    session.flush()
    assert due(session, limit=4) == ["heavy"]
    assert due(session, limit=5) == ["heavy", "light"]
    [stock] = revisits.stocks(session, NOW)
    assert (stock.pages, stock.files, stock.requests) == (3, 3, 6)


def test_pages_that_a_column_carries_are_left_out(session):
    known(session, "own")
    known(session, "carried", column="library")
    assert due(session, without=["library"]) == ["own"]


def test_stocks_count_every_page_by_age_and_rank(session):
    belongs(session, known(session, "effective", visited_h=30), "effective")
    known(session, "a", visited_h=5)
    known(session, "b", visited_h=7)
    known(session, "c", changed_days=90)
    found = {
        (s.age.name, s.first): (s.pages, s.longest_unvisited_at)
        for s in revisits.stocks(session, NOW)
    }
    assert found == {
        ("month", True): (1, NOW - timedelta(hours=30)),
        ("month", False): (2, NOW - timedelta(hours=7)),
        ("half-year", False): (1, NOW - timedelta(hours=24)),
    }


def test_how_many_files_a_due_page_links_to_is_told(session):
    row = known(session, "two")
    known(session, "none")
    files.link(session, row.id, [f"{SITE}/f/1.pdf", f"{SITE}/f/2.pdf"])
    found = revisits.due(session, "mz_a", NOW, limit=9)
    assert {page.url.rpartition("/")[2]: page.files for page in found} == {"two": 2, "none": 0}
