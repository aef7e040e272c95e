"""The closed vocabularies of the house, and the dates a page may give."""

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of every date on a page, every digest day and every rhythm."""

PartialDate = str
"""`YYYY-MM-DD` or `YYYY-MM`; never more precise than what was read."""


def day_of(on: PartialDate | None) -> date | None:
    """Return the day, or None for a month, for nothing, and for a day no calendar has."""
    try:
        return date.fromisoformat(on) if on else None
    except ValueError:
        return None


Certainty = Literal["stated", "inferred", "repaired"]

Genre = Literal["policy", "draft", "interpretation", "notice", "news", "publicity", "other"]

Relevance = Literal["yes", "maybe", "no"]

Role = Literal["original", "reprint", "clone", "interpretation", "draft", "implementing", "news"]

PageKind = Literal["article", "listing", "issue", "stub", "challenge", "other"]

VerdictKind = Literal["new", "same", "revised", "corrected", "joined"]

ChangeKind = Literal[
    "new", "revised", "corrected", "joined", "lifecycle", "withdrawn", "returned", "merged"
]

Outcome = Literal[
    "ok",
    "unchanged",
    "empty_declared",
    "empty_unexpected",
    "challenged",
    "blocked",
    "robots_denied",
    "unreachable",
    "gone",
    "drifted",
]

FileKind = Literal[
    "pdf",
    "docx",
    "xlsx",
    "txt",
    "doc",
    "xls",
    "ppt",
    "pptx",
    "wps",
    "et",
    "ofd",
    "rtf",
    "html",
    "image",
    "scanned",
    "archive",
    "other",
    "encrypted",
    "truncated",
    "damaged",
    "garbled",
    "bomb",
    "too_big",
    "too_slow",
]
"""What a file turned out to be. The first four are read; the next are named and linked; the last
seven say why nothing could be read of it. `scanned`: a PDF of pictures; `garbled`: its letters
map to no characters; `archive`: a packed folder."""

Step = Literal["consultation", "issued", "effective", "revised", "expired", "repealed", "replaced"]

Announcement = Literal["announced", "baseline", "held", "irrelevant", "lead", "unannounced"]

Target = Literal["listing", "page", "attachment"]

Health = Literal["healthy", "sick", "silent"]

DeliveryState = Literal["pending", "sending", "sent", "refused", "unknown"]
