"""CSV files in which no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)
KIND, MARK = "text/csv; charset=utf-8", "\ufeff"

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_HARMLESS = re.compile(r"[+-]?[\d ().,]+")  # numbers and phone numbers


def safe(value: Any) -> str:
    """Return the value as text, with an apostrophe before it where a spreadsheet could run it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) and not _HARMLESS.fullmatch(text) else text


Row = Sequence[Any]


def csv_response(name: str, header: Row, rows: Iterable[Row]) -> HttpResponse:
    """Return a CSV download in UTF-8, with the mark by which Excel knows it."""
    return _named(HttpResponse(f"{MARK}{_lines([header, *rows])}", content_type=KIND), name)


def csv_stream(name: str, header: Row, parts: Iterable[Iterable[Row]]) -> HttpResponse:
    """Return the same a part at a time, so that a long file is never whole in memory.

    The parts are made after the view has returned and its transaction has ended: each sees to who acts.
    """
    written = chain([f"{MARK}{_lines([header])}"], (_lines(rows) for rows in parts))
    response = StreamingHttpResponse(written, content_type=KIND)
    return cast(HttpResponse, _named(response, name))  # as every view says that it returns one


def _lines(rows: Iterable[Row]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def _named(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
