"""How records lie in the database: as they read, and every text comes back as it went in."""

import json
from pathlib import Path

import pytest
from feed_examples import tell
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from store import editions
from store.database import Database, to_json
from store.records import Filter
from store.tables import ColumnRow, SnapshotRow


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


@pytest.mark.parametrize("ensure_ascii", [False, True])
def test_a_word_of_the_text_is_found_however_the_row_was_written(
    tmp_path: Path, ensure_ascii: bool
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    tell(database, body_text="每站不少于三名“专职”社工")
    with database.writing() as session:
        for row in session.exec(select(SnapshotRow)):
            written = json.dumps(row.document, ensure_ascii=ensure_ascii)
            session.connection().execute(
                text("UPDATE snapshot SET document = :written"), {"written": written}
            )
    with database.reading() as session:
        found = {
            word: len(editions.places(session, Filter(words=(word,)), limit=9))
            for word in ("不少于三名", "“专职”社工", "不少于四名")
        }
    assert found == {"不少于三名": 1, "“专职”社工": 1, "不少于四名": 0}
    database.close()
