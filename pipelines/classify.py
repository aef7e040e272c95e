"""What a document is (genre), what it is about (topics) and whether that is social work.

The rules are data (`rules/*.toml`); this module only counts words and keeps those that decided.
Missing a policy costs far more than one item too many: between yes and no there is `maybe`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from pipelines.canonical import simplify, without_number
from pipelines.noise import strip_noise
from store.records import Classification, Document, Genre, Reason, Relevance

CLASSIFIER_VERSION = "1"
"""Part of the reader's version: raise it when the rules change what they say."""

_RULES = Path(__file__).parent / "rules"
_LEAD = 400
_BODY = 8000
"""Characters of a body that are read: what matters is said early; annexes only add noise."""
_MASKED = "mask"
_GENERAL = "社会工作"
_MINOR = 0.1
"""A topic with less than this share of the main one's weight is mentioned, not dealt with."""


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
    phrase that contains a word but means something else (社会工作会议). weight_of: place →
    factor. least_by_genre: how many times the thresholds `yes` and `maybe` a genre needs.
    """

    genres: tuple[GenreRule, ...]
    meaning: Mapping[str, tuple[str, float]]
    words: re.Pattern[str]
    weight_of: Mapping[str, float]
    yes: float
    maybe: float
    topic: float
    least_by_genre: Mapping[str, float]


def load_rules(extra: Sequence[Path] = ()) -> RuleSet:
    """Return the built-in rules with the operator's TOML files added (a later word wins).

    Raises ClassifyError naming the file that cannot be read or lacks a field.
    """
    genres: list[GenreRule] = []
    meaning: dict[str, tuple[str, float]] = {}
    scoring: dict[str, Any] = {}
    for path in (*sorted(_RULES.glob("*.toml")), *extra):
        data = _read(path)
        try:
            genres += [_genre_rule(entry) for entry in data.get("genre", [])]
            meaning |= _meanings(data)
        except (KeyError, TypeError, ValueError, re.error) as cause:
            raise ClassifyError(f"rules: {path}: {cause!r}: see the built-in rules") from cause
        scoring |= data.get("scoring", {})
    return _rule_set(genres, meaning, scoring)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as cause:
        raise ClassifyError(f"rules: {path}: {cause}: give the path of a TOML file") from cause


def _genre_rule(entry: Mapping[str, Any]) -> GenreRule:
    if entry["genre"] not in get_args(Genre):
        raise ValueError(f"unknown genre {entry['genre']}")
    genre = cast(Genre, entry["genre"])
    return GenreRule(genre, entry["where"], re.compile(entry["pattern"]), float(entry["weight"]))


def _meanings(data: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    named = {**data.get("topic", {}), _GENERAL: data.get("general", {})}
    for topic, groups in named.items():
        for weight, words in groups.items():
            if not isinstance(words, list):
                raise TypeError(f'topic {topic}: write the weight as a quoted key: "{weight}"')
            found |= {word: (topic, float(weight)) for word in words}
    return found | dict.fromkeys(data.get("masks", []), (_MASKED, 0.0))


def _rule_set(
    genres: list[GenreRule], meaning: dict[str, tuple[str, float]], scoring: Mapping[str, Any]
) -> RuleSet:
    longest_first = sorted(meaning, key=lambda word: (-len(word), word))
    return RuleSet(
        tuple(genres),
        meaning,
        re.compile("|".join(map(re.escape, longest_first))),
        weight_of=scoring["weight_of"],
        yes=scoring["yes"],
        maybe=scoring["maybe"],
        topic=scoring["topic"],
        least_by_genre=scoring["least_by_genre"],
    )


@cache
def built_in_rules() -> RuleSet:
    """Return the rules that ship with the product."""
    return load_rules()


class _Adopted:
    """The rules of this process, as its configuration named them at the start."""

    rules: RuleSet | None = None


def adopt(rules: RuleSet | None) -> None:
    """Classify by these rules wherever `classify` is given none; None: the built-in ones again.

    Called once, where a process reads its configuration, like the setting of a log level.
    """
    _Adopted.rules = rules


def classify(
    document: Document, column_role: str | None = None, rules: RuleSet | None = None
) -> Classification:
    """Return genre, topics and relevance to social work, with the words that decided.

    column_role: what the source's list holds (`policy`, `notice`, `interpretation`, `news`,
    `social-work`), a weak hint. rules: None for those adopted by the process, else the built-in.
    """
    rules = rules or _Adopted.rules or built_in_rules()
    places = _places(document, column_role)
    genre, genre_reasons = _genre(places, rules)
    scores, word_reasons = _subjects(places, rules)
    relevance = _relevance(sum(scores.values()), genre, rules)
    least = max(rules.topic, _MINOR * max(scores.values(), default=0.0))
    topics = tuple(
        topic for topic, score in scores.most_common() if score >= least and topic != _GENERAL
    )
    return Classification(genre, topics, relevance, (*genre_reasons, *word_reasons))


def _places(document: Document, column_role: str | None) -> dict[str, str]:
    """Return the texts in which words are looked for, by the names that reasons give."""
    body = simplify(strip_noise(document.body_text[:_BODY]))
    return {
        "title": re.sub(r"\s+", "", without_number(simplify(document.title or ""))),
        "lead": body[:_LEAD],
        "body": body[_LEAD:],
        "column": " ".join(filter(None, (column_role, *document.columns))),
        "issuer": " ".join(document.issuers),
        "number": document.document_number or "",
    }


def _genre(places: Mapping[str, str], rules: RuleSet) -> tuple[Genre, list[Reason]]:
    """Return the genre with the greatest weight; when no rule speaks, a text is news.

    A page of a government site whose title is of no kind tells a story; a page without one is
    `other`.
    """
    scores: Counter[Genre] = Counter()
    reasons = []
    for rule in rules.genres:
        if found := rule.pattern.search(places[rule.where]):
            scores[rule.genre] += rule.weight  # type: ignore[assignment]
            reasons.append(Reason(found[0][:40], rule.where, rule.weight, rule.genre))
    if not scores:
        return ("news" if places["title"] or places["lead"] else "other"), []
    best = max(scores, key=lambda genre: scores[genre])
    return best, [reason for reason in reasons if reason.speaks_for == best]


def _subjects(places: Mapping[str, str], rules: RuleSet) -> tuple[Counter[str], list[Reason]]:
    """Return each topic's weight for relevance, and the words behind it, heaviest first."""
    scores: Counter[str] = Counter()
    reasons = []
    thousands = max(1.0, (len(places["lead"]) + len(places["body"])) / 1000)
    for where, factor in rules.weight_of.items():
        for word, count in Counter(rules.words.findall(places[where])).items():
            topic, weight = rules.meaning[word]
            if topic == _MASKED:
                continue
            times = (
                min(1.0, count)
                if where != "body"
                else min(6.0, count) * min(1.0, count / thousands)
            )
            score = round(weight * factor * times, 2)
            scores[topic] += score  # type: ignore[assignment]
            reasons.append(Reason(word, where, score, topic))
    return scores, sorted(reasons, key=lambda reason: -reason.weight)[:12]


def _relevance(score: float, genre: Genre, rules: RuleSet) -> Relevance:
    least = rules.least_by_genre.get(genre, 1.0)
    if score >= rules.yes * least:
        return "yes"
    return "maybe" if score >= rules.maybe * least else "no"
