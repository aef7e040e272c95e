"""Disk and memory against what `docs/operating.md` predicts: a miss for each that costs more.

The figures are the handbook's; of the year they take only how much there was of each thing: states
of pages, visits, policies, digests, answers kept and how far such answers can be packed.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from bench.year.living import Year, sizes

SCHEMA_KB, STATE_KB, VISIT_KB, MAIL_KB = 300.0, 25.0, 0.7, 12.0
"""Of the database: empty, and for each state of a page, each visit, each digest."""
RECORD_KB = 1.0
"""Of the archive: the headers of one record; its body is kept packed."""
PUBLIC_KB, POLICY_KB = 2_000.0, 150.0
"""Of `public/`: without a policy, and at most for each, its place in many feeds with it."""
TOLERANCE = 1.1
MEMORY_KB = 330_000.0
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
    """Yield what the finished year took of the disk and of memory."""
    disk = {name: size / 1000 for name, size in sizes(year.config.data).items()}
    with sqlite3.connect(year.config.data / "policywatch.db") as ledger:
        count = {
            name: ledger.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("snapshot", "visit", "capture", "mail_content", "policy")
        }
        (served,) = ledger.execute("SELECT sum(body_bytes) FROM capture").fetchone()
    ledger.close()
    database = SCHEMA_KB + STATE_KB * count["snapshot"] + VISIT_KB * count["visit"]
    database += MAIL_KB * count["mail_content"]
    yield Cost("database", disk["policywatch.db"], TOLERANCE * database)
    archive = served / 1000 * year.world.packing() + RECORD_KB * count["capture"]
    yield Cost("archive", disk["archive"], TOLERANCE * archive)
    yield Cost("public", disk["public"], PUBLIC_KB + POLICY_KB * count["policy"])
    peaks = [kb for _, kb in sorted(year.diary.memory_kb.items())]
    third = max(1, len(peaks) // 3)
    yield Cost("memory", max(peaks), MEMORY_KB)
    yield Cost("memory at last", max(peaks[-third:]), MEMORY_TOLERANCE * max(peaks[:third]))
