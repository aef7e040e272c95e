"""The decoder beside chardet, charset-normalizer and Scrapy, in one run, on one core.

    python bench/decode.py ENCODING_MATRIX.py [--quick] [--seed 7] [--texts DIR] [--corpus DIR]

ENCODING_MATRIX.py is the generator of damaged pages; it is loaded from its path and used through
its `build`, `score` and `auc`. With --corpus, the labelled real pages are read as well: feeds
decoded as labelled, clean pages changed, clone pairs restored, flagged or silently wrong. Times
are CPU times of this process, so a busy machine does not distort them.
"""

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import chardet
import charset_normalizer
from scrapy.http import HtmlResponse

from pipelines.decode import decode

ROWS = (
    ("exact, undamaged", "none", "exact"),
    ("exact, all", "", "exact"),
    ("mean CER, all", "", "cer"),
    ("silently wrong, all", "", "silent"),
    ("mixed encodings, exact", "mixed", "exact"),
    ("one bad byte, exact", "inv1", "exact"),
    ("one truncation, exact", "trunc", "exact"),
    ("clones, CER", "clone", "cer"),
    ("clones, silently wrong", "clone", "silent"),
    ("damage told where there is none", "none", "false_alarm"),
)
CODECS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}


class Plain(NamedTuple):
    text: str
    charset: str | None = None


def named(body: bytes, charset: str | None) -> Plain:
    codec = (charset or "utf-8").lower()
    return Plain(body.decode(CODECS.get(codec, codec), "replace"), charset)


def with_chardet(body: bytes, _content_type: str | None) -> Plain:
    return named(body, chardet.detect(body)["encoding"])


def with_charset_normalizer(body: bytes, _content_type: str | None) -> Plain:
    best = charset_normalizer.from_bytes(body).best()
    return Plain(str(best), best.encoding) if best else named(body, None)


def with_scrapy(body: bytes, content_type: str | None) -> Plain:
    headers = {"Content-Type": content_type or "text/html"}
    response = HtmlResponse("http://x.example/", headers=headers, body=body)
    return Plain(response.text, response.encoding)


DECODERS: dict[str, Callable[[bytes, str | None], Any]] = {
    "ours": decode,
    "chardet": with_chardet,
    "charset-normalizer": with_charset_normalizer,
    "scrapy": with_scrapy,
}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("encoding_matrix", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file: pass the matrix generator")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(read: Callable[[bytes, str | None], Any], case: dict, matrix: ModuleType) -> dict:
    began = time.process_time()
    found = read(case["body"], case["ct"])
    seconds = time.process_time() - began
    row = matrix.score(case, found.text, found.charset)
    told = bool(getattr(found, "damage", None))
    row["false_alarm"] = told and case["dmg"] == "none"
    row["silent"] = row["silent"] and not (told and case["dmg"] != "none")
    quality = getattr(found, "quality", None)
    return row | {"seconds": seconds, "quality": quality, "case": case}


def mean(rows: list[dict], figure: str) -> str:
    if not rows:
        return "-"
    value = sum(row[figure] for row in rows) / len(rows)
    return f"{value:.4f}" if figure == "cer" else f"{100 * value:.2f} %"


def speed(rows: list[dict]) -> str:
    seconds = sum(row["seconds"] for row in rows)
    return f"{sum(len(row['case']['body']) for row in rows) / 1e6 / max(seconds, 1e-9):.1f} MB/s"


def figures(rows: list[dict], matrix: ModuleType) -> dict[str, str]:
    found = {}
    for title, damage, figure in ROWS:
        chosen = [r for r in rows if r["case"]["dmg"] == (damage or r["case"]["dmg"])]
        if not damage:
            chosen = [r for r in chosen if r["case"]["dmg"] != "clone"]
        found[title] = mean(chosen, figure)
    judged = [r for r in rows if r["case"]["dmg"] not in ("kuntao", "clone")]
    pairs = [(r["quality"], r["exact"]) for r in judged if r["quality"] is not None]
    found["quality AUC"] = f"{matrix.auc(pairs):.4f}" if pairs else "-"
    clean = [r for r in rows if r["case"]["dmg"] == "none"]
    for size in sorted({r["case"]["size"] for r in clean}, reverse=True):
        found[f"speed, clean {size} B"] = speed([r for r in clean if r["case"]["size"] == size])
    found["speed, damaged"] = speed([r for r in rows if r["case"]["dmg"] != "none"])
    return found


def print_table(columns: dict[str, dict[str, str]]) -> None:
    print(f"{'':34}" + "".join(f"{name:>20}" for name in columns))
    for title in next(iter(columns.values())):
        print(f"{title:34}" + "".join(f"{column[title]:>20}" for column in columns.values()))


def print_corpus(corpus: Path) -> None:
    right = [
        row["charset_actual"] for row, body in listed(corpus / "charset") if as_labelled(row, body)
    ]
    print(f"feeds decoded as labelled: {len(right)} of {len(listed(corpus / 'charset'))}")
    pages = [*listed(corpus), *listed(corpus / "lists")]
    changed = [row["id"] for row, body in pages if decode(body, row.get("content_type")).repairs]
    print(f"clean real pages changed: {len(changed)} of {len(pages)} {' '.join(changed)}")
    counts = {"restored": 0, "flagged": 0, "silently wrong": 0}
    for line in (corpus / "clone_damage.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        found = decode(pair["seen"].encode(), "text/plain; charset=utf-8")
        restored = found.text == pair["true"]
        counts["restored" if restored else "flagged" if found.damage else "silently wrong"] += 1
    print("clone pairs:", ", ".join(f"{count} {name}" for name, count in counts.items()))


def listed(folder: Path) -> list[tuple[dict, bytes]]:
    rows = map(json.loads, (folder / "manifest.jsonl").read_text("utf-8").splitlines())
    return [(row, (folder / row["path"]).read_bytes()) for row in rows]


def as_labelled(row: dict, body: bytes) -> bool:
    label = row["charset_actual"]
    wanted = body.decode(CODECS.get(label, label), "replace")
    return decode(body, row.get("content_type")).text.split() == wanted.split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("matrix", type=Path)
    parser.add_argument("--quick", action="store_true", help="every seventh page, none of 50 kB")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--texts", help="folder of texts the pages are made from")
    parser.add_argument("--corpus", type=Path, help="folder of labelled real pages")
    chosen = parser.parse_args()
    matrix = load(chosen.matrix)
    sizes = (200, 2000) if chosen.quick else (200, 2000, 50000)
    cases = matrix.build(sizes, (4, 4, 1)[: len(sizes)], chosen.seed, chosen.texts)
    cases = cases[:: 7 if chosen.quick else 1]
    columns = {}
    for name, read in DECODERS.items():
        read(cases[0]["body"], None)
        columns[name] = figures([scored(read, case, matrix) for case in cases], matrix)
        print(f"{name}: {len(cases)} pages", file=sys.stderr)
    print_table(columns)
    if chosen.corpus:
        print_corpus(chosen.corpus)


if __name__ == "__main__":
    main()
