"""Everything the product thinks about one page, as plain JSON, stored nowhere.

The shape is an interface (DESIGN §5): all keys always present, unknown is null or [].
"""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from crawler.client import Client, manners_for
from crawler.errors import BodyError
from crawler.page import read_page
from crawler.reach import NoAnswer
from pipelines.decode import decode
from store.records import Citation, Classification, Decoded, Document, Entry, Evidence, Reading

log = structlog.get_logger()
MAX_BYTES = 20 * 1024 * 1024
_RELEVANT: dict[str, bool | str] = {"yes": True, "maybe": "maybe", "no": False}


def reading_json(reading: Reading, page_id: str | None = None) -> dict[str, Any]:
    """Return a reading in the stable shape of `policywatch inspect`."""
    decoded = reading.decoded
    return {
        "id": page_id,
        "url": reading.url or None,
        "charset": {
            "used": decoded.charset,
            "header": decoded.header,
            "meta": decoded.meta,
            "evidence": list(decoded.evidence),
        },
        **_story(decoded),
        "page_kind": reading.kind,
        "detail": reading.detail,
        "js_rendered": reading.listing.js_rendered,
        "entries": [_entry(entry) for entry in reading.listing.entries],
        "next_page": reading.listing.next_page,
        "documents": [
            _document(document, classification)
            for document, classification in zip(
                reading.documents, reading.classifications, strict=True
            )
        ],
    }


def decoded_json(decoded: Decoded, page_id: str | None) -> dict[str, Any]:
    """Return the decode step alone in the stable shape of `policywatch decode`."""
    return {
        "id": page_id,
        "text": decoded.text,
        "charset": decoded.charset,
        **_story(decoded),
    }


class Fetched(NamedTuple):
    """One response as an operator's `inspect URL` got it."""

    body: bytes
    content_type: str | None
    url: str
    status: int
    headers: dict[str, str]


def fetch_page(url: str, user_agent: str) -> Fetched:
    """Return the page at the address, asked for once by a person; raises BodyError if none came.

    An error status is an answer. No more than MAX_BYTES are read, content codings are undone, and
    a redirect leads to no private address.
    """
    try:
        manners = replace(manners_for(url), delay_s=0.0, obey_robots=False)
        answer = Client(user_agent, manners).ask(url, max_bytes=MAX_BYTES)[-1]
    except (NoAnswer, ValueError) as error:
        raise BodyError(f"{url}: no answer: {error}; check address and network") from error
    headers = answer.names
    return Fetched(
        answer.content(), headers.get("content-type"), answer.url, answer.status, headers
    )


def inspect_manifest(manifest: Path) -> Iterator[dict[str, Any]]:
    """Yield one reading per manifest line; an unreadable page becomes a line with `error`."""
    for line, problem, body in _bodies(manifest):
        if problem is not None:
            yield {"id": line.get("id"), "url": line.get("url"), "error": problem}
            continue
        yield _inspected(line, body)


def _inspected(line: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return the reading of one line's page; a page that trips a rule becomes an `error`."""
    try:
        reading = read_page(body, line.get("content_type"), line.get("url") or "")
    except Exception as error:
        log.exception("page_failed", id=line.get("id"))
        problem = f"{type(error).__name__}: {error}"
        return {"id": line.get("id"), "url": line.get("url"), "error": problem}
    return reading_json(reading, line.get("id"))


def decode_manifest(manifest: Path) -> Iterator[dict[str, Any]]:
    """Yield one decoded page per manifest line; an unreadable page becomes a line with `error`."""
    for line, problem, body in _bodies(manifest):
        if problem is not None:
            yield {"id": line.get("id"), "error": problem}
            continue
        yield decoded_json(decode(body, line.get("content_type")), line.get("id"))


def _bodies(manifest: Path) -> Iterator[tuple[dict[str, Any], str | None, bytes]]:
    """Yield (line, problem or None, body) for each line of the manifest."""
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BodyError(f"manifest {manifest}: {error}; name a readable JSONL file") from error
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
            yield line, None, (manifest.parent / line["path"]).read_bytes()
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            known = line if isinstance(line := _parsed(raw), dict) else {}
            yield known, f"line {number}: {type(error).__name__}: {error}", b""


def _parsed(raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _story(decoded: Decoded) -> dict[str, Any]:
    return {
        "repairs": [dataclasses.asdict(repair) for repair in decoded.repairs],
        "damage": [dataclasses.asdict(damage) for damage in decoded.damage],
        "quality": round(decoded.quality, 4),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {"url": entry.url, "title": entry.title, "date": entry.on}


def _document(document: Document, classification: Classification) -> dict[str, Any]:
    return {
        "title": document.title,
        "intro_title": document.intro_title,
        "subtitle": document.subtitle,
        "written_on": document.written_on,
        "published_on": document.published_on,
        "source_name": document.source_name,
        "author": document.author,
        "original_url": document.original_url,
        "document_number": document.document_number,
        "index_number": document.index_number,
        "theme": document.theme,
        "issuers": list(document.issuers),
        "region": document.region,
        "columns": list(document.columns),
        "body_text": document.body_text,
        "attachments": [dataclasses.asdict(a) for a in document.attachments],
        "policies_cited": [_citation(c) for c in document.policies_cited],
        "genre": classification.genre,
        "topics": list(classification.topics),
        "relevant": _RELEVANT[classification.relevance],
        "validity": document.validity,
        "effective_on": document.effective_on,
        "expires_on": document.expires_on,
        "consultation_ends_on": document.consultation_ends_on,
        "reasons": [dataclasses.asdict(reason) for reason in classification.reasons],
        "evidence": {name: _evidence(why) for name, why in document.evidence.items()},
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "title": citation.title,
        "document_number": citation.document_number,
        "certainty": citation.certainty,
        "sentence": citation.sentence,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "rule": evidence.rule,
        "where": evidence.where,
        "certainty": evidence.certainty,
        "others": list(evidence.others),
    }
