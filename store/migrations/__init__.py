"""Schema migrations, forward only, from the first table on; `upgrade` brings a database to head."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from store import faults
from store.errors import NewerDatabase

FOLDER = Path(__file__).parent

faults.register(
    migration_commit_before="a database is migrated and that is not committed",
    migration_commit_after="the migration of a database has just been committed",
)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema to this program's version; raises NewerDatabase if it is ahead of us."""
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise NewerDatabase(
            f"database {engine.url!s}: schema {current} is unknown to this program; "
            "it was written by a newer version: install that version, or restore a backup"
        )
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        faults.reach("migration_commit_before")
    faults.reach("migration_commit_after")
