"""A page went, or came back: what readers are told of it, one change per document.

A department takes back one policy, rarely five. A site that is rebuilt, or loses a column, loses
all of them at once and has withdrawn nothing: then the flood gate closes (DESIGN rule 12), and what
it held is told on release only of pages that are still gone by then.
"""

import dataclasses
from datetime import datetime, timedelta

from sqlmodel import Session

from crawler import flood
from crawler.moving import tell_if_edited
from pipelines import announce
from store import candidates, dossiers, health, ledger, moves
from store.records import SHANGHAI, Candidate, ChangeDraft, ChangeKind

_TOGETHER = timedelta(days=7)
"""Pages that went within a week went together: not all are asked for every day."""


def tell_return(session: Session, url: str, now: datetime) -> list[str]:
    """Append that a page that had been withdrawn is back; return the ids of the changes."""
    return tell_absence(session, url, "returned", "页面重新出现", now)


def tell_absence(
    session: Session, url: str, kind: ChangeKind, evidence: str, now: datetime
) -> list[str]:
    """Append one change per document of a page that went or came back; return their ids.

    Where its own site shows the text at another address it has only moved: nobody is told, but
    of what it says differently there.
    """
    told = []
    for part in candidates.parts_of(session, url):
        draft = announce.absence_draft(
            kind,
            part.role,
            candidates.classification(session, url, part.part),
            today_on=now.astimezone(SHANGHAI).date().isoformat(),
            evidence=evidence,
        )
        place = moves.lives_on(session, url, part.policy_id, part.role)
        if place:
            moved = f"{evidence}；原网站仍登载于 {place[0]}"
            draft = dataclasses.replace(draft, announcement="unannounced", evidence=moved)
        draft = _held_back(session, url, part, draft, now)
        told.append(
            ledger.append(session, url, part.part, draft, policy_id=part.policy_id, now=now)
        )
        if place and kind == "withdrawn":
            told += tell_if_edited(session, (url, part.part), place, part.policy_id, now)
        dossiers.refresh(session, part.policy_id, now)
    return told


def _held_back(
    session: Session, url: str, part: Candidate, draft: ChangeDraft, now: datetime
) -> ChangeDraft:
    """Return the draft as it may be told: held with its source, a return as its withdrawal was."""
    if draft.announcement != "announced":
        return draft
    if draft.kind == "withdrawn":
        held = _is_held(session, url, now)
        return dataclasses.replace(draft, announcement="held") if held else draft
    went = [
        change
        for change in ledger.changes(session, page_url=url)
        if change.kind == "withdrawn"
        and dossiers.survivor(session, change.policy_id) == part.policy_id
    ]
    told = bool(went) and went[-1].announcement == "announced"
    return draft if told else dataclasses.replace(draft, announcement="unannounced")


def _is_held(session: Session, url: str, now: datetime) -> bool:
    """Return whether the flood gate of the page's source is closed; close it where it must be."""
    source_id = moves.source_of(session, url)
    status = health.status(session, source_id) if source_id else None
    if source_id is None or status is None or status.held:
        return status is not None
    since_on = (now - _TOGETHER).astimezone(SHANGHAI).date().isoformat()
    gone_too = moves.vanished(session, source_id, since_on)
    if reason := flood.reason_to_wait(1 + gone_too):
        health.hold(session, source_id, reason, now)
        return True
    return False
