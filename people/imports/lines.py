"""A caseload file as lines: each cell read, each fault named by line and column in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.imports import columns
from people.imports.files import Row, rows
from people.imports.wording import Ordered, Unreadable
from people.models import Sentence

LONGEST_CELL = 2000


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
    read: int = 0
    good: list[Line] = field(default_factory=list)
    bad: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, sentence: str) -> None:
        self.problems.append(Problem(line, column, sentence))


def read_text(text: str, *, today: date) -> Reading:
    lines = rows(text)
    places, ignored = columns.find(next(lines).cells)
    reading = Reading(ignored=ignored)
    seen: dict[str, int] = {}
    for row in lines:
        reading.read += 1
        before = len(reading.problems)
        line = _line(row, places, reading, today)
        if len(reading.problems) > before:
            reading.bad.append(line)
        else:
            _refuse_twice(line, seen, reading)
    return reading


def _line(row: Row, places: dict[int, str], reading: Reading, today: date) -> Line:
    line = Line(row.line, {})
    for place, name in places.items():
        cell = row.cells[place].strip() if place < len(row.cells) else ""
        if cell:
            _cell(line, name, cell, reading)
    if any(cell.strip() for cell in row.cells[len(places) + len(reading.ignored) :]):
        reading.refuse(
            row.line, "end of the line", "There are more cells than headings. Is a comma outside quotation marks?"
        )
    _whole(line, reading, today)
    return line


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


def _refuse_twice(line: Line, seen: dict[str, int], reading: Reading) -> None:
    """The first line about a person or a prison number counts; a second is a mistake in the file."""
    keys = {"crn": line.crn, "prison_number": line.values.get("prison_number")}
    for name, key in keys.items():
        if key and key in seen:
            reading.refuse(line.number, name, f"{key} is on line {seen[key]} already.")
            return
    seen.update({key: line.number for key in keys.values() if key})
    reading.good.append(line)


def lines_with(problems: Iterable[Problem]) -> int:
    return len({problem.line for problem in problems})
