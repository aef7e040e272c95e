"""The doctor: every step of a visit to a source, in order, with what each means and what to do.

It asks as politely as the crawl, once per column and for a few articles, and stores nothing. What
a probe means is `crawler.probes`' to say.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler import probes
from crawler.addresses import canonical_url
from crawler.budget import groups_by_host
from crawler.client import PARALLEL_HOSTS, Client, Pace, manners_of
from crawler.discovery import is_same_page
from crawler.errors import BodyError
from crawler.outcomes import is_home
from crawler.page import read_page
from crawler.peers import may_be_reached
from crawler.probes import COLUMN_PROBES, HOST_PROBES, Finding, ProbeName, Sample
from crawler.reach import NoAnswer, certificate_of, connect, resolve, secure
from crawler.sources import Column, Source
from crawler.spiders.errand import canonical_listing, is_file, own_entries
from crawler.survey import Look, look
from pipelines.decode import decode
from pipelines.extract import Rules as ExtractRules
from store.records import SHANGHAI, Document, Entry, Listing, Reading

ARTICLES = 3
"""So many articles of a source are opened, one of a column."""

Samples = Mapping[str, Sample]


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor found at one source; listings: the rows read, by column id."""

    source_id: str
    name: str
    examined_at: datetime
    findings: tuple[Finding, ...]
    listings: Mapping[str, Listing] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether no probe failed, and not everything was skipped."""
        return all(finding.state != "fail" for finding in self.findings) and any(
            finding.state == "ok" for finding in self.findings
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON: all probes, in order."""
        return {
            "source": self.source_id,
            "name": self.name,
            "examined_at": self.examined_at.isoformat(),
            "ok": self.sound,
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
        }


