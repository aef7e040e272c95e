"""DOCX (ECMA-376 part 1) to text: paragraphs and table rows in the order of the document.

Deleted text of tracked changes (`w:delText`) and the fall-back copies of text boxes are not text.
Numbers that Word counts itself are not stored in the text and are not made up here.
"""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipelines.files.texts import paragraphs
from store.records import FileText

_NAMESPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",  # the strict variant
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PART = "word/document.xml"
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(body: bytes) -> FileText:
    """Return the text of a Word document, `damaged` if its main part cannot be parsed.

    Raises MemoryError where libxml2, which says it differently, has no memory left.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package, package.open(_PART) as part:
            root = etree.parse(part, parser).getroot()
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) in {None, 0, etree.ErrorTypes.ERR_NO_MEMORY}:
            raise MemoryError(str(error)) from error
        return FileText("damaged", detail=f"XMLSyntaxError: {str(error)[:160]}")
    except (zipfile.BadZipFile, EOFError) as error:
        return FileText("damaged", detail=f"{type(error).__name__}: {str(error)[:160]}")
    for copy in root.findall(f".//{_FALLBACK}"):
        copy.clear()
    return FileText("docx", paragraphs(list(_lines(root))))


def _lines(block: etree._Element) -> Iterator[str]:
    """Yield the lines of a body, a cell, a content control or whatever else holds paragraphs."""
    for node in block:
        name = _name(node)
        if name == "p":
            yield from _text(node).split("\n")
        elif name == "tr":
            cells = (" ".join(filter(None, _lines(cell))) for cell in node if _holds(cell))
            yield "\t".join(filter(None, cells))
        else:
            yield from _lines(node)


def _holds(cell: etree._Element) -> bool:
    return _name(cell) in {"tc", "sdt", "customXml"}


def _text(paragraph: etree._Element) -> str:
    """Return a paragraph's runs; the paragraphs of its text boxes follow on lines of their own."""
    pieces: list[str] = []
    for node in paragraph.iterdescendants():
        name = _name(node)
        if name == "t":
            pieces.append(node.text or "")
        elif name == "p":
            pieces.append("\n")
        elif name in _BREAKS and _name(node.getparent()) == "r":
            pieces.append(_BREAKS[name])
    return "".join(pieces)


def _name(node: etree._Element | None) -> str:
    """Return the local name of a WordprocessingML element, "" for any other."""
    tag = node.tag if node is not None else None
    if isinstance(tag, str):
        for namespace in _NAMESPACES:
            if tag.startswith(namespace):
                return tag[len(namespace) :]
    return ""
