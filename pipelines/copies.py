"""How a copy, a draft or an earlier edition differs from a text, article by article, in words.

Pages of two sites break lines, spell and frame one text differently; none of that is a difference.
"""

from itertools import groupby
from operator import attrgetter

from pipelines.canonical import canonical_text, simplify
from pipelines.diff import compare, reflow
from pipelines.noise import strip_noise
from pipelines.resemblance import resemblance
from store.records import Comparison, Diff, DiffBlock, Pairing

_SIGNS = {
    "copy": {"deleted": "缺", "edited": "改", "inserted": "多", "moved": "移"},
    "draft": {"deleted": "删", "edited": "改", "inserted": "增", "moved": "移"},
    "edition": {"deleted": "删", "edited": "改", "inserted": "增", "moved": "移"},
}
_IN_COMMON = 0.2
_NAMED_AT_MOST = 6
"""So many articles (or runs of them) are named by their numbers; of more, how many there are."""


def compared(pairing: Pairing) -> Comparison:
    """Return how the two texts of a pairing differ.

    The diff is of the texts in simplified characters, one article a line, without site lines; what
    differs by spelling or punctuation alone counts as the same. Words: `缺第八条；改第二条`;
    `文字一致` where nothing differs, `没有正文` for a copy that holds no text, `文字大多不同` for
    two texts that share a name and little else: beside each other they would say nothing.
    """
    if not pairing.new.strip():
        return Comparison(pairing, "没有正文", Diff())
    if resemblance(pairing.old, pairing.new).coverage < _IN_COMMON:
        return Comparison(pairing, "文字大多不同", Diff())
    diff = _meaningful(compare(_plain(pairing.old), _plain(pairing.new)))
    said = [
        sign + _named(diff, op) for op, sign in _SIGNS[pairing.kind].items() if _named(diff, op)
    ]
    return Comparison(pairing, "；".join(said) or "文字一致", diff)


def _plain(text: str) -> str:
    return reflow(simplify(strip_noise(text)))


def _meaningful(diff: Diff) -> Diff:
    """Return the diff with blocks that only spell or number alike words differently as the same.

    Empty where nothing is left.
    """
    blocks = tuple(
        DiffBlock("same", block.label, block.old, block.new)
        if block.op == "edited"
        and canonical_text(block.old or "") == canonical_text(block.new or "")
        else block
        for block in diff.blocks
        if canonical_text((block.old or "") + (block.new or ""))
    )
    return Diff(blocks if any(block.op != "same" for block in blocks) else ())


def _named(diff: Diff, op: str) -> str:
    """Return the blocks of that kind by number, neighbours together (`第四条至第九条`)."""
    runs = [list(run) for kind, run in groupby(diff.blocks, key=attrgetter("op")) if kind == op]
    names = [name for run in runs for name in _run(run) if name]
    nameless = sum(not block.label for run in runs for block in run)
    if not names or len(names) > _NAMED_AT_MOST:
        return f"{sum(map(len, runs))}段" if runs else ""
    return "、".join(names) + (f"及另{nameless}段" if nameless else "")


def _run(blocks: list[DiffBlock]) -> list[str]:
    """Return the names of neighbouring blocks; "" for one that has no number."""
    labels = [(block.label or "").rstrip("、.．") for block in blocks]
    return [f"{labels[0]}至{labels[-1]}"] if len(labels) > 2 and all(labels) else labels
