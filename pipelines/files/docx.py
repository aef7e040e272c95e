"""DOCX (ECMA-376 part 1) to text: paragraphs and table rows in the order of the document.

Deleted text of tracked changes (`w:delText`) and the fall-back copies of text boxes are not text.
Numbers that Word counts itself (第一条, （一）) are counted as it does, from the file's own lists.
"""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipelines.files.numbering import Numbering, read_numbering
from pipelines.files.texts import paragraphs
from store.records import FileText

_NAMESPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",  # the strict variant
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PART = "word/document.xml"
_NUMBERING, _STYLES = "word/numbering.xml", "word/styles.xml"
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(body: bytes) -> FileText:
    """Return the text of a Word document, `damaged` if its main part cannot be parsed.

    Raises MemoryError where libxml2, which says it differently, has no memory left.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            root = _part(package, _PART)
            beside = [_part(package, name) for name in (_NUMBERING, _STYLES)]
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) in {None, 0, etree.ErrorTypes.ERR_NO_MEMORY}:
            raise MemoryError(str(error)) from error
        return FileText("damaged", detail=f"XMLSyntaxError: {str(error)[:160]}")
    except (zipfile.BadZipFile, EOFError) as error:
        return FileText("damaged", detail=f"{type(error).__name__}: {str(error)[:160]}")
    if root is None:
        return FileText("damaged", detail=f"no {_PART} in it")
    for copy in root.findall(f".//{_FALLBACK}"):
        copy.clear()
    return FileText("docx", paragraphs(list(_lines(root, read_numbering(*beside)))))


def _part(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return the root of a part, None where the package has no such part."""
    if name not in package.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with package.open(name) as part:
        return etree.parse(part, parser).getroot()


def _lines(block: etree._Element, numbering: Numbering) -> Iterator[str]:
    """Yield the lines of a body, a cell, a content control or whatever else holds paragraphs."""
    for node in block:
        name = _name(node)
        if name == "p":
            label = _label(node, numbering)
            first, *rest = _text(node).split("\n")
            yield f"{label}{first}" if first.strip() else first
            yield from rest
        elif name == "tr":
            cells = (
                " ".join(filter(None, _lines(cell, numbering))) for cell in node if _holds(cell)
            )
            yield "\t".join(filter(None, cells))
        else:
            yield from _lines(node, numbering)


def _label(paragraph: etree._Element, numbering: Numbering) -> str:
    """Return the number Word prints before a paragraph, "" for none (§17.3.1.19, 17.3.1.27)."""
    if not numbering.lists:
        return ""
    said: dict[str, str | None] = dict.fromkeys(("pStyle", "numId", "ilvl"))
    for node in paragraph.iterfind("{*}pPr//{*}*"):
        name = _name(node)
        if name in said:
            said[name] = next(
                (str(v) for k, v in node.attrib.items() if str(k).endswith("}val")), None
            )
    level = said["ilvl"]
    place = int(level) if level and level.isdigit() else None
    return numbering.label(said["numId"], place, said["pStyle"])


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
