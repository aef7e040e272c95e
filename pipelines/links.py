"""Links: why two pages belong to one policy. Each looks at two documents only.

A link is symmetrical: it does not matter which page was seen first. What links hold together is
one dossier, so the final dossiers do not depend on the order of discovery.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.canonical import canonical_text, canonical_title, edition, is_trial
from pipelines.fingerprint import canonical_path, canonical_url
from pipelines.regions import NATION, region_of_name
from pipelines.resemblance import Resemblance, resemblance
from pipelines.subject import names_policy, subject_titles
from store.records import Document, Role, day_of

REPORTING: frozenset[Role] = frozenset({"news", "interpretation", "implementing"})
"""Roles of pages that are about another text: they join its dossier by its name."""
TOO_SHORT = 80
"""Canonical characters below which a body neither proves nor disproves a resemblance."""
_SHORTEST_COPY = 30
_SHORTEST_EXCERPT = 45
_COVERED = 0.8
_LEAST_PART = 0.3
"""An excerpt below this share of the whole may lie in two texts: a compendium is no reprint."""
_EDITABLE = 200
"""Texts shorter than this are copies only word for word: one date makes them another notice."""
_CHARACTERS_PER_EDIT = 500
"""One replaced place in so many characters is an edited copy, more are another form filled in;
places that only lack or add something may be twice as many."""
_CONTRADICTED = 0.3
"""Bodies sharing less than this are different texts, whatever their titles say."""
_ALIKE = 0.5
_SAME_EDITION_DAYS = 200
"""Two texts of one title further apart than this are two editions (last year's and this year's)."""
_DRAFT_DAYS = 2 * 365
"""A draft older than this was for an earlier edition."""
_TRIAL_DRAFT_DAYS = 400
"""The same where only one of the two names says 试行: the draft of a trial text is no draft of the
formal one that takes its place, but now and then a draft is issued as a trial."""
_LATE_DRAFT_DAYS = 31
"""A draft that is later than a text by more is for the edition after it."""
_REPORTED_DAYS = 3 * 365
"""A report later than this is about a later edition."""
_SHORTENED_DAYS = 90
"""For so long a report may leave 试行 out of the name."""
_DIGITS = re.compile(r"[\d一二三四五六七八九十百]+")


@dataclass(frozen=True, slots=True)
class Link:
    """Why two pages belong together: kind of link, strength 0..1, detail, whether texts differ.

    kind: `text` (copies, excerpts, edited copies), `number`, `title`, `cited` (one is about the
    other, or both about a third).
    """

    kind: str
    score: float
    detail: str
    differs: bool = False


def find_link(one: Document, role: Role, other: Document, other_role: Role) -> Link | None:
    """Return the strongest link between two pages, or None. Symmetrical in its two pages."""
    likeness = _likeness(*sorted((one.body_text, other.body_text)))
    return (
        _same_page(one, other, likeness)
        or _mirrored(one, role, other, other_role, likeness)
        or _same_text(one, other, likeness)
        or _same_notice(one, other, likeness)
        or _same_policy(one, role, other, other_role, likeness)
    )


@lru_cache(maxsize=512)
def _likeness(one: str, other: str) -> Resemblance:
    return resemblance(one, other)


def _same_policy(
    one: Document, role: Role, other: Document, other_role: Role, likeness: Resemblance
) -> Link | None:
    if role in REPORTING or other_role in REPORTING:
        return _same_subject(one, role, other, other_role)
    return _same_number(one, other, likeness) or _same_name(one, other, likeness)


# --- the same page or text ------------------------------------------------------------------------


def _same_page(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link a page to the original whose address it gives; a page may hold several texts."""
    if _contradicted(likeness):
        return None
    for original_url, page in ((one.original_url, other), (other.original_url, one)):
        if original_url and canonical_url(original_url) == canonical_url(page.url):
            return Link("text", 1.0, f"names {page.url} as its original", likeness.differs)
    return None


def _mirrored(
    one: Document, role: Role, other: Document, other_role: Role, likeness: Resemblance
) -> Link | None:
    """Link a clone to the page of the same path on the host it copies, unless texts contradict."""
    path = canonical_path(one.url)
    if "clone" not in (role, other_role) or path is None or path != canonical_path(other.url):
        return None
    if canonical_url(one.url) == canonical_url(other.url) or _contradicted(likeness):
        return None
    titles = {canonical_title(d.title or "") for d in (one, other)} - {""}
    if likeness.shorter < TOO_SHORT and len(titles) > 1:
        return None
    return Link("text", 0.95, f"a clone's path: {path}", likeness.differs)


