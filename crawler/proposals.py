"""Proposals: source definitions that a survey found, written where no run looks.

`discover` and `sources add` make them for a person; a run makes one when a column answers 404, the
home page or no rows. Nothing is ever adopted by the program: a person reads the file and moves it.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import structlog

from crawler.addresses import host_key
from crawler.client import (
    PARALLEL_HOSTS,
    Client,
    Manners,
    Pace,
    manners_for,
    manners_of,
)
from crawler.definition import changed_source, match_moved, new_source, source_id_for
from crawler.discovery import site_name
from crawler.errors import CrawlerError, SourceError
from crawler.page import read_page
from crawler.reach import NoAnswer
from crawler.sources import Column, Source, load_source
from crawler.spiders.errand import is_file
from crawler.survey import Look, Proven, Survey, prove, read_page_at, survey
from store import faults
from store.records import SHANGHAI, Outcome, Reading, Visit

faults.register(
    proposal_rename_before="a proposal is whole beside its place, not yet renamed",
    proposal_rename_after="a proposal has just been renamed into place",
)

log = structlog.get_logger()

FOLDER = "proposals"
"""Under the data folder."""

MOVED: frozenset[Outcome] = frozenset({"gone", "drifted", "empty_unexpected"})
"""Outcomes after which a column may be somewhere else: the site answers, the list is not there."""

TIME_IN_RUN_S = 600.0
"""A run spends no longer than this on looking for columns that moved."""


@dataclass(frozen=True, slots=True)
class Bureau:
    """What proposals are made with: known sources and their files, where to write, how to ask."""

    sources: Mapping[str, Source]
    definitions: Path
    folder: Path
    agent: str
    clock: Callable[[], datetime]

    def client(self, manners: Manners, *, ends: float | None = None) -> Client:
        """Return a client for one site."""
        return Client(self.agent, manners, pace=Pace(ends=ends), clock=self.clock)

    def today(self) -> str:
        """Return the day in Shanghai, as `2026-06-02`."""
        return self.clock().astimezone(SHANGHAI).date().isoformat()

    def source_at(self, url: str) -> Source | None:
        """Return the source that watches the host of the address, None if none does."""
        for source in self.sources.values():
            bases = (source.base_url, *source.aliases)
            if host_key(url) in {host_key(base) for base in bases}:
                return source
        return None

    def write(self, source_id: str, text: str) -> Path:
        """Write a proposal and return where; SourceError if it could not be loaded as it is."""
        path = self.place(source_id, text)
        load_source(path)
        return path

    def place(self, source_id: str, text: str) -> Path:
        """Put a file in its place, whole, and return where.

        Half of one would say, until its source is read again, that nothing was found.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{source_id}.toml"
        beside = path.with_name(f".{path.name}.part")
        beside.write_text(text, encoding="utf-8")
        faults.reach("proposal_rename_before")
        beside.replace(path)
        faults.reach("proposal_rename_after")
        return path


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found and where the definition lies; path: None when nothing new was found."""

    survey: Survey
    path: Path | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One address tried as a column: what answered, the column or why it is none, one article."""

    seen: Look
    result: Proven | str
    article: Reading | None
    path: Path | None


def propose_site(
    bureau: Bureau, start: str, progress: Callable[[str], None] = lambda url: None
) -> Proposal:
    """Survey a site from any page of it and write what it found; start: a host or an address.

    A site that is watched already gets its own file back with what is missing in it. Raises
    NoAnswer when the site does not answer.
    """
    found = _first_that_answers(bureau, start, progress)
    source = bureau.source_at(found.start)
    watched = {column.url for column in source.columns} if source else set()
    fresh = [column for column in found.columns if column.url not in watched]
    return Proposal(found, _write(bureau, found, source, fresh) if fresh else None)


def propose_column(bureau: Bureau, url: str) -> Trial:
    """Try an address as a column: rows, next page, one article; write its definition if it is one.

    Raises NoAnswer when it does not answer, SourceError for an address that is watched already.
    """
    source = bureau.source_at(url)
    if source is not None and url in {column.url for column in source.columns}:
        raise SourceError(f"{url}: already watched by {source.id}; see `policywatch sources`")
    client = bureau.client(manners_of(source) if source else manners_for(url))
    seen, result = prove(client, url)
    if isinstance(result, str):
        return Trial(seen, result, None, None)
    found = Survey(url, _site_of(client, url), [result])
    path = _write(bureau, found, source, [result])
    return Trial(seen, result, _first_article(client, result), path)


def broken_columns(
    visits: Iterable[Visit], sources: Mapping[str, Source]
) -> dict[str, list[Column]]:
    """Return, by source, the columns of which no listing could be read and that may have moved.

    visits: the latest of each column, settled or not.
    """
    outcomes: dict[tuple[str, str], set[Outcome]] = {}
    for visit in visits:
        if visit.target == "listing" and visit.column_id:
            outcomes.setdefault((visit.source_id, visit.column_id), set()).add(visit.outcome)
    broken: dict[str, list[Column]] = {}
    for source in sources.values():
        for column in source.columns:
            seen = outcomes.get((source.id, column.id), set())
            if seen & MOVED and not seen & {"ok", "unchanged", "empty_declared"}:
                broken.setdefault(source.id, []).append(column)
    return broken


