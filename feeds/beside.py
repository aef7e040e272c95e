"""One page beside what was read of it, as a file that a person checks in seconds.

The page stands in a frame without scripts, forms or any request; everything else is escaped text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.render import render
from feeds.words import READ_FIELDS
from store.records import Classification, Document, Evidence, Reading

_REQUIRED = frozenset({"title", "published_on"})


@dataclass(frozen=True, slots=True)
class _Row:
    """A field as shown. doubtful: it should be there and is not, or another value stood level."""

    name: str
    value: str
    why: Evidence | None

    @property
    def doubtful(self) -> bool:
        rival = self.why is not None and self.why.rival is not None
        return rival or (self.name in _REQUIRED and not self.value)


@dataclass(frozen=True, slots=True)
class _Part:
    document: Document
    classification: Classification
    rows: tuple[_Row, ...]


def beside(reading: Reading) -> str:
    """Return an HTML file with the decoded page at the left and its reading at the right.

    It holds no script, and a Content-Security-Policy that lets the page in the frame load nothing.
    """
    pairs = zip(reading.documents, reading.classifications, strict=True)
    parts = [_Part(document, about, tuple(_rows(document))) for document, about in pairs]
    return render("beside.html", reading=reading, parts=parts)


def _rows(document: Document) -> Iterator[_Row]:
    for name in ("title", *READ_FIELDS):
        value = getattr(document, name)
        why = document.evidence.get(name)
        if value or why or name in _REQUIRED:
            shown = "、".join(value) if isinstance(value, tuple) else value or ""
            yield _Row(name, shown, why)
