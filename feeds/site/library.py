"""The library of policies: a page to search from, and shelves in the order policies were found.

Pure. A policy never changes its shelf, so a new one rewrites the last shelf alone. Search data is
a script per shelf and not JSON, because a page opened from a folder may run a script beside it but
may not fetch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from feeds.facets import Facet
from feeds.inert import inert_line
from feeds.settings import PublishSettings
from feeds.site.shell import page
from feeds.words import GENRES, REGIONS, STATUSES, shanghai_day
from store.editions import Card

NEWEST_SHOWN = 60
MOST_RESULTS = 200


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A policy as search finds and shows it, in the order the script beside the page expects.

    region: two digits, empty where unknown. first_seen_on: the Chinese day. All of it is inert.
    """

    id: str
    title: str
    document_number: str
    region: str
    genre: str
    topics: tuple[str, ...]
    status: str
    first_seen_on: str


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


def search_page(words: str, rows: Sequence[ShelfRow], settings: PublishSettings) -> bytes:
    """Return the page of results that the app answers; it works without a script."""
    return page("search.html", settings, forms=True, words=words, cards=rows, most=MOST_RESULTS)


def search_data(number: int, cards: Sequence[Card]) -> bytes:
    """Return `search/NUMBER.js`: one call with a row for each policy of the shelf.

    The page shows the words as text, never as markup.
    """
    rows = [astuple(_row(card)) for card in cards]
    told = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"policywatchShelf({number},{told});\n".encode()


def read_search_data(content: bytes) -> list[ShelfRow]:
    """Return the rows of a `search/NUMBER.js`; raises ValueError for a file that is none."""
    start, end = content.index(b",") + 1, content.rindex(b")")
    return [
        ShelfRow(id_, title, number, region, genre, tuple(topics), status, first_seen_on)
        for id_, title, number, region, genre, topics, status, first_seen_on in json.loads(
            content[start:end]
        )
    ]


def _row(card: Card) -> ShelfRow:
    return ShelfRow(
        id=card.id,
        title=inert_line(card.title),
        document_number=inert_line(card.document_number or ""),
        region=(card.region or "")[:2],
        genre=card.genre,
        topics=tuple(inert_line(topic) for topic in card.topics),
        status=card.status,
        first_seen_on=shanghai_day(card.first_seen_at).isoformat(),
    )
