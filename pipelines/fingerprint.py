"""The handles of a document: keys to find it and its kin by, and the hash of what it means.

Keys are values only; the store indexes them. Nothing here compares two documents.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import rensa  # type: ignore[import-untyped]
from w3lib.url import canonicalize_url

from pipelines.canonical import canonical_text, canonical_title, simplify
from pipelines.noise import canonical_body
from pipelines.subject import subject_titles
from store.records import Document, MatchKey

_BANDS, _ROWS = 48, 3
"""A 60 % excerpt with damage (Jaccard 0.45) shares a band with p = .99; two texts that have 3 %
of their shingles in common, with p = .001."""
_SEED = 20261121
_ANCHORS = "".join(chr(c) for c in [*b"159aeimquy", *range(0x4E01, 0x9FFF, 4)])
"""Every fourth character: a sample of shingles chosen by content, the same in an excerpt."""
_ANCHORED = re.compile(f"[{_ANCHORS}](?=(.{{5}}))")
_SHORTEST = 60
"""Canonical characters below which a text proves nothing by resemblance (stubs, notes)."""
_HASH_VERSION = "1"


def content_hash(document: Document) -> str:
    """Return the hash of what the document means: equal while only its packaging changes.

    Over title, body without site lines, header fields that a reader acts on and attachment names,
    each in canonical form. Counters, viewing dates, white space, re-encoding, traditional or
    simplified spelling, publication stamps and download tokens are not in it. The first character
    is the version of this recipe: hashes of different versions must not be compared.
    """
    fields = [
        canonical_text(document.title or ""),
        canonical_body(document.body_text),
        canonical_text(document.document_number or ""),
        canonical_text(document.validity or ""),
        *(day or "" for day in (document.effective_on, document.expires_on)),
        document.consultation_ends_on or "",
        *sorted(canonical_text(attachment.name) for attachment in document.attachments),
    ]
    return _HASH_VERSION + hashlib.sha256("\x1f".join(fields).encode()).hexdigest()


def match_keys(document: Document) -> tuple[MatchKey, ...]:
    """Return the keys under which the document's part is indexed, each once.

    `url` and `original_url` (canonical), `path` (of an article, for clones), `number` (own 文号),
    `title` (canonical title), `cited_title` (policies it is about), `text` (hash of the canonical
    body), `band` (LSH).
    """
    keys = [MatchKey("url", canonical_url(document.url))]
    if path := canonical_path(document.url):
        keys.append(MatchKey("path", path))
    if document.original_url:
        keys.append(MatchKey("original_url", canonical_url(document.original_url)))
    if document.document_number:
        keys.append(MatchKey("number", simplify(document.document_number)))
    if title := canonical_title(document.title or ""):
        keys.append(MatchKey("title", title))
    keys += [MatchKey("cited_title", canonical_title(t)) for t in subject_titles(document)]
    keys += _text_keys(document.body_text)
    return tuple(dict.fromkeys(keys))


def lookup_keys(document: Document) -> tuple[MatchKey, ...]:
    """Return the keys to search candidates by: whoever is indexed under one may be kin."""
    return sought(match_keys(document))


def sought(keys: Iterable[MatchKey]) -> tuple[MatchKey, ...]:
    """Return the keys to search candidates by for a document with these keys of its own.

    A page is sought under its own URL and as somebody's original; a policy under its title and
    among those that cite it; a report under the title it is about, and among others about it.
    """
    found = []
    for key in keys:
        mirrored = _MIRRORED.get(key.kind)
        found += [key, MatchKey(mirrored, key.value)] if mirrored else [key]
    return tuple(dict.fromkeys(found))


_MIRRORED = {
    "url": "original_url",
    "original_url": "url",
    "title": "cited_title",
    "cited_title": "title",
}


def canonical_url(url: str) -> str:
    """Return the URL under which one page is known: no scheme, no `www.`, no fragment.

    w3lib's canonical form; http and https, and `www.` or not, serve the same page on these sites.
    """
    parts = urlsplit(canonicalize_url(url))
    host = parts.netloc.removeprefix("www.").removesuffix(":80").removesuffix(":443")
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def canonical_path(url: str) -> str | None:
    """Return the path that a clone shares with the page it copies; None unless it holds an id.

    An id is a run of five digits: `/newdzb/html/2022-06/07/content_30316.htm` on any host.
    """
    path = urlsplit(url).path
    return path if re.search(r"\d{5}", path) else None


@lru_cache(maxsize=64)
def _text_keys(body_text: str) -> tuple[MatchKey, ...]:
    text = canonical_body(body_text)
    if len(text) < _SHORTEST:
        return ()
    exact = hashlib.sha256(text.encode()).hexdigest()[:32]
    return (MatchKey("text", exact), *(MatchKey("band", band) for band in bands(text)))


def shingles(canonical: str) -> list[str]:
    """Return a sample of the text's five-character strings: those that follow an anchor."""
    return _ANCHORED.findall(canonical)


def bands(canonical: str) -> tuple[str, ...]:
    """Return the LSH bands of a canonical text; texts alike in part share some of them.

    Empty for a text without shingles.
    """
    sampled = shingles(canonical)
    if not sampled:
        return ()
    sketch = rensa.RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    sketch.update(sampled)
    digest = sketch.digest()
    rows = (digest[at : at + _ROWS] for at in range(0, len(digest), _ROWS))
    return tuple(f"{n:02d}" + "".join(f"{v:08x}" for v in row) for n, row in enumerate(rows))
