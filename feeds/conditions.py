"""What an operator should know right now: the state of the product in, the open alarms out. Pure.

Only states that last are named here (a source sick, a gate closed, a digest late); that each is
told once, reminded of and taken back is `feeds.alerts`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.addresses import masked
from feeds.filters import reaches
from feeds.words import HEALTHS
from store.alarms import Alarm
from store.records import Delivery, SourceStatus, Subscription

DIGEST_GRACE = timedelta(hours=1)
WITHHELD_LEAST = 5
"""So many damaged pages in a week, and more than twice those of the week before, are growth."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How things stand at `now`; every field is read by the scheduler, judged here.

    sources: the enabled ones. remedies: what the crawl advises, by source id. digest_at: when
    today's digest was due, None before that hour or without daily subscribers. digest: today's
    deliveries, None if it is not composed. free_bytes, least_free_bytes: of the data folder's disk.
    withheld: damaged pages of the last seven days, and of the seven before.
    """

    now: datetime
    sources: Sequence[SourceStatus] = ()
    remedies: Mapping[str, str] | None = None
    subscriptions: Sequence[Subscription] = ()
    digest_at: datetime | None = None
    digest: Sequence[Delivery] | None = None
    free_bytes: int = 0
    least_free_bytes: int = 0
    withheld: tuple[int, int] = (0, 0)


def troubles(outlook: Outlook) -> list[Alarm]:
    """Return the alarms that should be open now; `id` 0, the store knows which it has already."""
    return [
        *_sources(outlook),
        *_late_digest(outlook),
        *_suspended(outlook),
        *_disk(outlook),
        *_withheld(outlook),
    ]


def affected(subscriptions: Sequence[Subscription], source: SourceStatus) -> int:
    """Return how many subscriptions could miss something of this source, as far as filters tell."""
    return sum(reaches(s.filter, source.source_id, source.region) for s in subscriptions)


def _sources(outlook: Outlook) -> Iterator[Alarm]:
    remedies = outlook.remedies or {}
    for source in outlook.sources:
        since = source.since or outlook.now
        readers = f"（影响{affected(outlook.subscriptions, source)}个订阅）"
        if source.health in ("sick", "silent"):
            title = f"来源{HEALTHS[source.health]}：{source.name}"
            remedy = remedies.get(source.source_id) or f"运行 policywatch doctor {source.source_id}"
            reason = f"{source.detail}{readers}"
            yield Alarm(0, source.health, source.source_id, title, reason, remedy, since)
        if source.held:
            yield Alarm(
                id=0,
                kind="held",
                subject=source.source_id,
                title=f"来源暂缓通知：{source.name}",
                reason=f"{source.held_reason}{readers}",
                remedy=f"核对后运行 policywatch release {source.source_id}",
                opened_at=outlook.now,
            )


def _late_digest(outlook: Outlook) -> Iterator[Alarm]:
    due, deliveries = outlook.digest_at, outlook.digest
    if due is None or outlook.now < due + DIGEST_GRACE:
        return
    if deliveries is None:
        reason = "今天的日报还没有生成"
    elif deliveries and not any(d.state in ("sent", "refused", "unknown") for d in deliveries):
        reason = f"今天的日报已生成{len(deliveries)}封，一封也没有送出"
        reason += "".join(f"；{d.detail}" for d in deliveries[:1] if d.detail)
    else:
        return
    remedy = "运行 policywatch digest，看它说什么；核对邮件服务器、授权码与网络"
    yield Alarm(0, "late", "digest", "日报没有按时送出", reason, remedy, due)


def _suspended(outlook: Outlook) -> Iterator[Alarm]:
    for subscription in outlook.subscriptions:
        if subscription.suspended:
            yield Alarm(
                id=0,
                kind="suspended",
                subject=f"subscription-{subscription.id}",
                title=f"收件地址多次被拒，已停发：{masked(subscription.address)}",
                reason=subscription.suspended,
                remedy="核对地址：重新运行 policywatch subscribe 恢复，"
                f"或 policywatch unsubscribe {subscription.id}",
                opened_at=outlook.now,
            )


def _disk(outlook: Outlook) -> Iterator[Alarm]:
    if outlook.free_bytes < outlook.least_free_bytes:
        free, least = (n // 1_000_000 for n in (outlook.free_bytes, outlook.least_free_bytes))
        reason = f"数据目录所在磁盘只剩{free} MB，低于{least} MB"
        remedy = "清理磁盘，或把 archive/ 中较早的 .warc.gz 移到别处；写满后什么都不会再记录"
        yield Alarm(0, "full", "disk", "磁盘空间不足", reason, remedy, outlook.now)


def _withheld(outlook: Outlook) -> Iterator[Alarm]:
    recent, before = outlook.withheld
    if recent >= WITHHELD_LEAST and recent > 2 * before:
        reason = f"近7天有{recent}页因字符损坏不显示正文，之前7天{before}页"
        remedy = "运行 policywatch encodings，看是哪个来源的编码变了"
        yield Alarm(0, "damaged", "pages", "编码损坏的页面增多", reason, remedy, outlook.now)