def _read_whole(visits: Iterable[Visit], sources: Mapping[str, Source]) -> set[str]:
    """Return the sources whose columns all are among the visits: none is unknown that moved."""
    asked = {(v.source_id, v.column_id) for v in visits if v.target == "listing"}
    return {
        source.id
        for source in sources.values()
        if all((source.id, column.id) in asked for column in source.columns)
    }


def propose_moved(bureau: Bureau, visits: Sequence[Visit]) -> dict[str, str]:
    """Look where columns that went missing are now; return what to tell the operator, by source.

    visits: of the latest run, after the last ones to the columns that rested in it. One survey for
    each time a source breaks: its proposal stays until all its columns were read again.
    """
    broken = broken_columns(visits, bureau.sources)
    for source_id in _read_whole(visits, bureau.sources) - set(broken):
        (bureau.folder / f"{source_id}.toml").unlink(missing_ok=True)
    ends = time.monotonic() + TIME_IN_RUN_S

    def look_for(source_id: str) -> str:
        return _propose_moved(bureau, bureau.sources[source_id], broken[source_id], ends)

    with ThreadPoolExecutor(PARALLEL_HOSTS) as pool:
        return dict(zip(broken, pool.map(look_for, broken), strict=True))


def _propose_moved(bureau: Bureau, source: Source, columns: list[Column], ends: float) -> str:
    path = bureau.folder / f"{source.id}.toml"
    where = f"{FOLDER}/{path.name}"
    if not path.exists():
        client = bureau.client(manners_of(source), ends=ends)
        leave_out = [column.url for column in source.columns]
        try:
            found = survey(client, source.base_url, leave_out=leave_out)
            _write_moved(bureau, source, columns, found)
        except CrawlerError as error:
            return f"程序已从首页寻找新栏目，但没有成功：{error}。"
        except Exception as error:  # the boundary: a survey must not end the run
            log.exception("survey_failed", source=source.id)
            return f"程序从首页寻找新栏目时出错：{type(error).__name__}。"
    if "[[columns]]" not in path.read_text(encoding="utf-8"):
        return "程序已从首页寻找新栏目，没有找到。"
    return f"程序已从首页找到可能的新栏目，建议稿在数据文件夹的 {where}，核对后再采用。"


def _write_moved(bureau: Bureau, source: Source, columns: list[Column], found: Survey) -> None:
    """Write the proposal for a source whose columns moved; comments alone when none was found."""
    if not found.columns:
        tried = "".join(f"# {url}: {why}\n" for url, why in found.dismissed.items())
        note = f"# {bureau.today()} 从 {found.start} 没有找到新栏目。\n{tried}"
        bureau.place(source.id, note)
        return
    moved = match_moved(columns, found.columns)
    taken = {proven.url for proven in moved.values()}
    rest = [proven for proven in found.columns if proven.url not in taken]
    added = rest if len(moved) < len(columns) else []
    written = (bureau.definitions / f"{source.id}.toml").read_text(encoding="utf-8")
    bureau.write(source.id, changed_source(written, source, moved, added, bureau.today()))


def _first_that_answers(bureau: Bureau, start: str, progress: Callable[[str], None]) -> Survey:
    """Survey the address; a bare host is tried as https, then as http."""
    urls = [start] if "://" in start else [f"https://{start}/", f"http://{start}/"]
    for place, url in enumerate(urls):
        source = bureau.source_at(url)
        client = bureau.client(manners_of(source) if source else manners_for(url))
        try:
            return survey(client, url, progress=progress)
        except NoAnswer as error:
            if place == len(urls) - 1 or error.step not in {"tcp", "tls", "http"}:
                raise
    raise AssertionError("the loop returns or raises")


def _write(bureau: Bureau, found: Survey, source: Source | None, fresh: list[Proven]) -> Path:
    if source is None:
        text = new_source(found.start, found.site, fresh, bureau.today())
        return bureau.write(source_id_for(found.start), text)
    written = (bureau.definitions / f"{source.id}.toml").read_text(encoding="utf-8")
    return bureau.write(source.id, changed_source(written, source, {}, fresh, bureau.today()))


def _site_of(client: Client, url: str) -> str | None:
    """Return the site's name from its home page, None when that says nothing."""
    try:
        home = read_page_at(client, urljoin(url, "/"))
    except NoAnswer:
        return None
    return site_name(home.decoded.text) if home.judgement is None else None


def _first_article(client: Client, column: Proven) -> Reading | None:
    """Return the reading of the column's first page that is no file, None if it cannot be had."""
    entry = next((e for e in column.listing.entries if not is_file(e.url)), None)
    if entry is None:
        return None
    try:
        answer = client.ask(entry.url)[-1]
        content_type = answer.names.get("content-type")
        return read_page(
            answer.content(), content_type, answer.url, status=answer.status, headers=answer.names
        )
    except CrawlerError:
        return None
