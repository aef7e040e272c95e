"""Source definitions: one TOML file per site, read once, checked whole, refused with file and line.

A source is data: adding a site of a known family needs no Python. A file that is wrong in any way
is refused, never half used, because a column nobody watches looks like a column without news.
This module fetches nothing and knows no selectors.
"""

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from crawler.addresses import canonical_url, site_of
from crawler.errors import SourceError
from crawler.listing.hints import ListingHints

__all__ = ["SHIPPED", "Column", "Source", "canonical_url", "load_source", "load_sources"]

Kind = Literal["government", "association", "newspaper"]
ColumnRole = Literal["policy", "notice", "interpretation", "news", "social-work", "mixed"]
"""What a column holds; mixed (a home page): of everything, so that nothing follows from it."""

Basis = Literal["captured", "seen", "inferred", "unknown"]
Family = Literal[
    "generic",
    "trs_tdate",
    "hanweb",
    "cmstop",
    "gkmlpt",
    "ucap",
    "founder_epaper",
    "gdnps",
    "govlib",
    "jpaas",
    "longxun",
    "people_paper",
    "dahe",
    "dedecms",
]

BASES: tuple[Basis, ...] = ("captured", "seen", "inferred", "unknown")
SHIPPED = Path(__file__).parent / "sources"
"""The folder of source definitions that come with the program."""

MIN_DELAY_S = 3.0
"""Never ask one host more often than this (DESIGN §6); only loopback sites may be asked faster."""

Fault = tuple[tuple[str | int, ...], str]
"""Where in a file (keys and indexes, as pydantic counts them) and what is wrong there."""

_ID = re.compile(r"[a-z0-9][a-z0-9_]*")
_GROUP = re.compile(r"\\(\d+)")


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an absolute http or https address")
    if parts.port == 0:  # reading it raises ValueError for a port that no address has
        raise ValueError("port 0 is no port")
    if re.search(r"\s", url):
        raise ValueError("white space inside the address")
    return url


def _checked_id(name: str) -> str:
    if not _ID.fullmatch(name):
        raise ValueError("an id is lower-case letters, digits and `_`")
    return name


def _checked_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _checked_selector(selector: str) -> str:
    ListingHints(container=selector)  # ValueError: what is wrong with it
    return selector


def _checked_pager(address: str) -> str:
    if address.count("{page}") != 1:
        raise ValueError("write {page} once, where the number of the page stands")
    return address


def _checked_twin(twin: tuple[str, str]) -> tuple[str, str]:
    pattern, stands_for = twin
    groups = re.compile(_checked_pattern(pattern)).groups
    if any(int(number) > groups for number in _GROUP.findall(stands_for)):
        raise ValueError(f"{stands_for} names a group that {pattern} does not have")
    return twin


Url = Annotated[str, AfterValidator(_checked_url)]
Identifier = Annotated[str, AfterValidator(_checked_id)]
Pattern = Annotated[str, AfterValidator(_checked_pattern)]
Selector = Annotated[str, AfterValidator(_checked_selector)]
PagerAddress = Annotated[str, AfterValidator(_checked_pager)]
Twin = Annotated[tuple[str, str], AfterValidator(_checked_twin)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, regex_engine="python-re")


class Column(_Table):
    """One list of a source: where it is, what role it plays, what is normal for it.

    basis: how the address is known: `captured` (its bytes are in an archive), `seen` (met in a
    public file or page), `inferred` (from a sibling or a parent path), `unknown`.
    rhythm_h: hours between two sweeps, of this column alone. entries_per_listing: fewest and most
    rows of a healthy page. quiet_days: how long the column may stay without a new row. max_pages:
    how far back one sweep goes; since: the year, month or day before which rows are left alone.
    pager: the address of a further page (`index_{page}.shtml`, `?pageNo={page}`), for a list that
    does not say it; second_page: the number its second page bears. post: the service behind the
    list answers POST only, the question of an address as a form. carries_pages: its answers hold
    the pages of their rows whole, which are not asked for by themselves. entry_url_pattern,
    container, inline_rows: hints for a list the reader gets wrong (see `crawler.listing.hints`).
    """

    id: Identifier
    name: str = Field(min_length=1)
    role: ColumnRole
    url: Url
    basis: Basis
    rhythm_h: float = Field(default=12, ge=0, allow_inf_nan=False)
    entries_per_listing: tuple[int, int] = (1, 60)
    quiet_days: int = Field(default=60, ge=1)
    may_be_empty: bool = False
    max_pages: int = Field(default=3, ge=1, le=100)
    since: str | None = Field(default=None, pattern=r"^\d{4}(?:-\d{2}){0,2}$")
    pager: PagerAddress | None = None
    second_page: int = Field(default=1, ge=0)
    post: bool = False
    carries_pages: bool = False
    entry_url_pattern: Pattern | None = None
    container: Selector | None = None
    inline_rows: str | None = None

    @field_validator("entries_per_listing")
    @classmethod
    def _in_order(cls, bounds: tuple[int, int]) -> tuple[int, int]:
        low, high = bounds
        if not 1 <= low <= high:
            raise ValueError(
                "write [fewest, most] with 1 <= fewest <= most; see may_be_empty for 0"
            )
        return bounds


