"""What a file really is. A wrong file is refused with one sentence that says what to do."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from common.errors import RuleBroken
from people.imports import encodings, spreadsheets

LARGEST = 64 * 1024 * 1024
csv.field_size_limit(LARGEST)  # a cell that is too long is refused with its line and column, not by the reader
DELIMITERS = ",;\t|"
SEARCHED = 10  # lines at the top, among which the headings are
SAYS_MARK = re.compile(r'"?sep=."?', re.IGNORECASE)  # Excel's own first line
SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "This is an Excel file (XLS), not CSV. Open it, save it as “CSV UTF-8”, then try again.",
    b"%PDF": "This is a PDF, not CSV. Ask whoever made it for the list as a CSV file.",
    b"\x89PNG": "This is a picture, not CSV.",
    b"\xff\xd8\xff": "This is a picture, not CSV.",
    b"{\\rtf": "This is a word processor's file, not CSV.",
}
NOT_TEXT = "This file is not text that can be read. Save it again as “CSV UTF-8”, then try again."


class WrongFile(RuleBroken):
    pass


@dataclass(frozen=True)
class Row:
    """One record of a CSV: the line it starts on, and its cells."""

    line: int
    cells: list[str]


def read_path(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise WrongFile(f"{path} is larger than {LARGEST // 1024 // 1024} MB. Split it into smaller files.")
        return path.read_bytes()
    except IsADirectoryError:
        raise WrongFile(f"{path} is a folder, not a file.") from None
    except FileNotFoundError:
        raise WrongFile(f"There is no file {path}.") from None
    except OSError as problem:
        raise WrongFile(f"{path} could not be read: {problem.strerror or problem}.") from None
    except ValueError:
        raise WrongFile("That is not the name of a file.") from None


def decode(content: bytes) -> str:
    """The text of a file of ours, whose letters make sense in one encoding; or WrongFile."""
    found = readings_of(content)
    if len(found) > 1:
        ways = "; or ".join(f"{reading.words} ({reading.name})" for reading in found)
        raise WrongFile(f"The letters of this file could be {ways}. Save it as “CSV UTF-8”, then try again.")
    return found[0].text


def readings_of(content: bytes) -> list[encodings.Reading]:
    """Each way to read the letters of a file that makes sense: mostly one. WrongFile where it is no text."""
    if not content.strip():
        raise WrongFile("The file is empty.")
    if content.startswith(spreadsheets.START):
        try:
            return [encodings.Reading("xlsx", spreadsheets.as_csv(content))]
        except spreadsheets.NotASpreadsheet as problem:
            raise WrongFile(str(problem)) from None
    for start, sentence in SIGNATURES.items():
        if content.startswith(start):
            raise WrongFile(sentence)
    found = [reading for reading in encodings.readings(content) if "\x00" not in reading.text]
    if not found:
        raise WrongFile(NOT_TEXT)
    if not any(reading.text.strip() for reading in found):
        raise WrongFile("The file is empty.")
    return found


def rows(text: str, has_headings: Callable[[list[str]], bool] | None = None) -> Iterator[Row]:
    """The records of a CSV, blank lines left out. The first is the header.

    Where `has_headings` knows one, what stands above it (a title, or what Excel says of itself) is left out.
    """
    lines = list(io.StringIO(text, newline=""))  # of all that Python calls a line's end, a CSV knows three
    top, delimiter = _header(lines, has_headings)
    reader = csv.reader(lines[top:], delimiter=delimiter, skipinitialspace=True, strict=True)
    line = top + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)
            line = top + reader.line_num + 1
    except csv.Error:
        raise WrongFile(
            f"The quotation marks on line {line} do not pair up, so the file cannot be read from there on."
        ) from None


def _header(lines: list[str], has_headings: Callable[[list[str]], bool] | None) -> tuple[int, str]:
    """Where the header is, and what parts its cells."""
    for place, line in enumerate(lines[:SEARCHED] if has_headings else []):
        for mark in DELIMITERS:
            if has_headings and has_headings(line.rstrip("\r\n").replace('"', "").split(mark)):
                return place, mark
    top = next((place for place, line in enumerate(lines) if line.strip() and not SAYS_MARK.fullmatch(line.strip())), 0)
    first = lines[top] if lines else ""
    return top, max(DELIMITERS, key=lambda mark: _outside_quotes(first).count(mark))


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
