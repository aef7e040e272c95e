"""What the last publication was made of, so that the next one writes only what has moved since.

Lies beside what it describes (`public/.published.json`), so that removing the folder removes the
memory of it. Holds nothing that the ledger cannot give again.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from feeds.files import put_whole
from feeds.settings import PublishSettings
from store.editions import Facets

NAME = ".published.json"


@dataclass(frozen=True, slots=True)
class Imprint:
    """The state of `public/`: up to which change it tells, and with what look.

    look: hash of this room's code and templates and of the settings; another one means that every
    page may look different. touched_at: when the last policy in it was refreshed. shelves: how
    many policies each page of the library shows. owed: the command after a publication has still
    to hand this one on.
    """

    look: str
    sequence: int
    recorded_at: datetime | None
    touched_at: datetime | None
    facets: Facets
    shelves: dict[int, int]
    owed: bool = False


def read_imprint(public: Path, settings: PublishSettings) -> Imprint | None:
    """Return what the last publication left, None if everything must be written again.

    That is so where there was none, where its look was another, and where it cannot be read.
    """
    found = last_imprint(public)
    whole = all((public / name).is_file() for name in ("index.html", "feeds/all.xml"))
    return found if found and whole and found.look == look(settings) else None


def last_imprint(public: Path) -> Imprint | None:
    """Return what the last publication left, whatever its look; None where it cannot be read."""
    try:
        return _imprint(json.loads((public / NAME).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # writing everything again is always right, and only slow


def save_imprint(public: Path, imprint: Imprint) -> None:
    """Leave the imprint for the next publication; call it when everything else is written."""
    values = asdict(imprint)
    values["recorded_at"] = imprint.recorded_at.isoformat() if imprint.recorded_at else None
    values["touched_at"] = imprint.touched_at.isoformat() if imprint.touched_at else None
    values["facets"] = {name: sorted(found) for name, found in values["facets"].items()}
    put_whole(public / NAME, json.dumps(values, ensure_ascii=False, indent=1).encode())


def look(settings: PublishSettings) -> str:
    """Return the hash of all that shapes a page besides the ledger.

    The sources are left out: a new one changes the pages about sources, which are always written.
    So are functions: they have another address in each process, and their code is hashed below.
    """
    shaping = replace(settings, configured=(), after_publish=(), compare=None, delays=None)
    seen = hashlib.sha256(repr(shaping).encode())
    for content in _own_files(files("feeds")):
        seen.update(content)
    return seen.hexdigest()


def _own_files(folder: Traversable) -> list[bytes]:
    found: list[bytes] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += _own_files(entry)
        elif entry.name.endswith((".py", ".html", ".css", ".js")):
            found.append(entry.read_bytes())
    return found


def _imprint(values: dict[str, Any]) -> Imprint:
    return Imprint(
        look=values["look"],
        sequence=int(values["sequence"]),
        recorded_at=_instant(values["recorded_at"]),
        touched_at=_instant(values["touched_at"]),
        facets=Facets(**{name: frozenset(found) for name, found in values["facets"].items()}),
        shelves={int(number): count for number, count in values["shelves"].items()},
        owed=bool(values["owed"]),
    )


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
