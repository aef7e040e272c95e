"""PDF (ISO 32000-1) to text by pypdf, and the honest word for a PDF that has none."""

import io
import logging
import re
from typing import Any

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PdfReadError, PyPdfError

from pipelines.decode.language import load
from pipelines.files.texts import paragraphs, unwrapped
from store.records import FileText

MAX_PAGES = 400
_END_WITHIN = 4096
"""Where %%EOF must stand: §7.5.5 says last, servers and printers append a little."""

_FEWEST_PER_PAGE = 4
"""Characters a page; a scan that carries page numbers or a stamp of the scanner stays a scan."""

_LOST_SHARE = 0.05
_PAGE_NUMBER = re.compile(r"^[—–\-－ ]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d+)?[—–\-－ ]*$")
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_RUN = re.compile("[\u3400-\u9fff，。、；：《》（）\x80-\u02ff]{3,40}")
_SAMPLE, _FEWEST_TO_JUDGE = 600, 40
_NO_CHINESE = -11.0
_BY_GLYPH = {"/Identity-H", "/Identity-V"}

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it remarks on every blemish it gets over


def read_pdf(body: bytes) -> FileText:
    """Return the text layer of a PDF, or the kind that says why there is none.

    `scanned`: pages without letters. `garbled`: letters that map to no characters, or to such as
    make no Chinese. A file that only forbids printing opens with the empty password, as in every
    viewer.
    """
    if b"%%EOF" not in body[-_END_WITHIN:]:
        return FileText("truncated", detail=f"no end of file after {len(body)} bytes")
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            return FileText("encrypted", detail="needs a password")
        return _read(reader)
    except FileNotDecryptedError:
        return FileText("encrypted", detail="needs a password")
    except LimitReachedError as error:
        return FileText("bomb", detail=_said(error))
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return FileText("damaged", detail=_said(error))  # what pypdf raises on broken objects


def _read(reader: PdfReader) -> FileText:
    count = len(reader.pages)
    if not count:
        raise PdfReadError("no pages in it")
    letters = _Letters()
    lines: list[str] = []
    for page in reader.pages[:MAX_PAGES]:
        shown = page.extract_text(visitor_text=letters.see).splitlines()
        lines += _without_page_number([line.strip() for line in shown if line.strip()])
    if letters.seen < _FEWEST_PER_PAGE * min(count, MAX_PAGES):
        return FileText("scanned", detail=f"{count} pages, {letters.seen} characters of text")
    if letters.lost > _LOST_SHARE * letters.seen:
        detail = f"{letters.lost} of {letters.seen} letters map to no character"
        return FileText("garbled", detail=detail)
    text = paragraphs(unwrapped(lines))
    if not _is_language(text):
        return FileText("garbled", detail="its fonts give characters that make no Chinese")
    detail = f"the first {MAX_PAGES} of {count} pages" if count > MAX_PAGES else ""
    return FileText("pdf", text, detail)


def _is_language(text: str) -> bool:
    """Tell whether the characters make Chinese; a text of other letters is not judged.

    Fonts with a wrong /ToUnicode, or GBK codes in a Latin font, give characters that were never
    written. Ordinary Chinese scores about -4 by the decoder's model, lists of names -8, random
    characters -13, GBK read as Latin -16.
    """
    sample: list[str] = []
    for run in _RUN.finditer(text):
        sample.append(run[0])
        if sum(map(len, sample)) >= _SAMPLE:
            break
    if sum(map(len, sample)) < _FEWEST_TO_JUDGE:
        return True
    return load().plausibility(" ".join(sample)) > _NO_CHINESE


class _Letters:
    """Counts the letters of a file and those whose characters nobody can know.

    A font encoded by glyph (Identity-H) without /ToUnicode (§9.10.2) names shapes, not
    characters: reading its codes as characters would invent a text.
    """

    def __init__(self) -> None:
        self.seen = self.lost = 0

    def see(self, text: str, _cm: Any, _tm: Any, font: Any, _size: Any) -> None:
        count = len("".join(text.split()))
        self.seen += count
        by_glyph = font is not None and font.get("/Encoding") in _BY_GLYPH
        if by_glyph and "/ToUnicode" not in font:
            self.lost += count
        else:
            self.lost += len(_NO_CHARACTER.findall(text))


def _without_page_number(lines: list[str]) -> list[str]:
    for place in (-1, 0):
        if lines and _PAGE_NUMBER.match(lines[place]):
            del lines[place]
    return lines


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
