"""Schema migrations, forward only, from the first table on; `upgrade` brings a database to head.

Alembic is loaded where there is something to migrate: every process opens a database, and nearly
always it is up to date.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from store import faults
from store.errors import NewerDatabase

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent

faults.register(
    migration_backup_before="the copy of a database to be migrated is not yet in its place",
    migration_backup_after="a database has just been copied and is about to be migrated",
    migration_commit_before="a database is migrated and that is not committed",
    migration_commit_after="the migration of a database has just been committed",
)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema to this program's version; raises NewerDatabase if it is ahead of us.

    A database file with anything in it is copied first, to `NAME.schema-0005` beside it: the
    way back to the program that wrote it.
    """
    current = _schema(engine)
    if current == head():
        return
    from alembic import command

    config = _config()
    if current is not None:
        refuse_newer(current, str(engine.url))
        _keep_old(engine, current)
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        faults.reach("migration_commit_before")
    faults.reach("migration_commit_after")


def head() -> str:
    """Return the schema revision of this program: the number of its newest migration."""
    return max(script.name.partition("_")[0] for script in (FOLDER / "versions").glob("*_*.py"))


def _schema(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def schema_of(path: Path) -> str:
    """Return the schema revision of a database file, empty where it has none."""
    with closing(sqlite3.connect(path)) as database:
        known = database.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
        if known.fetchone() is None:
            return ""
        (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision)


def refuse_newer(schema: str, where: str) -> None:
    """Raise NewerDatabase for a schema that this program does not know."""
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if schema not in known:
        raise NewerDatabase(
            f"database {where}: schema {schema} is unknown to this program; "
            "it was written by a newer version: install that version, or restore a backup"
        )


def _keep_old(engine: Engine, schema: str) -> None:
    """Copy an SQLite file before it is migrated; other databases have their own tools."""
    import structlog

    file = engine.url.database
    if engine.url.get_backend_name() != "sqlite" or file in (None, "", ":memory:"):
        return
    kept = Path(f"{file}.schema-{schema}")
    part = kept.with_name(f".{kept.name}.part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(str(file))) as live, closing(sqlite3.connect(part)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    if schema_of(part) != schema:
        part.unlink()  # another process was first: it has kept it
        return
    faults.reach("migration_backup_before")
    part.replace(kept)
    faults.reach("migration_backup_after")
    structlog.get_logger().info("database_kept", copy=str(kept), schema=schema)
