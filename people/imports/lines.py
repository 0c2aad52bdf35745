"""A caseload file as lines: each cell read, each fault named by line and column in plain words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.imports import columns
from people.imports.files import Row, rows
from people.imports.sentence_words import Ordered
from people.imports.wording import Unreadable
from people.models import Sentence

LONGEST_CELL = 2000
JOINERS = "\u200c\u200d"  # which some scripts need
LINE_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # of other programs, within a cell


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}, {self.column}: {self.sentence}"


@dataclass(frozen=True)
class Term:
    """A sentence, whole."""

    kind: str
    starts_on: date
    length_days: int
    ends_on: date


@dataclass
class Line:
    """One person as the file gives them. Only the cells that say something are in `values`."""

    number: int
    values: dict[str, Any]
    term: Term | None = None

    @property
    def crn(self) -> str:
        return str(self.values["crn"])


@dataclass
class Reading:
    """A whole file, read. A line with a problem is not among the good ones."""

    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was put right by itself
    read: int = 0
    good: list[Line] = field(default_factory=list)
    bad: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, sentence: str) -> None:
        self.problems.append(Problem(line, column, sentence))


def caseload_rows(text: str) -> tuple[Iterator[Row], list[str]]:
    """The records beneath the headings, and the headings."""
    lines = rows(text, columns.are_headings)
    return lines, next(lines).cells


def read_text(text: str, *, today: date) -> Reading:
    lines, header = caseload_rows(text)
    places, ignored = columns.find(header)
    reading = Reading(ignored=ignored)
    every: list[Line] = []
    for row in lines:
        reading.read += 1
        every.append(_line(row, places, len(header), reading, today))
    _refuse_twice(every, reading)
    wrong = {problem.line for problem in reading.problems}
    for line in every:
        (reading.bad if line.number in wrong else reading.good).append(line)
    return reading


def _line(row: Row, places: dict[int, str], width: int, reading: Reading, today: date) -> Line:
    line = Line(row.line, {})
    for place, name in places.items():
        cell = row.cells[place].strip() if place < len(row.cells) else ""
        if cell and (seen := _seen(cell, line, name, reading)):
            _cell(line, name, seen, reading)
    if any(cell.strip() for cell in row.cells[width:]):
        reading.refuse(
            row.line, "end of the line", "There are more cells than headings. Is a comma outside quotation marks?"
        )
    _whole(line, reading, today)
    return line


def _seen(cell: str, line: Line, name: str, reading: Reading) -> str:
    """The cell without what nobody sees: control and format characters, but for the two that letters are joined by."""
    if cell.isprintable():
        return cell
    seen = "".join(
        " " if letter in LINE_ENDS else letter
        for letter in cell
        if letter in JOINERS or unicodedata.category(letter) not in ("Cc", "Cf") or letter.isspace()
    ).strip()
    if len(seen) < len(cell):
        reading.notes.append(f"Line {line.number}, {name}: characters that cannot be seen were left out.")
    return seen


def _cell(line: Line, name: str, cell: str, reading: Reading) -> None:
    if len(cell) > LONGEST_CELL:
        reading.refuse(line.number, name, f"This cell is too long: use {LONGEST_CELL:,} characters or fewer.")
        line.values[name] = None
        return
    try:
        line.values[name] = columns.BY_NAME[name].read(cell)
    except Unreadable as problem:
        reading.refuse(line.number, name, str(problem))
        line.values[name] = None  # said something, but not what we can use


def _whole(line: Line, reading: Reading, today: date) -> None:
    """What one cell cannot show: whether those that are needed are there, and whether they agree."""
    values = line.values
    if values.get("name"):
        values["given_name"], values["family_name"] = values.pop("name")
    names = ["given_name", "family_name"] if "name" not in values else []
    for name in [*columns.NEEDED, *names]:
        if name not in values:
            reading.refuse(line.number, name, "This is empty. Every person needs it.")
    born = values.get("date_of_birth")
    if born and born >= today:
        reading.refuse(line.number, "date_of_birth", "The date of birth must be in the past.")
    _sentence(line, reading)


def _sentence(line: Line, reading: Reading) -> None:
    values = line.values
    ordered: Ordered | None = values.get("sentence")
    start = values.get("sentence_start") or (ordered.starts_on if ordered else None)
    if ordered and start:
        ends_on = ordered.last_day(start)
        line.term = Term(ordered.kind, start, (ends_on - start).days + 1, ends_on)
    elif ordered and "sentence_start" not in values:
        reading.refuse(line.number, "sentence_start", "Give the day the sentence started, like 3/3/2026.")
    elif start and "sentence" not in values:
        reading.refuse(line.number, "sentence", "Say what the sentence is, like “26 weeks custody”.")
    release = values.get("release_date")
    if release and line.term and line.term.kind != Sentence.Kind.CUSTODY:
        reading.refuse(line.number, "release_date", "Only a sentence of custody has a release date.")
    if release and line.term and release < line.term.starts_on:
        reading.refuse(line.number, "release_date", "The release date cannot be before the sentence starts.")


def _refuse_twice(every: list[Line], reading: Reading) -> None:
    """Of lines with one CRN or prison number none counts: nobody can say which is right, or if they are one person."""
    for name in ("crn", "prison_number"):
        of: dict[str, list[int]] = {}
        for line in every:
            if number := line.values.get(name):
                of.setdefault(number, []).append(line.number)
        for number, those in of.items():
            for one in those if len(those) > 1 else []:
                others = [str(other) for other in those[:6] if other != one][:5]
                reading.refuse(one, name, f"{number} is on line {' and '.join(others)} too. Leave one of them.")


def lines_with(problems: Iterable[Problem]) -> int:
    return len({problem.line for problem in problems})
