"""What attached files add to a document: their kinds, and the body where the page has none.

Pure: the caller looks the files up. A page that only points to a file (`附件：….pdf`, `点击下载`,
a viewer in a frame) is read from the file, and its evidence says so; a covering notice with words
of its own keeps them.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import NamedTuple

from pipelines.canonical import canonical_text
from pipelines.citations import find_citations
from pipelines.issuers import date_line, find_signature, organs_in
from pipelines.noise import is_noise
from pipelines.numbers import own_line_number
from pipelines.validity import consultation_ends_on, effective_on, expires_on
from store.records import Attachment, Citation, Document, Entry, Evidence, FileKind, FileText

FROM_FILE = "正文在附件中"
"""The rule named in the evidence of a body that was read from a file."""

READ: frozenset[FileKind] = frozenset({"pdf", "docx", "xlsx", "txt"})
_FLEETING: frozenset[FileKind] = frozenset({"html", "truncated", "damaged", "too_big", "too_slow"})
"""Kinds that speak of one attempt, not of the file: they prove no edit."""

_LETTERHEAD_LINES = 8
"""Within how many first lines a file's own 文号 stands (GB/T 9704-2012 §7.2.5)."""

_LABEL = re.compile(
    r"^(?:(?:相关)?附件\s*[\d一二三四五六七八九十]*|附|文件下载)?\s*[:：]?\s*(?:[（(]?\d{1,2}[)）.、．]\s*)?"
)
_ENDING = re.compile(r"\.[a-z0-9]{2,4}$", re.I)
_POINTS = re.compile(
    r"(?:附件|全文|正文|原文|文件|详情|内容|此处|这里|下载|pdf|word).{0,12}"
    r"(?:见|查看|下载|点击|附后|如下|链接|阅读)"
    r"|(?:请|详|参)?(?:见|查看|下载|点击|阅读).{0,8}(?:附件|全文|正文|原文|文件|此处|这里|链接)",
    re.I,
)
_LONGEST_POINTER = 40


class ReadFile(NamedTuple):
    """A fetched file: the hash of its bytes and what it says."""

    sha256: str
    read: FileText


def with_files(document: Document, files: Mapping[str, ReadFile]) -> Document:
    """Return the document with what its files turned out to be, and their text if it has none.

    files: by attachment URL as the document writes it; what was not fetched is not there.
    """
    attachments = tuple(_known(a, files.get(a.url)) for a in document.attachments)
    document = replace(document, attachments=attachments)
    main = _main(document, files) if is_pointer(document) else None
    return _read_from(document, main, files[main.url].read) if main else document


def file_document(url: str, entry: Entry | None, file: ReadFile) -> Document:
    """Return the document that a file is by itself when a listing's row leads straight to it."""
    name = url.partition("?")[0].rpartition("/")[2]
    row = Evidence("列表行", "listing")
    title, on = (entry.title, entry.on) if entry else (None, None)
    evidence = {n: row for n, value in (("title", title), ("published_on", on)) if value}
    document = Document(
        url=url,
        title=title,
        published_on=on,
        attachments=(Attachment(url, title or name),),
        evidence=evidence,
    )
    return with_files(document, {url: file})


def is_pointer(document: Document) -> bool:
    """Return whether the page's own text does nothing but point to its files."""
    if not document.attachments:
        return False
    names = {_bare(a.name) for a in document.attachments} | {_bare(document.title or "")}
    return all(_points(line, names) for line in document.body_text.split("\n"))


def replaced_files(old: Document, new: Document) -> list[tuple[Attachment, Attachment]]:
    """Return the files of both states, by address or else by name, whose bytes are not the same.

    Whether they say something else is the caller's to see: it has their texts.
    """
    by_url = {a.url: a for a in old.attachments}
    by_name = {a.name: a for a in old.attachments}
    pairs = ((by_url.get(a.url) or by_name.get(a.name), a) for a in new.attachments)
    return [
        (was, now)
        for was, now in pairs
        if was and was.sha256 and now.sha256 and was.sha256 != now.sha256 and _speak(was, now)
    ]


