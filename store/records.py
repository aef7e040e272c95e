"""The values that travel between rooms and into the ledger. Knows no SQL.

Dates read from pages are strings of the precision the page gave: `2022-01-10`, `2022-01`, or
None (`PartialDate`); they are plain dates in Asia/Shanghai. Instants are aware UTC datetimes and
end in `_at`. Every value here is frozen: a stage that knows better returns a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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


# --- decode -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was undone in the text: what, where, on which evidence.

    kind: the mechanism (`gloss`, `mojibake`, `resync`, `entities`, `nul`, `fragment`, …).
    start: character offset in `Decoded.text`; count: how many places this entry stands for.
    runner_up: the reading that lost, for an inferred repair; None for a certain one.
    """

    kind: str
    start: int
    before: str
    after: str
    evidence: str
    certainty: Literal["certain", "inferred"]
    runner_up: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where text stays lost: `kind`, where, how many characters, what is seen there."""

    kind: str
    start: int
    length: int
    sample: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A response body as text, with the story of how it was read.

    charset: the codec used (`utf-8`, `gb18030`, `big5hkscs`, `utf-16-le`, …).
    header, meta: the charset labels as declared, lower case, or None.
    evidence: which evidence decided, strongest first (`bom`, `utf8-valid`, `header`, `meta`, …).
    quality: 0..1, how sure we are that this is the best reading of the bytes.
    """

    text: str
    charset: str
    evidence: tuple[str, ...]
    repairs: tuple[Repair, ...] = ()
    damage: tuple[Damage, ...] = ()
    quality: float = 1.0
    header: str | None = None
    meta: str | None = None


# --- extract ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a field has its value: the rule, where it stood, how certain, what else stood there.

    rival: another value that the very same rule proposed, so that only place decided; None: none.
    """

    rule: str
    where: str
    certainty: Certainty = "stated"
    others: tuple[str, ...] = ()
    rival: str | None = None


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


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says: its kind, its text (one paragraph per line), why there is none.

    text is "" for every kind that is not read; nothing is ever guessed. detail: one line.
    """

    kind: FileKind
    text: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a document: absolute URL where one is known, else as written.

    kind, sha256: what the file turned out to be and the hash of its bytes; None until fetched.
    """

    url: str
    name: str
    media_type: str | None = None
    kind: FileKind | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A policy named in the text: title without the outer 《》, and its 文号 where given."""

    title: str | None
    document_number: str | None
    sentence: str = ""
    certainty: Certainty = "stated"


