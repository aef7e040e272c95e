"""Whether a change is announced, and how: the house rules 10 to 14 as one pure function.

Everything is recorded; this decides only what subscribers hear. It writes nothing and asks no
clock: today comes in as an argument.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from store.records import (
    Announcement,
    ChangeKind,
    Classification,
    Decoded,
    PartialDate,
    Role,
)

_FRESH = timedelta(days=7)
"""Rule 11: what a first sweep or a backfill finds is news only if it is this young."""
_READABLE = 0.6
"""Rule 13: below this quality of decoding the body is withheld."""
_DAMAGE_PER_1000 = 5.0
"""Rule 13: lost characters per 1,000 above which the body is withheld."""
_CORE = frozenset({"policy", "draft", "interpretation"})
_COPIES = frozenset({"reprint", "clone"})
_SPEAKING = frozenset({"original", "draft", "implementing"})
"""Roles whose page is a policy's own text: without one a dossier is known from citations only."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What bears on telling a change, besides the document's classification.

    today_on: the day in Shanghai, `2026-11-21`. baseline: a column's first complete sweep, or a
    backfill. held: the flood gate is closed. is_copy: the text is already known in the dossier.
    about_policy: the page speaks of a policy (`subject.speaks_of_policy`); asked of news only.
    known_roles: roles of the pages that the dossier had before this one.
    """

    kind: ChangeKind
    role: Role
    published_on: PartialDate | None
    today_on: PartialDate
    baseline: bool = False
    held: bool = False
    is_copy: bool = False
    about_policy: bool = True
    known_roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a change is told: announced or why not; 可能相关 or not; body withheld or not."""

    announcement: Announcement
    possibly_relevant: bool = False
    body_withheld: bool = False


def judge(
    occasion: Occasion, classification: Classification, decoded: Decoded | None = None
) -> Judgement:
    """Return how the change is told.

    In this order: a kind that is never announced (corrections, merges, copies), irrelevance, a
    lead, the baseline, the flood gate; whatever is left is announced.
    """
    withheld = decoded is not None and is_damaged(decoded)
    possibly = classification.relevance == "maybe"
    return Judgement(_announcement(occasion, classification), possibly, withheld)


def is_damaged(decoded: Decoded) -> bool:
    """Return whether a page is read too badly to show its body (rule 13)."""
    lost = sum(damage.length for damage in decoded.damage)
    per_1000 = 1000 * lost / max(1, len(decoded.text))
    return decoded.quality < _READABLE or per_1000 > _DAMAGE_PER_1000


def _announcement(occasion: Occasion, classification: Classification) -> Announcement:
    if occasion.kind in {"corrected", "merged"} or _is_copy(occasion):
        return "unannounced"
    if not _is_item(occasion, classification):
        return "irrelevant"
    if _is_lead(occasion):
        return "lead"
    if occasion.baseline and not _is_fresh(occasion):
        return "baseline"
    return "held" if occasion.held else "announced"


def _is_copy(occasion: Occasion) -> bool:
    """Return whether the page only repeats what the dossier has; an edited reprint does too."""
    copied = occasion.is_copy or occasion.role in _COPIES
    return copied and (occasion.kind == "joined" or occasion.role == "clone")


def _is_item(occasion: Occasion, classification: Classification) -> bool:
    """Return whether this is what readers asked for: policies and kin; news of policy, if sure."""
    if classification.genre in _CORE:
        return classification.relevance != "no"
    if classification.genre == "news":
        return classification.relevance == "yes" and occasion.about_policy
    return classification.genre == "notice" and classification.relevance == "yes"


def _is_lead(occasion: Occasion) -> bool:
    """Return whether the dossier is known from news only: a lead for the operator (rule 10)."""
    return occasion.role == "news" and not (_SPEAKING | _COPIES) & occasion.known_roles


def _is_fresh(occasion: Occasion) -> bool:
    """Return whether the page is dated within the last 7 days; a month alone proves nothing."""
    on = occasion.published_on
    if on is None or len(on) != len("2026-11-21"):
        return False
    age = date.fromisoformat(occasion.today_on) - date.fromisoformat(on)
    return age <= _FRESH