class Retired(_Table):
    """A source that is no more: since when, why, and which source speaks in its place, if any.

    Its pages stay in the archive and are not taken for withdrawn; nobody visits it again, and it
    counts neither as looked at nor as missed.
    """

    on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    why: str = Field(min_length=2)
    successor: Identifier | None = None


class Source(_Table):
    """A site that is watched, with its columns.

    aliases: other bases (`http://m.example.cn/mzt`) that serve the same pages as base_url.
    delay_s: seconds between two requests. daily_budget: requests per host and day.
    insecure_tls_reason: why the certificate is not verified; None = it is.
    cookies: send cookies back, only where the site needs it. proxy: address of an HTTP proxy.
    drop_query: query keys that do not tell pages apart. twins: [pattern, what it stands for] in
    addresses that show one page (`["/pc/content/", "/content/"]`), as `re.sub` takes them, one
    after the other; a page is asked for at the address its list gives, whatever it is known as.
    clone_of: id of the source this one copies.
    retired: the site is no more; it is never enabled then.
    """

    id: Identifier
    name: str = Field(min_length=1)
    region: str = Field(pattern=r"^\d{2}$")
    kind: Kind
    family: Family
    base_url: Url
    aliases: tuple[Url, ...] = ()
    delay_s: float = Field(default=MIN_DELAY_S, ge=0, allow_inf_nan=False)
    daily_budget: int = Field(default=600, ge=1)
    allow_loopback: bool = False
    enabled: bool = True
    cookies: bool = False
    proxy: Url | None = None
    insecure_tls_reason: str | None = Field(default=None, min_length=5)
    clone_of: Identifier | None = None
    drop_query: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()
    retired: Retired | None = None
    columns: tuple[Column, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _off_when_retired(cls, raw: Any) -> Any:
        return {**raw, "enabled": False} if isinstance(raw, dict) and raw.get("retired") else raw

    @property
    def rhythm_h(self) -> float:
        """Hours between two visits of the source: its fastest column's rhythm."""
        return min(column.rhythm_h for column in self.columns)

    def column(self, column_id: str) -> Column:
        """Return the column of that id; KeyError if there is none."""
        return next(c for c in self.columns if c.id == column_id)


def is_loopback(url: str) -> bool:
    """Return whether an address names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _contradictions(source: Source) -> Iterator[Fault]:
    """Yield what cannot work although every value is right by itself."""
    local = is_loopback(source.base_url)
    if local and not source.allow_loopback:
        yield ("base_url",), "a loopback address would be refused: set allow_loopback = true"
    if source.allow_loopback and not local:
        yield ("allow_loopback",), "opens this machine to a public site: remove it"
    if source.delay_s < MIN_DELAY_S and not source.allow_loopback:
        yield ("delay_s",), f"below {MIN_DELAY_S:g} seconds is impolite: raise it"
    urls = [source.base_url, *source.aliases, *(c.url for c in source.columns)]
    if source.insecure_tls_reason and not any(u.startswith("https:") for u in urls):
        yield ("insecure_tls_reason",), "nothing here is https: remove it"
    yield from _column_contradictions(source)


def _column_contradictions(source: Source) -> Iterator[Fault]:
    sites = {site_of(url) for url in (source.base_url, *source.aliases)}
    seen: dict[str, str] = {}
    for number, column in enumerate(source.columns):
        if site_of(column.url) not in sites:
            yield (
                ("columns", number, "url"),
                f"{column.url} is another site: give it its own source",
            )
        for name, value in (("id", column.id), ("url", column.url)):
            if value in seen:
                yield ("columns", number, name), f"repeats column {seen[value]}: remove one"
            seen[value] = column.id


def load_sources(folder: Path) -> dict[str, Source]:
    """Return the sources of every `*.toml` in the folder by id, in order of id.

    Raises SourceError on the first file that is wrong, on a column that two sources watch, and on
    a `clone_of` that names no source.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise SourceError(f"{folder}: no source definition (*.toml) here; check the folder's name")
    sources = {source.id: source for source in map(load_source, paths)}
    _refuse_shared_columns(folder, sources.values())
    _refuse_lost_successors(folder, sources)
    for source in sources.values():
        if source.clone_of and (source.clone_of == source.id or source.clone_of not in sources):
            line = _line_of(folder / f"{source.id}.toml", ("clone_of",))
            raise SourceError(f"{line}: clone_of = {source.clone_of!r} names no other source here")
    return sources


def load_source(path: Path) -> Source:
    """Return the source that one file defines; SourceError says which line is wrong and why."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # tomllib's own, and numbers without end
        raise SourceError(f"{path}: not a TOML file in UTF-8: {error}") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        source = Source.model_validate(raw)
    except ValidationError as error:
        raise _refusal(path, map(_fault, map(dict, error.errors()))) from error
    if faults := list(_contradictions(source)):
        raise _refusal(path, faults)
    if source.id != path.stem:
        line = _line_of(path, ("id",))
        raise SourceError(
            f"{line}: id = {source.id!r}, but the file is {path.name}: make them equal"
        )
    return source


def _refuse_lost_successors(folder: Path, sources: Mapping[str, Source]) -> None:
    """Raise SourceError where nobody is watched in a retired source's place after all."""
    for source in sources.values():
        name = source.retired.successor if source.retired else None
        if name is not None and (name not in sources or sources[name].retired):
            line = _line_of(folder / f"{source.id}.toml", ("retired", "successor"))
            raise SourceError(f"{line}: successor = {name!r} names no source that is watched here")


def _refuse_shared_columns(folder: Path, sources: Iterable[Source]) -> None:
    watched: dict[str, str] = {}
    for source in (source for source in sources if not source.retired):
        for number, column in enumerate(source.columns):
            if (other := watched.get(column.url)) is not None:
                line = _line_of(folder / f"{source.id}.toml", ("columns", number, "url"))
                raise SourceError(f"{line}: {column.url} is already watched by {other}: remove one")
            watched[column.url] = f"{source.id}/{column.id}"


def _refusal(path: Path, faults: Iterable[Fault]) -> SourceError:
    """Return the error that names every fault of the file, one a line: file, line, key, cause."""
    found = sorted((_line(path, where), ".".join(map(str, where)), why) for where, why in faults)
    return SourceError("\n".join(f"{path}:{line}: {key}: {why}" for line, key, why in found))


def _fault(error: Mapping[str, Any]) -> Fault:
    """Return where and why, in our words, from one of pydantic's errors."""
    where: tuple[str | int, ...] = error["loc"]
    cause = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        table = Column if where[0] == "columns" else Source
        cause = f"unknown key; known keys are {', '.join(table.model_fields)}"
    elif error["type"] == "missing":
        cause = "missing; add it"
    elif not isinstance(error["input"], dict):
        cause = f"{cause} (found {error['input']!r})"
    return where, cause


def _line_of(path: Path, where: tuple[str | int, ...]) -> str:
    return f"{path}:{_line(path, where)}"


def _line(path: Path, where: tuple[str | int, ...]) -> int:
    """Return the line of a key; of its table, or line 1, when the key is not written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = [number for number, text in enumerate(lines) if text.strip() == "[[columns]]"]
    start, end = 0, heads[0] if heads else len(lines)
    in_column = len(where) > 1 and where[0] == "columns"
    if in_column and isinstance(where[1], int) and where[1] < len(heads):
        start = heads[where[1]]
        end = heads[where[1] + 1] if where[1] + 1 < len(heads) else len(lines)
    key = next((part for part in reversed(where) if isinstance(part, str)), "")
    for number in range(start, end):
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[number]):
            return number + 1
    return start + 1
