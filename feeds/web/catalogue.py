"""The published catalogue of policies, searched in memory: what the library page searches too.

Read from `public/search/*.js`, so an answer never knows more than the pages beside it; after a
publication only the shelves that it replaced are read again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from feeds.site.library import ShelfRow, read_search_data
from store.records import Filter


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the library as it is searched.

    seen: the state of its file. folded: what is searched of each row. text: all of that at once.
    """

    seen: tuple[int, int]
    rows: list[ShelfRow]
    folded: list[str]
    text: str


class Catalogue:
    """Finds policies by words of their title and 文号; threads may share it."""

    def __init__(self, public: Path) -> None:
        self._folder = public / "search"
        self._shelves: dict[int, Shelf] = {}
        self._lock = Lock()

    def find(self, words: Sequence[str], wanted: Filter, limit: int) -> list[ShelfRow]:
        """Return up to `limit` policies that hold every word, the last one found first.

        wanted: its regions, genres and topics narrow the search; its other fields are not asked.
        """
        shelves = self.newest()
        asked = [word.lower() for word in words]
        found: list[ShelfRow] = []
        for number in sorted(shelves, reverse=True):
            found += _matches(shelves[number], asked, wanted)
            if len(found) >= limit:
                break
        return found[:limit]

    def newest(self) -> dict[int, Shelf]:
        """Return the shelves by number, after reading those that were replaced."""
        with self._lock:
            paths = {int(p.stem): p for p in self._folder.glob("*.js") if p.stem.isdigit()}
            self._shelves = {
                number: _read(path, self._shelves.get(number)) for number, path in paths.items()
            }
            return self._shelves


def _read(path: Path, before: Shelf | None) -> Shelf:
    stat = path.stat()
    seen = (stat.st_mtime_ns, stat.st_ino)
    if before is not None and before.seen == seen:
        return before
    rows = read_search_data(path.read_bytes())
    folded = [_searched(f"{row.title} {row.document_number}") for row in rows]
    return Shelf(seen, rows, folded, "\n".join(folded))


def _searched(text: str) -> str:
    """Return what is searched of a text: itself, and with 社会工作 by its short name 社工."""
    plain = text.lower()
    return f"{plain} {plain.replace('社会工作', '社工')}" if "社会工作" in plain else plain


def _matches(shelf: Shelf, words: Sequence[str], wanted: Filter) -> list[ShelfRow]:
    """Return the rows that match, the last one first."""
    if not all(word in shelf.text for word in words):
        return []
    places: Iterable[int] = range(len(shelf.rows))
    for word in words:
        places = [place for place in places if word in shelf.folded[place]]
    rows = [shelf.rows[place] for place in places]
    if wanted.regions:
        regions = {region[:2] for region in wanted.regions}
        rows = [row for row in rows if row.region in regions]
    if wanted.genres:
        rows = [row for row in rows if row.genre in wanted.genres]
    if wanted.topics:
        rows = [row for row in rows if not set(wanted.topics).isdisjoint(row.topics)]
    return rows[::-1]
