"""Lays out what a mail says, in text and in HTML that stays small; the same for like filters. Pure.

HTML mails are shown by clients that drop style sheets, so rules are moved onto the elements; what
tags and properties may appear is the allow-list in `feeds/templates/mail_safe.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import css_inline

from feeds.coverage import Coverage, why
from feeds.digest.entries import LEAD_LINES, Entry, lead_line
from feeds.digest.upcoming import Deadline
from feeds.items import dossier_path
from feeds.render import render
from feeds.settings import MailSettings

HTML_BYTES = 100_000
"""Clients cut long mails (Gmail at 102 kB)."""
DIFF_BLOCKS = 12
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What one mail says: subject, text and HTML, and exactly which changes it tells."""

    subject: str
    text: str
    html: str
    change_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a mail is made of. name: `日报`, `周报` or `提醒`. coverage: None for an alert."""

    name: str
    day: date
    found: Sequence[Entry]
    subject: str
    coverage: Coverage | None = None
    upcoming: Sequence[Deadline] = ()
    diffs: bool = True
    details: bool = True
    source_names: dict[str, str] = field(default_factory=dict)


def lay_out(page: Page, settings: MailSettings) -> Content:
    """Return the content: the first entries whole, the rest a line each, never one dropped.

    Fewer entries are whole until the HTML fits; where even the lines do not, the HTML says how
    many more there are and where they stand: the text part is always complete.
    """
    values = _values(page, settings)
    full, lines = settings.full_entries, len(page.found)
    while len((html := _html(page, values, full, lines)).encode()) > HTML_BYTES and lines:
        full, lines = (full // 2, lines) if full else (0, lines // 2)
    shown = _split(page.found, full, len(page.found))
    return Content(
        subject=page.subject,
        text=render("digest.txt", **values, **shown),
        html=html,
        change_ids=tuple(change.id for entry in page.found for change in entry.changes),
    )


def _html(page: Page, values: dict[str, object], full: int, lines: int) -> str:
    return _INLINER.inline(render("digest.html", **values, **_split(page.found, full, lines)))


def _split(found: Sequence[Entry], full: int, lines: int) -> dict[str, object]:
    brief = found[full : full + lines]
    return {"full": found[:full], "brief": brief, "rest": len(found[full + lines :])}


def _values(page: Page, settings: MailSettings) -> dict[str, object]:
    public = settings.public_url.rstrip("/") if settings.public_url else None
    missed = page.coverage.missed if page.coverage else ()
    return {
        "name": page.name,
        "day": page.day,
        "subject": page.subject,
        "leads": [lead_line(e, page.day, page.source_names) for e in page.found[:LEAD_LINES]],
        "more": max(0, len(page.found) - LEAD_LINES),
        "coverage": page.coverage,
        "missed": [(source, why(source)) for source in missed],
        "details": page.details,
        "upcoming": page.upcoming,
        "diffs": page.diffs,
        "diff_blocks": DIFF_BLOCKS,
        "home_url": f"{public}/index.html" if public else None,
        "dossier_urls": {
            entry.policy_id: f"{public}/{dossier_path(entry.policy_id)}" if public else None
            for entry in page.found
        },
    }
