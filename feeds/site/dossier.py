"""The dossier page of one policy: its life, its text, how it changed, who else printed it.

Pure: one policy and its changes in, one self-contained HTML page out.
"""

from collections.abc import Mapping, Sequence

from feeds.settings import PublishSettings
from feeds.site.shell import page
from store.records import Change, Member, Policy

_ORDER = ("original", "draft", "implementing", "interpretation", "reprint", "clone", "news")


def dossier_page(
    policy: Policy,
    history: Sequence[Change],
    settings: PublishSettings,
    *,
    source_names: Mapping[str, str],
    withheld: bool = False,
) -> bytes:
    """Return `policy/ID.html`; history newest first; withheld hides a damaged body (rule 13).

    source_names: what readers call a source, by its id.
    """
    return page(
        "policy.html",
        settings,
        root="../",
        policy=policy,
        history=history,
        revisions=[change for change in history if change.diff and change.diff.blocks],
        roles=_roles(policy.members),
        source_names=source_names,
        withheld=withheld,
    )


def moved_page(survivor: Policy, settings: PublishSettings) -> bytes:
    """Return the page left at the address of a dossier that was merged into `survivor`."""
    return page("moved.html", settings, root="../", policy=survivor)


def _roles(members: Sequence[Member]) -> list[tuple[str, list[Member]]]:
    """Return the pages by role, in the order a reader asks for them."""
    return [
        (role, [member for member in members if member.role == role])
        for role in _ORDER
        if any(member.role == role for member in members)
    ]
