"""Disk and memory against what `docs/operating.md` predicts: a miss for each that costs more."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from bench.year.living import Year, sizes

SCHEMA_KB, STATE_KB, VISIT_KB, MAIL_KB = 300.0, 25.0, 0.7, 12.0
"""Of the database: empty, and for each state of a page and each visit (the handbook), each mail."""
RECORD_KB = 1.5
"""Of the archive: the headers of one WARC record; its body is packed and counts as served."""
TOLERANCE = 1.25
MEMORY_TOLERANCE = 1.10
"""The last third of the year against the first: a run begins from nothing every day."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took, in kB, and the most it may have."""

    name: str
    kb: float
    most_kb: float

    @property
    def too_much(self) -> bool:
        """Whether it took more than predicted."""
        return self.kb > self.most_kb

    def __str__(self) -> str:
        return f"{self.name} {self.kb:.0f} kB, predicted at most {self.most_kb:.0f} kB"


def costs(year: Year) -> Iterator[Cost]:
    """Yield what the finished year took of the database, the archive and memory."""
    disk = sizes(year.config.data)
    with sqlite3.connect(year.config.data / "policywatch.db") as ledger:
        count = {
            name: ledger.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("snapshot", "visit", "capture", "mail_content")
        }
        (served,) = ledger.execute("SELECT sum(body_bytes) FROM capture").fetchone()
    ledger.close()
    database = SCHEMA_KB + STATE_KB * count["snapshot"] + VISIT_KB * count["visit"]
    database += MAIL_KB * count["mail_content"]
    yield Cost("database", disk["policywatch.db"] / 1000, TOLERANCE * database)
    archive = served / 1000 + RECORD_KB * count["capture"]
    yield Cost("archive", disk["archive"] / 1000, archive)
    peaks = [kb for _, kb in sorted(year.diary.memory_kb.items())]
    third = max(1, len(peaks) // 3)
    yield Cost("memory", max(peaks[-third:]), MEMORY_TOLERANCE * max(peaks[:third]))
