"""Steps in a policy's life as a document states them: 征求意见 → 印发 → 施行 → 修订 → 失效 / 废止.

Each step carries the sentence that says so. Steps may contradict each other: they are all kept.
What the calendar brings (an expiry day that arrives) is not decided here: nothing asks the clock.
"""

import re
from collections.abc import Iterable, Iterator

from pipelines.canonical import canonical_title, edition, simplify
from pipelines.dates import find_dates
from pipelines.numbers import find_numbers
from pipelines.validity import consultation_ends_on, effective_on, expires_on
from store.records import Classification, Document, LifecycleStep, PartialDate, Step

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_NAMED = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》|〈([^〈〉]+)〉")
_ENDS = re.compile(r"废止|停止执行|不再执行|停止施行|宣布失效|即行失效|自行失效")
_PASSIVE = re.compile(
    r"(?P<target>《[^《》]+》)?[^《》。]{0,24}?被《[^《》]+》[^《》。]{0,24}?"
    r"(?P<fate>废止|替代|代替|取代|修订|修改)"
)
_FATES: dict[str, Step] = {"废止": "repealed", "修订": "revised", "修改": "revised"}
_NOT_ENDED = re.compile(r"(?:不|未|尚未)(?:予|被)?废止|继续有效的|是否废止")
_REVISES_TITLE = re.compile(r"关于(?:修改|修订|修正)[《〈]")
_ENDS_TITLE = re.compile(r"关于(?:公布)?(?:宣布)?.{0,20}(?:废止|失效|停止执行)")
_OWN_REVISION = re.compile(
    r"[(（](?:\d{4}年?)?(?:第?[一二三四五]?次)?(?:修订|修正|修改)(?:版|本|稿)?[)）]"
)
_BY_VALIDITY: tuple[tuple[str, Step], ...] = (
    ("废止", "repealed"),
    ("停止执行", "repealed"),
    ("失效", "expired"),
    ("修订", "revised"),
    ("修改", "revised"),
)
_SPEAKING = frozenset({"policy", "draft", "notice"})
"""Genres whose own words move a policy; a news item repeats them, and is often about several."""


def steps(
    document: Document, classification: Classification, *, is_clone: bool = False
) -> tuple[LifecycleStep, ...]:
    """Return the steps the document states, its own policy's first, each once.

    `consultation` is dated by the day it opened (its sentence states the deadline, which is the
    document's `consultation_ends_on`), `expired` by the last day of validity. A clone states
    nothing: a mirror is never evidence for a date or a withdrawal.
    """
    if is_clone:
        return ()
    found = list(_from_site(document))
    if classification.genre == "draft":
        found += _consultation(document)
    elif classification.genre in _SPEAKING:
        found += [*_issued(document), *_in_force(document)]
        found += [*_suffered(document), *_upon_others(document)]
    return tuple(dict.fromkeys(found))


def _from_site(document: Document) -> Iterator[LifecycleStep]:
    """Yield what the site's validity field says (`有效性：已废止`)."""
    stated = simplify(document.validity or "")
    partial = stated.startswith("部分")
    for word, step in _BY_VALIDITY:
        if word in stated and not partial and "未" not in stated:
            yield LifecycleStep(step, None, f"有效性：{document.validity}")
            return


def _consultation(document: Document) -> Iterator[LifecycleStep]:
    term = consultation_ends_on(document.title or "", document.body_text)
    opened_on = document.published_on or document.written_on
    yield LifecycleStep("consultation", opened_on, term.sentence if term else document.title or "")


def _issued(document: Document) -> Iterator[LifecycleStep]:
    on = document.written_on or document.published_on
    if on:
        title = document.title or ""
        revised = _OWN_REVISION.search(title)
        yield LifecycleStep("revised" if revised else "issued", on, title)


