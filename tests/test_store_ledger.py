"""The ledger: one transaction, one sequence, nothing told twice."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from store import candidates, digests, dossiers, ledger, lifecycle, pages, revisits, visits
from store import runs as store_runs
from store.database import Database
from store.errors import LockHeld, NewerDatabase
from store.lock import lock
from store.records import (
    ChangeDraft,
    Classification,
    Decoded,
    Document,
    Entry,
    Filter,
    Finding,
    LifecycleStep,
    MatchKey,
    PageFacts,
    Verdict,
    Visit,
)

NOW = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
URL = "http://mzt.example.cn/zcwj/1.html"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'policywatch.db'}")


def facts(url: str = URL, now: datetime = NOW) -> PageFacts:
    return PageFacts(
        url, "article", "mz_js", "zcwj", now, None, "sha", Entry(url, "关于社工站的通知")
    )


def finding(url: str = URL, **changed: object) -> Finding:
    document = Document(
        url=url,
        title="关于社工站的通知",
        body_text="第一条 建设社工站。",
        published_on="2026-05-30",
    )
    whole = Finding(
        url=url,
        part=0,
        document=document,
        classification=Classification("policy", ("社工站",), "yes"),
        verdict=Verdict(None, "original", "new", False, "没有同文号或同题文件"),
        content_hash="h1",
        reader_version="1",
        decoded=Decoded("", "utf-8", ("utf8-valid",)),
        keys=(MatchKey("title", "关于社工站的通知"),),
        changes=(ChangeDraft("new", "announced", "首次发现"),),
    )
    return dataclasses.replace(whole, **changed)


def put(database: Database, found: Finding, now: datetime = NOW) -> list[str]:
    with database.writing() as session:
        page_id = pages.touch(session, facts(found.url, now))
        return ledger.record(session, facts(found.url, now), page_id, found, now)


def test_a_finding_becomes_a_change_with_its_document(database: Database) -> None:
    (change_id,) = put(database, finding())
    with database.reading() as session:
        (change,) = ledger.changes(session)
    assert (change.id, change.kind, change.document.title) == (change_id, "new", "关于社工站的通知")


def test_same_verdict_twice_adds_no_snapshot_and_no_change(database: Database) -> None:
    put(database, finding())
    with database.reading() as session:
        (known,) = candidates.parts_of(session, URL)
    same = Verdict(known.policy_id, "original", "same", False, "同一文本")
    put(database, finding(verdict=same, changes=()))
    with database.reading() as session:
        assert ledger.last_sequence(session) == 1
        assert session.execute(text("SELECT count(*) FROM snapshot")).scalar() == 1


def test_an_error_inside_a_transaction_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError, match="half way"), database.writing() as session:
        page_id = pages.touch(session, facts())
        ledger.record(session, facts(), page_id, finding(), NOW)
        raise RuntimeError("half way")
    with database.reading() as session:
        assert ledger.last_sequence(session) == 0
        assert pages.state(session, URL) is None


def test_instants_never_fall_when_the_clock_is_set_back(database: Database) -> None:
    put(database, finding())
    put(database, finding(url=URL + "?2"), NOW - timedelta(days=3))
    with database.reading() as session:
        first, second = ledger.changes(session)
    assert second.recorded_at >= first.recorded_at


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive datetime"), database.writing() as session:
        store_runs.begin(session, ["mz_js"], datetime(2026, 6, 1))


def test_concurrent_writers_lose_no_update(database: Database) -> None:
    put(database, finding())

    def touch_often() -> None:
        for _ in range(20):
            with database.writing() as session:
                state = pages.state(session, URL)
                assert state is not None
                days = (*state.missing_days, "day")
                pages.mark_missing(session, URL, days, withdrawn=False, visited_at=None)

    threads = [threading.Thread(target=touch_often) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        state = pages.state(session, URL)
    assert state is not None
    assert len(state.missing_days) == 60


def test_released_changes_are_new_rows_and_only_once(database: Database) -> None:
    put(database, finding(changes=(ChangeDraft("new", "held", "一次新增过多"),)))
    for expected in (1, 0):
        with database.writing() as session:
            assert ledger.release(session, "mz_js", NOW) == expected
    with database.reading() as session:
        held, released = ledger.changes(session)
    assert (held.announcement, released.announcement) == ("held", "announced")
    assert held.id != released.id


def test_a_step_of_the_future_is_due_on_its_day_and_told_once(database: Database) -> None:
    step = LifecycleStep("effective", "2026-06-03", "本办法自2026年6月3日起施行。")
    put(database, finding(steps=(step,)))
    with database.reading() as session:
        assert lifecycle.due(session, NOW) == []
        ((policy_id, _, _, due),) = lifecycle.due(session, NOW + timedelta(days=2))
    assert due == step
    with database.writing() as session:
        lifecycle.mark_happened(session, policy_id, due)
        assert lifecycle.due(session, NOW + timedelta(days=2)) == []


def test_a_repeal_waits_for_its_target_and_is_bound_once(database: Database) -> None:
    step = LifecycleStep(
        "repealed", "2026-06-01", "《旧办法》同时废止。", target_title="旧办法", target_key="旧办法"
    )
    put(database, finding(steps=(step,)))
    put(database, finding(url=URL + "?old", keys=(MatchKey("title", "旧办法"),)))
    with database.writing() as session:
        (target,) = dossiers.by_key(session, [MatchKey("title", "旧办法")])
        (waiting,) = lifecycle.spoken(session, [target])
        assert (waiting.step, waiting.policy_id) == (step, None)
        assert lifecycle.bind(session, waiting.id, target, NOW)
        assert not lifecycle.bind(session, waiting.id, target, NOW)
    with database.reading() as session:
        policy = dossiers.policy(session, target)
    assert policy is not None
    assert [s.step for s in policy.steps] == ["repealed"]


def sweep(*urls: str, day: int, complete: bool = True) -> pages.Sweep:
    entries = tuple(Entry(url, "题", "2026-05-30") for url in urls)
    return pages.Sweep("mz_js", "zcwj", entries, NOW + timedelta(days=day), complete, day == 0)


def test_a_row_that_scrolled_off_is_not_absent(database: Database) -> None:
    put(database, finding())
    with database.writing() as session:
        pages.list_entries(session, sweep(URL, day=0))
        newer = pages.Sweep(
            "mz_js",
            "zcwj",
            (Entry("http://x/2", "题", "2026-05-31"),),
            NOW + timedelta(days=1),
            complete=False,
            baseline=False,
        )
        assert pages.absent(session, newer) == []
        assert pages.absent(session, dataclasses.replace(newer, complete=True)) == [URL]


def test_suspects_come_first_when_pages_are_due(database: Database) -> None:
    for url in (URL, URL + "?2"):
        put(database, finding(url=url))
    with database.writing() as session:
        pages.mark_missing(session, URL + "?2", ["2026-06-01"], withdrawn=False, visited_at=None)
        due = revisits.due(session, "mz_js", NOW + timedelta(days=1), limit=10)
        assert revisits.due(session, "mz_js", NOW + timedelta(hours=1), limit=10) == []
    assert [page.url for page in due] == [URL + "?2", URL]


def test_visits_wait_until_they_are_settled(database: Database) -> None:
    with database.writing() as session:
        run_id = store_runs.begin(session, ["mz_js"], NOW)
        visit = Visit(run_id, "mz_js", "zcwj", URL, "page", "ok", NOW, entry=Entry(URL, "题"))
        visit_id = visits.add(session, visit)
    with database.writing() as session:
        assert visits.unsettled(session) == [dataclasses.replace(visit, id=visit_id)]
        visits.settle(session, [visit_id])
        assert visits.unsettled(session) == []


def test_the_same_wish_subscribes_once(database: Database) -> None:
    with database.writing() as session:
        for _ in range(2):
            digests.subscribe(session, "team@example.cn", Filter(regions=("32",)), NOW)
        assert len(digests.subscriptions(session)) == 1
        assert digests.unsubscribe(session, "team@example.cn") == 1
        assert digests.subscriptions(session) == []


def test_digest_windows_join_without_gap_or_overlap(database: Database) -> None:
    with database.writing() as session:
        first = digests.open_run(session, "daily", "2026-06-01", upto=5)
        again = digests.open_run(session, "daily", "2026-06-01", upto=9)
        second = digests.open_run(session, "daily", "2026-06-02", upto=9)
    assert first == again
    assert (first.after, first.upto, second.after, second.upto) == (0, 5, 5, 9)


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="newer version"):
        Database(database.url)


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with (
        lock(tmp_path, "run", NOW),
        pytest.raises(LockHeld, match="purpose run"),
        lock(tmp_path, "run", NOW),
    ):
        pass
