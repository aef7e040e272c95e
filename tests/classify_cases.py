"""Invented full-length documents with their labels, for measuring what the classifier says.

Written before the rules had been asked about any of them. `documents_development.txt` is for
tuning; `documents_blind.txt`, a random 40 %, is only ever measured: nobody looks at which of its
cases fail. A case is a head line (`= genre[/other genre that will do] | relevant | topics |
issuers | columns`), the title, and paragraphs in which `@word` stands for a phrase that documents
of this kind share (`phrases.txt`).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from store.records import Document

FOLDER = Path(__file__).parent / "cases"
_MEDIA = re.compile(r"(?:报|网|社|健康江州)$")


@dataclass(frozen=True, slots=True)
class Case:
    """A document and what a watcher of social-work policy says of it.

    genres: the right one first, then any that will do. relevant: `yes`, `no`, or `maybe` where
    two watchers would differ. topics: those it is about, none where it is not relevant.
    """

    document: Document
    genres: tuple[str, ...]
    relevant: str
    topics: tuple[str, ...]


def documents(name: str) -> tuple[Case, ...]:
    """Return the cases of `documents_<name>.txt`, in order."""
    phrases = dict(
        line.split("\t", 1) for line in (FOLDER / "phrases.txt").read_text("utf-8").splitlines()
    )
    text = (FOLDER / f"documents_{name}.txt").read_text("utf-8")
    return tuple(_case(block, phrases) for block in re.split(r"\n\n(?== )", text.strip()))


def _case(block: str, phrases: dict[str, str]) -> Case:
    head, title, *paragraphs = block.split("\n")
    genres, relevant, topics, issuers, columns = (
        cell.strip() for cell in (head.removeprefix("= ") + " | |").split("|")[:5]
    )
    body = re.sub(r"@[\u4e00-\u9fff]{2}", lambda m: phrases[m[0]], "\n".join(paragraphs))
    named = _names(issuers)
    document = Document(
        url="http://mz.example.cn/1.html",
        title=title,
        body_text=body,
        source_name=named[0] if named else None,
        issuers=() if _MEDIA.search(issuers) else named,
        columns=tuple(filter(None, columns.split(">"))),
    )
    return Case(document, tuple(genres.split("/")), relevant, _names(topics))


def _names(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in cell.split(","))))
