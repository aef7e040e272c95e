"""One read page into the ledger, inside one write transaction; run, replay and import all use it.

Identify, snapshot, roles and changes are decided and written together (DESIGN invariant 3), so
that two crawls cannot make one policy twice. The judging is `pipelines`', the writing `store`'s.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from crawler import edited_files
from crawler.binding import bind_steps
from crawler.moving import tell_if_edited
from crawler.withdrawal import tell_return
from pipelines import announce, diff, fingerprint, identify, lifecycle
from pipelines.canonical import canonical_title
from pipelines.links import REPORTING
from store import candidates, decisions, dossiers, files, ledger, moves, pages
from store import lifecycle as stated
from store.pages import PageState
from store.records import (
    SHANGHAI,
    Candidate,
    ChangeDraft,
    Classification,
    Diff,
    Document,
    Evidence,
    Finding,
    LifecycleStep,
    PageFacts,
    Reading,
    Role,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a page's source bears on how its changes are told.

    baseline: seen in its column's first sweep, or backfilled. held: the flood gate is closed.
    is_clone: the source copies another. reprints: it issues no policies itself, so that one it
    shows is somebody else's. region: what a document is read to be of that names none; None where
    the source does not speak for a region. reader_version: which decoder and extractor read it.
    """

    reader_version: str
    baseline: bool = False
    held: bool = False
    is_clone: bool = False
    reprints: bool = False
    region: str | None = None


def record_page(
    session: Session,
    facts: PageFacts,
    reading: Reading,
    circumstances: Circumstances,
    now: datetime,
) -> list[str]:
    """Record every document of the page; return the ids of the changes. Call it in `writing()`."""
    before = pages.state(session, facts.url)
    page_id = pages.put(session, facts, before)
    if before is not None or facts.files:
        files.link(session, page_id, facts.files)
    recorder = _Recorder(session, facts, page_id, reading, circumstances, now, before)
    changes: list[str] = []
    for part, document in enumerate(reading.documents):
        changes += recorder.record(part, document, reading.classifications[part])
    if before is not None and before.withdrawn and facts.present:
        changes += tell_return(session, facts.url, now)
    return changes


_Home = tuple[str, Role]
"""The policy a page part is recorded in, and its role there."""


