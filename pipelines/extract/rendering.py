"""An article's blocks as plain text for matching and as clean HTML structure for showing."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from lxml import etree

from pipelines.addresses import absolute
from pipelines.extract.outline import HEADING_TAGS, Outline

_BLANKS = re.compile(r"[ \t\u3000]{2,}")
_ROW_CELLS = 40
_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]+[章节编部分]+|[一二三四五六七八九十]{1,3}、)[^。；]{0,40}$"
)


def body_text(page: Outline, blocks: Sequence[int]) -> str:
    """Return one line per paragraph and one per table row, its cells parted by tabs."""
    return "\n".join("\t".join(cells) for cells in _lines(page, blocks))


def _lines(page: Outline, blocks: Sequence[int]) -> Iterator[list[str]]:
    cells: list[str] = []
    row = cell = -1
    for index in blocks:
        text = _BLANKS.sub(" ", page.blocks[index].text).strip(" \u3000")
        next_row, next_cell = _place(page, index)
        if cells and next_row >= 0 and next_row == row:
            if next_cell == cell:
                cells[-1] = f"{cells[-1]} {text}"
            else:
                cells.append(text)
        else:
            if cells:
                yield cells
            cells = [text]
        row, cell = next_row, next_cell
    if cells:
        yield cells


def _place(page: Outline, index: int) -> tuple[int, int]:
    """Return the table row and cell a block lies in, -1 outside tables and in layout tables.

    A row with one cell that holds anything lays out a page: its lines are paragraphs.
    """
    cell = -1
    for depth, node in enumerate(page.ancestors(page.blocks[index].node)):
        box = page.nodes[node]
        if cell < 0 and box.tag in ("td", "th"):
            cell = node
        if box.tag == "tr":
            alone = page.nodes[cell].last - page.nodes[cell].first == box.last - box.first
            return (-1, -1) if alone or box.last - box.first > _ROW_CELLS else (node, cell)
        if depth > 4:
            break
    return -1, -1


def body_html(page: Outline, blocks: Sequence[int]) -> str:
    """Return headings, paragraphs, tables and images with alt, nothing else; unsanitised.

    Layout, styles, scripts and classes of the page are gone; text is escaped. It still has to pass
    a sanitiser before it is shown: image addresses are the page's own.
    """
    parts: list[str] = []
    rows: list[str] = []
    images = _images(page, blocks)
    for cells, first in _rows(page, blocks):
        if rows and len(cells) == 1:
            parts.append(f"<table>{''.join(rows)}</table>")
            rows = []
        parts += [images.pop(index) for index in sorted(images) if index <= first]
        if len(cells) > 1:
            rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        else:
            parts.append(_paragraph(page, cells[0], first))
    parts += [f"<table>{''.join(rows)}</table>"] if rows else []
    return "\n".join([*parts, *(images[index] for index in sorted(images))])


def _rows(page: Outline, blocks: Sequence[int]) -> Iterator[tuple[list[str], int]]:
    position = 0
    for cells in _lines(page, blocks):
        yield cells, blocks[min(position, len(blocks) - 1)]
        position += len(cells)


def _paragraph(page: Outline, text: str, index: int) -> str:
    tag = page.nodes[page.blocks[index].node].tag
    if tag in HEADING_TAGS or _HEADING.match(text):
        return f"<h3>{escape(text)}</h3>"
    return f"<li>{escape(text)}</li>" if tag == "li" else f"<p>{escape(text)}</p>"


def _images(page: Outline, blocks: Sequence[int]) -> dict[int, str]:
    """Return the body's images as markup, by the index of the block they stand before."""
    found: dict[int, str] = {}
    seen: set[str] = set()
    for index, image in page.images if blocks else ():
        source = _image_source(page.url, image)
        if blocks[0] <= index <= blocks[-1] + 1 and source and source not in seen:
            seen.add(source)
            alt = escape(image.get("alt") or "", quote=True)
            shown = f'<p><img src="{escape(source, quote=True)}" alt="{alt}"></p>'
            found[index] = found.get(index, "") + shown
    return found


def _image_source(base: str, image: etree._Element) -> str | None:
    source = (image.get("data-src") or image.get("src") or "").strip()
    if not source or source.startswith("data:"):
        return None
    return absolute(base, source)
