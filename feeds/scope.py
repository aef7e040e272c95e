"""What one publication has to write: everything, or only what moved since the last one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from feeds.imprint import Imprint
from store import editions, ledger, stories
from store.editions import SHELF_SIZE, Facets


@dataclass(frozen=True)
class Scope:
    """The reach of one publication, over one consistent view of the ledger.

    before: None when everything is written. sequence: the last change it tells.
    order: all policies ever, first seen first. moved: living, visible ones whose pages and feeds
    are written. facets: all there is a feed for; moved_facets: those with a new change.
    former: survivor by the id of each merged dossier.
    """

    before: Imprint | None
    sequence: int
    recorded_at: datetime | None
    touched_at: datetime | None
    order: Sequence[str]
    moved: Sequence[str]
    facets: Facets
    moved_facets: Facets
    former: Mapping[str, str]

    @property
    def told_more(self) -> bool:
        """Whether the ledger holds a change that the last publication did not."""
        return self.before is None or self.sequence != self.before.sequence

    @property
    def touched(self) -> bool:
        """Whether a policy was refreshed since the last publication."""
        return self.before is None or self.touched_at != self.before.touched_at

    @cached_property
    def shelves(self) -> dict[int, Sequence[str]]:
        """The pages of the library that hold a policy that moved: their policies, by number."""
        shelved = dict(editions.shelves(self.order))
        if self.before is None:
            return shelved
        place = {policy_id: n // SHELF_SIZE + 1 for n, policy_id in enumerate(self.order)}
        wanted = {place[policy_id] for policy_id in self.moved} | {
            place[old] for old, survivor in self.former.items() if survivor in set(self.moved)
        }
        return {number: shelved[number] for number in sorted(wanted)}

    def former_of(self, policy_id: str) -> list[str]:
        """Return the ids of dossiers that were merged into this one."""
        return sorted(old for old, survivor in self.former.items() if survivor == policy_id)


def plan(session: Session, before: Imprint | None) -> Scope:
    """Return what has to be written to bring a folder with this imprint in line."""
    sequence = ledger.last_sequence(session)
    former = editions.redirects(session)
    order = editions.order(session)
    after = before.sequence if before else 0
    if before is None:
        asked = [policy_id for policy_id in order if policy_id not in former]
    else:
        changed = editions.moved_since(session, after, before.touched_at)
        asked = sorted(changed | stories.neighbours(session, changed))
    seen = editions.visible(session, asked, former)
    newest = ledger.at(session, [sequence])
    moved_facets = editions.facets(session, after)
    return Scope(
        before=before,
        sequence=sequence,
        recorded_at=newest[0].recorded_at if newest else None,
        touched_at=editions.last_touched_at(session),
        order=order,
        moved=[policy_id for policy_id in asked if policy_id in seen],
        facets=moved_facets | before.facets if before else moved_facets,
        moved_facets=moved_facets,
        former=former,
    )
