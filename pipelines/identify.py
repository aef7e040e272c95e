"""What a document is to the policies already known. Pure: values in, a verdict with its reason out.

Two pages belong to one dossier when a **link** holds between them: the same text, the same 文号,
the same name, or one is about the other. Every link is symmetrical and looks at the two documents
only; a dossier is what links hold together, so it does not depend on the order of discovery.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.canonical import canonical_text, canonical_title, edition, simplify
from pipelines.fingerprint import canonical_url, content_hash
from pipelines.regions import region_of_issuer
from pipelines.resemblance import Resemblance, resemblance
from pipelines.roles import role_of
from pipelines.subject import names_policy, subject_titles
from store.records import Candidate, Classification, Document, Role, Verdict

_DIGITS = re.compile(r"\d+")
_REPORTING = frozenset({"news", "interpretation", "implementing"})
"""Roles of pages that are about another text: they join its dossier by its name."""
_TOO_SHORT = 120
"""Canonical characters below which a body neither proves nor disproves a resemblance."""
_COVERED = 0.8
_LEAST_PART = 0.3
"""An excerpt below this share of the whole may lie in two texts: a compendium is no reprint."""
_CHARACTERS_PER_EDIT = 500
_CONTRADICTED = 0.3
"""Bodies sharing less than this are different texts, whatever their titles say."""


@dataclass(frozen=True, slots=True)
class Link:
    """Why two pages belong to one policy: the kind of link, how strong (0..1), in words."""

    kind: str
    score: float
    detail: str
    differs: bool = False


def identify(
    document: Document,
    classification: Classification,
    candidates: Sequence[Candidate],
    known: Candidate | None,
    *,
    is_clone: bool = False,
    same_bytes: bool = False,
) -> Verdict:
    """Return what the document is to the policies already known.

    candidates: parts that share a key with it (`fingerprint.lookup_keys`), in any order.
    known: the latest snapshot of this same page part, if there is one.
    same_bytes: the page's bytes are those of `known`: what differs is our reading.
    The reason begins with the kind of link (`text`, `number`, `title`, `cited`, `page`, `new`).
    """
    role = role_of(document, classification, is_clone=is_clone)
    if known is not None:
        return _revisit(document, known, role, same_bytes=same_bytes)
    cited = subject_titles(document)[0] if role in _REPORTING else None
    links = _best_links(document, role, candidates)
    if not links:
        reason = "new: no known page is linked to this one"
        return Verdict(None, role, "new", False, reason, policy_title=cited)
    (policy_id, best), *rest = links
    return Verdict(
        policy_id,
        role,
        "joined",
        best.differs,
        f"{best.kind}: {best.detail}",
        score=best.score,
        runner_up=rest[0][0] if rest else None,
        policy_title=cited,
    )


def linked_policies(
    document: Document,
    classification: Classification,
    candidates: Sequence[Candidate],
    *,
    is_clone: bool = False,
) -> tuple[str, ...]:
    """Return every policy the document is linked to, strongest first.

    More than one means that they are one policy, known only now: the caller merges them.
    """
    role = role_of(document, classification, is_clone=is_clone)
    return tuple(policy_id for policy_id, _ in _best_links(document, role, candidates))


def text_role(verdict: Verdict) -> Role:
    """Return what the document's text is among texts: whoever begins a dossier is original there.

    `role` says what a page is to the policy; a copy of a news item is `news` to the policy, and a
    `reprint` among texts. This is what `policywatch identify --json` prints as role.
    """
    if verdict.role == "clone":
        return "clone"
    if verdict.kind == "new":
        return "original"
    return "reprint" if is_copy(verdict) else verdict.role


def is_copy(verdict: Verdict) -> bool:
    """Return whether the page has been linked as a copy of a text already known."""
    return verdict.reason.startswith("text:")


def _best_links(
    document: Document, role: Role, candidates: Sequence[Candidate]
) -> list[tuple[str, Link]]:
    """Return the strongest link to each policy, strongest first; ties by policy id."""
    best: dict[str, Link] = {}
    for candidate in candidates:
        link = find_link(document, role, candidate.document, candidate.role)
        if link and (
            candidate.policy_id not in best or link.score > best[candidate.policy_id].score
        ):
            best[candidate.policy_id] = link
    return sorted(best.items(), key=lambda item: (-item[1].score, item[0]))


def find_link(one: Document, role: Role, other: Document, other_role: Role) -> Link | None:
    """Return the strongest link between two pages, or None. Symmetrical in its two pages."""
    if link := _same_page(one, other):
        return link
    likeness = resemblance(other.body_text, one.body_text)
    if link := _same_text(one, other, likeness):
        return link
    if role in _REPORTING or other_role in _REPORTING:
        return _same_subject(one, role, other, other_role)
    return _same_number(one, other, likeness) or _same_name(one, other, likeness)


def _same_page(one: Document, other: Document) -> Link | None:
    """Link a page to the original whose address it gives."""
    pairs = ((one.original_url, other), (other.original_url, one))
    for original_url, page in pairs:
        if original_url and canonical_url(original_url) == canonical_url(page.url):
            differs = resemblance(other.body_text, one.body_text).differs
            return Link("text", 1.0, f"names {page.url} as its original", differs)
    return None


def _same_text(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link copies, excerpts and copies with a few edits; forms filled in differently stay apart."""
    if likeness.shorter < _TOO_SHORT or likeness.shorter < _LEAST_PART * likeness.longer:
        return None
    if likeness.coverage < _COVERED or _editions_differ(one, other):
        return None
    edits = len(likeness.gaps)
    if edits > 1 + likeness.shorter // _CHARACTERS_PER_EDIT:
        return None
    detail = f"{likeness.coverage:.0%} of the shorter text, {edits} places differ"
    return Link("text", 0.9 + 0.1 * likeness.coverage / (1 + edits), detail, likeness.differs)


