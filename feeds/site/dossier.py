"""The dossier page of one policy: its life, its text, how it changed, who else printed it.

Pure: one policy and what is known of it in, one HTML page out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from feeds.facets import dossier_feed
from feeds.render import body
from feeds.settings import PublishSettings
from feeds.site.lifeline import lifeline
from feeds.site.shell import page
from feeds.words import shanghai_day
from store.records import Change, Comparison, Member, PartialDate, Policy
from store.stories import PageStory, Title

_ORDER = ("original", "draft", "implementing", "interpretation", "reprint", "clone", "news")
_ARTICLE = re.compile(
    r"(<(?:p|div|li|h[2-6])>)((?:\s|<(?:strong|b|span)>)*)(第[一二三四五六七八九十百零〇]+条)"
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A policy with its surroundings. history: newest first.

    stories: how each of its pages was read. comparisons: of its text with copies, its draft, the
    edition before. cites, cited_by: other dossiers. withheld: the body is damaged and not shown
    (rule 13). source_names: what readers call a source, by its id.
    """

    policy: Policy
    history: Sequence[Change] = ()
    stories: Sequence[PageStory] = ()
    comparisons: Sequence[Comparison] = ()
    cites: Sequence[Title] = ()
    cited_by: Sequence[Title] = ()
    source_names: Mapping[str, str] = field(default_factory=dict)
    withheld: bool = False


def dossier_page(dossier: Dossier, settings: PublishSettings) -> bytes:
    """Return `policy/ID.html`."""
    policy = dossier.policy
    text, articles = anchored(_text(dossier))
    return page(
        "policy.html",
        settings,
        root="../",
        dossier=dossier,
        policy=policy,
        history=dossier.history,
        revisions=[change for change in dossier.history if change.diff and change.diff.blocks],
        roles=_roles(policy.members),
        stories={(story.page_url, story.part): story for story in dossier.stories},
        picture=lifeline(policy, _seen_revised_on(dossier.history)),
        text=text,
        articles=articles,
        feed=dossier_feed(policy.id),
    )


def moved_page(survivor: Policy, settings: PublishSettings) -> bytes:
    """Return the page left at the address of a dossier that was merged into `survivor`."""
    return page("moved.html", settings, root="../", policy=survivor)


def anchored(html: Markup) -> tuple[Markup, list[str]]:
    """Return the text with an anchor `第八条` at each article, and the articles in order.

    Only a paragraph that begins with 第…条 is an article; one that merely mentions it is not. An
    article that stands twice (an annex counts anew) is anchored once.
    """
    seen: list[str] = []

    def anchor(match: re.Match[str]) -> str:
        opening, inner, label = match.groups()
        if label in seen:
            return match[0]
        seen.append(label)
        return f'{opening[:-1]} id="{label}">{inner}{label}'

    return Markup(_ARTICLE.sub(anchor, str(html))), seen


def _text(dossier: Dossier) -> Markup:
    document = dossier.policy.document
    return body(document, dossier.withheld) if document else Markup("")


def _seen_revised_on(history: Sequence[Change]) -> PartialDate | None:
    """Return the day of the last revision of the original that was seen; history: newest first."""
    seen = (c for c in history if c.kind == "revised" and c.role == "original")
    last = next(seen, None)
    return shanghai_day(last.recorded_at).isoformat() if last else None


def _roles(members: Sequence[Member]) -> list[tuple[str, list[Member]]]:
    """Return the pages by role, in the order a reader asks for them."""
    return [
        (role, [member for member in members if member.role == role])
        for role in _ORDER
        if any(member.role == role for member in members)
    ]
