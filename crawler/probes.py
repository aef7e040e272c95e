"""What each probe of the doctor found, what it means, what the operator can do. Pure.

One function per probe, in the order in which a visit goes: name, address, connection, TLS,
robots.txt, redirects, what stands in front, encoding, rows, their dates, the next page, an
article, and how all that compares with the last good visit. It fetches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from crawler.addresses import canonical_url, site_of
from crawler.client import Answer
from crawler.exclusion import Rules
from crawler.health import MEANING
from crawler.outcomes import judge_listing
from crawler.reach import Certificate, NoAnswer
from crawler.sources import Column, Source
from crawler.spiders.sheet import Sheet
from crawler.survey import Look
from pipelines.editorial import is_damaged
from store.records import SHANGHAI, Decoded, Document, Entry, Listing, Outcome, Reading, day_of

ProbeName = Literal[
    "dns",
    "tcp",
    "tls",
    "robots",
    "redirects",
    "challenge",
    "charset",
    "rows",
    "dates",
    "next_page",
    "article",
    "last_good",
]
State = Literal["ok", "warn", "fail", "skipped"]

HOST_PROBES: tuple[ProbeName, ...] = ("dns", "tcp", "tls", "robots")
COLUMN_PROBES: tuple[ProbeName, ...] = (
    "redirects",
    "challenge",
    "charset",
    "rows",
    "dates",
    "next_page",
    "article",
    "last_good",
)
OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
"""Deprecated by RFC 8996."""

EXPIRES_SOON = timedelta(days=14)
FULL_LIST = 10
"""A list of so many rows usually goes on somewhere."""

OBSTACLES = {
    "瑞数": "瑞数动态防护，要浏览器运行脚本换取 Cookie",
    "加速乐": "知道创宇加速乐，要浏览器运行脚本换取 Cookie",
    "创宇盾": "知道创宇的防火墙，按地址或请求特征拦截",
    "防火墙": "防火墙按地址或请求特征拦截",
    "CT6T": "网关跳回原地址，只为写入 CT6T Cookie",
    "C3VK": "网关用脚本写入 C3VK Cookie，几分钟后失效",
    "wzws": "网站卫士的验证脚本",
    "cookie": "网关跳回原地址，只为写入 Cookie",
    "JS shell": "只有一段写入 Cookie 再刷新的脚本，没有网页",
    "soft 404": "状态码说成功，内容却是“页面不存在”",
    "stub": "空壳：只有脚本或没有文字，正文没有给出",
}
"""What stands in front of a page (`crawler.challenge` names it), and what kind of thing it is."""

_FAR_ENOUGH = (
    "在境外运行时最常见：政府网站常屏蔽境外地址，请换到中国境内的网络，或在来源文件写 proxy。"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found. means, do: for the operator, empty when all is well.

    column: its id; None for a probe of the whole site.
    """

    probe: ProbeName
    state: State
    found: str
    means: str = ""
    do: str = ""
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A column's last good visit: when, its rows, the encoding it was read in (None: unknown).

    Addresses are canonical. article_url, article: one of its pages as it was read last, if any.
    """

    visited_at: datetime
    entries: tuple[Entry, ...]
    charset: str | None = None
    article_url: str | None = None
    article: Document | None = None


def skipped(probe: ProbeName, why: str, column: str | None = None) -> Finding:
    """Return the finding of a probe that could not be made."""
    return Finding(probe, "skipped", why, column=column)


def no_answer(error: NoAnswer, probe: ProbeName, column: str | None = None) -> Finding:
    """Return what it means that the way ended at this step."""
    means, do = {
        "dns": (
            "域名无法解析",
            "检查本机网络和 DNS；核对来源文件中的域名。部分政府域名只在境内可以解析。",
        ),
        "address": ("域名解析到内网地址", "DNS 可能被分流或劫持：换一个解析服务器再试。"),
        "tcp": ("服务器不接受连接", _FAR_ENOUGH),
        "tls": (
            "加密连接无法建立，或证书不可信",
            "用浏览器核对证书；确认网站无误后，在来源文件写明 insecure_tls_reason（理由）。",
        ),
        "robots": MEANING["robots_denied"],
        "http": ("连接后没有完整的回应", f"稍后再试；若一直如此，{_FAR_ENOUGH}"),
        "time": ("时间用完，没有检查", "加大时间限制后再运行一次。"),
    }[error.step]
    state: State = "skipped" if error.step == "time" else "fail"
    return Finding(probe, state, str(error), means, do, column)


def dns(addresses: Sequence[str]) -> Finding:
    """Return the finding for a name that was resolved."""
    return Finding("dns", "ok", "、".join(addresses))


def tls(version: str, certificate: Certificate | None, now: datetime) -> Finding:
    """Return the finding for a TLS connection that stands."""
    if certificate is None:
        return Finding("tls", "ok", version)
    ends = certificate.not_after.astimezone(SHANGHAI).date().isoformat()
    found = f"{version}，证书由 {certificate.issuer} 签发，有效期至 {ends}"
    if version in OLD_TLS:
        means = "协议版本过旧（RFC 8996 已弃用）"
        return Finding("tls", "warn", found, means, "无需处理；若日后连接失败，请看此项。")
    if certificate.not_after - now < EXPIRES_SOON:
        means = "证书即将过期或已过期"
        do = "可提醒网站更换；过期后访问会失败，届时可写 insecure_tls_reason。"
        return Finding("tls", "warn", found, means, do)
    return Finding("tls", "ok", found)


def robots(rules: Rules, columns: Sequence[Column]) -> Finding:
    """Return what robots.txt allows of the columns."""
    means, do = MEANING["robots_denied"]
    if rules.refusal:
        return Finding("robots", "fail", rules.refusal, means, do)
    forbidden = [column.name for column in columns if not rules.allow(column.url)]
    if forbidden:
        return Finding("robots", "fail", f"禁止访问：{'、'.join(forbidden)}", means, do)
    delay = f"，要求间隔 {rules.crawl_delay_s:g} 秒" if rules.crawl_delay_s else ""
    if rules.remark:
        means = "robots.txt 的地址返回的是网页，视为没有规则"
        return Finding("robots", "warn", rules.remark + delay, means, "无需处理。")
    return Finding("robots", "ok", f"允许访问全部栏目{delay}")


def redirects(hops: Sequence[Answer], source: Source, column: Column) -> Finding:
    """Return where the column's address led."""
    last = hops[-1]
    if len(hops) == 1 and not 300 <= last.status < 400:
        return Finding("redirects", "ok", "没有跳转", column=column.id)
    found = " → ".join(f"{hop.status} {hop.url}" for hop in hops)
    if 300 <= last.status < 400:
        means, do = MEANING["challenged"] if "set-cookie" in last.names else MEANING["drifted"]
        return Finding("redirects", "fail", found, f"跳转没有尽头；{means}", do, column.id)
    if site_of(last.url) != site_of(column.url):
        do = "用浏览器核对；若网站已迁移，修改来源文件中的 base_url 和 url。"
        return Finding("redirects", "warn", found, "引到了别的网站", do, column.id)
    moved = all(hop.status in {301, 308} for hop in hops[:-1])
    if moved and canonical_url(last.url, source) != canonical_url(column.url, source):
        do = f"把来源文件中的 url 改为 {last.url}"
        return Finding("redirects", "warn", found, "地址已永久改变", do, column.id)
    return Finding("redirects", "ok", found, column=column.id)


