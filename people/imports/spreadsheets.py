"""An XLSX file as the CSV that it would be saved as: its first sheet that holds something, values without formulas."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

START = b"PK\x03\x04"
LARGEST = 200 * 1024 * 1024  # bytes unpacked
WIDEST, LONGEST = 200, 60_000  # cells of a row, rows
MIDNIGHT = time()


class NotASpreadsheet(ValueError):
    pass


def as_csv(content: bytes) -> str:
    """The text of a CSV. NotASpreadsheet where it is none, or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise NotASpreadsheet("This spreadsheet is too large unpacked. Save it as “CSV UTF-8”, then try again.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs say wrongly how large it is
            if text := _text(sheet):
                return text
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as problem:
        if isinstance(problem, NotASpreadsheet):
            raise
        raise NotASpreadsheet("This spreadsheet cannot be read. Save it as “CSV UTF-8”, then try again.") from None
    raise NotASpreadsheet("The spreadsheet is empty.")


def _text(sheet: Any) -> str:
    written = io.StringIO()
    out = csv.writer(written)
    filled = False
    for number, row in enumerate(sheet.iter_rows(max_col=WIDEST, values_only=True)):
        if number >= LONGEST:
            raise NotASpreadsheet(f"The sheet has more than {LONGEST:,} rows. Split it, then try again.")
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        filled = filled or bool(cells)
        out.writerow(cells)
    return written.getvalue() if filled else ""


def _cell(value: Any) -> str:
    """As someone would type it: a day without its midnight, a whole number without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
