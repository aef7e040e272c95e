"""What a publication asks of a large ledger: no question about one dossier reads all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feed_examples import NOON, tell
from sqlalchemy import event
from sqlmodel import Session, SQLModel

from store import dossiers, editions, ledger, stories
from store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    found = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    for number in range(3):
        tell(found, number, now=NOON + timedelta(hours=number), cites=[f"社工站建设意见之{number}"])
    return found


@contextmanager
def _plans(session: Session) -> Iterator[list[str]]:
    """Collect how SQLite goes about every question asked in the block."""
    plans: list[str] = []
    engine = session.get_bind()

    def note(connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            raw = connection.connection.driver_connection
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values))

    event.listen(engine, "before_cursor_execute", note)
    yield plans
    event.remove(engine, "before_cursor_execute", note)


def test_what_a_dossier_page_asks_is_found_by_index(database: Database) -> None:
    with database.reading() as session, _plans(session) as plans:
        policy_id = editions.order(session)[1]
        plans.clear()
        dossiers.policy(session, policy_id)
        stories.pages(session, policy_id)
        ledger.changes(session, policy_id=policy_id)
        cited = stories.cites(session, policy_id) + stories.cited_by(session, policy_id)
        stories.titles(session, cited)
        editions.visible(session, [policy_id], {})
    assert len(plans) > 10
    tables = set(SQLModel.metadata.tables)
    assert [p for p in plans if p.startswith("SCAN") and p.split()[1] in tables] == []
    assert [plan for plan in plans if plan.endswith("ix_match_key_kind_value (kind=?)")] == []
