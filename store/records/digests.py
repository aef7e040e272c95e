"""What readers asked for and what was sent to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.records.vocabulary import DeliveryState


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes somebody wants; an empty field matches everything, fields are ANDed.

    possibly: whether the middle band (可能相关) is wanted. words: any one in title or body.
    """

    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    possibly: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which changes an address gets, how often; all_quiet asks for a mail on empty days too.

    address: of a mailbox, or an apprise URL (immediate alerts only). diffs: show what a revision
    changed. details: name the sources that were not looked at. suspended: why nothing is sent.
    """

    id: int
    address: str
    filter: Filter
    rhythm: Literal["daily", "weekly", "immediately"] = "daily"
    all_quiet: bool = False
    diffs: bool = True
    details: bool = True
    suspended: str = ""


@dataclass(frozen=True, slots=True)
class DigestRun:
    """One window: ledger sequences (after, upto], for the day `on` (`2026-11-21`, Shanghai)."""

    id: int
    rhythm: Literal["daily", "weekly"]
    on: str
    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address, stored whole before it is sent; message is RFC 5322 bytes.

    digest_run_id: None for an immediate alert. change_ids: exactly the changes it tells.
    cause: what a refusal was about (`address`, `content`, `sender`, `rate`, `expired`, …).
    deferred_at: when a server first put it off. due_at: not to be tried before; None = at once.
    """

    id: int
    digest_run_id: int | None
    subscription_id: int
    address: str
    message_id: str
    message: bytes
    state: DeliveryState
    attempts: int = 0
    detail: str = ""
    change_ids: tuple[str, ...] = ()
    cause: str = ""
    deferred_at: datetime | None = None
    attempted_at: datetime | None = None
    due_at: datetime | None = None