def challenge(seen: Look, column: Column, *, is_home: bool) -> Finding:
    """Return what stands in front of the column's page, if anything does."""
    if seen.judgement is not None:
        outcome, why = seen.judgement
        found = _of_outcome("challenge", outcome, why, column)
        kind = OBSTACLES.get(why.partition("：")[0])
        return replace(found, means=f"{found.means}：{kind}") if kind else found
    if is_home:
        return _of_outcome("challenge", "gone", "此地址返回的是网站首页", column)
    return Finding("challenge", "ok", f"HTTP {seen.hops[-1].status}，是网页本身", column=column.id)


def charset(decoded: Decoded, column: Column) -> Finding:
    """Return how the page's bytes were read."""
    found = (
        f"{decoded.charset}（header={decoded.header}，meta={decoded.meta}，"
        f"质量 {decoded.quality:.2f}，修复 {sum(r.count for r in decoded.repairs)} 处，"
        f"损坏 {sum(d.length for d in decoded.damage)} 字）"
    )
    if is_damaged(decoded):
        means = "页面的字符损坏严重，正文会被扣留"
        do = "用浏览器核对；若浏览器也显示乱码，只能等网站修复。"
        return Finding("charset", "fail", found, means, do, column.id)
    if decoded.damage:
        do = "运行 policywatch encodings 查看；无需处理。"
        return Finding("charset", "warn", found, "个别字符已损坏，会标明", do, column.id)
    return Finding("charset", "ok", found, column=column.id)


def rows(listing: Listing, column: Column, today: date) -> Finding:
    """Return whether the list holds what the source expects of it."""
    outcome, why = judge_listing(listing, column, today=today)
    if outcome in {"ok", "empty_declared"}:
        return Finding("rows", "ok", f"{len(listing.entries)} 条", column=column.id)
    return _of_outcome("rows", outcome, why, column)


