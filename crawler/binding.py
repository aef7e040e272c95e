"""Steps that one policy's page states of another find the policy they mean, whichever came first.

Run it whenever a page was recorded or dossiers were made one or apart: what is bound never depends
on the order in which pages were seen.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from pipelines.targets import target_of
from store import dossiers, lifecycle
from store.lifecycle import Spoken
from store.records import LifecycleStep, MatchKey, Policy


@dataclass(frozen=True, slots=True)
class Bound:
    """A step that has come and of which the policy's readers have not been told yet."""

    policy_id: str
    step: LifecycleStep


def bind_steps(session: Session, policy_ids: Collection[str], now: datetime) -> list[Bound]:
    """Bind the steps these policies state of others, and those that others state of them.

    Both sides are brought in line. Returns what readers of the target were never told, each event
    once; a step whose day is still to come is told on its day.
    """
    told: dict[tuple[str, tuple[str, str]], Bound] = {}
    moved: set[str] = set()
    for spoken in lifecycle.spoken(session, policy_ids):
        target = _target(session, spoken)
        if target == spoken.policy_id:
            continue
        moved |= {policy_id for policy_id in (spoken.policy_id, target) if policy_id}
        if lifecycle.bind(session, spoken.id, target, now) and target:
            once = (target, lifecycle.once(spoken.step))
            told.setdefault(once, Bound(target, spoken.step))
    for policy_id in sorted(moved):
        dossiers.refresh(session, policy_id, now)
    return list(told.values())


def _target(session: Session, spoken: Spoken) -> str | None:
    """Return the policy meant, never the one whose page says so."""
    named = dossiers.by_key(session, _keys(spoken.step))
    found = (dossiers.policy(session, i) for i in named if i != spoken.stated_by)
    candidates: list[Policy] = [policy for policy in found if policy is not None]
    target = target_of(spoken.step, spoken.document, candidates)
    return target.id if target else None


def _keys(step: LifecycleStep) -> list[MatchKey]:
    pairs = (("title", step.target_key), ("number", step.target_number))
    return [MatchKey(kind, value) for kind, value in pairs if value]