def _in_force(document: Document) -> Iterator[LifecycleStep]:
    issued_on = document.written_on or document.published_on
    starts = effective_on(document.body_text, issued_on)
    start_on = document.effective_on or (starts.on if starts else None)
    if start_on:
        yield LifecycleStep("effective", start_on, _sentence_with(document, starts))
    ends = expires_on(document.body_text, start_on or issued_on)
    end_on = document.expires_on or (ends.on if ends else None)
    if end_on:
        yield LifecycleStep("expired", end_on, _sentence_with(document, ends))


def _sentence_with(document: Document, term: object) -> str:
    """Return the whole sentence around a term's words; the header's own words if there is none."""
    words = getattr(term, "sentence", "")
    for sentence in _SENTENCE.findall(document.body_text):
        if words and words in sentence:
            return str(sentence).strip()
    return words or f"有效性：{document.validity or ''}"


def _suffered(document: Document) -> Iterator[LifecycleStep]:
    """Yield what a note on the page says another text did: `本办法已被《…》废止`.

    Where the note names another text that it happened to (`《甲》已被《乙》替代`), that is the
    target.
    """
    for sentence in _SENTENCE.findall(document.body_text):
        if found := _PASSIVE.search(sentence):
            step = _FATES.get(found["fate"], "replaced")
            target = found["target"].strip("《》") if found["target"] else None
            if target and _is_named(document, target):
                target = None
            yield LifecycleStep(step, _stated_day(sentence), sentence.strip(), target)


def _is_named(document: Document, name: str) -> bool:
    """Return whether the name is the document's own, of the same edition (试行 or formal)."""
    own = document.title or ""
    return canonical_title(own) == canonical_title(name) and edition(own) == edition(name)


def _upon_others(document: Document) -> Iterator[LifecycleStep]:
    """Yield what the document does to other policies: repeals, replaces, revises them."""
    title = simplify(document.title or "")
    if _REVISES_TITLE.search(title):
        yield from _targets("revised", title, document, _day(document, title))
    if _ENDS_TITLE.search(title):
        yield from _repeals(document, [title, *document.body_text.split("\n")])
        return
    ending = (s for s in _SENTENCE.findall(document.body_text) if _ENDS.search(s))
    yield from _repeals(document, ending)


def _repeals(document: Document, sentences: Iterable[str]) -> Iterator[LifecycleStep]:
    own = canonical_title(document.title or "")
    for sentence in sentences:
        if _NOT_ENDED.search(sentence) or _PASSIVE.search(sentence):
            continue
        for step in _targets("repealed", sentence, document, _day(document, sentence)):
            if own and canonical_title(step.target_title or "") == own:
                step = LifecycleStep(
                    "replaced", step.on, step.sentence, step.target_title, step.target_number
                )
            yield step


def _targets(
    step: Step, sentence: str, document: Document, on: PartialDate | None
) -> Iterator[LifecycleStep]:
    """Yield one step for each policy the sentence names, with the 文号 that follows its title."""
    numbers = [n for n in find_numbers(sentence) if n.value != document.document_number]
    named = list(_NAMED.finditer(sentence))
    for at, name in enumerate(named):
        until = named[at + 1].start() if at + 1 < len(named) else len(sentence)
        number = next((n.value for n in numbers if name.end() <= n.start < until), None)
        yield LifecycleStep(step, on, sentence.strip(), name[1] or name[2], number)
    if not named:
        for mention in numbers:
            yield LifecycleStep(step, on, sentence.strip(), None, mention.value)


def _day(document: Document, sentence: str) -> PartialDate | None:
    """Return the day on which a sentence takes effect: its own, else the document's."""
    own = document.effective_on or document.written_on or document.published_on
    return _stated_day(sentence) or own


def _stated_day(sentence: str) -> PartialDate | None:
    """Return the day from which a sentence says something holds (`自2021年5月1日起`)."""
    dates = (d for d in find_dates(sentence) if re.match(r"之?日?(?:起|前)", sentence[d.end :]))
    return next((d.value for d in dates), None)
