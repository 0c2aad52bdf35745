"""CSV files in which no cell can be taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_HARMLESS = re.compile(r"[+-]?[\d ().,]+")  # numbers and phone numbers


def safe(value: Any) -> str:
    """Return the value as text, with an apostrophe before it where a spreadsheet could run it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) and not _HARMLESS.fullmatch(text) else text


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a CSV download in UTF-8, with the mark by which Excel knows it."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return response
