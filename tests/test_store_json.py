"""How records lie in the database: as they read, and every text comes back as it went in."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from store.database import Database, to_json
from store.tables import ColumnRow


@given(st.dictionaries(st.text(), st.text(alphabet=st.characters()) | st.none()))
def test_every_record_reads_back(record: dict[str, str | None]) -> None:
    stored = to_json(record)
    stored.encode()  # what the database takes
    assert json.loads(stored) == record


def test_chinese_is_stored_as_it_reads_and_half_a_character_escaped() -> None:
    assert to_json({"title": "关于印发办法的通知"}) == '{"title": "关于印发办法的通知"}'
    assert to_json({"title": "坏\ud83d"}).isascii()


def test_lists_are_stored_as_queries_look_for_them() -> None:
    assert to_json(["养老"]) == json.dumps(["养老"])


@pytest.mark.parametrize("stored", ['{"title": "\\u5173\\u4e8e"}', '{"title": "关于"}'])
def test_rows_of_both_kinds_are_read(tmp_path: Path, stored: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with database.writing() as session:
        session.connection().execute(
            text(
                "INSERT INTO column_state (source_id, column_id, backfill) "
                "VALUES ('mz_example', 'zcwj', :stored)"
            ),
            {"stored": stored},
        )
    with database.reading() as session:
        row = session.get_one(ColumnRow, ("mz_example", "zcwj"))
        assert row.backfill == {"title": "关于"}
    database.close()
