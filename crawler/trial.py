"""Documents in, verdicts out: identification tried on a manifest, each group a fresh archive.

The interface `policywatch identify --manifest` (DESIGN §5); it measures, it keeps nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from crawler.errors import BodyError
from pipelines import fingerprint
from pipelines.classify import classify
from pipelines.extract import read_article
from pipelines.identify import identify, text_role
from store.records import Candidate, Document, MatchKey, Verdict

_KEYS = {"id", "group", "text", "url"}


class Bench:
    """A small archive in memory: the candidates that a store would find, by key."""

    def __init__(self) -> None:
        self._by_key: dict[MatchKey, list[Candidate]] = {}
        self._by_url: dict[str, Candidate] = {}

    def place(self, document: Document) -> tuple[str, Verdict]:
        """Return the policy the document belongs to and the verdict; the archive grows by it."""
        classification = classify(document)
        verdict = identify(
            document, classification, self._candidates(document), self._by_url.get(document.url)
        )
        policy_id = verdict.policy_id or f"p{len(self._by_url)}"
        known = Candidate(
            policy_id=policy_id,
            page_url=document.url,
            part=0,
            role=verdict.role,
            genre=classification.genre,
            content_hash=fingerprint.content_hash(document),
            document=document,
        )
        self._by_url[document.url] = known
        for key in fingerprint.match_keys(document):
            self._by_key.setdefault(key, []).append(known)
        return policy_id, verdict

    def _candidates(self, document: Document) -> list[Candidate]:
        found = {
            candidate.page_url: candidate
            for key in fingerprint.lookup_keys(document)
            for candidate in self._by_key.get(key, ())
            if candidate.page_url != document.url
        }
        return list(found.values())


def identify_manifest(manifest: Path) -> Iterator[dict[str, Any]]:
    """Yield a verdict per line of the manifest, in order; groups must stand together."""
    try:
        lines = [json.loads(raw) for raw in manifest.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, RecursionError) as error:
        raise BodyError(f"manifest {manifest}: {error}; name a readable JSONL file") from error
    for number, line in enumerate(lines, 1):
        if not isinstance(line, dict) or not line.keys() >= _KEYS:
            raise BodyError(f"manifest {manifest}: line {number}: needs {', '.join(sorted(_KEYS))}")
    for _, group in groupby(lines, key=lambda line: line["group"]):
        bench = Bench()
        for line in group:
            yield _verdict(bench, line)


def _verdict(bench: Bench, line: dict[str, Any]) -> dict[str, Any]:
    policy_id, verdict = bench.place(_document(line))
    return {
        "id": line["id"],
        "group": line["group"],
        "policy": policy_id,
        "role": text_role(verdict),
        "kind": verdict.kind,
        "differs": verdict.differs,
        "reason": verdict.reason,
    }


def _document(line: dict[str, Any]) -> Document:
    """Return what a line holds, with the fields that extraction reads from it.

    A plain text is a document already: extraction, which looks for an article inside a page, must
    not cut any of it away.
    """
    content_type = line.get("content_type")
    found = read_article(line["text"], line["url"], content_type).documents[:1]
    document = found[0] if found else Document(url=line["url"], title=None)
    if (content_type or "").startswith("text/plain"):
        return replace(document, body_text=line["text"])
    return document