def _same_text(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link copies, excerpts and copies with a few edits; forms filled in differently stay apart."""
    if likeness.shorter < TOO_SHORT or likeness.shorter < _LEAST_PART * likeness.longer:
        return None
    if likeness.coverage < _COVERED or _editions_differ(one, other):
        return None
    edits = len(likeness.edits)
    replaced = sum(1 for gap in likeness.edits if gap.old and gap.new)
    replaced += sum(1 for end in (likeness.head, likeness.tail) if end.is_filled_in)
    most = 1 + likeness.shorter // _CHARACTERS_PER_EDIT if likeness.shorter >= _EDITABLE else 0
    if replaced > most or edits > 2 * most:
        return None
    detail = f"{likeness.coverage:.0%} of the shorter text, {edits} places differ"
    return Link("text", 0.9 + 0.1 * likeness.coverage / (1 + edits), detail, likeness.differs)


def _same_notice(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link copies and excerpts too short to prove anything by their text: the title must agree."""
    title = canonical_title(one.title or "")
    if not title or title != canonical_title(other.title or ""):
        return None
    short = _SHORTEST_COPY <= likeness.shorter < TOO_SHORT
    if not (short and _same_time(one, other, draft=False)):
        return None
    if not (likeness.is_identical or _is_excerpt(likeness)):
        return None
    return Link("text", 0.9, "title and whole text", False)


def _is_excerpt(likeness: Resemblance) -> bool:
    """Return whether the whole of the shorter text stands, word for word, in the longer one."""
    whole = likeness.coverage == 1 and not likeness.edits and likeness.shorter >= _SHORTEST_EXCERPT
    return whole and likeness.shorter >= _LEAST_PART * likeness.longer


def _editions_differ(one: Document, other: Document) -> bool:
    """Return whether titles or numbers say that these are two of a series (yearly notices)."""
    titles = [canonical_title(d.title or "") for d in (one, other)]
    wording = {_DIGITS.sub("", title) for title in titles}
    yearly = titles[0] != titles[1] and len(wording) == 1 and "" not in wording
    return yearly or _numbers_differ(one, other) or _drafted_for_another(one, other)


def _drafted_for_another(one: Document, other: Document) -> bool:
    """Return whether one is a draft, the other none, and their days say it was not drafted for it.

    A draft comes before what is issued of it: the draft of a formal text looks like the 试行 text
    before it, and must not make the two one policy.
    """
    draft, issued = one, other
    if edition(issued.title or "") == "draft":
        draft, issued = issued, draft
    if edition(draft.title or "") != "draft" or edition(issued.title or "") == "draft":
        return False
    days = _days_between(_first_on(draft), _first_on(issued))
    alike = is_trial(draft.title or "") == is_trial(issued.title or "")
    most = _DRAFT_DAYS if alike else _TRIAL_DRAFT_DAYS
    return days is not None and not -_LATE_DRAFT_DAYS <= days <= most


# --- the same policy ------------------------------------------------------------------------------


def _same_number(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link pages with one 文号, unless both title and text say that a number was misread."""
    number = canonical_text(one.document_number or "")
    if not number or number != canonical_text(other.document_number or ""):
        return None
    titles = {canonical_title(d.title or "") for d in (one, other)}
    if len(titles) > 1 and _contradicted(likeness):
        return None
    return Link("number", 0.85, str(one.document_number), _meaning_differs(likeness))


def _same_name(one: Document, other: Document, likeness: Resemblance) -> Link | None:
    """Link pages that name one policy of one issuer and time, unless their texts contradict.

    A 试行 text and the formal one are two policies (the second replaces the first); a draft and
    what was issued are one.
    """
    title = canonical_title(one.title or "")
    if not title or title != canonical_title(other.title or ""):
        return None
    editions = {edition(d.title or "") for d in (one, other)}
    if editions == {"trial", "final"} or not names_policy(one.title or ""):
        return None
    draft = "draft" in editions
    if _contradicted(likeness) or not _domain(one) & _domain(other):
        return None
    if _drafted_for_another(one, other):
        return None
    if not draft and (_numbers_differ(one, other) or _issuers_differ(one, other)):
        return None
    if likeness.coverage < _COVERED and not _same_time(one, other, draft=draft):
        return None
    return Link("title", 0.8, title, _meaning_differs(likeness))


def are_rivals(one: Document, role: Role, other: Document, other_role: Role) -> bool:
    """Return whether two unlinked pages show texts of one name: two editions, two departments'.

    A page that merely speaks of the name must not make them one policy.
    """
    if role in REPORTING or other_role in REPORTING:
        return False
    name = canonical_title(one.title or "")
    return bool(name) and name == canonical_title(other.title or "")


def _same_subject(one: Document, role: Role, other: Document, other_role: Role) -> Link | None:
    """Link a report to the policy it is about, and two reports about one policy.

    The nearer in time the stronger: of several editions a report is about the one just issued.
    """
    names = {_subject(one, role), _subject(other, other_role)}
    if len(names) > 1 or "" in names or not _domain(one, role) & _domain(other, other_role):
        return None
    days = _days_between(_first_on(one), _first_on(other))
    if days is None:
        return Link("cited", 0.6, names.pop())
    if other_role not in REPORTING:
        days = -days  # from the text to the report
    if role in REPORTING and other_role in REPORTING:
        timely = abs(days) <= _SAME_EDITION_DAYS
    else:
        timely = -_SAME_EDITION_DAYS <= days <= _REPORTED_DAYS
    trials = {is_trial(_name(one, role)), is_trial(_name(other, other_role))}
    if not timely or (len(trials) > 1 and abs(days) > _SHORTENED_DAYS):
        return None
    return Link("cited", 0.7 - min(abs(days), 999) / 10_000, names.pop())


def _subject(document: Document, role: Role) -> str:
    """Return the canonical name of the policy a page is about; its own title if it is one."""
    return canonical_title(_name(document, role))


def _name(document: Document, role: Role) -> str:
    """Return the name of the policy a page is about, empty when a report names none."""
    if role not in REPORTING:
        return document.title or ""
    return next(iter(subject_titles(document)), "")


def _domain(document: Document, role: Role = "original") -> frozenset[str]:
    """Return the regions whose policy this can be: by its name, else by the document's region.

    Provinces copy the titles of national policies, so a name without a region is not enough. A
    letter that passes a text on may pass on one of its own region or of the nation.
    """
    named = region_of_name(_name(document, role))
    region = named or document.region or NATION
    return frozenset({region, NATION} if role == "implementing" and not named else {region})


def _issuers_differ(one: Document, other: Document) -> bool:
    """Return whether both name issuers, and none in common."""
    sides = [{canonical_text(issuer) for issuer in d.issuers} for d in (one, other)]
    return all(sides) and not sides[0] & sides[1]


def _numbers_differ(one: Document, other: Document) -> bool:
    numbers = [canonical_text(d.document_number or "") for d in (one, other)]
    return all(numbers) and numbers[0] != numbers[1]


def _same_time(one: Document, other: Document, *, draft: bool) -> bool:
    """Return whether nothing says that the texts belong to different years; months count as days.

    The written day counts; where one page has none, the published ones, which for a reprint may
    be years later and so prove nothing.
    """
    days = _days_between(one.written_on, other.written_on)
    return days is None or abs(days) <= (_DRAFT_DAYS if draft else _SAME_EDITION_DAYS)


def _days_between(first: str | None, second: str | None) -> int | None:
    """Return the days from one to the other; None unless both are known, a month is its middle."""
    days = [day_of(f"{on}-15"[:10]) for on in (first, second) if on]
    if len(days) < 2 or days[0] is None or days[1] is None:
        return None
    return (days[1] - days[0]).days


def _first_on(document: Document) -> str | None:
    return document.written_on or document.published_on


def _contradicted(likeness: Resemblance) -> bool:
    """Return whether both bodies are long enough to compare, and are different texts."""
    return likeness.shorter >= TOO_SHORT and likeness.coverage < _CONTRADICTED


def _meaning_differs(likeness: Resemblance) -> bool:
    return likeness.shorter >= TOO_SHORT and likeness.differs
