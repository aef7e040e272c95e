"""What one entry of a feed says, whatever the format: built from a change, a policy, an event.

Pure: records in, `Item` out. The permanent ids are `tag:` URIs (RFC 4151), one per change, per
policy and per health event, and never depend on a URL or a title.
"""

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from feeds import words
from feeds.facets import file_safe
from feeds.headline import headline, label
from feeds.inert import inert_line, plain_line, safe_link
from feeds.render import WITHHELD, official_link, render
from feeds.settings import PublishSettings
from store.records import Change, Document, HealthEvent, Policy

SUMMARY_CHARS = 200


@dataclass(frozen=True, slots=True)
class Category:
    """A region, genre or topic of an item; scheme names which of them it is."""

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The first attachment of a document. Its length is not known: nobody fetched it to count."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. title and summary are plain text, html is already harmless.

    link: the official page; None when the ledger holds no web address for it.
    published_at: when we first recorded it; updated_at: when it last changed (policies only).
    """

    id: str
    title: str
    link: str | None
    published_at: datetime
    updated_at: datetime
    summary: str
    html: str
    categories: tuple[Category, ...] = ()
    enclosure: Enclosure | None = None


def tag(settings: PublishSettings, kind: str, name: str) -> str:
    """Return the permanent id of a thing: `tag:policywatch.local,2026:change/ID`."""
    return f"tag:{settings.tag_authority}:{kind}/{quote(name, safe='-._~')}"


def dossier_path(policy_id: str) -> str:
    """Return where in `public/` the dossier page lies; raises UnsafeName as `file_safe` does."""
    return f"policy/{file_safe(policy_id)}.html"


def dossier_url(policy_id: str, settings: PublishSettings) -> str | None:
    """Return the public address of the dossier page, or None where nobody serves the site."""
    return _in_site(dossier_path(policy_id), settings)


def change_item(
    change: Change, settings: PublishSettings, *, whole: bool = True, explained: bool = False
) -> Item:
    """Return the entry of one change, under the change's own permanent id.

    whole: with the full text. explained: with the words that decided and why it is not announced.
    """
    html = render(
        "item.html",
        change=change,
        whole=whole,
        explained=explained,
        dossier_url=dossier_url(change.policy_id, settings),
    )
    return Item(
        id=tag(settings, "change", change.id),
        title=plain_line(f"{_untold(change) if explained else ''}{headline(change)}"),
        link=official_link(change),
        published_at=change.recorded_at,
        updated_at=change.recorded_at,
        summary=_summary(change),
        html=html,
        categories=categories(change.region, change.genre, change.topics),
        enclosure=_enclosure(change.document),
    )


def policy_item(policy: Policy, settings: PublishSettings, *, withheld: bool = False) -> Item:
    """Return the entry of one policy: one id for ever, content and `updated_at` move on."""
    url = dossier_url(policy.id, settings)
    html = render("policy_item.html", policy=policy, dossier_url=url, withheld=withheld)
    document = policy.document
    status = words.STATUSES.get(policy.status, policy.status)
    return Item(
        id=tag(settings, "policy", policy.id),
        title=plain_line(f"{policy.title}（{status}）"),
        link=(safe_link(document.url) if document else None) or url,
        published_at=policy.first_seen_at,
        updated_at=policy.updated_at,
        summary=plain_line(words.number_and_issuers(policy)) or status,
        html=html,
        categories=categories(policy.region, policy.genre, policy.topics),
        enclosure=_enclosure(document) if document else None,
    )


def health_item(event: HealthEvent, settings: PublishSettings) -> Item:
    """Return the entry of one source's change of state: what, since when, why, what to do."""
    state = words.HEALTHS.get(event.now, event.now)
    before = words.HEALTHS.get(event.was, event.was or "尚未查看")
    summary = f"{before} → {state}：{event.reason}"
    return Item(
        id=tag(settings, "health", str(event.id)),
        title=plain_line(f"【来源{state}】{event.source_name}"),
        link=_in_site("sources.html", settings),
        published_at=event.happened_at,
        updated_at=event.happened_at,
        summary=plain_line(summary),
        html=render("health_item.html", event=event, summary=summary),
        categories=(_category("source", event.source_id, event.source_name),),
    )


def categories(region: str | None, genre: str, topics: tuple[str, ...]) -> tuple[Category, ...]:
    """Return region, genre and topics as categories, in that order."""
    placed = (_category("region", region, words.region_name(region)),) if region else ()
    kind = _category("genre", genre, words.GENRES.get(genre, genre))
    return (*placed, kind, *(_category("topic", topic, topic) for topic in topics))


def _category(scheme: str, term: str, label: str) -> Category:
    return Category(scheme, inert_line(term) or "-", plain_line(label) or "-")


def _in_site(path: str, settings: PublishSettings) -> str | None:
    return f"{settings.public_url.rstrip('/')}/{path}" if settings.public_url else None


def _untold(change: Change) -> str:
    """Return `〔不相关〕` and the like for a change that was not announced."""
    mark = words.UNTOLD.get(change.announcement)
    return f"〔{mark}〕" if mark else ""


def _summary(change: Change) -> str:
    """Return what happened and the first words of the text, for readers that show no HTML."""
    if change.body_withheld:
        return WITHHELD
    said = change.step.sentence if change.step else change.document.body_text
    text = plain_line(said)
    cut = text if len(text) <= SUMMARY_CHARS else f"{text[:SUMMARY_CHARS]}…"
    return cut or label(change)


def _enclosure(document: Document) -> Enclosure | None:
    for attachment in document.attachments:
        url = safe_link(attachment.url, document.url)
        if url:
            guess = mimetypes.guess_type(urlsplit(url).path)[0]
            return Enclosure(url, attachment.media_type or guess or "application/octet-stream")
    return None
