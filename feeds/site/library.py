"""The library of policies: a page to search from, and shelves in the order policies were found.

Pure. A policy never changes its shelf, so a new one rewrites the last shelf alone. Search data is
a script per shelf and not JSON, because a page opened from a folder may run a script beside it but
may not fetch.
"""

import json
from collections.abc import Mapping, Sequence

from feeds.facets import Facet
from feeds.inert import inert_line
from feeds.settings import PublishSettings
from feeds.site.shell import page
from feeds.words import GENRES, REGIONS, STATUSES, shanghai_day
from store.editions import Card

NEWEST_SHOWN = 60
MOST_RESULTS = 200


def library_page(
    newest: Sequence[Card],
    counts: Mapping[int, int],
    facets: Sequence[Facet],
    settings: PublishSettings,
) -> bytes:
    """Return `library.html`; newest: the policies refreshed last; counts: policies by shelf."""
    numbers = sorted((number for number, count in counts.items() if count), reverse=True)
    return page(
        "library.html",
        settings,
        scripted=True,
        newest=newest[:NEWEST_SHOWN],
        counts=counts,
        numbers=numbers,
        total=sum(counts.values()),
        facets=facets,
        words=json.dumps({"genre": GENRES, "region": REGIONS, "status": STATUSES}),
    )


def shelf_page(number: int, cards: Sequence[Card], settings: PublishSettings) -> bytes:
    """Return `library/NUMBER.html`; it leads back to earlier shelves, never to later ones.

    A link to the next shelf would change this page when that one begins.
    """
    return page("shelf.html", settings, root="../", number=number, cards=cards)


def search_page(words: str, cards: Sequence[Card], settings: PublishSettings) -> bytes:
    """Return the page of results that the app answers; it works without a script."""
    return page("search.html", settings, forms=True, words=words, cards=cards, most=MOST_RESULTS)


def search_data(number: int, cards: Sequence[Card]) -> bytes:
    """Return `search/NUMBER.js`: one call with a row for each policy of the shelf.

    Row: id, title, 文号, region, genre, topics, status, day first seen. The words are inert; the
    page shows them as text, never as markup.
    """
    rows = [
        [
            card.id,
            inert_line(card.title),
            inert_line(card.document_number or ""),
            (card.region or "")[:2],
            card.genre,
            [inert_line(topic) for topic in card.topics],
            card.status,
            shanghai_day(card.first_seen_at).isoformat(),
        ]
        for card in cards
    ]
    told = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"policywatchShelf({number},{told});\n".encode()
