"""The classifier's rules as data: read from TOML, checked, and put into one value.

The built-in files are `rules/*.toml`; an operator's files are added to them. It reads rules and
judges nothing.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from store.records import Genre

MASKED = "mask"
"""What a phrase speaks for that contains a word but means something else."""
GENERAL = "社会工作"
"""What words of social work in general speak for: relevance, no topic."""

APART = "与社会工作无关"
"""What a word speaks for that sets a title apart from its field; readers see it."""
CORE = 2.0
"""Words from this weight on speak of social work itself, lighter ones of a field it works in."""

_RULES = Path(__file__).parent / "rules"
_PARTS = frozenset({"genre", "topic", "general", "masks", "apart", "scoring"})
_SETTINGS = frozenset({"topic", "weight_of", "signing", "least"})


class ClassifyError(Exception):
    """Rules that cannot be read: which file, what is wrong with it."""


@dataclass(frozen=True, slots=True)
class GenreRule:
    """A pattern in a place (`title`, `lead`, `column`) that speaks for a genre, by its weight."""

    genre: Genre
    where: str
    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules: genre patterns; words with what they speak for; weights of places; thresholds.

    meaning: word → (topic, `社会工作` in general or `mask`; weight for relevance). A mask is a
    phrase that contains a word but means something else (社会工作会议). within: masks and words of
    fields → the words of social work that are part of them. apart: words that take a
    title out of its field (养老机构消防), with what they take away. signing: the words that count
    in a signature. weight_of: place → factor. topic: the least weight of a topic that is named.
    least: genre → the least weight for `yes` and for `maybe`, infinite where a genre is never
    followed; `default` stands for the genres that are not named.
    """

    genres: tuple[GenreRule, ...]
    meaning: Mapping[str, tuple[str, float]]
    words: re.Pattern[str]
    within: Mapping[str, tuple[str, ...]]
    apart: Mapping[str, float]
    signing: frozenset[str]
    weight_of: Mapping[str, float]
    topic: float
    least: Mapping[str, Mapping[str, float]]


def load_rules(extra: Sequence[Path] = ()) -> RuleSet:
    """Return the built-in rules with the operator's TOML files added (a later word wins).

    Raises ClassifyError naming the file that cannot be read or lacks a field.
    """
    genres: list[GenreRule] = []
    meaning: dict[str, tuple[str, float]] = {}
    apart: dict[str, float] = {}
    scoring: dict[str, Any] = {}
    for path in (*sorted(_RULES.glob("*.toml")), *extra):
        data = _read(path)
        try:
            _known(data, _PARTS, "part")
            _known(data.get("scoring", {}), _SETTINGS, "scoring")
            genres += [_genre_rule(entry) for entry in data.get("genre", [])]
            meaning |= _meanings(data)
            apart |= _weighed(data.get("apart", {}), "apart")
        except (KeyError, TypeError, ValueError, re.error) as cause:
            raise ClassifyError(f"rules: {path}: {cause!r}: see the built-in rules") from cause
        scoring |= data.get("scoring", {})
    return _rule_set(genres, meaning, apart, scoring)


@cache
def built_in_rules() -> RuleSet:
    """Return the rules that ship with the product."""
    return load_rules()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as cause:
        raise ClassifyError(f"rules: {path}: {cause}: give the path of a TOML file") from cause


def _known(named: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    """Return if all names are known; raise ValueError: a word nobody reads would seem to work."""
    if unknown := sorted(set(named) - known):
        raise ValueError(f"unknown {what} {', '.join(unknown)}; known: {', '.join(sorted(known))}")


def _genre_rule(entry: Mapping[str, Any]) -> GenreRule:
    if entry["genre"] not in get_args(Genre):
        raise ValueError(f"unknown genre {entry['genre']}")
    genre = cast(Genre, entry["genre"])
    return GenreRule(genre, entry["where"], re.compile(entry["pattern"]), float(entry["weight"]))


def _meanings(data: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    named = {**data.get("topic", {}), GENERAL: data.get("general", {})}
    for topic, groups in named.items():
        weighed = _weighed(groups, f"topic {topic}")
        found |= {word: (topic, weight) for word, weight in weighed.items()}
    return found | dict.fromkeys(data.get("masks", []), (MASKED, 0.0))


def _weighed(groups: Mapping[str, Any], what: str) -> dict[str, float]:
    """Return word → weight from groups of words by weight."""
    found: dict[str, float] = {}
    for weight, words in groups.items():
        if not isinstance(words, list):
            raise TypeError(f'{what}: write the weight as a quoted key: "{weight}"')
        found |= dict.fromkeys(words, float(weight))
    return found


def _rule_set(
    genres: list[GenreRule],
    meaning: dict[str, tuple[str, float]],
    apart: dict[str, float],
    scoring: Mapping[str, Any],
) -> RuleSet:
    longest_first = sorted(meaning, key=lambda word: (-len(word), word))
    return RuleSet(
        tuple(genres),
        meaning,
        re.compile("|".join(map(re.escape, longest_first))),
        _core_words_within(meaning),
        apart,
        frozenset(scoring["signing"]),
        weight_of=scoring["weight_of"],
        topic=scoring["topic"],
        least=scoring["least"],
    )


def _core_words_within(meaning: Mapping[str, tuple[str, float]]) -> dict[str, tuple[str, ...]]:
    core = [word for word, (_, weight) in meaning.items() if weight >= CORE]
    others = [word for word, (_, weight) in meaning.items() if weight < CORE]
    within = {word: tuple(part for part in core if part in word) for word in others}
    return {word: parts for word, parts in within.items() if parts}
