"""One run at a time on one data folder: an advisory lock that any death gives back.

The file names the owner for people to read; the lock itself is `flock`, so a killed run leaves
nothing to clean up and no stale lock can keep the next one out.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from store.errors import LockHeld


@contextmanager
def lock(folder: Path, purpose: str, now: datetime) -> Iterator[None]:
    """Hold the folder's lock for this purpose (`run`, `mail`) during the block.

    Raises LockHeld naming owner and since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{purpose}.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LockHeld(
                f"{path}: held by {file.read().strip() or 'another run'}; "
                "wait for it to end, or stop that process"
            ) from None
        file.truncate(0)
        owner = {"pid": os.getpid(), "host": socket.gethostname(), "purpose": purpose}
        file.write(json.dumps({**owner, "since": now.isoformat(timespec="seconds")}))
        file.flush()
        yield
