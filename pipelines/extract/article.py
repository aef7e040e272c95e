"""What is known of one article while its fields are read: title, body, labels, evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.extract.bodies import Body
from pipelines.extract.choice import Candidate, choose
from pipelines.extract.labels import Labelled
from pipelines.extract.lines import joined_paragraphs
from pipelines.extract.outline import Outline
from pipelines.extract.rendering import body_text
from store.records import Evidence

_HEAD = 2
"""How many of the body's first lines may be left-overs of a header."""


@dataclass(slots=True)
class Article:
    """One article of a page; evidence grows as its fields are chosen.

    title_block: where the page shows the title, None where it does not. blocks: the body's blocks
    by index without furniture, empty when there is no text. labels: the page's labelled values.
    """

    page: Outline
    title: str | None
    title_block: int | None
    body: Body | None
    blocks: tuple[int, ...]
    labels: tuple[Labelled, ...]
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def text(self) -> str:
        """Return the body's plain text, one paragraph per line."""
        text = body_text(self.page, self.blocks)
        return "\n".join(joined_paragraphs(text.split("\n"))) if self.page.partial else text

    def take(self, name: str, candidates: Iterable[Candidate]) -> str | None:
        """Return the first candidate's value and remember why; None when there is no candidate."""
        best, evidence = choose(candidates)
        if best is None or evidence is None:
            return None
        self.evidence[name] = evidence
        return best.value

    def labels_of(self, block: int) -> list[Labelled]:
        """Return the labelled values of one block."""
        return [item for item in self.labels if item.block == block]

    def labelled(self, kind: str, name: str | None = None) -> str | None:
        """Return the first value under a label of this kind, as the field `name` (or `kind`)."""
        found = (
            Candidate(item.value, f"label {item.label}", f"block {item.block}")
            for item in self.header_labels(kind)
            if item.value
        )
        return self.take(name or kind, found)

    def header_labels(self, kind: str) -> Iterator[Labelled]:
        """Yield the labels of a kind that stand outside the body or in its first lines.

        A list of other documents in a body has their 文号 and 成文日期, not this one's.
        """
        inside = set(self.blocks[_HEAD:])
        return (item for item in self.labels if item.kind == kind and item.block not in inside)
