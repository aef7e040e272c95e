"""Restoring a backup into a data folder: checked first, staged beside, put in place database last.

Until the database is in place, `restoring/` lies in the data folder and `refuse_half_restored`
keeps a run from beginning with an empty ledger. What was there before is moved aside, not deleted.
"""

import shutil
from datetime import datetime
from pathlib import Path

from store import faults
from store.backup import (
    CONFIG,
    DATA,
    DATABASE,
    Backup,
    defects,
    free_name,
    read_manifest,
    sqlite_path,
)
from store.errors import BackupError
from store.migrations import refuse_newer

STAGE = "restoring"

faults.register(
    restore_move_before="a file of a restore is about to take its place",
    restore_move_after="a file of a restore has just taken its place",
)


def restore(
    folder: Path, data: Path, database_url: str, now: datetime, *, replace: bool = False
) -> Backup:
    """Bring the data folder to what the backup holds; return the backup.

    replace: what the data folder holds now is moved into its `replaced-…/`. Configuration is not
    touched: it lies in the backup's `config/` to be compared. Hold the run lock. Raises BackupError
    where the backup is not whole or the folder is in use, NewerDatabase for a later program's.
    """
    backup = read_manifest(folder)
    if found := list(defects(backup)):
        raise BackupError("\n".join([*found, "nothing was restored: use another backup"]))
    refuse_newer(backup.schema, str(folder))
    target = sqlite_path(database_url)
    present = [path for path in data.iterdir() if _gives_way(path)] if data.exists() else []
    if target.exists() and not replace:
        raise BackupError(
            f"{target}: holds a database; name an empty data folder, or --replace to move what "
            "is there aside"
        )
    stage = _staged(backup, data)
    if replace:
        _move_aside(present, target, data / free_name(data, now, "replaced-"))
    for path in sorted((stage / DATA).iterdir()) if (stage / DATA).exists() else []:
        _move(path, data / path.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    _move(stage / DATABASE, target)
    shutil.rmtree(stage)
    return backup


def refuse_half_restored(data: Path) -> None:
    """Raise BackupError where a restore was cut off: its database is not in place."""
    if (data / STAGE).exists():
        raise BackupError(
            f"{data / STAGE}: a restore was cut off; run `policywatch restore --replace` again"
        )


def _gives_way(path: Path) -> bool:
    """Return whether a restore moves it aside: not locks that are held, nor what it made itself."""
    ours = path.suffix == ".lock" or path.name == STAGE or path.name.startswith("replaced-")
    return not ours


def _staged(backup: Backup, data: Path) -> Path:
    """Copy the backup beside its place; a stage that was left by a kill is made anew."""
    stage = data / STAGE
    if stage.exists():
        shutil.rmtree(stage)
    for item in backup.items:
        if item.path.split("/")[0] != CONFIG:
            target = stage / item.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(backup.folder / item.path, target)
    return stage


def _move_aside(present: list[Path], database: Path, aside: Path) -> None:
    aside.mkdir()
    beside = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    for path in dict.fromkeys([*present, *beside]):
        if path.exists():
            _move(path, aside / path.name)


def _move(path: Path, target: Path) -> None:
    faults.reach("restore_move_before")
    shutil.move(path, target)
    faults.reach("restore_move_after")