class Doctor:
    """Examines one source with one client."""

    def __init__(self, source: Source, client: Client, now: datetime, samples: Samples) -> None:
        self._source = source
        self._client = client
        self._now = now
        self._today = now.astimezone(SHANGHAI).date()
        self._samples = samples
        self._listings: dict[str, Listing] = {}
        self._home: str | None = None
        self._articles_left = ARTICLES
        self._opened: dict[str, Document] = {}

    def examine(self) -> Examination:
        """Return the findings of every probe; one that could not be made says why."""
        findings = [*self._host()]
        bad = next((f for f in findings if f.state == "fail" and f.probe != "robots"), None)
        for column in self._source.columns:
            if bad is not None:
                why = f"未检查：{bad.probe} 一步已失败"
                findings += [probes.skipped(p, why, column.id) for p in COLUMN_PROBES]
            else:
                findings += self._column(column)
        return Examination(
            self._source.id, self._source.name, self._now, tuple(findings), self._listings
        )

    # --- the site -------------------------------------------------------------------------------

    def _host(self) -> Iterator[Finding]:
        steps: tuple[tuple[ProbeName, Callable[[], Finding]], ...] = (
            ("dns", self._dns),
            ("tcp", self._tcp),
            ("tls", self._tls),
            ("robots", self._robots),
        )
        assert tuple(name for name, _ in steps) == HOST_PROBES
        for place, (probe, step) in enumerate(steps):
            try:
                yield step()
            except NoAnswer as error:
                yield probes.no_answer(error, probe)
                for later, _ in steps[place + 1 :]:
                    yield probes.skipped(later, f"未检查：{probe} 一步已失败")
                return

    def _dns(self) -> Finding:
        if self._source.proxy is not None:
            return probes.skipped("dns", "经代理访问，由代理解析")
        return probes.dns(self._resolved(self._address()[0]))

    def _resolved(self, host: str) -> tuple[str, ...]:
        """Return where the host may be reached, judged anew at every step."""
        addresses = resolve(host)
        allow = self._source.allow_loopback
        if not all(may_be_reached(address, allow_loopback=allow) for address in addresses):
            raise NoAnswer("address", "、".join(addresses))
        return addresses

    def _tcp(self) -> Finding:
        if self._source.proxy is not None:
            return probes.skipped("tcp", "经代理访问")
        host, port = self._address()
        with connect(self._resolved(host), port) as connection:
            where = connection.getpeername()
        return Finding("tcp", "ok", f"{where[0]} 端口 {where[1]} 可以连接")

    def _tls(self) -> Finding:
        if self._source.proxy is not None:
            return probes.skipped("tls", "经代理访问")
        if not self._source.base_url.startswith("https:"):
            return probes.skipped("tls", "此来源使用 http，没有加密")
        host, port = self._address()
        strict = self._source.insecure_tls_reason is None
        try:
            channel = secure(connect(self._resolved(host), port), host, strict=strict)
        except NoAnswer as error:
            raise NoAnswer("tls", f"{error}{self._shown(host, port)}") from error
        with channel:
            version = channel.version() or "TLS"
            return probes.tls(version, certificate_of(channel), self._now)

    def _shown(self, host: str, port: int) -> str:
        """Return what the certificate that was refused says, "" where none can be had."""
        try:
            with secure(connect(self._resolved(host), port), host, strict=False) as channel:
                certificate = certificate_of(channel)
        except NoAnswer:
            return ""
        if certificate is None:
            return ""
        names = "、".join(certificate.names[:4])
        ends = f"{certificate.not_after:%Y-%m-%d}"
        return f"（证书属于 {names}，{certificate.issuer} 签发，{ends} 到期）"

    def _robots(self) -> Finding:
        return probes.robots(self._client.rules(self._source.base_url), self._source.columns)

    def _address(self) -> tuple[str, int]:
        parts = urlsplit(self._source.base_url)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

    # --- a column -------------------------------------------------------------------------------

    def _column(self, column: Column) -> list[Finding]:
        try:
            seen = look(self._client, column, self._source.family)
        except NoAnswer as error:
            rest = [p for p in COLUMN_PROBES if p != "redirects"]
            return [
                probes.no_answer(error, "redirects", column.id),
                *(probes.skipped(p, "未检查：没有得到网页", column.id) for p in rest),
            ]
        findings = [
            probes.redirects(seen.hops, self._source, column),
            probes.challenge(seen, column, is_home=self._is_home(seen, column)),
            probes.charset(seen.decoded, column),
        ]
        findings += self._rows(seen, column)
        sample = self._samples.get(column.id)
        listing = canonical_listing(seen.listing, self._source)
        opened = self._opened.get(sample.article_url or "") if sample else None
        return [*findings, probes.last_good(sample, listing, seen.decoded, column, opened)]

    def _rows(self, seen: Look, column: Column) -> list[Finding]:
        if seen.judgement is not None:
            names: tuple[ProbeName, ...] = ("rows", "dates", "next_page", "article")
            return [probes.skipped(p, "未检查：得到的不是栏目页", column.id) for p in names]
        self._listings[column.id] = seen.listing
        return [
            probes.rows(seen.listing, column, self._today),
            probes.dates(seen.listing, column, self._today),
            probes.next_page(seen.sheet, column),
            self._article(seen, column),
        ]

    def _article(self, seen: Look, column: Column) -> Finding:
        own = [e for e in own_entries(seen.listing, self._source) if not is_file(e.url)]
        if not own:
            return probes.skipped("article", "没有可以打开的条目", column.id)
        if self._articles_left <= 0:
            return probes.skipped("article", f"已看过 {ARTICLES} 篇", column.id)
        self._articles_left -= 1
        entry = self._known_first(own, column)
        try:
            reading = self._open(entry, column, seen)
        except NoAnswer as error:
            return probes.no_answer(error, "article", column.id)
        if reading.documents:
            self._opened[canonical_url(entry.url, self._source)] = reading.documents[0]
        return probes.article(reading, entry, column)

    def _known_first(self, own: Sequence[Entry], column: Column) -> Entry:
        """Return the row whose page the last good visit knows, to compare by, else the first."""
        sample = self._samples.get(column.id)
        known = sample.article_url if sample else None
        return next((e for e in own if canonical_url(e.url, self._source) == known), own[0])

    def _open(self, entry: Entry, column: Column, seen: Look) -> Reading:
        if seen.sheet is not None and (html := seen.sheet.pages.get(entry.url)):
            # the list's answer holds it whole
            return read_page(html.encode(), "text/html; charset=utf-8", entry.url)
        answer = self._client.ask(entry.url)[-1]
        try:
            body = answer.content()
        except BodyError as error:
            raise NoAnswer("http", str(error)) from error
        return read_page(
            body,
            answer.names.get("content-type"),
            answer.url,
            status=answer.status,
            headers=answer.names,
            rules=ExtractRules(site_name=self._source.name),
            column_role=column.role,
        )

    def _is_home(self, seen: Look, column: Column) -> bool:
        """Return whether the home page was served under the column's address."""
        if seen.judgement is not None or is_home(column.url):
            return False
        if self._home is None:
            self._home = self._home_text()
        return is_same_page(seen.decoded.text, self._home, self._source.base_url)

    def _home_text(self) -> str:
        try:
            answer = self._client.ask(self._source.base_url)[-1]
            return decode(answer.content(), answer.names.get("content-type")).text
        except (NoAnswer, BodyError):
            return ""  # then nothing can be said to be like it; the other probes tell what is wrong


# --- many sources ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Practice:
    """What every examination shares.

    make_client: a source and the pace of its host → its client. samples: its last good visits.
    progress: is told each source as it is done. ends: monotonic instant after which nothing more
    is asked. afterwards: what else is to be done with the client of a source.
    """

    make_client: Callable[[Source, Pace], Client]
    clock: Callable[[], datetime]
    samples: Callable[[Source], Samples] = lambda source: {}
    progress: Callable[[str], None] = lambda source_id: None
    ends: float | None = None
    afterwards: Callable[[Source, Client, Examination], None] = lambda source, client, found: None


def examine_all(sources: Iterable[Source], practice: Practice) -> list[Examination]:
    """Return an examination of each source, in order; sources of one host one after the other."""
    wanted = list(sources)
    with ThreadPoolExecutor(PARALLEL_HOSTS) as pool:
        done = {
            examination.source_id: examination
            for group in pool.map(lambda g: _examine_chain(g, practice), groups_by_host(wanted))
            for examination in group
        }
    return [done[source.id] for source in wanted]


def _examine_chain(chain: Sequence[Source], practice: Practice) -> list[Examination]:
    pace = Pace(ends=practice.ends)
    examined = []
    for source in chain:
        client = practice.make_client(source, pace)
        doctor = Doctor(source, client, practice.clock(), practice.samples(source))
        examined.append(doctor.examine())
        practice.afterwards(source, client, examined[-1])
        practice.progress(source.id)
    return examined


def client_maker(agent: str) -> Callable[[Source, Pace], Client]:
    """Return what makes a source's client under this User-Agent."""
    return lambda source, pace: Client(agent, manners_of(source), pace=pace)
