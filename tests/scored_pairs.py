"""What identification makes of labelled pairs of invented texts, in percent."""

import random
from collections import Counter
from collections.abc import Iterator

from pairs import Pair, edited, framed, pairs, rewrapped, text

from crawler.trial import Bench
from pipelines.identify import text_role
from store.records import Document, Verdict

COPY_ROLES = {"original", "reprint", "clone"}


def judged(pair: Pair) -> tuple[bool, Verdict]:
    """Return whether the two are held for the same text, and the verdict on the second."""
    bench = Bench()
    first, was = bench.place(Document("http://mz.first.cn/1.txt", None, pair.first))
    second, verdict = bench.place(Document("http://www.second.cn/2.txt", None, pair.second))
    roles = {text_role(was), text_role(verdict)}
    return first == second and roles <= COPY_ROLES, verdict


def is_right(pair: Pair, same: bool, verdict: Verdict) -> bool:
    if pair.same is False:
        return not same
    differs = verdict.differs or "excerpt" in pair.kind
    return same and (differs if pair.same is None else not verdict.differs or differs)


def measure(seed: int, count: int, wrong: int = 0) -> dict[str, float]:
    """Return the figures by name, in percent; prints `wrong` failures."""
    seen: Counter[str] = Counter()
    for pair in pairs(seed, count):
        same, verdict = judged(pair)
        right = is_right(pair, same, verdict)
        whole = pair.same and "excerpt" not in pair.kind
        seen.update(
            {
                f"{pair.kind} n": 1,
                f"{pair.kind} right": right,
                "positives": pair.same is True,
                "found": pair.same is True and same,
                "negatives": pair.same is False,
                "merged": pair.same is False and same,
                "excerpts": "excerpt" in pair.kind,
                "excerpts found": "excerpt" in pair.kind and same,
                "called edited": bool(whole) and same and verdict.differs,
            }
        )
        if not right and wrong > 0:
            wrong -= 1
            print("WRONG", pair.kind, same, verdict.reason, "|", pair.first[:40].replace("\n", " "))
    return figures(seen)


def figures(seen: Counter[str]) -> dict[str, float]:
    classes = [name[:-2] for name in seen if name.endswith(" n")]
    found = {one: 100 * seen[f"{one} right"] / seen[f"{one} n"] for one in classes}
    edits = seen["edited right"]
    return found | {
        "F1": 200 * seen["found"] / (seen["found"] + seen["positives"] + seen["merged"]),
        "excerpts found": 100 * seen["excerpts found"] / seen["excerpts"],
        "strangers merged": 100 * seen["merged"] / seen["negatives"],
        "edits seen": 100 * edits / seen["edited n"],
        "edits precise": 100 * edits / max(1, edits + seen["called edited"]),
    }


def visits(seed: int, count: int) -> Iterator[tuple[bool, str, str]]:
    """Yield (revised, before, after): a page with other noise, and a page whose text was edited."""
    chance = random.Random(f"visits {seed}")
    for number in range(count):
        one = text(chance, f"visit {seed} {number}", number)
        title = one.split("\n")[0]
        yield False, framed(chance, one, title), framed(chance, one, title)
        yield False, framed(chance, one, title), framed(chance, rewrapped(chance, one), title)
        yield True, framed(chance, one, title), framed(chance, edited(chance, one), title)


def revisits(seed: int, count: int) -> dict[str, float]:
    """Return noise called a revision and revisions seen, in percent."""
    seen: Counter[str] = Counter()
    for revised, before, after in visits(seed, count):
        bench = Bench()
        bench.place(Document("http://mz.first.cn/1.txt", "题", before))
        _, verdict = bench.place(Document("http://mz.first.cn/1.txt", "题", after))
        name = "edit" if revised else "noise"
        seen.update({name: 1, f"{name} revised": verdict.kind == "revised"})
    return {
        "noise called a revision": 100 * seen["noise revised"] / seen["noise"],
        "revisions seen": 100 * seen["edit revised"] / seen["edit"],
    }
