"""The changed places of an article, short enough for a mail: marks for HTML, brackets for text.

Pure. The whole texts stand in the feed and on the dossier page; a mail shows the changed runs and
a little of what stands around them.
"""

from typing import Literal

from markupsafe import Markup

from feeds.inert import inert_text
from store.records import DiffBlock, Edit

Side = Literal["old", "new"]
CONTEXT_CHARS = 24
WHOLE_CHARS = 160
RUN_CHARS = 240
_DROPPED = {"old": "+", "new": "-"}
_TAGS = {"old": "del", "new": "ins"}


def excerpt(block: DiffBlock, side: Side) -> str:
    """Return one side of the block as text, changed runs in 【】, long kept runs cut with ……."""
    return "".join(text if kept else f"【{text}】" for kept, text in _runs(block, side))


def marked(block: DiffBlock, side: Side) -> Markup:
    """Return one side of the block as HTML, changed runs in `del` or `ins`."""
    pattern = Markup(f"<{_TAGS[side]}>{{}}</{_TAGS[side]}>")
    return Markup("").join(
        Markup("{}").format(text) if kept else pattern.format(text)
        for kept, text in _runs(block, side)
    )


def _runs(block: DiffBlock, side: Side) -> list[tuple[bool, str]]:
    """Return (kept, text) runs of that side, cut to what a mail needs."""
    whole = (block.old if side == "old" else block.new) or ""
    edits = block.edits or (Edit("-" if side == "old" else "+", whole),)
    runs = [edit for edit in edits if edit.op != _DROPPED[side]]
    if block.edits and len(whole) <= WHOLE_CHARS:
        return [(run.op == "=", inert_text(run.text)) for run in runs]
    last = len(runs) - 1
    return [
        (run.op == "=", inert_text(_cut(run, first=place == 0, last=place == last)))
        for place, run in enumerate(runs)
    ]


def _cut(run: Edit, *, first: bool, last: bool) -> str:
    """Return the run shortened in the middle; a kept run at an end keeps only its inner side."""
    text = run.text
    room = 2 * CONTEXT_CHARS if run.op == "=" else RUN_CHARS
    if len(text) <= room:
        return text
    if run.op != "=":
        return f"{text[:room]}……（共{len(text)}字）"
    head = "" if first else text[:CONTEXT_CHARS]
    tail = "" if last else text[-CONTEXT_CHARS:]
    return f"{head}……{tail}"
