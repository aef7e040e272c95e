"""Lays out what a mail says, in text and in HTML that stays small; the same for like filters. Pure.

HTML mails are shown by clients that drop style sheets, so rules are moved onto the elements; what
tags and properties may appear is the allow-list in `feeds/templates/mail_safe.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import css_inline
from markupsafe import Markup

from feeds.coverage import Coverage, why
from feeds.digest.entries import LEAD_LINES, Entry, lead
from feeds.digest.upcoming import Deadline
from feeds.items import dossier_path
from feeds.render import render
from feeds.settings import MailSettings

HTML_BYTES = 100_000
"""Clients cut long mails (Gmail at 102 kB)."""
DIFF_BLOCKS = 12
ENTRIES, LINES = "<!--entries-->", "<!--lines-->"
"""Where the pieces stand in the frame while styles are moved onto its elements; text that came
from a page is escaped and cannot hold them."""
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
    """What a mail is made of. name: `日报`, `周报` or `提醒`. coverage: None for an alert.

    notices: one line each on sources that were down for long, or are back.
    """

    name: str
    day: date
    found: Sequence[Entry]
    subject: str
    coverage: Coverage | None = None
    notices: Sequence[str] = ()
    upcoming: Sequence[Deadline] = ()
    diffs: bool = True
    details: bool = True
    source_names: dict[str, str] = field(default_factory=dict)


class Press:
    """Lays out pages; an entry that many of them show is rendered once, its styles moved once."""

    def __init__(self, settings: MailSettings) -> None:
        self._full = settings.full_entries
        self._one_click = settings.one_click is not None
        self._public = settings.public_url.rstrip("/") if settings.public_url else None
        self._pieces: dict[tuple[str, bool, tuple[str, ...], int], Markup] = {}
        self._style = render("mail.css")

    def lay_out(self, page: Page) -> Content:
        """Return the content: the first entries whole, the rest a line each, never one dropped.

        Fewer entries are whole until the HTML fits; where even the lines do not, the HTML says how
        many more there are and where they stand: the text part is always complete.
        """
        full, lines = self._full, len(page.found)
        while len((html := self._html(page, full, lines)).encode()) > HTML_BYTES and lines:
            full, lines = (full // 2, lines) if full else (0, lines // 2)
        return Content(
            subject=page.subject,
            text=self._text(page, full),
            html=html,
            change_ids=tuple(change.id for entry in page.found for change in entry.changes),
        )

    def _text(self, page: Page, full: int) -> str:
        return self._render("digest.txt", page, full, len(page.found))

    def _html(self, page: Page, full: int, lines: int) -> str:
        """Return the frame with its pieces, each of which has its styles on its elements."""
        frame = _INLINER.inline(self._render("digest.html", page, full, lines))
        whole = self._several("digest_entry.html", page.found[:full], page)
        brief = self._several("digest_line.html", page.found[full : full + lines], page)
        return frame.replace(ENTRIES, "\n".join(whole)).replace(LINES, "\n".join(brief))

    def _render(self, template: str, page: Page, full: int, lines: int) -> str:
        whole, brief = page.found[:full], page.found[full : full + lines]
        in_text = template.endswith(".txt")
        return render(
            template,
            style=self._style,
            name=page.name,
            day=page.day,
            subject=page.subject,
            leads=[lead(e, page.day, page.source_names) for e in page.found[:LEAD_LINES]],
            more=max(0, len(page.found) - LEAD_LINES),
            coverage=page.coverage,
            missed=[(s, why(s)) for s in (page.coverage.missed if page.coverage else ())],
            notices=page.notices,
            details=page.details,
            upcoming=page.upcoming,
            full=self._several("digest_entry.txt", whole, page) if in_text else Markup(ENTRIES),
            brief=self._several("digest_line.txt", brief, page) if in_text else Markup(LINES),
            beyond=len(page.found) - len(whole),
            rest=len(page.found) - len(whole) - len(brief),
            home_url=f"{self._public}/index.html" if self._public else None,
            one_click=self._one_click,
        )

    def _several(self, template: str, found: Sequence[Entry], page: Page) -> list[Markup]:
        return [self._piece(template, entry, page.diffs) for entry in found]

    def _piece(self, template: str, entry: Entry, diffs: bool) -> Markup:
        """Return the entry as this template shows it; already harmless, hence Markup."""
        key = (template, diffs, tuple(change.id for change in entry.changes), entry.copies)
        if key not in self._pieces:
            path = dossier_path(entry.policy_id)
            text = render(
                template,
                entry=entry,
                diffs=diffs,
                diff_blocks=DIFF_BLOCKS,
                dossier_url=f"{self._public}/{path}" if self._public else None,
            ).rstrip("\n")
            html = template.endswith(".html")
            self._pieces[key] = Markup(
                _INLINER.inline_fragment(text, self._style) if html else text
            )
        return self._pieces[key]