def first_read(old: Document, new: Document) -> bool:
    """Return whether the new state knows a file that the old one linked to and had not fetched."""
    unread = {a.url for a in old.attachments if a.sha256 is None}
    return any(a.url in unread and a.sha256 is not None for a in new.attachments)


def is_from_file(document: Document) -> bool:
    """Return whether the document's body was read from an attachment."""
    why = document.evidence.get("body_text")
    return why is not None and why.rule == FROM_FILE


def _speak(was: Attachment, now: Attachment) -> bool:
    return was.kind not in _FLEETING and now.kind not in _FLEETING


def _known(attachment: Attachment, file: ReadFile | None) -> Attachment:
    if file is None:
        return attachment
    return replace(attachment, kind=file.read.kind, sha256=file.sha256 or None)


def _points(line: str, names: set[str]) -> bool:
    """Return whether a line names a file, says where to find it, or is dress (date, organ)."""
    rest = _LABEL.sub("", line.strip(), count=1)
    if is_noise(line) or not rest or _bare(rest) in names:
        return True
    if len(line) <= _LONGEST_POINTER and _POINTS.search(line):
        return True
    return date_line(line) is not None or bool(organs_in(line))


def _bare(name: str) -> str:
    """Return a file's name without label, number and ending, as it is compared."""
    return canonical_text(_ENDING.sub("", _LABEL.sub("", name.strip(), count=1)))


def _main(document: Document, files: Mapping[str, ReadFile]) -> Attachment | None:
    """Return the file that is the document: the one named like it, else the first with text."""
    read = [a for a in document.attachments if a.url in files and files[a.url].read.text]
    title = canonical_text(document.title or "")
    named = (a for a in read if len(_bare(a.name)) >= 4 and _bare(a.name) in title)
    return next(named, read[0] if read else None)


def _read_from(document: Document, main: Attachment, file: FileText) -> Document:
    """Return the document with the file's text as its body, and what that text states."""
    where = f"附件：{main.name}"
    stated = {n: v for n, v in _stated(document, file.text).items() if not getattr(document, n)}
    why = {name: Evidence(rule, where, "inferred") for name, (_, rule) in stated.items()}
    return replace(
        document,
        body_text=file.text,
        body_html="".join(f"<p>{escape(line)}</p>" for line in file.text.split("\n")),
        policies_cited=_cited(file.text, stated.get("document_number")),
        evidence={**document.evidence, **why, "body_text": Evidence(FROM_FILE, where, "inferred")},
        **{name: value for name, (value, _) in stated.items()},  # type: ignore[arg-type]
    )


def _cited(text: str, own: tuple[object, str] | None) -> tuple[Citation, ...]:
    """Return the policies the text names; its own letterhead names none."""
    return tuple(
        c for c in find_citations(text) if c.title or not own or c.document_number != own[0]
    )


def _stated(document: Document, text: str) -> dict[str, tuple[object, str]]:
    """Return what the file's text states, by field, each with the rule that read it."""
    lines = text.split("\n")
    stated: dict[str, tuple[object, str]] = {}
    numbers = (own_line_number(line) for line in lines[:_LETTERHEAD_LINES])
    if number := next(filter(None, numbers), None):
        stated["document_number"] = (number.value, "line of its own in the letterhead")
    if signature := find_signature(lines):
        stated["written_on"] = (signature.written_on, "signature block")
        stated["issuers"] = (signature.issuers, "signature block")
    written = document.written_on or (signature.written_on if signature else None)
    begins = effective_on(text, written)
    days = {
        "effective_on": begins,
        "expires_on": expires_on(text, begins.on if begins else written),
        "consultation_ends_on": consultation_ends_on(
            document.title or "", text, document.published_on or written
        ),
    }
    stated |= {name: (day.on, day.sentence) for name, day in days.items() if day and day.on}
    return stated