def _editions_differ(one: Document, other: Document) -> bool:
    """Return whether titles or numbers say that these are two of a series (yearly notices)."""
    titles = [canonical_title(d.title or "") for d in (one, other)]
    wording = {_DIGITS.sub("", title) for title in titles}
    yearly = titles[0] != titles[1] and len(wording) == 1
    return yearly or _numbers_differ(one, other)


def _numbers_differ(one: Document, other: Document) -> bool:
    numbers = [canonical_text(d.document_number or "") for d in (one, other)]
    return all(numbers) and numbers[0] != numbers[1]


def _same_number(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link pages with one 文号, unless both title and text say that a number was misread."""
    number = canonical_text(one.document_number or "")
    if not number or number != canonical_text(other.document_number or ""):
        return None
    titles = {canonical_title(d.title or "") for d in (one, other)}
    if len(titles) > 1 and _contradicted(likeness):
        return None
    return Link("number", 0.95, str(one.document_number), _meaning_differs(likeness))


def _same_name(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link pages that name one policy, of one issuer or region, unless their texts contradict."""
    title = canonical_title(one.title or "")
    if not title or title != canonical_title(other.title or ""):
        return None
    if not names_policy(one.title or "") or not _same_home(one, other):
        return None
    editions = {edition(d.title or "") for d in (one, other)}
    if editions == {"trial", "final"} or ("draft" not in editions and _numbers_differ(one, other)):
        return None
    if _contradicted(likeness):
        return None
    return Link("title", 0.85, title, _meaning_differs(likeness))


def _same_subject(one: Document, role: Role, other: Document, other_role: Role) -> Link | None:
    """Link a report to the policy it is about, and two reports about one policy."""
    names = {_subject(one, role), _subject(other, other_role)}
    if len(names) > 1 or "" in names or not _same_home(one, other):
        return None
    return Link("cited", 0.75, names.pop())


def _subject(document: Document, role: Role) -> str:
    """Return the canonical name of the policy a page is about; its own title if it is one."""
    if role not in _REPORTING:
        return canonical_title(document.title or "")
    subjects = subject_titles(document)
    return canonical_title(subjects[0]) if subjects else ""


def _same_home(one: Document, other: Document) -> bool:
    """Return whether nothing says that two namesakes come from different issuers."""
    homes = [_home(d) for d in (one, other)]
    return None in homes or homes[0] == homes[1]


def _home(document: Document) -> str | None:
    """Return the region of the first issuer whose name tells it, else None."""
    regions = (region_of_issuer(simplify(issuer)) for issuer in document.issuers)
    return next((region for region in regions if region), None)


def _contradicted(likeness: Resemblance) -> bool:
    """Return whether both bodies are long enough to compare, and are different texts."""
    return likeness.shorter >= _TOO_SHORT and likeness.coverage < _CONTRADICTED


def _meaning_differs(likeness: Resemblance) -> bool:
    return likeness.shorter >= _TOO_SHORT and likeness.differs


def _revisit(document: Document, known: Candidate, role: Role, *, same_bytes: bool) -> Verdict:
    """Return what a page's new state is to its last one: same, revised or corrected."""
    if content_hash(document) == known.content_hash:
        return Verdict(known.policy_id, known.role, "same", False, "page: same meaning")
    if same_bytes:
        return Verdict(known.policy_id, role, "corrected", False, "page: same bytes, read anew")
    changed = _changed_fields(known.document, document)
    if not changed:
        return Verdict(known.policy_id, known.role, "same", False, "page: only its dress changed")
    reason = "page: " + ", ".join(changed)
    return Verdict(known.policy_id, role, "revised", True, reason)


def _changed_fields(old: Document, new: Document) -> list[str]:
    """Return what changed for a reader; a header field that a redesign brings is no change."""
    changed = []
    if canonical_title(old.title or "") != canonical_title(new.title or ""):
        changed.append("title")
    body = resemblance(old.body_text, new.body_text)
    if body.shorter == 0 and body.longer:
        changed.append("正文补全" if new.body_text.strip() else "body gone")
    elif not body.is_identical:
        changed.append("body")
    for name in ("document_number", "effective_on", "expires_on", "consultation_ends_on"):
        before, after = getattr(old, name), getattr(new, name)
        if before and after and canonical_text(before) != canonical_text(after):
            changed.append(name)
    if (old.validity or "有效") != (new.validity or old.validity or "有效"):
        changed.append("validity")
    if {a.name for a in old.attachments} != {a.name for a in new.attachments}:
        changed.append("attachments")
    return changed
