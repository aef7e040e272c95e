"""A text that left its address and stands at another one, edited on the way: one `revised` change.

A site that gets new software on the day a policy is amended shows the new text at a new address
only. The page that joins its dossier there is a copy to readers, the old one is gone: nobody would
be told. Whichever of the two is seen first, the second of them is the occasion to compare.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from crawler import edited_files, flood
from pipelines import announce
from pipelines.moved import moved_difference
from store import candidates, dossiers, health, ledger
from store.moves import Place
from store.records import SHANGHAI, Candidate, Change, Diff


def tell_if_edited(
    session: Session, left: Place, found: Place, policy_id: str, now: datetime
) -> list[str]:
    """Append that the text says something else where it is `found` now than where it was `left`.

    Returns the ids of the changes: none where the meaning is the same, or where readers were told
    the newer text already, of a page at the new address that was revised before their eyes.
    """
    told = ledger.changes(session, page_url=found[0])
    if _text_told(told) > _text_told(ledger.changes(session, page_url=left[0])):
        return []
    old, new = (candidates.known_part(session, *place) for place in (left, found))
    if old is None or new is None or not _are_the_same_page(old, new):
        return []
    if (seen := _difference(session, old, new)) is None:
        return []
    draft = announce.moved_draft(
        new.role,
        candidates.classification(session, *found),
        announce.Moved(
            today_on=now.astimezone(SHANGHAI).date().isoformat(),
            evidence=f"原网站换了地址，内容有改动（{seen[0]}）；原址 {left[0]}",
            diff=seen[1],
            roles=dossiers.roles(session, policy_id),
            held=_is_held(session, told, now),
            body_withheld=bool(told) and told[-1].body_withheld,
        ),
    )
    return [ledger.append(session, *found, draft, policy_id=policy_id, now=now)]


def _are_the_same_page(old: Candidate, new: Candidate) -> bool:
    """Return whether one can stand in the other's place: a final text is not an edited draft."""
    return old.role == new.role or {old.role, new.role} == {"original", "reprint"}


def _difference(session: Session, old: Candidate, new: Candidate) -> tuple[str, Diff] | None:
    """Return what the text and its files say differently, in words and by article."""
    text = moved_difference(old.document, new.document)
    edits = edited_files.file_edits(session, old, new.document)
    if text is None and not edits:
        return None
    words = [text.words] if text else []
    words += [f"附件《{edit.file.name}》" for edit in edits]
    body = text.diff if text else Diff()
    return "；".join(words), edited_files.with_files_diff(body, new.document, edits)


def _text_told(changes: Sequence[Change]) -> int:
    """Return the sequence at which the page's text was last told as news, 0 if it never was."""
    issued = (c for c in changes if c.step and c.step.step == "issued")
    told = [c for c in changes if c.kind in {"new", "revised"}]
    return max((c.sequence for c in (*issued, *told)), default=0)


def _is_held(session: Session, told: Sequence[Change], now: datetime) -> bool:
    """Return whether the flood gate of the page's source is closed; close it where it must be."""
    status = health.status(session, told[-1].source_id or "") if told else None
    if status is None or status.held:
        return status is not None
    revised = ledger.revised_since(session, status.source_id, now - timedelta(days=1))
    if reason := flood.reason_to_doubt(revised):
        health.hold(session, status.source_id, reason, now)
    return reason is not None
