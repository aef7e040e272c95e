"""The page that gets a reader subscribed: every feed, how to, and a builder of filter addresses.

Pure. One choice gives the address of a static feed; several are answered by `policywatch serve`.
"""

from collections.abc import Mapping, Sequence

from feeds.facets import FOLDERS, Facet
from feeds.settings import PublishSettings
from feeds.site.shell import page

MAIN_FEEDS = (
    ("all", "全部变化（推荐）"),
    ("policies", "政策库，每份政策一条"),
    ("news", "新闻"),
    ("everything", "全部记录，含未通知的"),
    ("health", "来源状况"),
)


def subscribe_page(facets: Sequence[Facet], settings: PublishSettings) -> bytes:
    """Return `subscribe.html`."""
    return page(
        "subscribe.html",
        settings,
        scripted=True,
        main_feeds=MAIN_FEEDS,
        folders=by_folder(facets),
    )


def by_folder(facets: Sequence[Facet]) -> Mapping[str, list[Facet]]:
    """Return the facet feeds under the word of their folder."""
    return {
        word: [facet for facet in facets if facet.kind == kind] for kind, word in FOLDERS.items()
    }
