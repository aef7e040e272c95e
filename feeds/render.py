"""The one Jinja environment of this room: escaping on, foreign text made inert at the last moment.

Templates decide nothing but layout. Every `{{ … }}` passes through `inert_text`, so no template
can forget it; HTML that was sanitised is Markup and passes as it is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from feeds import words
from feeds.contradictions import contradictions
from feeds.edits import excerpt, marked
from feeds.grounds import evidence_words, field_words, repair_words
from feeds.headline import headline, is_late_news, label, number, stated_elsewhere, title
from feeds.inert import inert_html, inert_text, safe_link
from store.records import Change, Document, Policy

WITHHELD = "原文部分字符损坏，请看原页"


def body(document: Document, withheld: bool = False) -> Markup:
    """Return the document's whole text as harmless HTML; a notice when it is withheld (rule 13)."""
    if withheld:
        return Markup("<p><strong>{}</strong></p>").format(WITHHELD)
    html = Markup(inert_html(document.body_html, document.url))
    if html.striptags().strip():
        return html
    lines = (line.strip() for line in escape(inert_text(document.body_text)).splitlines())
    return Markup("\n".join(f"<p>{line}</p>" for line in lines if line))


def official_link(change: Change) -> str | None:
    """Return the address of the official page (editorial rule 16), or None if it is no web link.

    Where the page was served, which need not be the address under which it is known.
    """
    served = safe_link(change.address or "") or safe_link(change.page_url)
    return served or safe_link(change.document.url)


def render(template: str, **values: Any) -> str:
    """Return the template's text; a name the template asks for and we do not give is an error."""
    return _ENVIRONMENT.get_template(template).render(**values)


def _finalize(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return inert_text(value)
    return value


def _policy_status(policy: Policy) -> str:
    return words.STATUSES.get(policy.status, policy.status)


_FILTERS: dict[str, Callable[..., Any]] = {
    "region": words.region_name,
    "genre": lambda key: words.GENRES.get(key, key),
    "relevance": lambda key: words.RELEVANCES[key],
    "role": lambda key: words.ROLES.get(key, key),
    "compared": lambda kind: words.COMPARED[kind],
    "contradictions": contradictions,
    "step": lambda key: words.STEPS.get(key, key),
    "outcome": lambda key: words.OUTCOMES.get(key, key),
    "place": lambda key: words.PLACES.get(key, key),
    "field": lambda key: words.FIELDS.get(key, key),
    "announcement": lambda key: words.ANNOUNCEMENTS.get(key, key),
    "evidence": evidence_words,
    "repair_ground": repair_words,
    "read_from": field_words,
    "day": words.day_words,
    "clock": words.clock_words,
    "instant": datetime.fromisoformat,
    "shanghai_day": words.shanghai_day,
    "status": _policy_status,
    "status_word": lambda key: words.STATUSES.get(key, key),
    "json_inert": lambda text: Markup(text.replace("<", "\\u003c")),
    "percent": lambda share: f"{share:.0%}",
    "link": safe_link,
    "official": official_link,
    "headline": headline,
    "label": label,
    "number": number,
    "title_of": title,
    "body": body,
    "excerpt": excerpt,
    "marked": marked,
}


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("feeds"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=_finalize,
        auto_reload=False,  # templates are part of the program
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _FILTERS
    environment.tests |= {"late_news": is_late_news, "stated_elsewhere": stated_elsewhere}
    environment.tests |= {"planned": words.is_planned}
    environment.globals |= {"WITHHELD": WITHHELD}
    return environment


_ENVIRONMENT = _environment()
