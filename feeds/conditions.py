"""What an operator should know right now: the state of the product in, the open alarms out. Pure.

Only states that last are named here (a source sick, a gate closed, a digest late); that each is
told once, reminded of and taken back is `feeds.alerts`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.addresses import masked
from feeds.filters import reaches
from feeds.words import HEALTHS, OUTCOMES, clock_words
from store.alarms import Alarm
from store.records import Delivery, SourceStatus, Subscription

DIGEST_GRACE = timedelta(hours=1)
WITHHELD_LEAST = 5
"""So many damaged pages in a week, and more than twice those of the week before, are growth."""


MOST_NUMBERS = 20
"""So many numbers are named in one line; `status` and `subscribers list` have them all."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How things stand at `now`; every field is read by the scheduler, judged here.

    sources: the enabled ones. remedies: what the crawl advises, by source id. digest_at: when
    today's digest was due, None before that hour or without daily subscribers. digest: today's
    deliveries, None if it is not composed. unknown: those that a server had and never answered.
    free_bytes, least_free_bytes: of the data folder's disk.
    withheld: damaged pages of the last seven days, and of the seven before.
    """

    now: datetime
    sources: Sequence[SourceStatus] = ()
    remedies: Mapping[str, str] | None = None
    subscriptions: Sequence[Subscription] = ()
    digest_at: datetime | None = None
    digest: Sequence[Delivery] | None = None
    unknown: Sequence[Delivery] = ()
    free_bytes: int = 0
    least_free_bytes: int = 0
    withheld: tuple[int, int] = (0, 0)


def troubles(outlook: Outlook) -> list[Alarm]:
    """Return the alarms that should be open now; `id` 0, the store knows which it has already."""
    return [
        *_sources(outlook),
        *_late_digest(outlook),
        *_unknown(outlook),
        *_suspended(outlook),
        *_disk(outlook),
        *_withheld(outlook),
    ]


def affected(subscriptions: Sequence[Subscription], source: SourceStatus) -> list[int]:
    """Return the subscriptions that could miss something of this source, by their numbers."""
    return [s.id for s in subscriptions if reaches(s.filter, source.source_id, source.region)]


def numbered(subscription_ids: Sequence[int]) -> str:
    """Return `3个订阅（编号1、4、9）`, the numbers as `subscribers list` shows them; no address."""
    if not subscription_ids:
        return "没有订阅"
    shown = "、".join(map(str, subscription_ids[:MOST_NUMBERS]))
    more = "等" if len(subscription_ids) > MOST_NUMBERS else ""
    return f"{len(subscription_ids)}个订阅（编号{shown}{more}）"


def _sources(outlook: Outlook) -> Iterator[Alarm]:
    for source in outlook.sources:
        affects = numbered(affected(outlook.subscriptions, source))
        if source.health in ("sick", "silent"):
            yield _ill(source, outlook, affects)
        if source.held:
            yield Alarm(
                id=0,
                kind="held",
                subject=source.source_id,
                title=f"来源暂缓通知：{source.name}",
                reason=source.held_reason,
                remedy=f"核对后运行 policywatch release {source.source_id}",
                opened_at=outlook.now,
                tried="内容已记录，没有通知任何人",
                affects=affects,
            )


def _ill(source: SourceStatus, outlook: Outlook, affects: str) -> Alarm:
    """Return the alarm of a source that cannot be read, or that says nothing any more."""
    advised = (outlook.remedies or {}).get(source.source_id)
    tried = f"到期即重试，最近一次{clock_words(source.last_visit_at)}"
    if source.health == "sick":
        outcome = OUTCOMES.get(source.last_outcome or "", "原因未知")
        tried += f"（{outcome}）；上次查到：{clock_words(source.last_success_at)}"
    return Alarm(
        id=0,
        kind=str(source.health),
        subject=source.source_id,
        title=f"来源{HEALTHS[str(source.health)]}：{source.name}",
        reason=source.detail,
        remedy=advised or f"运行 policywatch doctor {source.source_id}",
        opened_at=source.since or outlook.now,
        tried=tried,
        affects=affects,
    )


def _late_digest(outlook: Outlook) -> Iterator[Alarm]:
    due, deliveries = outlook.digest_at, outlook.digest
    if due is None or outlook.now < due + DIGEST_GRACE:
        return
    waiting = [d for d in deliveries or () if d.state in ("pending", "sending")]
    if deliveries is None:
        reason = "今天的日报还没有生成"
    elif waiting and len(waiting) == len(deliveries):
        reason = f"今天的日报已生成{len(deliveries)}封，一封也没有送出"
        reason += "".join(f"；{d.detail}" for d in waiting[:1] if d.detail)
    else:
        return
    people = [s.id for s in outlook.subscriptions if s.rhythm == "daily" and not s.suspended]
    yield Alarm(
        id=0,
        kind="late",
        subject="digest",
        title="日报没有按时送出",
        reason=reason,
        remedy="运行 policywatch digest，看它说什么；核对邮件服务器、授权码与网络",
        opened_at=due,
        tried=f"试送{max((d.attempts for d in waiting), default=0)}次" if waiting else "",
        affects=numbered([d.subscription_id for d in waiting] or people),
    )


def _unknown(outlook: Outlook) -> Iterator[Alarm]:
    """Yield the alarm of mails whose server had them whole and never answered: a person decides."""
    if outlook.unknown:
        numbers = "、".join(str(d.id) for d in outlook.unknown[:MOST_NUMBERS])
        yield Alarm(
            id=0,
            kind="unknown",
            subject="deliveries",
            title=f"{len(outlook.unknown)}封邮件结果不明",
            reason=f"已递交，服务器没有答复；邮件编号：{numbers}",
            remedy="向收件人或邮件服务商核实：没收到就 policywatch deliveries resend 编号，"
            "收到了就 policywatch deliveries writeoff 编号",
            opened_at=min(d.attempted_at or outlook.now for d in outlook.unknown),
            tried="没有重发：可能已经送达，重发会重复",
            affects=numbered(sorted({d.subscription_id for d in outlook.unknown})),
        )


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
        remedy = "清理磁盘，或运行 policywatch prune --older-than 365；写满后什么都不会再记录"
        affects = numbered([s.id for s in outlook.subscriptions])
        yield Alarm(0, "full", "disk", "磁盘空间不足", reason, remedy, outlook.now, affects=affects)


def _withheld(outlook: Outlook) -> Iterator[Alarm]:
    recent, before = outlook.withheld
    if recent >= WITHHELD_LEAST and recent > 2 * before:
        reason = f"近7天有{recent}页因字符损坏不显示正文，之前7天{before}页"
        remedy = "运行 policywatch encodings，看是哪个来源的编码变了"
        yield Alarm(0, "damaged", "pages", "编码损坏的页面增多", reason, remedy, outlook.now)
