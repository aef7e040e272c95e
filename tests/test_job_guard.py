"""A page that hangs or kills the process that takes it in fails alone, by name."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.guard import PageGuard, PageRefused
from store.records import Visit

VISIT = Visit(
    run_id=1,
    source_id="demo",
    column_id="zcwj",
    url="http://127.0.0.1/p/1.html",
    target="page",
    outcome="ok",
    visited_at=datetime(2026, 6, 7, tzinfo=UTC),
    id=7,
)


def test_a_page_whose_rule_never_ends_is_broken_off(tmp_path: Path) -> None:
    guard = PageGuard(tmp_path / "settle.pulse", limit_s=0.2)
    with pytest.raises(PageRefused, match=r"not read within 0\.2 s"), guard(VISIT):
        re.match(r"(a|aa)+$", "a" * 60 + "b")
    with PageGuard(tmp_path / "settle.pulse")(VISIT):
        pass  # the alarm is off


def test_a_page_that_saw_two_deaths_is_given_up(tmp_path: Path) -> None:
    for deaths in (1, 2):
        dying = PageGuard(tmp_path / "settle.pulse")(VISIT)
        dying.__enter__()  # and the process is gone
        assert f'"7": {deaths}' in (tmp_path / "settle.pulse").read_text()
    with (
        pytest.raises(PageRefused, match="died 2 times"),
        PageGuard(tmp_path / "settle.pulse")(VISIT),
    ):
        raise AssertionError("it was taken in hand a third time")


def test_two_pages_that_kill_in_one_transaction_are_both_given_up(tmp_path: Path) -> None:
    """The death of the second takes back that the first was refused: that must be known again."""
    visits, refused = [VISIT, replace(VISIT, id=8)], 0
    dead = []  # kept, so that no generator is closed: a process that is gone cleans nothing up
    for _ in range(5):
        guard, refused = PageGuard(tmp_path / "settle.pulse"), 0
        for visit in visits:
            try:
                dead.append(guard(visit))
                dead[-1].__enter__()
                break  # and the process is gone
            except PageRefused:
                refused += 1
    assert refused == len(visits)


def test_a_page_that_only_fails_is_tried_again(tmp_path: Path) -> None:
    for _ in range(4):
        with pytest.raises(ValueError, match="no"), PageGuard(tmp_path / "settle.pulse")(VISIT):
            raise ValueError("no")


def test_in_another_thread_pages_are_read_without_an_alarm(tmp_path: Path) -> None:
    read: list[bool] = []

    def work() -> None:
        with PageGuard(tmp_path / "settle.pulse", limit_s=0.01)(VISIT):
            threading.Event().wait(0.05)
            read.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert read == [True]
