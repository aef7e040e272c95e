"""An empty ledger in no time: migrated once a test run, copied for each test that wants one."""

import tempfile
from functools import cache
from pathlib import Path

from feeds.filters import matches
from store.database import Database


def blank(path: Path) -> Database:
    """Return a migrated database without a row at `path`."""
    path.write_bytes(_migrated())
    return Database(f"sqlite:///{path}", wants=matches)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Database(f"sqlite:///{path}").close()
        return path.read_bytes()
