"""Identification over the whole archive again: what would change, then the change; never news.

For when the rules of identity, or an operator's decisions, have changed. It works from the
documents in the ledger, all at once, so its dossiers do not depend on the order in which pages
came; where the rules are those of the crawl, there is nothing to do.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from sqlmodel import Session

from crawler.binding import bind_steps
from crawler.kinship import State, find_kin
from crawler.rereading import role_by_rules
from crawler.sources import Source
from pipelines import fingerprint
from pipelines.gather import Place, Tie, gather
from pipelines.links import REPORTING
from pipelines.subject import subject_titles
from store import dossiers, editions, regrouping
from store import parts as archive
from store.database import Database
from store.parts import Part
from store.records import Role
from store.regrouping import Group, Move

Progress = Callable[[str, int, int], None]

ROLE_WORDS: Mapping[Role, str] = {
    "original": "原文",
    "reprint": "转载",
    "clone": "镜像",
    "interpretation": "解读",
    "draft": "征求意见稿",
    "implementing": "转发与贯彻",
    "news": "新闻",
}
STATES_KEPT = 4096
_ALONE = "new: no known page is linked to this one"


@dataclass(frozen=True, slots=True)
class Moved:
    """A page that belongs elsewhere, or has another role, in readers' words."""

    page_url: str
    title: str | None
    difference: str


def preview(
    database: Database,
    sources: Mapping[str, Source],
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Moved, ...]:
    """Return what `reidentify` would change; writes nothing."""
    with database.reading() as session:
        return _shown(session, _plan(session, sources, progress))


def reidentify(
    database: Database,
    sources: Mapping[str, Source],
    clock: Callable[[], datetime],
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Moved, ...]:
    """Put every page where the rules and the operator's decisions say; return what changed.

    One write transaction: nobody ever sees half of it. Every page is found under its keys of
    today afterwards.
    """
    with database.writing() as session:
        groups = _plan(session, sources, progress)
        found = _shown(session, groups)
        regrouped = regrouping.regroup(session, groups, clock())
        for part in archive.parts(session):
            document, _ = archive.state(session, part.snapshots[-1])
            regrouping.index(session, part.place, fingerprint.match_keys(document))
        bind_steps(session, regrouped.policies, clock())
    return found


def _shown(session: Session, groups: Sequence[Group]) -> tuple[Moved, ...]:
    """Return the moves as a person reads them, by page."""
    moves = [move for group in groups for move in group.moves]
    found = []
    for move in sorted(moves, key=lambda move: move.part.place):
        document, _ = archive.state(session, move.part.snapshots[-1])
        said = move.arrived.removeprefix("重新识别：")
        found.append(Moved(move.part.place[0], document.title, said))
    return tuple(found)


def _plan(session: Session, sources: Mapping[str, Source], progress: Progress) -> list[Group]:
    """Return the dossiers that are not as they should be, as they should be."""
    parts = archive.parts(session)
    decided = archive.decisions(session)
    states = _States(session, sources)
    kin = find_kin(parts, states.load, progress)
    groups = gather(
        [part.place for part in parts],
        kin.ties,
        together=decided.together,
        apart=decided.apart,
        rivals=kin.rivals,
    )
    return _Plan(session, parts, states, kin.ties).groups(groups)


class _States:
    """The states of parts as the rules of today see them; the latest few hundred are kept."""

    def __init__(self, session: Session, sources: Mapping[str, Source]) -> None:
        self.session, self.sources = session, sources
        self._read = lru_cache(maxsize=STATES_KEPT)(partial(archive.state, session))

    def load(self, snapshot: int, part: Part) -> State:
        """Return one state of a part."""
        document, classification = self._read(snapshot)
        source = self.sources.get(part.source_id or "")
        return State(document, role_by_rules(document, classification, source, was=part.role))

    def now(self, part: Part) -> State:
        """Return the part's latest state."""
        return self.load(part.snapshots[-1], part)


class _Plan:
    """Finds the dossier for each group: an id stays with the page that speaks for it."""

    def __init__(
        self, session: Session, parts: Sequence[Part], states: _States, ties: Sequence[Tie]
    ) -> None:
        self.session, self.states = session, states
        self.parts = {part.place: part for part in parts}
        self.ties: dict[Place, list[Tie]] = defaultdict(list)
        for tie in ties:
            self.ties[tie.one].append(tie)
            self.ties[tie.other].append(tie)

    def groups(self, groups: Sequence[frozenset[Place]]) -> list[Group]:
        """Return the groups of which something must move."""
        group_of = {place: at for at, group in enumerate(groups) for place in group}
        homes: dict[int, list[str]] = defaultdict(list)
        speakers = self._speakers()
        for policy_id in editions.order(self.session):
            if policy_id in speakers:
                homes[group_of[speakers[policy_id]]].append(policy_id)
        absorbed = {gone for ids in homes.values() for gone in ids[1:]}
        made = (self._group(group, homes[at], absorbed) for at, group in enumerate(groups))
        return [group for group in made if group.moves]

    def _speakers(self) -> dict[str, Place]:
        """Return by policy the part that speaks for it."""
        members: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts.values():
            members[part.policy_id].append(part)
        return {policy_id: min(found, key=self._rank).place for policy_id, found in members.items()}

    def _rank(self, part: Part) -> tuple[object, ...]:
        document = self.states.now(part).document
        first_on = document.published_on or document.written_on
        has_text = bool(document.body_text.strip())
        return dossiers.precedence(part.role, first_on, part.place, has_text=has_text)

    def _group(self, group: frozenset[Place], homes: list[str], absorbed: set[str]) -> Group:
        """Return what must be done that the group is one dossier; homes: ids, oldest first."""
        policy_id = homes[0] if homes else None
        parts = sorted((self.parts[place] for place in group), key=self._rank)
        moves = (self._move(part, policy_id, group, absorbed) for part in parts)
        said = {
            gone: f"重新识别：《{dossiers.title(self.session, gone)}》（{gone}）并入本档案"
            for gone in homes[1:]
        }
        return Group(policy_id, self._title(parts[0]), tuple(m for m in moves if m), said)

    def _title(self, part: Part) -> str | None:
        """Return the name of the policy that a report is about, None for the policy itself."""
        state = self.states.now(part)
        return next(iter(subject_titles(state.document)), None) if state.role in REPORTING else None

    def _move(
        self, part: Part, policy_id: str | None, group: frozenset[Place], absorbed: set[str]
    ) -> Move | None:
        """Return how the part must move, None where it is right as it is."""
        state = self.states.now(part)
        stays = part.policy_id == policy_id
        if stays and part.role == state.role:
            return None
        said = [] if stays else [f"由档案{part.policy_id}移入" if policy_id else "另立档案"]
        if part.role != state.role:
            said.append(f"角色：{ROLE_WORDS[part.role]}→{ROLE_WORDS[state.role]}")
        leaves = not stays and part.policy_id not in absorbed
        title = state.document.title or part.place[0]
        own = [tie for tie in self.ties[part.place] if {tie.one, tie.other} <= group]
        best = max(own, key=lambda tie: (tie.score, tie.why), default=None)
        return Move(
            part=part,
            role=state.role,
            why=best.why if best else _ALONE,
            score=best.score if best else 1.0,
            arrived=f"重新识别：{'，'.join(said)}",
            left=f"重新识别：《{title}》不属于本档案" if leaves else "",
        )
