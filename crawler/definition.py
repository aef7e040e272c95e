"""Source definitions as they are proposed: TOML text made from what a survey proved.

A proposal is a file for a person to read: every address with what was read there. Pure; whoever
writes it puts it where no run looks. An existing file keeps its comments: only addresses change
and columns are added.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from crawler.client import manners_for
from crawler.errors import SourceError
from crawler.sources import Column, Source
from crawler.survey import Proven
from pipelines.regions import region_of_host, region_of_name

_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_SITES = {"www", "gov", "cn", "com", "org", "net"}
_QUIET_DAYS = {"zqyj": 365, "gfxwj": 180, "zcwj": 120}
"""Days that a column of such a kind may well stay without a row."""


def source_id_for(url: str) -> str:
    """Return an id for the site of an address: the labels of its host that tell it apart."""
    host = urlsplit(url).hostname or ""
    labels = [label for label in host.split(".") if label not in _SITES]
    return _NOT_IN_ID.sub("_", "_".join(labels).lower()).strip("_") or "source"


def new_source(url: str, name: str | None, columns: Sequence[Proven], on: str) -> str:
    """Return the definition of a site nobody watches yet. on: the day of the survey.

    What a survey cannot know (region, kind) is guessed from host and name, and said to be.
    """
    parts = urlsplit(url)
    region = region_of_host(url) or region_of_name(name or "")
    government = (parts.hostname or "").endswith(".gov.cn")
    head = [
        f"# 建议稿，{on} 由程序探查所得；请核对后放入来源文件夹。",
        *([] if region else ["# region: 未能判断地区，请改为 GB/T 2260 省级代码。"]),
        *(
            []
            if government
            else ["# kind: 未能判断类别，请核对（government/association/newspaper）。"]
        ),
        f"id = {_string(source_id_for(url))}",
        f"name = {_string(name or parts.hostname or '')}",
        f"region = {_string(region or '00')}",
        f"kind = {_string('government' if government else 'association')}",
        f"family = {_string(_family(columns))}",
        f"base_url = {_string(f'{parts.scheme}://{parts.netloc}')}",
    ]
    if manners_for(url).allow_loopback:
        head += ["allow_loopback = true", "delay_s = 0"]
    return "\n".join(head) + "\n" + "".join(_blocks(columns, (), on))


def changed_source(
    text: str, source: Source, moved: Mapping[str, Proven], added: Sequence[Proven], on: str
) -> str:
    """Return a source's file with moved columns at their new address and further ones added.

    moved: column id → where it is now. Raises SourceError where a column's address is not written
    in the file as one string.
    """
    for column_id, proven in moved.items():
        old = source.column(column_id).url
        line = re.compile(rf"^url\s*=\s*(['\"]){re.escape(old)}\1.*$", re.M)
        note = f"# {on} 建议：原地址 {old} 已失效；{_read_there(proven)}"
        new = f"{note}\nurl = {_string(proven.url)}"
        text, count = line.subn(new.replace("\\", r"\\"), text, count=1)
        if not count:
            raise SourceError(
                f"{source.id}.toml: url = {old!r} is not on one line; edit it by hand"
            )
    ids = [column.id for column in source.columns]
    return text.rstrip("\n") + "\n" + "".join(_blocks(added, ids, on))


def match_moved(broken: Iterable[Column], found: Sequence[Proven]) -> dict[str, Proven]:
    """Return where each broken column is now: the one of its name, else the only one of its role.

    One found column stands for one broken one at most.
    """
    left = list(found)
    moved: dict[str, Proven] = {}
    columns = list(broken)
    for fits in (_same_name, _one_name_in_the_other, _same_role):
        for column in [c for c in columns if c.id not in moved]:
            candidates = [proven for proven in left if fits(column, proven)]
            if len(candidates) == 1 or (candidates and fits is _same_name):
                moved[column.id] = candidates[0]
                left.remove(candidates[0])
    return moved


def _same_name(column: Column, proven: Proven) -> bool:
    return column.name == proven.name


def _one_name_in_the_other(column: Column, proven: Proven) -> bool:
    return column.name in proven.name or proven.name in column.name


def _same_role(column: Column, proven: Proven) -> bool:
    return column.role == proven.kind.role


def _blocks(columns: Iterable[Proven], taken: Iterable[str], on: str) -> list[str]:
    used, blocks = set(taken), []
    for proven in columns:
        slug, number = proven.kind.slug or "lm", 2
        column_id = slug
        while column_id in used:
            column_id, number = f"{slug}{number}", number + 1
        used.add(column_id)
        blocks.append(_block(proven, column_id, on))
    return blocks


def _block(proven: Proven, column_id: str, on: str) -> str:
    lines = [
        "",
        "[[columns]]",
        f"# {on} {_read_there(proven)}",
        f"id = {_string(column_id)}",
        f"name = {_string(proven.name)}",
        f"role = {_string(proven.kind.role or 'news')}",
        f"url = {_string(proven.url)}",
        'basis = "seen"',
    ]
    if days := _QUIET_DAYS.get(proven.kind.slug):
        lines.append(f"quiet_days = {days}")
    return "\n".join(lines) + "\n"


def _read_there(proven: Proven) -> str:
    onward = f"下一页 {proven.next_url}" if proven.next_url else "没有下一页"
    return f"此处读到 {len(proven.listing.entries)} 条，最新 {proven.newest or '无日期'}，{onward}"


def _family(columns: Sequence[Proven]) -> str:
    families = [proven.family for proven in columns if proven.family != "generic"]
    return max(families, key=families.count) if families else "generic"


def _string(text: str) -> str:
    """Return a TOML basic string (TOML 1.0 escapes what JSON does, and DEL)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
