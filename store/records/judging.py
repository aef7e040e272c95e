"""What is judged of a document: which policy it is, what changed, where its life stands."""

from dataclasses import dataclass
from typing import Literal

from store.records.reading import Document
from store.records.vocabulary import Genre, PartialDate, Role, Step, VerdictKind


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


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two texts that readers want side by side, the one that was first as `old`.

    kind: `copy` (of the page that speaks for the policy), `draft` (and what was issued of it),
    `edition` (the policy that this one took the place of, and this one). title, url: of the text
    that is not the dossier's own, and policy_id: the dossier it is in.
    """

    kind: Literal["copy", "draft", "edition"]
    title: str
    url: str
    policy_id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts differ, by article, and in a few words (`缺第八条；改第二条`, `文字一致`)."""

    pairing: Pairing
    words: str
    diff: Diff


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
