"""What the ledger keeps: changes, findings on their way into it, dossiers."""

from dataclasses import dataclass
from datetime import datetime

from store.records.judging import Diff, LifecycleStep, MatchKey, Verdict
from store.records.reading import Classification, Decoded, Document, Entry, Reason
from store.records.vocabulary import (
    SHANGHAI,
    Announcement,
    ChangeKind,
    Genre,
    PageKind,
    PartialDate,
    Role,
    day_of,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the append-only ledger as readers see it; newest state of nothing, history only.

    sequence and recorded_at were assigned inside the write lock. id is permanent and unique.
    announcement: `announced`, or why not (baseline, held by the flood gate, irrelevant, a lead
    known only from citations, a kind that is never announced).
    possibly_relevant: the middle band of rule 10. body_withheld: rule 13.
    step: the lifecycle step, for kind `lifecycle`. page_url: under which the page is known;
    address: where it was served, None where that is the same.
    """

    sequence: int
    id: str
    recorded_at: datetime
    kind: ChangeKind
    announcement: Announcement
    policy_id: str
    policy_title: str
    page_url: str
    source_id: str | None
    role: Role
    genre: Genre
    topics: tuple[str, ...]
    region: str | None
    possibly_relevant: bool
    body_withheld: bool
    evidence: str
    document: Document
    step: LifecycleStep | None = None
    diff: Diff | None = None
    reasons: tuple[Reason, ...] = ()
    address: str | None = None

    @property
    def backdated(self) -> bool:
        """Whether the page's date lies more than a week before we first saw it (补发)."""
        on = day_of(self.document.published_on)
        if self.kind != "new" or on is None:
            return False
        return (self.recorded_at.astimezone(SHANGHAI).date() - on).days > 7


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """A change as judged, before the ledger gives it a sequence, an id and an instant."""

    kind: ChangeKind
    announcement: Announcement
    evidence: str
    possibly_relevant: bool = False
    body_withheld: bool = False
    step: LifecycleStep | None = None
    diff: Diff | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One document of one page, judged and ready to be recorded in one transaction.

    url: canonical; part: its place among the page's documents. keys: under which it is found
    again. steps: what its text says of policies' lives. changes: what readers may hear of it.
    """

    url: str
    part: int
    document: Document
    classification: Classification
    verdict: Verdict
    content_hash: str
    reader_version: str
    decoded: Decoded
    keys: tuple[MatchKey, ...]
    steps: tuple[LifecycleStep, ...] = ()
    changes: tuple[ChangeDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the crawl knows of a page besides its text: whose it is, which row led to it.

    present: it was there when visited; False for old captures read again, which prove nothing.
    files: canonical addresses of the files its documents link to.
    """

    url: str
    kind: PageKind
    source_id: str | None
    column_id: str | None
    visited_at: datetime
    capture_id: int | None
    body_sha256: str | None
    entry: Entry | None = None
    present: bool = True
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A page part in a dossier: where it is, what it is to the policy, its latest document.

    page_url: under which it is known. address: where it was served, None where that is the same.
    """

    page_url: str
    part: int
    source_id: str | None
    role: Role
    genre: Genre
    title: str | None
    published_on: PartialDate | None
    withdrawn: bool
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One dossier: permanent id, canonical facts, its pages and its lifecycle so far."""

    id: str
    title: str
    document_number: str | None
    region: str | None
    issuers: tuple[str, ...]
    genre: Genre
    topics: tuple[str, ...]
    status: str
    """The last lifecycle step in readers' words' key: a `Step`, `withdrawn`, or `cited`."""
    first_seen_at: datetime
    updated_at: datetime
    members: tuple[Member, ...] = ()
    steps: tuple[LifecycleStep, ...] = ()
    document: Document | None = None
    """The document that speaks for it: the original's latest, else the best role's."""