def dates(listing: Listing, column: Column, today: date) -> Finding:
    """Return whether the rows show the days that tell old from new."""
    days = [day for entry in listing.entries if (day := day_of(entry.on))]
    if not listing.entries:
        return skipped("dates", "没有条目", column.id)
    if not days:
        do = "无需处理：日期将从正文读取；只是列表中的先后无法核对。"
        return Finding("dates", "warn", "条目旁没有完整日期", "列表不显示年月日", do, column.id)
    found = f"{len(days)}/{len(listing.entries)} 条有日期，最新 {max(days)}，最早 {min(days)}"
    if max(days) > today:
        do = "用浏览器核对：可能是活动日期，或网站的时钟有误。"
        return Finding("dates", "warn", found, "有未来的日期", do, column.id)
    return Finding("dates", "ok", found, column=column.id)


def next_page(sheet: Sheet | None, column: Column) -> Finding:
    """Return where the column goes on."""
    if sheet is not None and sheet.next_url:
        return Finding("next_page", "ok", sheet.next_url, column=column.id)
    rows = len(sheet.listing.entries) if sheet and sheet.listing else 0
    if column.max_pages > 1 and rows >= FULL_LIST:
        means = "没有找到下一页，更早的条目读不到"
        do = "若栏目确实只有一页，在来源文件写 max_pages = 1；否则请把页面附在问题报告里。"
        return Finding("next_page", "warn", f"{rows} 条之后没有下一页", means, do, column.id)
    return Finding("next_page", "ok", "只有一页", column=column.id)


def article(reading: Reading, entry: Entry, column: Column) -> Finding:
    """Return whether a row's page was read as the article it promises."""
    if not reading.documents:
        means, do = MEANING["drifted"]
        found = f"{entry.url}：{reading.kind} {reading.detail}".strip()
        return Finding("article", "fail", found, f"条目打开后{means}", do, column.id)
    document = reading.documents[0]
    found = (
        f"{document.title or '无题'}；发布 {document.published_on or '未知'}；"
        f"来源 {document.source_name or '未知'}；文号 {document.document_number or '无'}；"
        f"正文 {len(document.body_text)} 字；附件 {len(document.attachments)} 个（{entry.url}）"
    )
    missing = [
        name
        for name, value in (
            ("标题", document.title),
            ("发布日期", document.published_on),
            ("正文", document.body_text or document.attachments),
        )
        if not value
    ]
    if missing:
        means = f"没有读到{'、'.join(missing)}"
        do = f"运行 policywatch inspect {entry.url} 查看依据；必要时把页面附在问题报告里。"
        return Finding("article", "warn", found, means, do, column.id)
    return Finding("article", "ok", found, column=column.id)


def last_good(
    sample: Sample | None, now: Listing, decoded: Decoded, column: Column, article: Document | None
) -> Finding:
    """Return how the column compares with the last visit at which it was well.

    now: its rows, addresses canonical. article: the sample's page as it is read now, if opened.
    """
    if sample is None:
        return skipped("last_good", "还没有成功访问的记录", column.id)
    same = {e.url for e in now.entries} & {e.url for e in sample.entries}
    when = sample.visited_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    rows_then, rows_now = len(sample.entries), len(now.entries)
    found = f"上次成功 {when}：{rows_then} 条；现在 {rows_now} 条，其中 {len(same)} 条相同"
    differs = [*_charset_differs(sample, decoded), *_article_differs(sample.article, article)]
    found = "；".join([found, *differs])
    means, do = MEANING["drifted"]
    if rows_then and 2 * rows_now < rows_then:
        return Finding("last_good", "fail", found, means, do, column.id)
    if rows_then and not same:
        means = "没有一条与上次相同：栏目换了内容，或地址全部改变"
        return Finding("last_good", "warn", found, means, do, column.id)
    if differs:
        means = "与上次读到的不一样：网站修改了页面，或改版后读法不合"
        return Finding("last_good", "warn", found, means, "用浏览器核对这一页。", column.id)
    return Finding("last_good", "ok", found, column=column.id)


def _charset_differs(sample: Sample, decoded: Decoded) -> list[str]:
    if not sample.charset or not decoded.text or decoded.charset == sample.charset:
        return []
    return [f"编码由 {sample.charset} 变为 {decoded.charset}"]


def _article_differs(before: Document | None, now: Document | None) -> list[str]:
    """Return the fields of one page that read otherwise than before, each in a few words."""
    if before is None or now is None:
        return []
    fields = (
        ("标题", before.title, now.title),
        ("发布日期", before.published_on, now.published_on),
        ("文号", before.document_number, now.document_number),
    )
    said = [f"{name}由 {old or '无'} 变为 {new or '无'}" for name, old, new in fields if old != new]
    if 2 * len(now.body_text) < len(before.body_text):
        said.append(f"正文由 {len(before.body_text)} 字变为 {len(now.body_text)} 字")
    return said


def _of_outcome(probe: ProbeName, outcome: Outcome, why: str, column: Column) -> Finding:
    means, do = MEANING.get(outcome, ("", ""))
    return Finding(probe, "fail", why, means, do, column.id)