@dataclass(frozen=True, slots=True)
class _Recorder:
    session: Session
    facts: PageFacts
    page_id: int
    reading: Reading
    circumstances: Circumstances
    now: datetime
    before: PageState | None

    def record(self, part: int, document: Document, classification: Classification) -> list[str]:
        document = _at_home(document, self.circumstances.region)
        known = candidates.known_part(self.session, self.facts.url, part) if self.before else None
        if known is not None and self._says_the_same(document, classification, known):
            return []
        keys = fingerprint.match_keys(document)
        kin = candidates.find_candidates(
            self.session, fingerprint.sought(keys), url=self.facts.url, part=part
        )
        verdict, linked = self._identify(document, classification, kin, known)
        steps = _findable(
            lifecycle.steps(document, classification, is_clone=self.circumstances.is_clone)
        )
        finding = Finding(
            url=self.facts.url,
            part=part,
            document=document,
            classification=classification,
            verdict=verdict,
            content_hash=fingerprint.content_hash(document),
            reader_version=self.circumstances.reader_version,
            decoded=self.reading.decoded,
            keys=keys,
            steps=steps,
            changes=self._drafts(document, classification, verdict, steps, known),
        )
        changes = ledger.record(self.session, self.facts, self.page_id, finding, self.now)
        changes += self._merge(finding, linked)
        home = candidates.place_of(self.session, finding.url, finding.part)
        changes += self._call_home(finding, home, kin)
        changes += self._tell_moved(finding, home)
        return changes + self._tell_targets(finding, home)

    def _has_same_bytes(self) -> bool:
        return self.before is not None and self.before.body_sha256 == self.facts.body_sha256

    def _says_the_same(
        self, document: Document, classification: Classification, known: Candidate
    ) -> bool:
        """Return whether the page reads in every field as it was recorded, by the same readers.

        Only its bytes moved, as with a counter of visits: what would be written stands already.
        """
        if document != known.document:
            return False
        read_as = candidates.read_as(self.session, known.page_url, known.part)
        return read_as == (classification, self.circumstances.reader_version)

    def _identify(
        self,
        document: Document,
        classification: Classification,
        kin: list[Candidate],
        known: Candidate | None,
    ) -> tuple[Verdict, tuple[str, ...]]:
        """Return the verdict, and every policy the document turns out to link."""
        is_clone = self.circumstances.is_clone
        edits = edited_files.file_edits(self.session, known, document)
        verdict = identify.identify(
            document,
            classification,
            kin,
            known,
            is_clone=is_clone,
            reprints=self.circumstances.reprints,
            same_bytes=self._has_same_bytes() and not edited_files.is_news(known, document, edits),
        )
        verdict = edited_files.judged(verdict, known, document, edits)
        if verdict.kind not in {"joined", "revised"}:
            return verdict, ()
        linked = identify.linked_policies(
            document, classification, kin, own=verdict.policy_id, is_clone=is_clone
        )
        return self._heed(verdict, linked)

    def _heed(self, verdict: Verdict, linked: tuple[str, ...]) -> tuple[Verdict, tuple[str, ...]]:
        """Leave out of `linked` what an operator keeps apart, and say so where a page joins.

        A person's word outweighs a likeness.
        """
        named = list(dict.fromkeys((verdict.policy_id or "", *linked)))
        kept = decisions.mergeable(self.session, named)
        apart = "".join(f"；人工判定与{i}不是同一政策" for i in named if i not in kept)
        if verdict.kind == "joined":
            verdict = dataclasses.replace(verdict, reason=verdict.reason + apart)
        return verdict, tuple(kept)

    def _merge(self, finding: Finding, linked: tuple[str, ...]) -> list[str]:
        """Make the policies one that this document shows to be one (rule 14)."""
        if len(linked) < 2:
            return []
        policy_id = dossiers.merge(self.session, linked, self.now)
        draft = ChangeDraft("merged", "unannounced", f"{finding.verdict.reason}；合并档案")
        return [
            ledger.append(
                self.session, finding.url, finding.part, draft, policy_id=policy_id, now=self.now
            )
        ]

    def _call_home(self, finding: Finding, home: _Home, kin: list[Candidate]) -> list[str]:
        """Move the reports that are about this text, not about the edition they are with so far."""
        if finding.verdict.kind == "same" or finding.verdict.role in REPORTING:
            return []
        place = (finding.url, finding.part)
        policy_id, role = home
        told = []
        for report in identify.followers(finding.document, role, place, kin):
            at = (report.page_url, report.part)
            if decisions.is_decided(self.session, *at):
                continue
            left = dossiers.move(self.session, at, policy_id, self.now)
            why = f"由档案{left}移入：报道的是这一版"
            draft = ChangeDraft("corrected", "unannounced", why)
            told.append(ledger.append(self.session, *at, draft, policy_id=policy_id, now=self.now))
        return told

    def _tell_moved(self, finding: Finding, home: _Home) -> list[str]:
        """Tell what a text says differently that its site withdrew and shows here again."""
        if finding.verdict.kind != "joined" or not self.facts.present:
            return []
        place = (finding.url, finding.part)
        policy_id, role = home
        left = moves.left_behind(self.session, finding.url, policy_id, role)
        return tell_if_edited(self.session, left, place, policy_id, self.now) if left else []

    def _drafts(
        self,
        document: Document,
        classification: Classification,
        verdict: Verdict,
        steps: tuple[LifecycleStep, ...],
        known: Candidate | None,
    ) -> tuple[ChangeDraft, ...]:
        policy_id = verdict.policy_id
        roles = dossiers.roles(self.session, policy_id) if policy_id else frozenset()
        told = stated.told_steps(self.session, policy_id) if policy_id else set()
        today_on = self.now.astimezone(SHANGHAI).date().isoformat()
        return announce.drafts(
            document,
            classification,
            verdict,
            announce.Context(
                today_on=today_on,
                decoded=self.reading.decoded,
                diff=self._difference(known, document, verdict),
                roles=roles,
                steps=_news(steps, told, today_on),
                baseline=self.circumstances.baseline and known is None,
                held=self.circumstances.held,
            ),
        )

    def _difference(
        self, known: Candidate | None, document: Document, verdict: Verdict
    ) -> Diff | None:
        if known is None or verdict.kind not in {"revised", "corrected"}:
            return None
        body = diff.compare(known.document.body_text, document.body_text)
        edits = edited_files.file_edits(self.session, known, document)
        return edited_files.with_files_diff(body, document, edits)

    def _tell_targets(self, finding: Finding, home: _Home) -> list[str]:
        """Bind steps to the policies they speak of and tell each once, whichever came first."""
        return [
            ledger.append(
                self.session,
                finding.url,
                finding.part,
                announce.step_draft(
                    bound.step, finding.classification, announced=self._announced(finding)
                ),
                policy_id=bound.policy_id,
                now=self.now,
            )
            for bound in bind_steps(self.session, [home[0]], self.now)
        ]

    def _announced(self, finding: Finding) -> bool:
        return any(draft.announcement == "announced" for draft in finding.changes)


def _findable(steps: tuple[LifecycleStep, ...]) -> tuple[LifecycleStep, ...]:
    return tuple(
        dataclasses.replace(step, target_key=canonical_title(step.target_title))
        if step.target_title
        else step
        for step in steps
    )


def _news(
    steps: tuple[LifecycleStep, ...], told: set[tuple[str, str]], today_on: str
) -> tuple[LifecycleStep, ...]:
    """Return the steps of the document's own policy that have come and nobody was told, once."""
    come = [s for s in steps if _is_own(s) and (s.on or "") <= today_on]
    return tuple({stated.once(s): s for s in come if stated.once(s) not in told}.values())


def _is_own(step: LifecycleStep) -> bool:
    return step.target_title is None and step.target_number is None


def _at_home(document: Document, region: str | None) -> Document:
    """Return the document with the region of the department whose site it stands on."""
    if document.region is not None or region is None:
        return document
    why = Evidence("来源所在地区", "source", "inferred")
    return dataclasses.replace(
        document, region=region, evidence={**document.evidence, "region": why}
    )
