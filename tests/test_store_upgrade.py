"""From every released schema, a row in every table: nothing is lost, the way back is kept."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from store.database import Database
from store.errors import NewerDatabase
from store.migrations import _config, schema_of

RELEASED = sorted(s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions())
AT = "2026-06-07T00:01:00.000000+00:00"
ASIDE = {"alembic_version"}
MOVED = {("delivery", "message"), ("alert", "message")}
"""Columns whose content a later schema keeps elsewhere; its own test says where."""


def at_schema(path: Path, revision: str) -> Path:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    return path


def fill(path: Path) -> dict[str, dict[str, Any]]:
    """Put one row into every table, each naming the first of every other; return them."""
    with sqlite3.connect(path) as database:
        tables = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        virtual = [name for name, sql in tables if sql.startswith("CREATE VIRTUAL")]
        shadows = tuple(f"{name}_" for name in virtual) or ("\0",)
        for name, sql in tables:
            if name not in {*ASIDE, *virtual} and not name.startswith(shadows):
                row = {c: value_of(c, kind, sql) for c, kind in columns(database, name)}
                marks = ", ".join("?" * len(row))
                database.execute(
                    f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", [*row.values()]
                )
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    return rows(path)


def columns(database: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return [(row[1], row[2]) for row in database.execute(f"PRAGMA table_info({table})")]


def value_of(column: str, kind: str, sql: str) -> object:
    """Return a value the column takes: the first word of its CHECK, else one of its type."""
    if allowed := re.search(rf"\b{column} IN \('([^']*)'", sql):
        return allowed[1]
    if column == "redirect_to":
        return None
    if re.search(rf"FOREIGN KEY\(\"?{column}\"?\) REFERENCES policy", sql) or (
        column == "id" and kind == "VARCHAR"
    ):
        return "1"
    plain = {"INTEGER": 1, "BOOLEAN": 1, "FLOAT": 0.5, "BLOB": b"abc", "VARCHAR(32)": AT}
    return "{}" if kind == "JSON" else plain.get(kind, "1")


def rows(path: Path) -> dict[str, dict[str, Any]]:
    with sqlite3.connect(path) as database:
        database.row_factory = sqlite3.Row
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = {}
        for (name,) in map(tuple, names):
            first = database.execute(f"SELECT * FROM {name} LIMIT 1").fetchone()
            if first is not None and name not in ASIDE and not name.startswith("sqlite_"):
                found[name] = dict(first)
        return found


@pytest.mark.parametrize("revision", RELEASED)
def test_every_row_of_every_table_survives_the_way_to_this_version(
    revision: str, tmp_path: Path
) -> None:
    path = at_schema(tmp_path / "policywatch.db", revision)
    before = fill(path)
    assert len(before) >= 15
    Database(f"sqlite:///{path}").close()
    after = rows(path)
    for table, row in before.items():
        for column, value in row.items():
            if column in after[table] and (table, column) not in MOVED:
                assert after[table][column] == value, f"{table}.{column}"
    assert schema_of(path) == RELEASED[-1]


def test_the_database_is_kept_as_it_was_before_it_is_migrated(tmp_path: Path) -> None:
    path = at_schema(tmp_path / "policywatch.db", "0001")
    before = fill(path)
    Database(f"sqlite:///{path}").close()
    kept = tmp_path / "policywatch.db.schema-0001"
    assert schema_of(kept) == "0001"
    assert rows(kept) == before
    names = {found.name for found in tmp_path.iterdir()}
    Database(f"sqlite:///{path}").close()
    assert {found.name for found in tmp_path.iterdir()} <= names | {"policywatch.db-wal"}


def test_a_fresh_database_leaves_no_copy(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'policywatch.db'}").close()
    assert not list(tmp_path.glob("*.schema-*"))


def test_a_database_of_a_newer_program_is_refused_and_untouched(tmp_path: Path) -> None:
    path = at_schema(tmp_path / "policywatch.db", "head")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = fill(path)
    with pytest.raises(NewerDatabase, match=r"schema 9999 .* install that version"):
        Database(f"sqlite:///{path}")
    assert rows(path) == before
    assert not list(tmp_path.glob("*.schema-*"))
