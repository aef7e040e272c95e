"""How publications look and where mail goes, as frozen values. Reads no file, no environment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Literal

from feeds.signet import Signet
from store.records import Comparison, Pairing
from store.revisits import Delay, Stock

Security = Literal["ssl", "starttls", "plain"]


Basis = Literal["captured", "seen", "inferred", "unknown"]


@dataclass(frozen=True, slots=True)
class Retirement:
    """Why a source is watched no more, since which day, and the id of who speaks in its place."""

    on: str
    why: str
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A source as it is configured: what coverage is measured against.

    basis: how sure the surest of its columns' addresses is. rhythm_h: hours between two visits of
    its most frequent column; slowest_h: of its least frequent, 0: all alike. bases: how sure each
    column's address is. retired: None while the site is there, switched on or not.
    """

    source_id: str
    name: str
    region: str
    kind: str
    home: str
    basis: Basis
    rhythm_h: float
    columns: int
    enabled: bool = True
    bases: tuple[Basis, ...] = ()
    slowest_h: float = 0
    retired: Retirement | None = None


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """Names and addresses that go into every publication.

    contact: a web or mail address of the operator, shown at the foot of each page.
    public_url: where `public/` is served, without a trailing slash; None when nobody serves it,
    then items have no dossier link and feeds no self link (editorial rule 16).
    tag_authority: the first part of every permanent id (RFC 4151); never change it once
    somebody subscribes, every item would come back as new.
    feed_items: the newest that many changes are in a feed, and in any case those of
    `feed_days` before the newest, so that a reader who looks once a month misses nothing; never
    more than `feed_most`: what is older lies in the archive feeds (RFC 5005), `archive_items`
    each. policy_items: how many of the policies refreshed last are in their feed.
    configured: every source as configured; empty where nobody gave them, then coverage speaks of
    those that were ever visited. after_publish: a command and its arguments, run without a shell
    after a publication that changed something. compare: says how two texts differ, for the dossier
    pages; None where nobody gave it, then they compare nothing. delays: reckons from the pages
    known how late an edit in place is seen, by source; None: nobody knows.
    """

    title: str = "社工政策监测"
    author: str = "社工政策监测"
    contact: str | None = None
    public_url: str | None = None
    tag_authority: str = "policywatch.local,2026"
    feed_items: int = 300
    feed_days: int = 31
    feed_most: int = 1000
    archive_items: int = 200
    policy_items: int = 500
    page_changes: int = 200
    configured: tuple[Watched, ...] = ()
    after_publish: tuple[str, ...] = ()
    compare: Callable[[Pairing], Comparison] | None = None
    delays: Callable[[Sequence[Stock]], Mapping[str, Sequence[Delay]]] | None = None


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """One submission server. `plain` is for loopback and test servers only.

    Chinese providers (QQ, 163, 阿里云, 腾讯) want port 465 with `ssl` and an 授权码 as password.
    per_minute, per_day: how many messages it may be given (days of Asia/Shanghai); None = any.
    """

    host: str
    port: int = 465
    security: Security = "ssl"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_s: float = 30.0
    per_minute: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class OneClick:
    """Where unsubscribe links lead (`https://host/unsubscribe`) and what signs them."""

    url: str
    signet: Signet

    def link(self, subscription_id: int) -> str:
        """Return the address that ends this subscription."""
        return f"{self.url}/{self.signet.token(subscription_id)}"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Who writes the digest and where its copies lie.

    digests: folder of the `.eml` copies. maildir: where messages go when `smtp` is None.
    domain: right-hand side of Message-ID and List-Id; constant for ever.
    digest_at: the hour in China at which a window ends; it dates the mail.
    full_entries: how many dossiers a digest shows in full, the rest get one line each.
    watched: ids of the enabled sources, which coverage speaks of; None: all that were ever visited.
    rhythms_h: hours between two visits of a source, by its id: one that is not due is not missed.
    one_click: None where nobody serves unsubscribe links; then `mailto:` is the only way.
    """

    digests: Path
    maildir: Path
    from_address: str = "policywatch@policywatch.local"
    from_name: str = "社工政策监测"
    domain: str = "policywatch.local"
    public_url: str | None = None
    smtp: SmtpSettings | None = None
    digest_at: time = time(8)
    full_entries: int = 15
    watched: frozenset[str] | None = None
    rhythms_h: Mapping[str, float] = field(default_factory=dict)
    one_click: OneClick | None = None
