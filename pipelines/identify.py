"""What a document is to the policies already known. Pure: values in, a verdict with its reason out.

A page seen before is compared with its last state; a new one joins the policy to which it has the
strongest link (`links`), or begins a new one.
"""

from collections.abc import Sequence

from pipelines.canonical import canonical_text, canonical_title
from pipelines.fingerprint import content_hash
from pipelines.links import REPORTING, Link, are_rivals, find_link
from pipelines.resemblance import resemblance
from pipelines.roles import role_of
from pipelines.subject import subject_titles
from store.records import Candidate, Classification, Document, Role, Verdict


def identify(
    document: Document,
    classification: Classification,
    candidates: Sequence[Candidate],
    known: Candidate | None,
    *,
    is_clone: bool = False,
    reprints: bool = False,
    same_bytes: bool = False,
) -> Verdict:
    """Return what the document is to the policies already known.

    candidates: parts that share a key with it (`fingerprint.lookup_keys`), in any order.
    known: the latest snapshot of this same page part, if there is one.
    reprints: its site issues no policies itself.
    same_bytes: the page's bytes are those of `known`: what differs is our reading.
    The reason begins with the kind of link (`text`, `number`, `title`, `cited`, `page`, `new`).
    """
    role = role_of(document, classification, is_clone=is_clone, reprints=reprints)
    if known is not None:
        return _revisit(document, known, role, same_bytes=same_bytes)
    cited = subject_titles(document)[0] if role in REPORTING else None
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
    own: str | None = None,
    is_clone: bool = False,
) -> tuple[str, ...]:
    """Return every policy the document is linked to, its `own` one first, then strongest first.

    More than one means that they are one policy, known only now: the caller merges them. Two that
    hold rival texts (an edition and the next) are not made one by a page that speaks of their name.
    """
    role = role_of(document, classification, is_clone=is_clone)
    kept = [own] if own else []
    for policy_id, link in _best_links(document, role, candidates):
        known = [c for c in candidates if c.policy_id in kept]
        met = [c for c in candidates if c.policy_id == policy_id]
        if policy_id not in kept and (link.kind != "cited" or not _rival(known, met)):
            kept.append(policy_id)
    return tuple(kept)


def followers(
    document: Document, role: Role, place: tuple[str, int], candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Return the reports that are about this text rather than about the rival they are with.

    place: URL and part of the text. A report goes with the text it is linked to most strongly,
    whichever came first.
    """
    texts = [c for c in candidates if c.role not in REPORTING]
    rivals = {c.policy_id for c in texts if _are_apart(document, role, c)}
    found = []
    for report in candidates:
        own = find_link(document, role, report.document, report.role)
        if own and report.role in REPORTING and report.policy_id in rivals:
            held = [_strength(report, c) for c in texts if c.policy_id == report.policy_id]
            if (-own.score, *place) < min(held, default=(0.0, "", 0)):
                found.append(report)
    return tuple(found)


def _strength(report: Candidate, text: Candidate) -> tuple[float, str, int]:
    """Return how strongly a text holds a report: the least is the strongest."""
    link = find_link(report.document, report.role, text.document, text.role)
    return (-link.score if link else 0.0, text.page_url, text.part)


def _rival(some: Sequence[Candidate], others: Sequence[Candidate]) -> bool:
    return any(_are_apart(a.document, a.role, b) for a in some for b in others)


def _are_apart(document: Document, role: Role, other: Candidate) -> bool:
    """Return whether a text and another of its name are two policies."""
    return (
        are_rivals(document, role, other.document, other.role)
        and find_link(document, role, other.document, other.role) is None
    )


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
    """Return the strongest link to each policy, strongest first; ties by the page linked to.

    The same order in which `gather` takes links, so that both come to the same dossiers. A policy
    that holds a rival of the document is not its own for being spoken of by the same name.
    """
    links: list[tuple[float, str, int, str, Link]] = []
    rivals: set[str] = set()
    for candidate in candidates:
        if link := find_link(document, role, candidate.document, candidate.role):
            place = candidate.page_url, candidate.part
            links.append((-link.score, *place, candidate.policy_id, link))
        elif are_rivals(document, role, candidate.document, candidate.role):
            rivals.add(candidate.policy_id)
    best: dict[str, Link] = {}
    for *_, policy_id, link in sorted(links, key=lambda found: found[:3]):
        if link.kind != "cited" or policy_id not in rivals:
            best.setdefault(policy_id, link)
    return list(best.items())


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
