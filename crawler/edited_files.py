"""Files that were edited under an unchanged page: what that makes of the page's verdict.

`identify` compares documents, and the words of a file are not in them; the store remembers what
each version of a file said. Reads the store, writes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlmodel import Session

from pipelines import diff
from pipelines.attached import READ, first_read, is_from_file, replaced_files
from pipelines.canonical import canonical_text
from store import files
from store.records import Attachment, Candidate, Diff, DiffBlock, Document, FileText, Verdict


class FileEdit(NamedTuple):
    """A file that says something else than before; texts are "" where the file is not read."""

    file: Attachment
    old: str
    new: str


def file_edits(session: Session, known: Candidate | None, document: Document) -> list[FileEdit]:
    """Return the files of the document that say something else than in the page's last state.

    A file made anew with the same words was not edited. One that cannot be read (`doc`,
    `scanned`, …) was, when its bytes changed: nobody could say that they mean the same.
    """
    edits = []
    for was, now in replaced_files(known.document, document) if known else ():
        old, new = _said(session, was), _said(session, now)
        readable = old.kind in READ and new.kind in READ
        if not readable or canonical_text(old.text) != canonical_text(new.text):
            edits.append(FileEdit(now, old.text, new.text))
    return edits


def is_news(known: Candidate | None, document: Document, edits: Sequence[FileEdit]) -> bool:
    """Return whether the files, not our reading of the page, make the document another one.

    They were edited, or the body that only they hold could be had for the first time.
    """
    late = known is not None and first_read(known.document, document)
    return bool(edits) or (late and is_from_file(document))


def judged(
    verdict: Verdict, known: Candidate | None, document: Document, edits: Sequence[FileEdit]
) -> Verdict:
    """Return the verdict on a page that says the same, seen together with its files."""
    if known is None or verdict.kind != "same":
        return verdict
    if edits:
        return replace(verdict, kind="revised", differs=True, reason="page: attachments")
    if first_read(known.document, document):
        return replace(verdict, kind="corrected", reason="page: attachments read")
    return verdict


def with_files_diff(body: Diff, document: Document, edits: Sequence[FileEdit]) -> Diff:
    """Return the difference of the bodies followed by those of the files that are not the body."""
    blocks: list[DiffBlock] = list(body.blocks)
    for edit in edits:
        if edit.new != document.body_text:
            blocks += diff.compare(edit.old, edit.new).blocks
    return Diff(tuple(blocks))


def _said(session: Session, file: Attachment) -> FileText:
    """Return what the file said; its kind alone where the store does not know it."""
    return files.said(session, file.sha256 or files.NO_BYTES) or FileText(file.kind or "other")
