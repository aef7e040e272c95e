"""From a verdict to the changes readers may hear of. Pure: it drafts, the ledger writes.

One finding is one change: a dossier begins, a page joins it, its text was revised, or our reading
was corrected. A text that arrives after its draft is the draft's next step of life, not a new
policy; one that arrives after news about it is.
"""

from dataclasses import dataclass

from pipelines.editorial import Occasion, judge
from pipelines.identify import is_copy
from pipelines.subject import speaks_of_policy
from store.records import (
    ChangeDraft,
    ChangeKind,
    Classification,
    Decoded,
    Diff,
    Document,
    LifecycleStep,
    PartialDate,
    Role,
    Verdict,
)

_TEXTS: frozenset[Role] = frozenset({"original", "reprint", "clone", "implementing"})


@dataclass(frozen=True, slots=True)
class Context:
    """What bears on a change besides the document: the day, the page's bytes, the dossier so far.

    roles: of the pages in the dossier before this one. diff: to the page's last text, if any.
    steps: of the policy's own life, stated here, that readers have not been told.
    """

    today_on: PartialDate
    decoded: Decoded
    diff: Diff | None
    roles: frozenset[Role]
    steps: tuple[LifecycleStep, ...]
    baseline: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A text that stands at a new address and says something else there: what is told of it.

    roles: of the pages in its dossier. held, body_withheld: as where it was first seen there.
    """

    today_on: PartialDate
    evidence: str
    diff: Diff
    roles: frozenset[Role]
    held: bool
    body_withheld: bool


def drafts(
    document: Document, classification: Classification, verdict: Verdict, context: Context
) -> tuple[ChangeDraft, ...]:
    """Return the changes the finding means, none when it brings nothing new.

    A site that only sets its validity field has not revised the text: what it says is a step of
    the policy's life, told unless readers know it already.
    """
    if verdict.kind == "same":
        return ()
    if verdict.kind == "revised" and verdict.reason == "page: validity":
        return _validity(classification, verdict, context)
    kind, step = _kind(document, verdict, context)
    occasion = Occasion(
        kind=kind,
        role=verdict.role,
        published_on=document.published_on,
        today_on=context.today_on,
        baseline=context.baseline,
        held=context.held,
        is_copy=is_copy(verdict),
        known_roles=context.roles,
        about_policy=speaks_of_policy(document),
    )
    judgement = judge(occasion, classification, context.decoded)
    return (
        ChangeDraft(
            kind=kind,
            announcement=judgement.announcement,
            evidence=verdict.reason,
            possibly_relevant=judgement.possibly_relevant,
            body_withheld=judgement.body_withheld,
            step=step,
            diff=context.diff,
        ),
    )


def _validity(
    classification: Classification, verdict: Verdict, context: Context
) -> tuple[ChangeDraft, ...]:
    if not context.steps:
        return (ChangeDraft("revised", "unannounced", verdict.reason),)
    return tuple(step_draft(step, classification, announced=True) for step in context.steps)


def step_draft(
    step: LifecycleStep, classification: Classification, *, announced: bool
) -> ChangeDraft:
    """Return the change that a step means whose day has come or whose target was found."""
    if classification.relevance == "no":
        return ChangeDraft("lifecycle", "irrelevant", step.sentence, step=step)
    return ChangeDraft(
        "lifecycle",
        "announced" if announced else "baseline",
        step.sentence,
        possibly_relevant=classification.relevance == "maybe",
        step=step,
    )


def absence_draft(
    kind: ChangeKind,
    role: Role,
    classification: Classification,
    *,
    today_on: PartialDate,
    evidence: str,
) -> ChangeDraft:
    """Return the change of a page that went (`withdrawn`) or came back (`returned`).

    Only the loss of a policy's own page is announced: a reprint that goes is nobody's news.
    """
    occasion = Occasion(kind=kind, role=role, published_on=None, today_on=today_on)
    judgement = judge(occasion, classification)
    told = role in {"original", "draft"}
    return ChangeDraft(
        kind,
        judgement.announcement if told else "unannounced",
        evidence,
        possibly_relevant=judgement.possibly_relevant,
    )


def moved_draft(role: Role, classification: Classification, moved: Moved) -> ChangeDraft:
    """Return the change of a text that was edited while it moved to another address of its site."""
    occasion = Occasion(
        kind="revised",
        role=role,
        published_on=None,
        today_on=moved.today_on,
        held=moved.held,
        known_roles=moved.roles,
    )
    judgement = judge(occasion, classification)
    return ChangeDraft(
        "revised",
        judgement.announcement,
        moved.evidence,
        possibly_relevant=judgement.possibly_relevant,
        body_withheld=moved.body_withheld,
        diff=moved.diff,
    )


def _kind(
    document: Document, verdict: Verdict, context: Context
) -> tuple[ChangeKind, LifecycleStep | None]:
    if verdict.kind == "joined" and verdict.role == "original" and not context.roles & _TEXTS:
        if "draft" not in context.roles:
            return "new", None
        day = document.written_on or document.published_on
        return "lifecycle", LifecycleStep("issued", day, document.title or "")
    kinds: dict[str, ChangeKind] = {
        "new": "new",
        "joined": "joined",
        "revised": "revised",
        "corrected": "corrected",
    }
    return kinds[verdict.kind], None
