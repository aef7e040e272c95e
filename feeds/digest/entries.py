"""What a digest says, before it is laid out: one entry per dossier, in a reader's order. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds.filters import matches
from feeds.headline import LABELS, deadline, label, title
from feeds.words import day_words, region_name
from store.records import Change, DigestRun, PartialDate, Subscription

LEAD_LINES = 5
_KIND_ORDER = {"policy": 0, "draft": 0, "interpretation": 1, "notice": 2, "news": 3}
_COPIES = ("reprint", "clone")


@dataclass(frozen=True, slots=True)
class Entry:
    """One dossier in a digest: its announced changes of the window, newest last.

    copies: at how many other sites the text also appeared in this window.
    """

    policy_id: str
    changes: tuple[Change, ...]
    copies: int = 0

    @property
    def leading(self) -> Change:
        """The change the entry is listed under: the one whose label asks most for action."""
        return min(self.changes, key=lambda change: LABELS.index(label(change)))

    @property
    def labels(self) -> tuple[str, ...]:
        """What happened, each word once, most pressing first."""
        return tuple(sorted({label(change) for change in self.changes}, key=LABELS.index))

    @property
    def deadline(self) -> PartialDate | None:
        """The day a consultation of this dossier ends, if one of its changes opens it."""
        return next((day for day in map(deadline, self.changes) if day), None)


def entries(
    run: DigestRun, changes: Sequence[Change], subscription: Subscription
) -> tuple[Entry, ...]:
    """Return the subscriber's entries: announced, matching, in (after, upto], each dossier once.

    Policies and drafts come first, then by region and topic; nothing that matches is left out.
    """
    inside = [change for change in changes if run.after < change.sequence <= run.upto]
    wanted = [
        change
        for change in inside
        if change.announcement == "announced" and matches(subscription.filter, change)
    ]
    return grouped(wanted, _copies(inside))


def grouped(
    changes: Sequence[Change], copies: Mapping[str, int] | None = None
) -> tuple[Entry, ...]:
    """Return one entry per dossier, in a reader's order; copies: other sites, by dossier."""
    by_dossier = sorted(changes, key=lambda change: (change.policy_id, change.sequence))
    found = [
        Entry(policy_id, tuple(group), (copies or {}).get(policy_id, 0))
        for policy_id, group in groupby(by_dossier, key=lambda change: change.policy_id)
    ]
    return tuple(sorted(found, key=_place))


class Lead(NamedTuple):
    """One of a mail's first lines: who, what, of which policy, why it matters, until when."""

    who: str
    what: str
    title: str
    topics: str
    until: str

    def __str__(self) -> str:
        return " · ".join(part for part in self if part)


def lead(entry: Entry, day: date, source_names: Mapping[str, str]) -> Lead:
    """Return who · what · title · topics · until when; as text e.g.

    `江苏省民政厅 · 征求意见 · 《…》 · 社工站 · 截止6月20日`.
    Who is the first issuer, else the watched source's name.
    """
    change = entry.leading
    issuers = change.document.issuers
    source = source_names.get(change.source_id or "") or change.document.source_name
    return Lead(
        who=issuers[0] if issuers else source or region_name(change.region),
        what="、".join(entry.labels),
        title=title(change),
        topics="、".join(change.topics[:3]),
        until=f"截止{day_words(entry.deadline, day)}" if entry.deadline else "",
    )


def counts(found: Sequence[Entry]) -> list[tuple[str, int]]:
    """Return how many dossiers had each label, most pressing label first."""
    counted = Counter(name for entry in found for name in entry.labels)
    return [(name, counted[name]) for name in LABELS if counted[name]]


def _place(entry: Entry) -> tuple[int, str, tuple[str, ...], int]:
    change = entry.leading
    kind = _KIND_ORDER.get(change.genre, len(_KIND_ORDER))
    return (kind, change.region or "~", change.topics, change.sequence)


def _copies(changes: Sequence[Change]) -> Counter[str]:
    """Count, per dossier, the hosts where a copy was found."""
    hosts = {
        (change.policy_id, urlsplit(change.page_url).hostname)
        for change in changes
        if change.kind in ("new", "joined") and change.role in _COPIES
    }
    return Counter(policy_id for policy_id, _ in hosts)
