"""The feeds of one region, genre, topic, source or dossier: their names, their titles, who is in.

Pure. A name is a file stem: ASCII, lower case, the same for ever for the same value.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

# Character by character, in every process: with pypinyin's phrases (44 MB) a name would depend on
# whether somebody else had loaded it without them first.
os.environ["PYPINYIN_NO_PHRASES"] = "true"

from pypinyin import lazy_pinyin

from feeds.errors import UnsafeName
from feeds.inert import inert_line
from feeds.words import GENRES, region_name
from store.editions import Facets
from store.records import Filter

Kind = Literal["region", "genre", "topic", "source"]
FOLDERS: dict[Kind, str] = {"region": "地区", "genre": "类型", "topic": "主题", "source": "来源"}


@dataclass(frozen=True, slots=True)
class Facet:
    """One value by which readers choose, with the name of its feed and its word for readers."""

    kind: Kind
    value: str
    name: str
    word: str

    @property
    def wanted(self) -> Filter:
        """The filter that holds exactly this facet's changes."""
        match self.kind:
            case "region":
                return Filter(regions=(self.value,))
            case "genre":
                return Filter(genres=(self.value,))
            case "topic":
                return Filter(topics=(self.value,))
            case "source":
                return Filter(sources=(self.value,))


def facet_feeds(facets: Facets, source_names: Mapping[str, str]) -> Iterator[Facet]:
    """Yield the feeds of these values: regions by code, then genres, topics and sources."""
    for region in sorted(facets.regions):
        yield Facet("region", region, f"region-{slug(region)}", region_name(region))
    for genre, word in GENRES.items():
        if genre in facets.genres:
            yield Facet("genre", genre, f"genre-{genre}", word)
    for topic in sorted(facets.topics):
        yield Facet("topic", topic, f"topic-{slug(topic)}", inert_line(topic))
    for source in sorted(facets.sources):
        word = inert_line(source_names.get(source, source))
        yield Facet("source", source, f"source-{slug(source)}", word)


def dossier_feed(policy_id: str) -> str:
    """Return the name of a dossier's feed.

    Raises UnsafeName if the id holds anything but ASCII letters, digits, `-` and `_`.
    """
    return f"policy-{file_safe(policy_id)}"


def file_safe(policy_id: str) -> str:
    """Return the id unchanged; raises UnsafeName where it is not fit for a file name."""
    if not policy_id.isascii() or not policy_id.replace("-", "").replace("_", "").isalnum():
        raise UnsafeName(
            f"policy id {policy_id!r}: not fit for a file name; run `policywatch verify`"
        )
    return policy_id


def slug(value: str) -> str:
    """Return `shegongzhan` for 社工站: pinyin for Chinese, ids as they are.

    What the slug leaves out (white space, punctuation, other scripts) is told apart by a hash.
    """
    if value.isascii() and value.replace("_", "").isalnum() and value == value.lower():
        return value
    spelled = "".join(lazy_pinyin(value, errors="ignore"))
    kept = "".join(letter for letter in spelled.lower() if letter.isascii() and letter.isalnum())
    if all("一" <= letter <= "鿿" for letter in value):
        return kept
    return f"{kept[:40]}-{hashlib.sha256(value.encode(errors='replace')).hexdigest()[:8]}"
