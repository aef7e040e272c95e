"""XLSX to text by openpyxl: a line per row, its cells side by side, as the sheet shows them."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pipelines.files.texts import paragraphs
from store.records import FileText

MAX_ROWS = 20_000
_BLANK_RUN = 1_000
"""So many blank rows end a sheet: one formatted row at the bottom declares a million."""


def read_xlsx(body: bytes) -> FileText:
    """Return the cells of all visible sheets; `damaged` for a workbook that cannot be opened.

    Formulas give the value last computed, nothing where none was stored.
    """
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        lines = [line for sheet in book.worksheets for line in _sheet(sheet)]
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError) as error:
        return FileText("damaged", detail=f"{type(error).__name__}: {str(error)[:160]}")
    return FileText("xlsx", paragraphs(lines))


def _sheet(sheet: object) -> Iterator[str]:
    if getattr(sheet, "sheet_state", "visible") != "visible":
        return
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what a sheet says of its size is a guess
    blank = 0
    rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS)  # type: ignore[attr-defined]
    for row in rows:
        line = "\t".join(filter(None, map(_cell, row)))
        blank = 0 if line else blank + 1
        if blank > _BLANK_RUN:
            return
        yield line


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
