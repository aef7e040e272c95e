"""Who wants which changes: the one filter grammar of subscriptions and dynamic feeds. Pure."""

from store.records import Change, Filter


def matches(wanted: Filter, change: Change) -> bool:
    """Tell whether a subscriber with this filter wants the change.

    Fields are ANDed, values within a field ORed, an empty field wants everything. Regions match
    by province (`32` and `320000` are one). words match title, 文号 or text, case ignored.
    Whether the change was announced is not asked here.
    """
    return (
        (wanted.possibly or not change.possibly_relevant)
        and _any(tuple(region[:2] for region in wanted.regions), (change.region or "")[:2])
        and _any(wanted.genres, change.genre)
        and _any(wanted.sources, change.source_id)
        and (not wanted.topics or not set(wanted.topics).isdisjoint(change.topics))
        and (not wanted.words or _mentions(wanted.words, change))
    )


def _any(wanted: tuple[str, ...], value: str | None) -> bool:
    return not wanted or value in wanted


def _mentions(words: tuple[str, ...], change: Change) -> bool:
    document = change.document
    texts = (change.policy_title, document.title, document.document_number, document.body_text)
    text = "\n".join(part for part in texts if part).casefold()
    return any(word.casefold() in text for word in words)
