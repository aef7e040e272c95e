"""What a crawl leaves behind: captures, visits, and how the sources fare."""

from dataclasses import dataclass
from datetime import datetime

from store.records.reading import Entry, Listing
from store.records.vocabulary import Health, Outcome, PartialDate, Target


@dataclass(frozen=True, slots=True)
class Capture:
    """The bytes as served: where they lie in the archive, and what a conditional request needs.

    url is the URL requested; warc_file is relative to the archive folder; id is None until stored.
    """

    url: str
    fetched_at: datetime
    status: int
    content_type: str | None
    body_sha256: str
    body_bytes: int
    etag: str | None
    last_modified: str | None
    warc_file: str
    warc_offset: int
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One fetch and its outcome, as the crawl leaves it for settling.

    url: canonical URL of what was asked for. capture_id: None when no body came.
    entry: the listing row that led to this page. listing: the rows read, for target `listing`.
    complete: for a listing, whether this sweep read the column to its end.
    detail: one line of evidence for the outcome, for the operator.
    """

    run_id: int
    source_id: str
    column_id: str | None
    url: str
    target: Target
    outcome: Outcome
    visited_at: datetime
    status: int | None = None
    detail: str = ""
    capture_id: int | None = None
    entry: Entry | None = None
    listing: Listing | None = None
    complete: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What the archive knows of a page, enough to decide whether to visit it again.

    last_changed_at: when it was seen to be another, or first. address: where it was last served;
    files: how many it links to; None where that was not looked up.
    """

    url: str
    first_seen_at: datetime
    last_visited_at: datetime
    entry_title: str | None
    entry_on: PartialDate | None
    last_changed_at: datetime
    address: str | None = None
    files: int | None = None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source as the operator and the coverage line see it; health None = never visited."""

    source_id: str
    name: str
    region: str | None
    health: Health | None
    since: datetime | None
    last_visit_at: datetime | None
    last_success_at: datetime | None
    last_outcome: Outcome | None
    detail: str
    held: bool = False
    held_reason: str = ""


@dataclass(frozen=True, slots=True)
class HealthEvent:
    """A source changed state: from, to, when, why, and what the operator can do."""

    id: int
    source_id: str
    source_name: str
    happened_at: datetime
    was: str
    now: str
    reason: str
    remedy: str
