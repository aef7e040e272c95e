"""Who wants which changes: the one filter grammar of subscriptions and dynamic feeds. Pure.

In an address: `region=32&region=33&topic=社工站&genre=policy&source=mz_js&q=督导&maybe=0`. The
same name again adds a value, different names are ANDed, just as in a subscription.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from feeds.errors import BadFilter
from feeds.inert import inert_line
from feeds.words import GENRES, region_name
from store.records import Change, Filter

FIELDS = {
    "region": "regions",
    "topic": "topics",
    "genre": "genres",
    "source": "sources",
    "q": "words",
}
"""Name in an address → field of a filter."""

MOST_VALUES = 20
MOST_WORDS = 5
MOST_CHARS = 60


def parse(pairs: Iterable[tuple[str, str]]) -> Filter:
    """Return the filter of an address's query.

    Raises BadFilter for an unknown name or genre, and for more than anybody means: MOST_VALUES
    values, MOST_WORDS words, MOST_CHARS characters in one.
    """
    found: dict[str, list[str]] = {field: [] for field in FIELDS.values()}
    possibly = True
    for name, value in pairs:
        if name == "maybe":
            possibly = value not in ("0", "no")
        elif name in FIELDS:
            found[FIELDS[name]] += value.split() if name == "q" else [value.strip()]
        else:
            raise BadFilter(f"{name[:MOST_CHARS]}: unknown; known are {', '.join(FIELDS)}, maybe")
    values = {name: tuple(sorted({v for v in given if v})) for name, given in found.items()}
    _check(values)
    return Filter(possibly=possibly, **values)


def query(wanted: Filter) -> str:
    """Return the filter as an address's query; equal filters give equal queries."""
    pairs = [(name, value) for name, field in FIELDS.items() for value in getattr(wanted, field)]
    return urlencode(pairs if wanted.possibly else [*pairs, ("maybe", "0")])


def in_words(wanted: Filter) -> str:
    """Return what a reader calls the filter: `江苏、浙江 · 政策 · 督导`; 全部 for no filter."""
    parts = (
        [region_name(region) for region in wanted.regions],
        [GENRES.get(genre, genre) for genre in wanted.genres],
        wanted.topics,
        wanted.sources,
        wanted.words,
    )
    return inert_line(" · ".join("、".join(part) for part in parts if part)) or "全部"


def matches(wanted: Filter, change: Change) -> bool:
    """Tell whether a subscriber with this filter wants the change.

    Fields are ANDed, values within a field ORed, an empty field wants everything. Regions match
    by province (`32` and `320000` are one). words match title, 文号 or text, case ignored.
    Whether the change was announced is not asked here.
    """
    return (
        (wanted.possibly or not change.possibly_relevant)
        and (not wanted.genres or change.genre in wanted.genres)
        and (not wanted.sources or change.source_id in wanted.sources)
        and (not wanted.regions or _in_province(wanted.regions, change.region or ""))
        and (not wanted.topics or not set(wanted.topics).isdisjoint(change.topics))
        and (not wanted.words or _mentions(wanted.words, change))
    )


def reaches(wanted: Filter, source_id: str, region: str | None) -> bool:
    """Tell whether a change of this source could be wanted, as far as the filter tells.

    A source of the whole country (region None) may report of any province.
    """
    return (not wanted.sources or source_id in wanted.sources) and (
        not wanted.regions or region is None or _in_province(wanted.regions, region)
    )


def _check(values: dict[str, tuple[str, ...]]) -> None:
    given = [value for several in values.values() for value in several]
    if len(given) > MOST_VALUES or len(values["words"]) > MOST_WORDS:
        raise BadFilter(f"filter: at most {MOST_VALUES} values and {MOST_WORDS} words")
    if any(len(value) > MOST_CHARS for value in given):
        raise BadFilter(f"filter: a value has at most {MOST_CHARS} characters")
    if unknown := sorted(set(values["genres"]) - set(GENRES)):
        raise BadFilter(f"genre {unknown[0]}: unknown; known are {', '.join(GENRES)}")


def _in_province(regions: tuple[str, ...], region: str) -> bool:
    return any(wanted[:2] == region[:2] for wanted in regions)


def _mentions(words: tuple[str, ...], change: Change) -> bool:
    document = change.document
    texts = (change.policy_title, document.title, document.document_number, document.body_text)
    text = "\n".join(part for part in texts if part).casefold()
    return any(word.casefold() in text for word in words)
