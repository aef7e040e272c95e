"""What a document is (genre), what it is about (topics) and whether that is social work.

The rules are data (`rules/*.toml`, read by `rulebook`); this module only counts words and keeps
those that decided. Missing a policy costs far more than one item too many: between yes and no
there is `maybe`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.canonical import simplify, without_number
from pipelines.noise import strip_noise
from pipelines.rulebook import (
    APART,
    CORE,
    GENERAL,
    MASKED,
    ClassifyError,
    RuleSet,
    built_in_rules,
    load_rules,
)
from store.records import Classification, Document, Genre, Reason, Relevance

__all__ = ["ClassifyError", "RuleSet", "built_in_rules", "classify", "load_rules"]

CLASSIFIER_VERSION = "3"
"""Part of the reader's version: raise it when the rules change what they say."""

_LEAD = 400
_BODY = 8000
"""Characters of a body that are read: what matters is said early; annexes only add noise."""
_MINOR = 0.25
"""A topic with less than this share of the main one's weight is mentioned, not dealt with."""
_ALWAYS = 1000
"""However often a word stands in the lead, the title's sense of it is stronger."""
_MOST = 5.0
"""A field never says more than five times its heaviest word: many words on relief are relief."""
_LISTED = 0.1
"""The share that is left of a word which is only one in a list of others (see `_is_listed`)."""
_PLACES = ("title", "issuer", "lead", "body")
_CLAUSE_END = re.compile(r"[，,。；;：:\n]")
_ITEM_END = re.compile(r"[、和及与]")


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
    subjects = _subjects(places, rules)
    relevance = _relevance(subjects, genre, rules)
    return Classification(
        genre, subjects.topics(rules.topic), relevance, (*genre_reasons, *subjects.heaviest())
    )


