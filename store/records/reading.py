"""What is read from a page: its text, documents, files, rows and what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from store.records.vocabulary import Certainty, FileKind, Genre, PageKind, PartialDate, Relevance


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a listing: absolute URL, the full title, the date exactly as precise as shown.

    on is None where the row shows none, or a month and day without a year. address: how the list
    links the page, where it is known under another one (a twin); None elsewhere.
    """

    url: str
    title: str
    on: PartialDate | None = None
    address: str | None = None

    @property
    def link(self) -> str:
        """The address to ask for."""
        return self.address or self.url


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
