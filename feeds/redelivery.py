"""What a person decides about a mail: send it again, or write it off.

A mail whose server had it whole and never answered is `unknown`; nobody may guess, so it is never
sent again by itself. Sent again it is the same bytes under the same Message-ID, so that a client
that has it already may show it once.
"""

from collections.abc import Callable, Sequence

from sqlmodel import Session

from feeds.errors import NotResendable
from store import digests, subscribers
from store.database import Database
from store.records import Delivery

WRITTEN_OFF = "written_off"
"""The cause of a refusal that is a person's word, not a server's."""


def resend(database: Database, delivery_ids: Sequence[int]) -> int:
    """Let these deliveries be sent at the next round; return how many.

    Those that are unknown or refused, of a subscription that is still active. All or none: raises
    NotResendable naming each that cannot be and why.
    """
    return _decide(database, delivery_ids, _why_not_again, _again)


def write_off(database: Database, delivery_ids: Sequence[int]) -> int:
    """Give these deliveries up; return how many. Those that are unknown or wait; all or none.

    Raises NotResendable naming each that is not.
    """
    return _decide(database, delivery_ids, _why_not_off, _off)


def _decide(
    database: Database,
    delivery_ids: Sequence[int],
    why_not: Callable[[Session, Delivery], str],
    act: Callable[[Session, int], None],
) -> int:
    with database.writing() as session:
        found = {d.id: d for d in digests.by_number(session, delivery_ids)}
        problems = [
            f"delivery {number}: {why}"
            for number in delivery_ids
            if (why := why_not(session, found[number]) if number in found else "there is none")
        ]
        if problems:
            raise NotResendable(f"{'; '.join(problems)}; nothing was changed")
        for number in found:
            act(session, number)
    return len(found)


def _why_not_again(session: Session, delivery: Delivery) -> str:
    if delivery.state not in ("unknown", "refused"):
        return f"it is {delivery.state}; only an unknown or refused mail is sent again"
    member = subscribers.find(session, delivery.subscription_id)
    if not delivery.message or member is None or not member.active:
        return "its subscription has ended, or no message could be made"
    return ""


def _again(session: Session, delivery_id: int) -> None:
    digests.send_again(session, delivery_id, "按运维人员的决定重发")


def _why_not_off(session: Session, delivery: Delivery) -> str:
    if delivery.state in ("unknown", "pending", "sending"):
        return ""
    return f"it is {delivery.state} already"


def _off(session: Session, delivery_id: int) -> None:
    digests.set_state(
        session, delivery_id, "refused", detail="按运维人员的决定不再发送", cause=WRITTEN_OFF
    )