@dataclass(frozen=True, slots=True)
class Document:
    """One document read from one page. Unknown fields are None or empty, never invented.

    title: full; intro_title and subtitle are a paper's 肩题 and 副题.
    region: GB/T 2260 province code, two digits (`32`), `00` for the nation, None if unknown.
    document_number: canonical form `民发〔2012〕7号`.
    body_text: plain text, one paragraph per line; body_html: unsanitised clean structure.
    evidence: by field name.
    """

    url: str
    title: str | None
    body_text: str = ""
    body_html: str = ""
    intro_title: str | None = None
    subtitle: str | None = None
    written_on: PartialDate | None = None
    published_on: PartialDate | None = None
    source_name: str | None = None
    author: str | None = None
    original_url: str | None = None
    columns: tuple[str, ...] = ()
    region: str | None = None
    issuers: tuple[str, ...] = ()
    document_number: str | None = None
    index_number: str | None = None
    theme: str | None = None
    validity: str | None = None
    effective_on: PartialDate | None = None
    expires_on: PartialDate | None = None
    consultation_ends_on: PartialDate | None = None
    attachments: tuple[Attachment, ...] = ()
    policies_cited: tuple[Citation, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


# --- classify -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One word that decided: the word, the field it stood in, its weight, what it speaks for."""

    word: str
    where: str
    weight: float
    speaks_for: str


@dataclass(frozen=True, slots=True)
class Classification:
    """What a document is about: genre, topics of social work, relevance, the words that decided."""

    genre: Genre
    topics: tuple[str, ...]
    relevance: Relevance
    reasons: tuple[Reason, ...] = ()


# --- identify -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatchKey:
    """An indexed handle under which a policy can be found again.

    kind: `url` (canonical page URL), `original_url`, `number` (bare 文号), `title` (canonical
    title), `text` (hash of the canonical text), `cited_title`, `band` (LSH band).
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page part already in the archive that shares a key with the document in hand.

    It is the latest snapshot of that part, with the policy it belongs to and its role there.
    """

    policy_id: str
    page_url: str
    part: int
    role: Role
    genre: Genre
    content_hash: str
    document: Document


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a document is to the policies already known, and why.

    policy_id: the dossier it belongs to; None when it begins a new one.
    kind: new (a dossier begins), joined (a page joins a known one), same (nothing new),
    revised (this page's meaning changed), corrected (only our reading of it changed).
    differs: same text family, but it means something else.
    score: 0..1; runner_up: the policy that came second, if any.
    policy_title: the dossier's title where this document is not the policy itself (news about
    《…》 begins the dossier of what it cites); None: the document's own title.
    """

    policy_id: str | None
    role: Role
    kind: VerdictKind
    differs: bool
    reason: str
    score: float = 1.0
    runner_up: str | None = None
    policy_title: str | None = None


# --- diff ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of characters: kept (`=`), inserted (`+`) or deleted (`-`)."""

    op: Literal["=", "+", "-"]
    text: str


@dataclass(frozen=True, slots=True)
class DiffBlock:
    """One aligned article or paragraph of two versions.

    label: `第八条`, `二、` … or None. old/new: whole texts, None where the block is absent.
    edits: character runs, only for `edited`; `"".join(e.text for e in edits if e.op != "+")`
    is `old`, and without `-` it is `new`.
    """

    op: Literal["same", "edited", "inserted", "deleted", "moved"]
    label: str | None
    old: str | None
    new: str | None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """The aligned blocks of two texts, in the order of the new one. Empty when equal."""

    blocks: tuple[DiffBlock, ...] = ()


# --- lifecycle ----------------------------------------------------------------------------------

Step = Literal["consultation", "issued", "effective", "revised", "expired", "repealed", "replaced"]


@dataclass(frozen=True, slots=True)
class LifecycleStep:
    """A step in a policy's life: which, on what day, the sentence that says so.

    target_title, target_number: the other policy it happens to, when the document speaks of one
    (`同时废止` names what it repeals); both None when it happens to the document's own policy.
    target_key: the target's canonical title, under which it is found.
    """

    step: Step
    on: PartialDate | None
    sentence: str
    target_title: str | None = None
    target_number: str | None = None
    target_key: str | None = None


# --- listing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a listing: absolute URL, the full title, the date exactly as precise as shown.

    on is None where the row shows none, or a month and day without a year.
    """

    url: str
    title: str
    on: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a listing page in page order, and where it goes on.

    js_rendered: the rows are not in the HTML, a script fetches them.
    skipped: rows that looked like entries and could not be read.
    """

    entries: tuple[Entry, ...] = ()
    next_page: str | None = None
    js_rendered: bool = False
    skipped: int = 0


# --- page ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the product thinks about one captured page, before it meets the archive."""

    url: str
    kind: PageKind
    decoded: Decoded
    documents: tuple[Document, ...] = ()
    classifications: tuple[Classification, ...] = ()
    listing: Listing = Listing()
    detail: str = ""
    """What the kind was decided by: the challenge's name, the reason it is a stub, …"""


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What of a stored snapshot tells whether its page was read well.

    current: it is the latest of its page part. body_bytes: of the page as served, None if unknown.
    rivals: by field, the value that stood level with the one chosen (`Evidence.rival`).
    """

    source_id: str
    url: str
    recorded_at: datetime
    current: bool
    title: str | None
    published_on: PartialDate | None
    body_chars: int
    attachments: int
    body_bytes: int | None
    rivals: Mapping[str, str] = field(default_factory=dict)


# --- ledger -------------------------------------------------------------------------------------

Announcement = Literal["announced", "baseline", "held", "irrelevant", "lead", "unannounced"]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the append-only ledger as readers see it; newest state of nothing, history only.

    sequence and recorded_at were assigned inside the write lock. id is permanent and unique.
    announcement: `announced`, or why not (baseline, held by the flood gate, irrelevant, a lead
    known only from citations, a kind that is never announced).
    possibly_relevant: the middle band of rule 10. body_withheld: rule 13.
    step: the lifecycle step, for kind `lifecycle`.
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


@dataclass(frozen=True, slots=True)
class Member:
    """A page part in a dossier: where it is, what it is to the policy, its latest document."""

    page_url: str
    part: int
    source_id: str | None
    role: Role
    genre: Genre
    title: str | None
    published_on: PartialDate | None
    withdrawn: bool


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


# --- crawl --------------------------------------------------------------------------------------

Target = Literal["listing", "page", "attachment"]
Health = Literal["healthy", "sick", "silent"]


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
    """What the archive knows of a page, enough to decide whether to visit it again."""

    url: str
    first_seen_at: datetime
    last_visited_at: datetime
    entry_title: str | None
    entry_on: PartialDate | None


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


# --- digests ------------------------------------------------------------------------------------

DeliveryState = Literal["pending", "sending", "sent", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes somebody wants; an empty field matches everything, fields are ANDed.

    possibly: whether the middle band (可能相关) is wanted. words: any one in title or body.
    """

    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    possibly: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which changes an address gets, how often; all_quiet asks for a mail on empty days too.

    address: of a mailbox, or an apprise URL (immediate alerts only). diffs: show what a revision
    changed. details: name the sources that were not looked at. suspended: why nothing is sent.
    """

    id: int
    address: str
    filter: Filter
    rhythm: Literal["daily", "weekly", "immediately"] = "daily"
    all_quiet: bool = False
    diffs: bool = True
    details: bool = True
    suspended: str = ""


@dataclass(frozen=True, slots=True)
class DigestRun:
    """One window: ledger sequences (after, upto], for the day `on` (`2026-11-21`, Shanghai)."""

    id: int
    rhythm: Literal["daily", "weekly"]
    on: str
    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address, stored whole before it is sent; message is RFC 5322 bytes.

    digest_run_id: None for an immediate alert. change_ids: exactly the changes it tells.
    cause: what a refusal was about (`address`, `content`, `sender`, `rate`, `expired`, …).
    deferred_at: when a server first put it off. due_at: not to be tried before; None = at once.
    """

    id: int
    digest_run_id: int | None
    subscription_id: int
    address: str
    message_id: str
    message: bytes
    state: DeliveryState
    attempts: int = 0
    detail: str = ""
    change_ids: tuple[str, ...] = ()
    cause: str = ""
    deferred_at: datetime | None = None
    attempted_at: datetime | None = None
    due_at: datetime | None = None