def _places(document: Document, column_role: str | None) -> dict[str, str]:
    """Return the texts in which words are looked for, by the names that reasons give."""
    role = GENERAL if column_role == "social-work" else column_role
    body = simplify(strip_noise(document.body_text[:_BODY]))
    return {
        "title": re.sub(r"\s+", "", without_number(simplify(document.title or ""))),
        "lead": body[:_LEAD],
        "body": body[_LEAD:],
        "column": " ".join(filter(None, (role, *document.columns))),
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


@dataclass(slots=True)
class _Subjects:
    """What the words of a document add up to.

    core: words of social work itself, all together. fields: by topic and place, words of the
    fields it works in; heaviest_of: the heaviest word of each topic. by_topic: how much of the
    text deals with each topic, relevant or not. apart: what sets the title apart from its field.
    """

    reasons: list[Reason] = field(default_factory=list)
    by_topic: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    core: float = 0.0
    fields: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    heaviest_of: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    apart: float = 0.0

    def add(self, word: str, where: str, times: float, meaning: tuple[str, float]) -> None:
        """Count a word that stood `times` in a place (its factor included).

        Fields are named in a title once: 社会团体、民办非企业单位 is no more than one of them.
        """
        topic, weight = meaning
        score = round(weight * times, 2)
        self.reasons.append(Reason(word, where, score, topic))
        self.by_topic[topic] += max(weight, 1.0) * times
        key = (topic, where)
        if weight >= CORE:
            self.core += score
        elif where == "title":
            self.fields[key] = max(self.fields[key], score)
        else:
            self.fields[key] += score
        self.heaviest_of[topic] = max(self.heaviest_of[topic], weight)

    def relevance(self) -> float:
        """Return the weight for social work: its own words, the best field, who speaks.

        Fields do not add up: a text that touches on the aged, on children and on relief tells of
        civil affairs, not of social work. One that its title does not name counts half; what sets
        the title apart takes away from it.
        """
        fields = {topic for topic, _ in self.fields} - {GENERAL}
        best = max(map(self._field, fields), default=0.0)
        return self.core + max(0.0, best - self.apart) + self._speaker()

    def _field(self, topic: str) -> float:
        score = sum(self.fields.get((topic, where), 0.0) for where in ("title", "lead", "body"))
        score = min(score, _MOST * self.heaviest_of[topic])
        return score if (topic, "title") in self.fields else score / 2

    def _speaker(self) -> float:
        """Return what a social-work department adds by its name: in the title or signing, once."""
        said = {where: self.fields.get((GENERAL, where), 0.0) for where in _PLACES}
        return max(said["title"], said["issuer"]) + said["lead"] + said["body"]

    def topics(self, least: float) -> tuple[str, ...]:
        """Return the topics dealt with, the main one first."""
        least = max(least, _MINOR * max(self.by_topic.values(), default=0.0))
        scores = sorted(self.by_topic.items(), key=lambda pair: -pair[1])
        return tuple(topic for topic, score in scores if score >= least and topic != GENERAL)

    def heaviest(self) -> list[Reason]:
        """Return the twelve words that weighed most, for or against."""
        return sorted(self.reasons, key=lambda reason: -abs(reason.weight))[:12]


def _subjects(places: Mapping[str, str], rules: RuleSet) -> _Subjects:
    found = _Subjects()
    other_sense = _in_other_sense(places, rules)
    thousands = max(1.0, (len(places["lead"]) + len(places["body"])) / 1000)
    for where, factor in rules.weight_of.items():
        for word, count in _counted(places[where], where, rules).items():
            if word in other_sense:
                continue
            times = factor * _times(count, where, thousands)
            found.add(word, where, times, rules.meaning[word])
    for word, weight in rules.apart.items():
        if word in places["title"]:
            found.apart += weight
            found.reasons.append(Reason(word, "title", -weight, APART))
    return found


def _times(count: float, where: str, thousands: float) -> float:
    """Return how much a word counts that stands `count` times: once in a title, twice at most in
    a lead, up to six times in a body, where a rare word in a long text is next to none."""
    if where == "body":
        return min(6.0, count) * min(1.0, count / thousands)
    return min(2.0, 0.75 + count / 4) if where == "lead" and count > 1 else min(1.0, count)


def _in_other_sense(places: Mapping[str, str], rules: RuleSet) -> set[str]:
    """Return the words that the whole text uses in another meaning.

    Under the title 省委社会工作会议召开 every 社会工作 is the party's, and in a text whose lead
    speaks of such meetings a third as often as of 社会工作; 社工站 is what it was. A word that
    stands in the title in its own right keeps its meaning.
    """
    title = Counter(rules.words.findall(places["title"]))
    lead = Counter(rules.words.findall(places["lead"]))
    named: Counter[str] = Counter()
    for word in title | lead:
        if rules.meaning[word][0] == MASKED or word in title:
            for part in rules.within.get(word, ()):
                named[part] += 3 * lead[word] + _ALWAYS * title[word]
    return {part for part, times in named.items() if part not in title and times >= lead[part]}


def _counted(text: str, where: str, rules: RuleSet) -> dict[str, float]:
    """Return how often each word stands in `text`; one in a list counts a tenth."""
    counts: defaultdict[str, float] = defaultdict(float)
    for match in rules.words.finditer(text):
        word = match[0]
        if rules.meaning[word][0] == MASKED or (where == "issuer" and word not in rules.signing):
            continue
        counts[word] += _LISTED if where != "title" and _is_listed(match, rules) else 1.0
    return counts


def _is_listed(match: re.Match[str], rules: RuleSet) -> bool:
    """Return whether the word stands in a list most of which is not social work.

    `引导社会组织、社会工作者、志愿者等参与` closes most civil-affairs documents and says nothing
    of what they are about; `助理社会工作师、社会工作师` does.
    """
    text, start, end = match.string, match.start(), match.end()
    if "、" not in (text[start - 1 : start], text[end : end + 1]):
        return False
    items = _ITEM_END.split(_clause(text, start, end))
    return 2 * sum(_is_core(item, rules) for item in items) <= len(items)


def _clause(text: str, start: int, end: int) -> str:
    before = [0, *(found.end() for found in _CLAUSE_END.finditer(text, max(0, start - 80), start))]
    after = _CLAUSE_END.search(text, end, end + 80)
    return text[max(before[-1], start - 80) : after.start() if after else end + 80]


def _is_core(item: str, rules: RuleSet) -> bool:
    return any(rules.meaning[word][1] >= CORE for word in rules.words.findall(item))


def _relevance(subjects: _Subjects, genre: Genre, rules: RuleSet) -> Relevance:
    least = rules.least.get(genre, rules.least["default"])
    score = subjects.relevance()
    if score >= least["yes"]:
        return "yes"
    return "maybe" if score >= least["maybe"] else "no"
