"""Cost of identifying one document against archives of two sizes.

    python bench/identify.py [--small 1000] [--large 100000] [--probes 300]

Keys lie in an SQLite table as in the store, indexed; probes are half reprints, excerpts and forms
of what the archive has, half new. Prints documents per second at both sizes, the ratio of the
costs, and how fast documents are canonicalised and signed.
"""

import argparse
import random
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable

from pipelines.canonical import canonical_text
from pipelines.classify import classify
from pipelines.fingerprint import bands, content_hash, lookup_keys, match_keys
from pipelines.identify import identify
from pipelines.noise import strip_noise
from store.records import Candidate, Classification, Document

LIMIT = 60
COMMON = "现将有关事项通知如下，请认真贯彻执行。各地要加强组织领导，落实工作责任，确保取得实效。"
FORM = (
    "根据有关规定，经审查，准予{}登记，法定代表人{}，开办资金{}万元，住所为{}路{}号。" + COMMON * 2
)
PLAIN = Classification("policy", (), "yes")


class Archive:
    """Documents with their keys in one indexed SQLite table."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.rows = sqlite3.connect(":memory:")
        self.rows.execute(
            "CREATE TABLE key (kind TEXT, value TEXT, part INTEGER,"
            " PRIMARY KEY (kind, value, part)) WITHOUT ROWID"
        )

    def add(self, document: Document) -> None:
        part = len(self.documents)
        self.documents.append(document)
        keys = ((key.kind, key.value, part) for key in match_keys(document))
        self.rows.executemany("INSERT INTO key VALUES (?, ?, ?)", keys)

    def candidates(self, document: Document) -> list[Candidate]:
        shared: Counter[int] = Counter()
        values = defaultdict(list)
        for key in lookup_keys(document):
            values[key.kind].append(key.value)
        for kind, sought in values.items():
            marks = ",".join("?" * len(sought))
            query = f"SELECT part FROM key WHERE kind = ? AND value IN ({marks})"
            shared.update(part for (part,) in self.rows.execute(query, (kind, *sought)))
        return [self.candidate(part) for part, _ in shared.most_common(LIMIT)]

    def candidate(self, part: int) -> Candidate:
        document = self.documents[part]
        return Candidate(f"p{part}", document.url, 0, "original", "policy", "", document)


def vocabulary(chance: random.Random) -> list[str]:
    return ["".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(2)) for _ in range(4000)]


def text(chance: random.Random, words: list[str]) -> str:
    """Return about 1,500 characters: sentences of random words, some of them common to all."""
    sentences = ["".join(chance.choices(words, k=chance.randint(8, 16))) + "。" for _ in range(60)]
    sentences.insert(3, COMMON)
    return "\n".join(sentences)


def documents(count: int) -> list[Document]:
    chance = random.Random(count)
    words = vocabulary(chance)
    made = []
    for n in range(count):
        body = text(chance, words)
        if n % 50 == 0:
            body = FORM.format(*chance.choices(words, k=5))
        made.append(Document(f"http://s{n % 60}.gov.cn/t{n:08d}.html", f"第{n}号文件办法", body))
    return made


def probes(archive: Archive, count: int) -> list[Document]:
    chance = random.Random(7)
    words = vocabulary(chance)
    made = []
    for n in range(count):
        lines = chance.choice(archive.documents).body_text.split("\n")
        body = "\n".join(lines[len(lines) // 4 :]) if n % 2 else text(chance, words)
        made.append(Document(f"http://probe.cn/{n}.html", None, body))
    return made


def cost_s(archive: Archive, count: int) -> tuple[float, int]:
    """Return seconds per probe, and how many were found to belong to a known policy."""
    asked = probes(archive, count)
    joined = 0
    started = time.process_time()
    for document in asked:
        verdict = identify(document, PLAIN, archive.candidates(document), None)
        content_hash(document)
        joined += verdict.kind == "joined"
    return (time.process_time() - started) / count, joined


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--probes", type=int, default=300)
    options = parser.parse_args()
    archive = Archive()
    costs = []
    for size in (options.small, options.large):
        fresh = documents(size)
        started = time.process_time()
        for document in fresh[len(archive.documents) :]:
            archive.add(document)
        added = max(1, size - options.small) if costs else size
        signed = added / (time.process_time() - started)
        cost, joined = cost_s(archive, options.probes)
        costs.append(cost)
        print(f"archive {len(archive.documents)}: {1 / cost:.0f} documents/s identified,", end=" ")
        print(f"{joined} of {options.probes} joined; {signed:.0f}/s signed and indexed")
    print(f"cost at {options.large} / cost at {options.small}: {costs[1] / costs[0]:.2f}")
    sample = archive.documents[:1000]
    print(f"canonicalised and signed: {per_second(sign, sample):.0f}/s")
    print(f"classified: {per_second(classify, sample):.0f}/s")


def sign(document: Document) -> None:
    bands(canonical_text(strip_noise(document.body_text)))


def per_second(work: Callable[[Document], object], sample: list[Document]) -> float:
    started = time.process_time()
    for document in sample:
        work(document)
    return len(sample) / (time.process_time() - started)


if __name__ == "__main__":
    main()
