"""Whether the archive holds what the ledger was read from; says what is wrong, changes nothing."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from crawler.archived import read_body
from crawler.errors import ArchiveError, BodyError
from store import retention
from store.database import Database
from store.records import Capture


def archive_problems(
    database: Database,
    archive: Path,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[str]:
    """Return one line for each snapshot whose bytes are not in the archive as they were read."""
    found = []
    with database.reading() as session:
        shown = list(retention.shown(session))
    checked: dict[int | None, str] = {}
    for done, (snapshot_id, capture) in enumerate(shown):
        if capture.id not in checked:
            checked[capture.id] = _defect(archive, capture)
        if checked[capture.id]:
            found.append(f"snapshot {snapshot_id} of {capture.url}: {checked[capture.id]}")
        progress("snapshots", done + 1, len(shown))
    return found


def _defect(archive: Path, capture: Capture) -> str:
    try:
        body = read_body(archive, capture)
    except BodyError:
        return ""  # served so, and archived so
    except ArchiveError as error:
        return str(error)
    if sha256(body).hexdigest() == capture.body_sha256:
        return ""
    return f"{capture.warc_file} holds other bytes than were read; restore it from a backup"
